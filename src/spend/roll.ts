import type { Amount, Unit } from '../images/price.ts';
import type { Charge, Reservation } from './entry.ts';

/** What was spent on one day in one workspace, in one unit. */
export interface DaySum {
  readonly workspace: string;
  readonly unit: Unit;
  /** Whole millionths of the unit. */
  readonly micros: number;
  readonly charges: number;
}

/** A reservation that is neither settled by a charge nor given back. `doubt`: it was sent, and the answer never came. */
export interface OpenReservation extends Reservation {
  readonly doubt: boolean;
}

/** The ledger rolled up: what is needed all the time, without reading all of it. */
export interface Roll {
  /** By local calendar day, `2026-11-26`. */
  readonly days: ReadonlyMap<string, readonly DaySum[]>;
  /** One sum per unit, in the order of first spending. */
  readonly totals: readonly Amount[];
  /** The last five charges, newest first, with their files. */
  readonly last: readonly Charge[];
  /** The charges of the last 48 hours, oldest first; of more than 1,000, the newest. */
  readonly recent: readonly Charge[];
  /** In the ledger's order. */
  readonly open: readonly OpenReservation[];
  /** Output tokens of a picture, by `model|size|quality`: of the newest 50 measured charges, oldest first. */
  readonly samples: ReadonlyMap<string, readonly number[]>;
}
