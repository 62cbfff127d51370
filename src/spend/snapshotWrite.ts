import { rename, rm, writeFile } from 'node:fs/promises';
import { isLocked } from '../disk/lock.ts';
import { besideOf, sweepBeside } from '../disk/replace.ts';
import { isThere, type Mark } from '../disk/tail.ts';
import type { Unit } from '../images/price.ts';
import type { Roll } from './roll.ts';
import { rollOf } from './rolling.ts';
import { hashLength, hashOf, zone, type Rolled, type Snapshot } from './snapshot.ts';
import { numberBytes, type TableNames } from './table.ts';

/** The sums of the days as a table, one row each. */
function tableOf(days: Roll['days']): { readonly names: TableNames; readonly sums: Float64Array } {
  const [workspaces, units] = [new Map<string, number>(), new Map<Unit, number>()];
  const placeOf = <T>(places: Map<T, number>, name: T): number => {
    const place = places.get(name) ?? places.size;
    places.set(name, place);
    return place;
  };
  const rows = [...days.values()].flatMap((ofDay, day) => ofDay.map(({ workspace, unit, micros, charges }) => [day, placeOf(workspaces, workspace), placeOf(units, unit), micros, charges]));
  return { names: { days: [...days.keys()], workspaces: [...workspaces.keys()], units: [...units.keys()], length: rows.length }, sums: Float64Array.from(rows.flat()) };
}

const bytesOf = (numbers: Float64Array): Uint8Array => new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);

/** What `readSnapshot` reads. @param now epoch milliseconds */
export function snapshotBytes({ mark, rolling, skipped }: Rolled, now: number): Buffer {
  const { days, totals, newest, open, samples, waiting, seen } = rolling;
  const { recent, last } = rollOf(rolling, now);
  const told = new Set([...recent, ...last]);
  const { names, sums } = tableOf(days);
  const snapshot: Snapshot = {
    version: 1,
    zone: zone(),
    mark,
    skipped,
    days: names,
    totals: [...totals],
    newest: newest.map(({ charge }) => charge).filter((charge) => told.has(charge)),
    open: [...open.values()],
    samples: [...samples],
    waiting: [...waiting],
  };
  const text = Buffer.from(JSON.stringify(snapshot));
  // Numbers begin where numbers may begin, so that they are read where they lie.
  const space = ' '.repeat((2 * numberBytes - ((hashLength + text.length + 1) % numberBytes)) % numberBytes);
  const body = Buffer.concat([text, Buffer.from(`${space}\n`), bytesOf(sums), bytesOf(seen.numbers())]);
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
