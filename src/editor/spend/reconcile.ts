import type { LogRow } from '../../api/client.ts';
import type { Charge } from '../../spend/entry.ts';
import type { CommandTools } from '../commands/command.ts';

/** The service's usage log beside the ledger: what is in both, and what is in one alone. */
export interface Reconciliation {
  /** The profile's id, and the origin that is paid. */
  readonly service: string;
  readonly origin: string;
  /** The time that was looked at, in this computer's time. */
  readonly since: Date;
  readonly until: Date;
  /** False where the log does not reach back to `since`, or has entries that cannot be read: then what is `onlyHere` may well be in it. */
  readonly complete: boolean;
  /** `delta`: what the service billed more, or less, than the ledger says, in millionths of a credit. */
  readonly matched: readonly { readonly charge: Charge; readonly row: LogRow; readonly delta: number }[];
  /** Charges that the log does not have, newest first; estimated ones (`measured` is false) were perhaps never billed. */
  readonly onlyHere: readonly Charge[];
  /** Calls that the ledger does not have, newest first: of other programs with the same key, or lost here. */
  readonly onlyThere: readonly LogRow[];
}

/** What of a reconciliation is to be entered. */
export interface Groups {
  /** What was billed otherwise than entered is corrected. */
  readonly matched: boolean;
  /** Calls that the ledger does not have are entered as charges. */
  readonly onlyThere: boolean;
  /** Charges that the log does not have are corrected to nothing. */
  readonly onlyHere: boolean;
}

/**
 * Fetches the service's usage log and matches it with the ledger. Costs nothing, and enters nothing.
 * @throws {FailureError} `not-found` where the service has no log, `no-key` where there is no key, others where it is not reached or refuses
 */
export async function fetchReconciliation(_tools: CommandTools, _signal: AbortSignal): Promise<Reconciliation> {
  throw new Error('not yet');
}

/** Enters what was found, each thing once, however often it is asked. Returns how many lines were entered. */
export async function enterCorrections(_tools: CommandTools, _found: Reconciliation, _groups: Groups): Promise<number> {
  throw new Error('not yet');
}
