import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Charge, Files, LedgerLine } from '../../src/spend/entry.ts';
import { startOfDay } from '../../src/spend/range.ts';
import { storageIn } from '../ui/storage.ts';

// A ledger of some months: several models, workspaces and units, with pictures of which some are gone.

const models = ['gpt-image-2', 'gpt-image-1.5', 'gpt-image-1'] as const;
const qualities = ['low', 'medium', 'high', 'auto'] as const;
const sizes = ['1024x1024', '1536x1024', 'auto'] as const;

/** A PNG of one pixel. */
export const pixel = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

const ledgerOf = (userDataDir: string): string => path.join(storageIn(userDataDir), 'ledger.jsonl');

/** Writes lines to the ledger of a VS Code, as another window does. */
export function appendLines(userDataDir: string, lines: readonly LedgerLine[]): void {
  const file = ledgerOf(userDataDir);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.appendFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

/** The lines of the ledger that are charges. */
export const chargesOnDisk = (userDataDir: string): readonly Charge[] =>
  fs
    .readFileSync(ledgerOf(userDataDir), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LedgerLine)
    .filter((line): line is Charge => !('kind' in line));

export interface Prepared {
  /** In the ledger's order, with their files. */
  readonly charges: readonly Charge[];
  /** The names of pictures that are there. */
  readonly there: ReadonlySet<string>;
}

/** Fills the ledger of a VS Code that has not started yet with the charges of 150 days, the last of them today's, and puts most of their newest pictures into `folder`. */
export function prepareLedger(userDataDir: string, folder: string): Prepared {
  const charges: Charge[] = [];
  const there = new Set<string>();
  const workspaces = [pathToFileURL(folder).href, 'file:///home/somebody/shop', 'file:///home/somebody/campaigns/Spring%20%26%20summer.code-workspace', ''];
  fs.mkdirSync(path.join(folder, 'assets'), { recursive: true });
  for (let ago = 149; ago >= 0; ago -= 1) {
    const midnight = startOfDay(new Date(), -ago);
    for (let index = 0; index < ago % 4; index += 1) charges.push(chargeOf(ago, index, new Date(midnight.getTime() + (10 + index) * 3_600_000)));
    // Just now, and not on a day to come.
    if (ago === 0) charges.push(chargeOf(0, 0, new Date(Math.max(midnight.getTime(), Date.now() - 120_000))));
  }

  function chargeOf(ago: number, index: number, time: Date): Charge {
    const turn = ago * 3 + index;
    const usd = turn % 11 === 7;
    const received = 1 + (turn % 3);
    const names = Array.from({ length: received }, (_, picture) => `made-${turn}-${picture + 1}.png`);
    if (ago < 40) {
      for (const name of names) {
        if (turn % 5 === 0) continue;
        fs.writeFileSync(path.join(folder, 'assets', name), pixel);
        there.add(name);
      }
    }
    return {
      version: 1,
      job: `prepared-${turn}`,
      time: time.toISOString(),
      workspace: workspaces[turn % workspaces.length] ?? '',
      service: usd ? 'openai' : 'openai-hk',
      origin: usd ? 'https://api.openai.com' : 'https://api.openai-hk.com',
      model: models[turn % models.length] ?? models[0],
      size: sizes[turn % sizes.length] ?? sizes[0],
      quality: qualities[turn % qualities.length] ?? qualities[0],
      count: received,
      received,
      ...(turn % 7 !== 0 && { usage: { textIn: 6, imageIn: 0, imageOut: 275 * received } }),
      amount: usd ? { micros: 12_345 + turn, unit: 'USD' } : { micros: 783_130_000 + (turn % 13) * 217_000_001, unit: 'credits' },
      measured: turn % 7 !== 0,
      ...(turn % 6 === 0 && { prompt: `=A ${turn}th "picture", with a lighthouse` }),
      ...(ago < 40 && { files: names.map((name) => pathToFileURL(path.join(folder, 'assets', name)).href) }),
    };
  }

  const lines = charges.flatMap(({ files, ...charge }): LedgerLine[] => [charge, ...(files ? [{ version: 1, kind: 'files', job: charge.job, files } satisfies Files] : [])]);
  appendLines(userDataDir, lines);
  return { charges, there };
}
