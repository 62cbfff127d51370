import type { Unit } from '../images/price.ts';
import type { DaySum } from './roll.ts';

// The sums of the days as plain numbers. There are many, and most of a start would be reading them as text.

/** The names that the numbers stand for. */
export interface TableNames {
  readonly days: readonly string[];
  readonly workspaces: readonly string[];
  readonly units: readonly Unit[];
  /** How many sums there are. */
  readonly length: number;
}

/** Of each sum: the places of its day, its workspace and its unit in their names; millionths; charges. */
const columns = 5;

/** How many numbers a table has. */
export const numbersOf = ({ length }: TableNames): number => length * columns;

export function daysIn({ days, workspaces, units, length }: TableNames, sums: Float64Array): Map<string, readonly DaySum[]> {
  const found = days.map((): DaySum[] => []);
  for (let row = 0; row < length; row += 1) {
    const place = row * columns;
    found[sums[place] ?? 0]?.push({ workspace: workspaces[sums[place + 1] ?? 0] ?? '', unit: units[sums[place + 2] ?? 0] ?? 'credits', micros: sums[place + 3] ?? 0, charges: sums[place + 4] ?? 0 });
  }
  return new Map(days.map((day, place) => [day, found[place] ?? []]));
}

/** Bytes of a number, and what its place in the file is a multiple of. */
export const numberBytes = 8;

/** The numbers in some bytes, where these lie if they may lie there, else in a copy. */
export function numbersIn(bytes: Uint8Array): Float64Array {
  const { buffer, byteOffset, byteLength } = bytes.byteOffset % numberBytes === 0 ? bytes : new Uint8Array(bytes);
  return new Float64Array(buffer, byteOffset, byteLength / numberBytes);
}
