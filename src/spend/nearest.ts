/** What can be paired: sorted by nothing, at some moment in milliseconds. */
export interface Moment<T> {
  readonly at: number;
  readonly value: T;
}

/**
 * Pairs the values of two lists by nearness in time, each once and without crossing: of all such pairings the one with the least sum of distances, where
 * two that stay alone count as `near` apart. So what can be paired with one alone is, and no pair is further apart than `near`.
 */
export function pairNearest<A, B>(ones: readonly Moment<A>[], others: readonly Moment<B>[], near: number): readonly (readonly [A, B])[] {
  const [left, right] = [ones.toSorted(byTime), others.toSorted(byTime)];
  const pairs: (readonly [A, B])[] = [];
  let [i, j] = [0, 0];
  // What a pause longer than `near` parts cannot be paired across it: each stretch is looked at alone.
  while (i < left.length && j < right.length) {
    const [fromLeft, fromRight] = [i, j];
    let end = Math.min(left[i]?.at ?? 0, right[j]?.at ?? 0);
    for (;;) {
      const next = Math.min(left[i]?.at ?? Number.POSITIVE_INFINITY, right[j]?.at ?? Number.POSITIVE_INFINITY);
      if (next === Number.POSITIVE_INFINITY || next - end > near) break;
      end = next;
      if (left[i]?.at === next) i += 1;
      else j += 1;
    }
    pairs.push(...pairStretch(left.slice(fromLeft, i), right.slice(fromRight, j), near));
  }
  return pairs;
}

const byTime = (a: Moment<unknown>, b: Moment<unknown>): number => a.at - b.at;

/** The least cost of every beginning of both lists, row by row, and how each came about. */
function pairStretch<A, B>(left: readonly Moment<A>[], right: readonly Moment<B>[], near: number): readonly (readonly [A, B])[] {
  const width = right.length + 1;
  const steps = new Uint8Array((left.length + 1) * width);
  const [alone, both, first, second] = [near / 2, 1, 2, 3];
  let before = Float64Array.from({ length: width }, (_, j) => j * alone);
  steps.fill(second, 1, width);
  for (const [i, one] of left.entries()) {
    const costs = new Float64Array(width);
    costs[0] = (i + 1) * alone;
    steps[(i + 1) * width] = first;
    for (const [j, other] of right.entries()) {
      const apart = Math.abs(one.at - other.at);
      const paired = apart <= near ? (before[j] ?? 0) + apart : Number.POSITIVE_INFINITY;
      const [withoutOne, withoutOther] = [(before[j + 1] ?? 0) + alone, (costs[j] ?? 0) + alone];
      const least = Math.min(paired, withoutOne, withoutOther);
      costs[j + 1] = least;
      steps[(i + 1) * width + j + 1] = paired === least ? both : withoutOne === least ? first : second;
    }
    before = costs;
  }
  const pairs: (readonly [A, B])[] = [];
  for (let [i, j] = [left.length, right.length]; i > 0 || j > 0; ) {
    const step = steps[i * width + j];
    const [one, other] = [left[i - 1], right[j - 1]];
    if (step === both && one && other) pairs.push([one.value, other.value]);
    if (step !== second) i -= 1;
    if (step !== first) j -= 1;
  }
  return pairs.toReversed();
}
