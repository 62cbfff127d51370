import type { Ledger } from '../spend/ledger.ts';
import type { Journal } from './journal.ts';
import type { Leftover } from './recovery.ts';

/**
 * Gives back what was set aside for jobs that were never begun and never will be: their windows are gone. What is in the journal is not
 * touched, nor what was sent without an answer.
 * @returns how many
 */
export async function releaseAbandoned(journal: Journal, ledger: Ledger, now: Date): Promise<number> {
  let released = 0;
  for (const reservation of (await ledger.roll()).open) {
    if (reservation.doubt || !(await journal.isAbandoned(reservation, now.getTime()))) continue;
    await ledger.append({ version: 1, kind: 'release', job: reservation.job });
    released += 1;
  }
  return released;
}

/** Marks what was set aside for jobs of which only their interrupted request is left: nobody knows whether they were charged. */
export async function markUnknown(found: readonly Leftover[], ledger: Ledger): Promise<void> {
  const unknown = new Set(found.flatMap(({ kind, job }) => (kind === 'unknown' ? [job] : [])));
  if (unknown.size === 0) return;
  for (const { job, doubt } of (await ledger.roll()).open) if (!doubt && unknown.has(job)) await ledger.append({ version: 1, kind: 'doubt', job });
}
