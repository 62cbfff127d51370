import type { Amount } from '../images/price.ts';
import type { Days } from './days.ts';
import type { Charge, Reservation } from './entry.ts';

/** A reservation that is neither settled by a charge nor given back. `doubt`: it was sent, and the answer never came. */
export interface OpenReservation extends Reservation {
  readonly doubt: boolean;
}

/** The ledger rolled up: what is needed all the time, without reading all of it. */
export interface Roll {
  readonly days: Days;
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
