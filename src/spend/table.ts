import type { Unit } from '../images/price.ts';
import type { Days, SpendSum } from './days.ts';

// The sums of the days as plain numbers. There are many, and most of a start would be reading them as text.

/** The names that the numbers stand for. */
export interface TableNames {
  readonly days: readonly string[];
  readonly workspaces: readonly string[];
  readonly units: readonly Unit[];
  /** How many sums there are. */
  readonly length: number;
}

/** One row for each sum, the rows of a day together, in the order of the days' names. */
export interface Table {
  readonly names: TableNames;
  readonly numbers: Float64Array;
}

/** Of each sum: the places of its day, its workspace and its unit in their names; millionths; charges. */
const columns = 5;

/** How many numbers a table has. */
export const numbersOf = ({ length }: TableNames): number => length * columns;

export const noTable: Table = { names: { days: [], workspaces: [], units: [], length: 0 }, numbers: new Float64Array() };

/** The first row whose day is at this place among the names, or at a later one. */
function firstRow({ names, numbers }: Table, day: number): number {
  let [low, high] = [0, names.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle * columns] ?? 0) < day) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The sums of one day; none where it is not in the table. */
export function sumsOn(table: Table, day: string): readonly SpendSum[] {
  const { names, numbers } = table;
  const place = names.days.indexOf(day);
  if (place === -1) return [];
  const sums: SpendSum[] = [];
  for (let row = firstRow(table, place); row < names.length && numbers[row * columns] === place; row += 1) {
    const [, workspace = 0, unit = 0, micros = 0, charges = 0] = numbers.subarray(row * columns, (row + 1) * columns);
    sums.push({ workspace: names.workspaces[workspace] ?? '', unit: names.units[unit] ?? 'credits', micros, charges });
  }
  return sums;
}

/** All days as a table. */
export function tableOf(days: Days): Table {
  const [workspaces, units] = [new Map<string, number>(), new Map<Unit, number>()];
  const placeOf = <T>(places: Map<T, number>, name: T): number => {
    const place = places.get(name) ?? places.size;
    places.set(name, place);
    return place;
  };
  const names = days.names();
  const rows = names.flatMap((name, day) => days.of(name).map(({ workspace, unit, micros, charges }) => [day, placeOf(workspaces, workspace), placeOf(units, unit), micros, charges]));
  return { names: { days: names, workspaces: [...workspaces.keys()], units: [...units.keys()], length: rows.length }, numbers: Float64Array.from(rows.flat()) };
}

/** Bytes of a number, and what its place in the file is a multiple of. */
export const numberBytes = 8;

/** The numbers in some bytes, where these lie if they may lie there, else in a copy. */
export function numbersIn(bytes: Uint8Array): Float64Array {
  const { buffer, byteOffset, byteLength } = bytes.byteOffset % numberBytes === 0 ? bytes : new Uint8Array(bytes);
  return new Float64Array(buffer, byteOffset, byteLength / numberBytes);
}
