import type { Amount, Unit, Usage } from '../images/price.ts';

/** What one job cost. Holds no key, and a prompt only where the user wants it there. */
export interface Charge {
  readonly version: 1;
  /** The job that was charged; `row:`, the row's id and the service's host for a call that only its usage log knows. */
  readonly job: string;
  /** ISO 8601, UTC, the moment the answer was read. */
  readonly time: string;
  /** URI of the workspace file or of the first folder; empty where none was open. */
  readonly workspace: string;
  /** The profile's id, and the origin that was paid. */
  readonly service: string;
  readonly origin: string;
  readonly model: string;
  readonly size: string;
  readonly quality: string;
  /** Pictures asked for, and pictures that came. */
  readonly count: number;
  readonly received: number;
  /** Absent where the service did not say: then the amount is estimated. */
  readonly usage?: Usage;
  readonly amount: Amount;
  readonly measured: boolean;
  /** The request started from pictures. */
  readonly edit?: true;
  /** Partial pictures that were asked for, > 0: tokens of theirs are among those of the usage. */
  readonly partials?: number;
  /** Only where `easel.ledger.prompts` is on. */
  readonly prompt?: string;
  /** URIs of the pictures in their places; never in the charge's own line, joined to it when read. */
  readonly files?: readonly string[];
  /** What was entered before corrections, where there are some; `amount` is the corrected one. Never in the charge's own line. */
  readonly entered?: Amount;
}

/** Where a job's pictures came to lie, known only after it was charged. */
export interface Files {
  readonly version: 1;
  readonly kind: 'files';
  readonly job: string;
  readonly files: readonly string[];
}

/** What the service's usage log says a job cost more, or less, than what was entered. */
export interface Correction {
  readonly version: 1;
  readonly kind: 'correction';
  /** Unique: the same correction written twice counts once. */
  readonly id: string;
  readonly job: string;
  /** ISO 8601, UTC. */
  readonly time: string;
  /** Added to the charge's amount, in millionths of the unit; may be negative. */
  readonly micros: number;
  readonly unit: Unit;
  /** The row of the service's log that says so. */
  readonly row?: string;
}

/** What a job may cost at most, set aside before it is sent. Its charge settles it. */
export interface Reservation {
  readonly version: 1;
  readonly kind: 'reserve';
  readonly job: string;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly workspace: string;
  readonly service: string;
  readonly origin: string;
  readonly amount: Amount;
  /** The window that reserved it. */
  readonly window?: string;
}

/** A reservation is given back: nothing was billed. */
export interface Release {
  readonly version: 1;
  readonly kind: 'release';
  readonly job: string;
}

/** A request went out and its answer never came: its reservation stays, marked as unknown, until somebody knows. */
export interface Doubt {
  readonly version: 1;
  readonly kind: 'doubt';
  readonly job: string;
}

/** One line of the ledger. */
export type LedgerLine = Charge | Files | Correction | Reservation | Release | Doubt;
