import type { Amount, Unit } from '../images/price.ts';
import type { SpendSum } from './days.ts';
import type { Charge } from './entry.ts';
import { periodOf, type Period } from './period.ts';
import type { Roll } from './roll.ts';

/** One sum per unit that was spent in, in the order of first spending; empty where nothing was. Units are never mixed. */
export type Sums = readonly Amount[];

/** What the status bar tells. */
export interface Totals {
  readonly today: Sums;
  /** From Monday on. */
  readonly week: Sums;
  /** Of the calendar. */
  readonly month: Sums;
  readonly session: Sums;
  readonly workspace: Sums;
  readonly all: Sums;
  readonly last: Charge | undefined;
  /** Newest first, with their files. */
  readonly lastFive: readonly Charge[];
}

/** Adds up amounts, one sum for each unit. Exact: whole numbers of millionths. */
function added(amounts: Iterable<Amount>): Sums {
  const sums = new Map<Unit, number>();
  for (const { unit, micros } of amounts) sums.set(unit, (sums.get(unit) ?? 0) + micros);
  return [...sums].map(([unit, micros]) => ({ unit, micros }));
}

/** The sums of some charges, or of whatever else has an amount. */
export const sumOf = (charges: readonly Pick<Charge, 'amount'>[]): Sums => added(charges.map(({ amount }) => amount));

/**
 * The ledger as seen at `now`, by local calendar days. The session is what came since `since`, so far as the roll's single charges reach.
 * @param workspace whose sum is told, of all time
 */
export function totalsOf({ days, totals, recent, last }: Roll, { now, since, workspace }: { readonly now: Date; readonly since: Date; readonly workspace: string }): Totals {
  const within = (period: Period, counts: (sum: SpendSum) => boolean = () => true): Sums => added(days.within(periodOf(period, now)).filter(counts));
  return {
    today: within('day'),
    week: within('week'),
    month: within('month'),
    session: sumOf(recent.filter((charge) => Date.parse(charge.time) >= since.getTime())),
    workspace: within('all', (sum) => sum.workspace === workspace),
    all: totals,
    last: last[0],
    lastFive: last,
  };
}
