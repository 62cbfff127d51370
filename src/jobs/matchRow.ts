import type { LogRow, UsageLog } from '../api/client.ts';
import type { Charge } from '../spend/entry.ts';
import { reconcile } from '../spend/reconcile.ts';
import type { Sending } from './journal.ts';

/** What the service's log says of a request whose answer never came. */
export type Match =
  /** `time` is this computer's. */
  | { readonly kind: 'row'; readonly row: LogRow }
  /** The log has no such call, and none will come: nothing was charged. */
  | { readonly kind: 'none' }
  /** The service may still be at it; from `after` on, in epoch milliseconds, the log will tell. */
  | { readonly kind: 'early'; readonly after: number }
  /** Several calls could be this one, or the log does not reach far enough. */
  | { readonly kind: 'unclear' };

/** A clock that is so much off still counts as right, in milliseconds. */
export const clockError = 60_000;
/** The service may write a call down so long after nobody waits for it any more, in milliseconds. */
const lateness = 5 * 60_000;

/**
 * Finds the row of a request among the newest ones: of its model, written between its sending and the end of all waiting, and not the row of
 * another job, whose charge is in the ledger. What could be another's is not taken: money that nobody is sure of is not entered.
 * @param timeoutMs the limit of one attempt
 * @param charges of all jobs
 * @param now epoch milliseconds of this computer
 */
export function matchRow({ rows, more, unread, ahead }: UsageLog, { sending, timeoutMs, charges, now }: { readonly sending: Pick<Sending, 'job' | 'time' | 'origin' | 'request'>; readonly timeoutMs: number; readonly charges: readonly Charge[]; readonly now: number }): Match {
  const { model } = sending.request;
  const sent = Date.parse(sending.time);
  const from = sent - clockError;
  const until = sent + timeoutMs + lateness;
  const timeOf = (row: LogRow): number => row.time - ahead;
  const others = charges.filter((charge) => charge.job !== sending.job && charge.origin === sending.origin && charge.model === model);
  const measured = others.filter(({ usage }) => usage !== undefined);
  const taken = new Set(reconcile(rows, measured, { ahead, near: timeoutMs + lateness }).matched.map(({ row }) => row.id));
  const candidates = rows.filter((row) => row.model === model && !taken.has(row.id) && timeOf(row) >= from && timeOf(row) <= until);
  // A charge without usage is some row's, nobody knows which.
  const vague = others.some((charge) => charge.usage === undefined && Date.parse(charge.time) >= from && Date.parse(charge.time) <= until + lateness);
  const [only] = candidates;
  if (candidates.length > 1 || (only && vague)) return { kind: 'unclear' };
  if (only) return { kind: 'row', row: { ...only, time: timeOf(only) } };
  if (now < until) return { kind: 'early', after: until };
  const oldest = rows.reduce((least, row) => Math.min(least, timeOf(row)), Number.POSITIVE_INFINITY);
  return unread > 0 || (more && oldest >= from) ? { kind: 'unclear' } : { kind: 'none' };
}
