import type { Failure, FailureCode } from '../../images/failure.ts';

const unreached: ReadonlySet<FailureCode> = new Set(['unreachable', 'certificate', 'proxy'] as const);
/** Failures from before anything was sent, and those that say as little about the way there as about the service. */
const unknown: ReadonlySet<FailureCode> = new Set(['invalid-request', 'no-key', 'insecure-url', 'base-url', 'over-budget', 'above-confirm', 'ledger-failed', 'cancelled', 'file-unreadable', 'connection-lost', 'timeout', 'keep-failed', 'internal'] as const);

/** Whether the service could be reached, as far as the end of a job tells; without a failure it was. */
export function reachedBy(failure: Failure | undefined): boolean | undefined {
  if (!failure) return true;
  return unknown.has(failure.code) ? undefined : !unreached.has(failure.code);
}
