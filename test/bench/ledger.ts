import { build } from 'esbuild';
import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { LedgerLine } from '../../src/spend/entry.ts';
import { openLedger } from '../../src/spend/ledger.ts';
import { readSnapshot, snapshotOf } from '../../src/spend/snapshot.ts';
import { sampleCharge } from '../unit/spend/charges.ts';
import { median, row, type BenchRow } from './rows.ts';

const sizes = [0, 1000, 100_000] as const;
type Size = (typeof sizes)[number];
/** Charges that came after the last snapshot: as many as there can be before the next one. */
const since = 49;
/** Openings of each ledger in each way, in turn, each in a process of its own. */
const openings = 15;
/** What 100,000 charges may cost a start, in milliseconds. */
const allowed = 30;
const appends = 300;

/** What a job leaves in the ledger. Of three years and ten workspaces, three at a time. */
function linesOf(place: number, of: number): readonly LedgerLine[] {
  const job = `0b9d8a52-5b1c-4f6e-9d7e-${String(place).padStart(12, '0')}`;
  const time = new Date(Date.now() - (of - place) * ((3 * 365 * 24 * 3_600_000) / Math.max(of, 1))).toISOString();
  const workspace = `file:///home/somebody/projects/site-${(place % 3) + (Math.floor(place / 3000) % 8)}`;
  const quality = ['low', 'medium', 'high'][place % 3] ?? 'low';
  const charge = sampleCharge({ job, time, workspace, quality, usage: { textIn: 20, imageIn: 0, imageOut: 200 + (place % 900) } });
  return [
    { version: 1, kind: 'reserve', job, time, workspace, service: charge.service, origin: charge.origin, amount: charge.amount },
    charge,
    { version: 1, kind: 'files', job, files: [`${workspace}/assets/a-cat-${place}.png`] },
  ];
}

async function write(file: string, from: number, to: number, of: number): Promise<void> {
  for (let place = from; place < to; place += 5000) {
    const lines = Array.from({ length: Math.min(5000, to - place) }, (_, step) => linesOf(place + step, of)).flat();
    await appendFile(file, lines.map((line) => `\n${JSON.stringify(line)}\n`).join(''));
  }
}

/** Writes a ledger of so many charges, with its snapshot, as it lies there after a while. */
export async function prepareLedger(file: string, charges: number): Promise<void> {
  const first = Math.max(0, charges - since);
  await write(file, 0, first, charges);
  if (first > 0) {
    await openLedger(file, { snapshotAfter: 1 }).roll();
    while (!(await readSnapshot(snapshotOf(file), 0))) await pause(20);
  }
  await write(file, first, charges, charges);
}

const openedIn = async (script: string, how: 'easel' | 'plain', file: string): Promise<number> => Number((await promisify(execFile)(process.execPath, [script, how, file])).stdout);

/** Milliseconds of each line appended by the ledger, and of the same line by hand. */
async function appendTimes(folder: string): Promise<{ readonly easel: readonly number[]; readonly plain: readonly number[] }> {
  const ledger = openLedger(path.join(folder, 'easel.jsonl'));
  const byHand = async (line: LedgerLine): Promise<void> => {
    const handle = await open(path.join(folder, 'plain.jsonl'), 'a');
    await handle.write(`${JSON.stringify(line)}\n`);
    await handle.sync();
    await handle.close();
  };
  const times = { easel: [] as number[], plain: [] as number[] };
  for (let place = 0; place < appends; place += 1) {
    const line = sampleCharge({ job: `${place}` });
    for (const [list, append] of [[times.easel, (one: LedgerLine) => ledger.append(one)], [times.plain, byHand]] as const) {
      const begun = performance.now();
      await append(line);
      list.push(performance.now() - begun);
    }
  }
  return times;
}

/** The ledger, beside reading all of it and beside a line written by hand. */
export async function ledgerRows(): Promise<BenchRow[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'easel-bench-ledger-'));
  try {
    const script = path.join(folder, 'ledgerChild.mjs');
    await build({ entryPoints: [path.join(import.meta.dirname, 'ledgerChild.ts')], outfile: script, bundle: true, minify: true, platform: 'node', format: 'esm', target: 'node22', logLevel: 'error' });
    const appended = await appendTimes(folder);
    const files = new Map<Size, string>();
    for (const size of sizes) {
      const file = path.join(folder, `ledger-${size}.jsonl`);
      await prepareLedger(file, size);
      files.set(size, file);
    }
    const times = new Map(sizes.map((size) => [size, { easel: [] as number[], plain: [] as number[] }]));
    for (let turn = 0; turn < openings; turn += 1) {
      for (const [size, file] of files) {
        times.get(size)?.easel.push(await openedIn(script, 'easel', file));
        if (size > 0) times.get(size)?.plain.push(await openedIn(script, 'plain', file));
      }
    }
    const of = (size: Size, how: 'easel' | 'plain'): number => median(times.get(size)?.[how] ?? []);
    const opened = { contender: 'easel', peer: 'every line parsed', unit: 'ms' } as const;
    return [
      row({ name: 'a line appended to the ledger, on disk', contender: 'easel', peer: 'write and fsync', value: median(appended.easel), peerValue: median(appended.plain), unit: 'ms' }, 2.5),
      row({ name: 'ledger of 1,000 charges: opened and rolled up', ...opened, value: of(1000, 'easel'), peerValue: of(1000, 'plain') }, 3),
      row({ name: 'ledger of 100,000 charges: opened and rolled up', ...opened, value: of(100_000, 'easel'), peerValue: of(100_000, 'plain') }, 0.25),
      row({ name: 'ledger of 100,000 charges: opened, over an empty one', contender: 'easel', peer: 'allowed', value: of(100_000, 'easel') - of(0, 'easel'), peerValue: allowed, unit: 'ms' }, 1),
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}
