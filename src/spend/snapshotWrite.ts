import { rename, rm, writeFile } from 'node:fs/promises';
import { isLocked } from '../disk/lock.ts';
import { besideOf, sweepBeside } from '../disk/replace.ts';
import { isThere, type Mark } from '../disk/tail.ts';
import { rollOf } from './rolling.ts';
import { hashLength, hashOf, snapshotVersion, zone, type Rolled, type Snapshot } from './snapshot.ts';
import { numberBytes, tableOf } from './table.ts';

const bytesOf = (numbers: Float64Array): Uint8Array => new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);

/** What `readSnapshot` reads. @param now epoch milliseconds */
export function snapshotBytes({ mark, rolling, skipped }: Rolled, now: number): Buffer {
  const { days, totals, newest, open, samples, waiting, seen } = rolling;
  const { recent, last } = rollOf(rolling, now);
  const told = new Set([...recent, ...last]);
  const { names, numbers } = tableOf(days);
  const snapshot: Snapshot = {
    version: snapshotVersion,
    zone: zone(),
    mark,
    skipped,
    days: names,
    whole: days.within(undefined),
    totals: [...totals],
    newest: newest.map(({ charge }) => charge).filter((charge) => told.has(charge)),
    open: [...open.values()],
    samples: [...samples],
    waiting: [...waiting],
  };
  const text = Buffer.from(JSON.stringify(snapshot));
  // Numbers begin where numbers may begin, so that they are read where they lie.
  const space = ' '.repeat((2 * numberBytes - ((hashLength + text.length + 1) % numberBytes)) % numberBytes);
  const body = Buffer.concat([text, Buffer.from(`${space}\n`), bytesOf(numbers), bytesOf(seen.numbers())]);
  return Buffer.concat([Buffer.from(`${hashOf(body)}\n`), body]);
}

/** Files that were to become a snapshot are left behind for sure after so long, in milliseconds. */
const leftBehind = 3_600_000;

/**
 * Puts a snapshot in the place of the last one. Not brought through to the disk: what a power cut tears is not believed, and made again. Where
 * charges are deleted meanwhile it goes at once, for it may tell of them.
 */
export async function writeSnapshot(file: string, bytes: Buffer, ledger: string, mark: Mark): Promise<void> {
  if (await isLocked(ledger)) return;
  const fresh = besideOf(file);
  try {
    await sweepBeside(file, leftBehind);
    await writeFile(fresh, bytes, { mode: 0o600, flag: 'wx' });
    await rename(fresh, file);
  } finally {
    await rm(fresh, { force: true });
  }
  if ((await isLocked(ledger)) || !(await isThere(ledger, mark))) await rm(file, { force: true });
}
