/** One line of the benchmark: what Easel needs, beside what a peer needed for the same in the same run. */
export interface BenchRow {
  /** What was measured: `4 pictures × 20 MB as b64_json: wall time`. */
  readonly name: string;
  readonly contender: string;
  readonly peer: string;
  readonly value: number;
  readonly peerValue: number;
  /** What both values are counted in. */
  readonly unit: string;
  /** How much more the contender needs than the peer: `value / peerValue`; below 1 it needs less. */
  readonly ratio: number;
  /** The bound on `ratio` that was set, in words: `≤ 2 ×`. */
  readonly target: string;
  readonly pass: boolean;
}

/** Makes a row, held to `ratio ≤ most`. */
export function row(facts: Pick<BenchRow, 'name' | 'contender' | 'peer' | 'value' | 'peerValue' | 'unit'>, most: number): BenchRow {
  const ratio = facts.value / facts.peerValue;
  return { ...facts, ratio, target: `≤ ${short(most)} ×`, pass: ratio <= most };
}

/** The middle of the values, or the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}

/** The rows as a table for people. */
export function printRows(rows: readonly BenchRow[]): void {
  const cells = rows.map((one) => [
    one.name,
    `${one.contender} ${short(one.value)} ${one.unit}`,
    `${one.peer} ${short(one.peerValue)} ${one.unit}`,
    `${short(one.ratio)} ×`,
    one.target,
    one.pass ? 'pass' : 'FAIL',
  ]);
  const table = [['what', 'contender', 'peer', 'ratio', 'target', ''], ...cells];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((line) => (line[column] ?? '').length))) ?? [];
  for (const line of table) console.log(line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd());
}

const short = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2));
