import type { Charge } from './entry.ts';

/** A sum of charges of one unit. `micros`: whole millionths of it; `pictures`: those that came. */
export interface Sum {
  readonly micros: number;
  readonly charges: number;
  readonly pictures: number;
}

/** When a charge was made, in epoch milliseconds. */
export const timeOf = (charge: Charge): number => Date.parse(charge.time);

/** Exact: whole numbers of millionths. */
export function sumOfCharges(charges: readonly Charge[]): Sum {
  let [micros, pictures] = [0, 0];
  for (const { amount, received } of charges) {
    micros += amount.micros;
    pictures += received;
  }
  return { micros, charges: charges.length, pictures };
}

/** Charges by what they have in common, in the order of first appearance. */
export function grouped<Key>(charges: readonly Charge[], keyOf: (charge: Charge, index: number) => Key): ReadonlyMap<Key, readonly Charge[]> {
  const groups = new Map<Key, Charge[]>();
  for (const [index, charge] of charges.entries()) {
    const key = keyOf(charge, index);
    const group = groups.get(key);
    if (group) group.push(charge);
    else groups.set(key, [charge]);
  }
  return groups;
}

const dearestFirst = (a: Sum, b: Sum): number => b.micros - a.micros || b.charges - a.charges;

/** A sum for each of what charges have in common, the dearest first. */
export function sumsBy<Made>(charges: readonly Charge[], keyOf: (charge: Charge) => string, make: (first: Charge) => Made): readonly (Sum & Made)[] {
  const sums: (Sum & Made)[] = [];
  for (const group of grouped(charges, keyOf).values()) if (group[0]) sums.push({ ...make(group[0]), ...sumOfCharges(group) });
  return sums.toSorted(dearestFirst);
}

/** The most requests that are listed one by one. */
const mostDearest = 10;

/** The dearest of all; of very many without putting all of them in order. */
export function dearestOf(charges: readonly Charge[]): readonly Charge[] {
  const inOrder = (some: readonly Charge[]): readonly Charge[] => some.toSorted((a, b) => b.amount.micros - a.amount.micros || timeOf(b) - timeOf(a)).slice(0, mostDearest);
  let best: readonly Charge[] = [];
  let least = -Infinity;
  let waiting: Charge[] = [];
  const settle = (): void => {
    best = inOrder([...best, ...waiting]);
    least = best.length === mostDearest ? (best.at(-1)?.amount.micros ?? least) : least;
    waiting = [];
  };
  for (const charge of charges) {
    if (charge.amount.micros < least) continue;
    waiting.push(charge);
    if (waiting.length >= 1000) settle();
  }
  settle();
  return best;
}
