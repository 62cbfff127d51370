import type { Amount, Unit } from '../images/price.ts';
import type { Charge } from './ledger.ts';

/** One sum per unit that was spent in, in the order of first spending; empty where nothing was. Units are never mixed. */
export type Sums = readonly Amount[];

/** What the status bar tells. */
export interface Totals {
  readonly today: Sums;
  readonly session: Sums;
  readonly workspace: Sums;
  readonly all: Sums;
  readonly last: Charge | undefined;
}

/** The sums of some charges, one for each unit. Exact: whole numbers of millionths. */
export function sumOf(charges: readonly Charge[]): Sums {
  const sums = new Map<Unit, number>();
  for (const { amount } of charges) sums.set(amount.unit, (sums.get(amount.unit) ?? 0) + amount.micros);
  return [...sums].map(([unit, micros]) => ({ unit, micros }));
}

/** Folds the ledger as seen at `now`. Today is the local calendar day; the session is what came since `since`. */
export function totalsOf(charges: readonly Charge[], { now, since, workspace }: { readonly now: Date; readonly since: Date; readonly workspace: string }): Totals {
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  const from = (start: number): readonly Charge[] => charges.filter((charge) => Date.parse(charge.time) >= start);
  return {
    today: sumOf(from(midnight)),
    session: sumOf(from(since.getTime())),
    workspace: sumOf(charges.filter((charge) => charge.workspace === workspace)),
    all: sumOf(charges),
    last: charges.at(-1),
  };
}
