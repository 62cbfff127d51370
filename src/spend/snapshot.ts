import { createHash } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { isLocked } from '../disk/lock.ts';
import { besideOf, sweepBeside } from '../disk/replace.ts';
import { isThere, type Mark } from '../disk/tail.ts';
import type { Unit } from '../images/price.ts';
import type { Charge } from './entry.ts';
import type { Waiting } from './join.ts';
import type { DaySum, OpenReservation } from './roll.ts';
import { rollOf, type Rolling } from './rolling.ts';
import { seenIn } from './seen.ts';

/** The roll of a ledger so far as it was read. */
export interface Rolled {
  readonly mark: Mark;
  readonly rolling: Rolling;
  /** Lines that were not understood. */
  readonly skipped: number;
}

/** What is written, below the hash of itself. */
interface Snapshot {
  readonly version: 1;
  /** Days are days there. */
  readonly zone: string;
  readonly mark: Mark;
  readonly skipped: number;
  readonly days: readonly (readonly [string, readonly DaySum[]])[];
  readonly totals: readonly (readonly [Unit, number])[];
  readonly newest: readonly Charge[];
  readonly open: readonly OpenReservation[];
  readonly samples: readonly (readonly [string, number[]])[];
  readonly waiting: readonly (readonly [string, Waiting])[];
  /** base64 */
  readonly seen: string;
}

/** Beside the ledger: `ledger.snapshot.json` for `ledger.jsonl`. */
export const snapshotOf = (ledger: string): string => `${ledger.replace(/\.jsonl$/, '')}.snapshot.json`;

const zone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What {@link readSnapshot} reads. @param now epoch milliseconds */
export function snapshotText({ mark, rolling, skipped }: Rolled, now: number): string {
  const { days, totals, newest, open, samples, waiting, seen } = rolling;
  const { recent, last } = rollOf(rolling, now);
  const told = new Set([...recent, ...last]);
  const snapshot: Snapshot = {
    version: 1,
    zone: zone(),
    mark,
    skipped,
    days: [...days],
    totals: [...totals],
    newest: newest.map(({ charge }) => charge).filter((charge) => told.has(charge)),
    open: [...open.values()],
    samples: [...samples],
    waiting: [...waiting],
    seen: seen.bytes().toString('base64'),
  };
  const text = JSON.stringify(snapshot);
  return `${hashOf(text)}\n${text}`;
}

/**
 * The roll as it was written down. Whether the ledger is still the one that it was made of is seen when that is read on from its mark.
 * @param since as in {@link Rolling}
 * @returns undefined where there is none that holds here: missing, torn, changed, of another version or time zone
 */
export async function readSnapshot(file: string, since: number): Promise<Rolled | undefined> {
  try {
    const text = await readFile(file, 'utf8');
    const end = text.indexOf('\n');
    const body = text.slice(end + 1);
    // What has its own hash is as it was written, and so of the shape that its version says.
    if (text.slice(0, Math.max(0, end)) !== hashOf(body)) return undefined;
    const { version, zone: there, mark, skipped, days, totals, newest, open, samples, waiting, seen: bytes } = JSON.parse(body) as Snapshot;
    if (version !== 1 || there !== zone()) return undefined;
    const seen = seenIn(Buffer.from(bytes, 'base64'));
    if (!seen) return undefined;
    const rolling: Rolling = {
      days: new Map(days),
      totals: new Map(totals),
      newest: newest.map((charge) => ({ at: Date.parse(charge.time), charge })),
      open: new Map(open.map((one) => [one.job, one])),
      samples: new Map(samples),
      waiting: new Map(waiting),
      seen,
      places: undefined,
      since,
    };
    return { mark, rolling, skipped };
  } catch {
    return undefined;
  }
}

/** Files that were to become a snapshot are left behind for sure after so long, in milliseconds. */
const leftBehind = 3_600_000;

/**
 * Puts a snapshot in the place of the last one. Not brought through to the disk: what a power cut tears is not believed, and made again. Where
 * charges are deleted meanwhile it goes at once, for it may tell of them.
 */
export async function writeSnapshot(file: string, text: string, ledger: string, mark: Mark): Promise<void> {
  if (await isLocked(ledger)) return;
  const fresh = besideOf(file);
  try {
    await sweepBeside(file, leftBehind);
    await writeFile(fresh, text, { mode: 0o600, flag: 'wx' });
    await rename(fresh, file);
  } finally {
    await rm(fresh, { force: true });
  }
  if ((await isLocked(ledger)) || !(await isThere(ledger, mark))) await rm(file, { force: true });
}
