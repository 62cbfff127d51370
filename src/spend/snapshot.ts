import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Mark } from '../disk/tail.ts';
import type { Unit } from '../images/price.ts';
import { daysFrom, type SpendSum } from './days.ts';
import type { Charge } from './entry.ts';
import type { Waiting } from './join.ts';
import type { OpenReservation } from './roll.ts';
import type { Rolling } from './rolling.ts';
import { seenIn } from './seen.ts';
import { numbersIn, numbersOf, type TableNames } from './table.ts';

/** The roll of a ledger so far as it was read. */
export interface Rolled {
  readonly mark: Mark;
  readonly rolling: Rolling;
  /** Lines that were not understood. */
  readonly skipped: number;
}

/** Counts up whenever a snapshot comes to hold something else. */
export const snapshotVersion = 2;

/** What is written as JSON, behind a hash of all that follows and before the numbers of the table and of what was seen. */
export interface Snapshot {
  readonly version: typeof snapshotVersion;
  /** Days are days there. */
  readonly zone: string;
  readonly mark: Mark;
  readonly skipped: number;
  readonly days: TableNames;
  /** The sums of all time, by workspace and unit. */
  readonly whole: readonly SpendSum[];
  readonly totals: readonly (readonly [Unit, number])[];
  readonly newest: readonly Charge[];
  readonly open: readonly OpenReservation[];
  readonly samples: readonly (readonly [string, number[]])[];
  readonly waiting: readonly (readonly [string, Waiting])[];
}

/** Beside the ledger: `ledger.snapshot` for `ledger.jsonl`. */
export const snapshotOf = (ledger: string): string => `${ledger.replace(/\.jsonl$/, '')}.snapshot`;

export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
/** Of a hash and the newline behind it. */
export const hashLength = 65;

/**
 * The time zone that one is in, by what its clocks are off from UTC through the years. Its name would do, but to ask for that loads more than all of
 * this does.
 */
export function zone(): string {
  const week = 7 * 24 * 3_600_000;
  const offsets: string[] = [];
  let last: number | undefined;
  for (let time = Date.UTC(2020); time < Date.UTC(2040); time += week) {
    const offset = new Date(time).getTimezoneOffset();
    if (offset !== last) offsets.push(`${time / week} ${offset}`);
    last = offset;
  }
  return offsets.join(', ');
}

/**
 * The roll as it was written down. Whether the ledger is still the one that it was made of is seen when that is read on from its mark.
 * @param since as in {@link Rolling}
 * @returns undefined where there is none that holds here: missing, torn, changed, of another version or time zone
 */
export async function readSnapshot(file: string, since: number): Promise<Rolled | undefined> {
  try {
    const bytes = await readFile(file);
    const body = bytes.subarray(hashLength);
    // What has its own hash is as it was written, and so of the shape that its version says.
    if (bytes.toString('latin1', 0, hashLength) !== `${hashOf(body)}\n`) return undefined;
    const end = body.indexOf('\n');
    const { version, zone: there, mark, skipped, days, whole, totals, newest, open, samples, waiting } = JSON.parse(body.toString('utf8', 0, end)) as Snapshot;
    if (version !== snapshotVersion || there !== zone()) return undefined;
    const numbers = numbersIn(body.subarray(end + 1));
    const length = numbersOf(days);
    const rolling: Rolling = {
      days: daysFrom({ table: { names: days, numbers: numbers.subarray(0, length) }, whole }),
      totals: new Map(totals),
      newest: newest.map((charge) => ({ at: Date.parse(charge.time), charge })),
      open: new Map(open.map((one) => [one.job, one])),
      samples: new Map(samples),
      waiting: new Map(waiting),
      seen: seenIn(numbers.subarray(length)),
      places: undefined,
      since,
    };
    return { mark, rolling, skipped };
  } catch {
    return undefined;
  }
}
