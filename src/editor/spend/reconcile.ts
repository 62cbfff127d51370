import type { LogRow } from '../../api/client.ts';
import { FailureError } from '../../images/failure.ts';
import type { Charge } from '../../spend/entry.ts';
import { correctionsFor, isInTime, nearEnough, reconcile, type Groups } from '../../spend/reconcile.ts';
import type { CommandTools } from '../commands/command.ts';
import { serviceSettings } from '../settings.ts';

/** The service's usage log beside the ledger: what is in both, and what is in one alone. */
export interface Reconciliation {
  /** The profile's id, and the origin that is paid. */
  readonly service: string;
  readonly origin: string;
  /** The time that was looked at, in this computer's time. */
  readonly since: Date;
  readonly until: Date;
  /** False where the log does not reach back to the first charge, or has entries that cannot be read: then what is `onlyHere` may well be in it. */
  readonly complete: boolean;
  /** `delta`: what the service billed more, or less, than the ledger says, in millionths of a credit. Times of rows are this computer's. */
  readonly matched: readonly { readonly charge: Charge; readonly row: LogRow; readonly delta: number }[];
  /** Charges that the log does not have, newest first; estimated ones (`measured` is false) were perhaps never billed. */
  readonly onlyHere: readonly Charge[];
  /** Calls that the ledger does not have, newest first: of other programs with the same key, or lost here. */
  readonly onlyThere: readonly LogRow[];
}

/** Nobody looks further back, in milliseconds. */
const longestReach = 90 * 24 * 3_600_000;
/** Where nothing is in the ledger, so much of the log is shown, in milliseconds. */
const usualReach = 30 * 24 * 3_600_000;
/** So long after a charge its row may still be on its way into the log, in milliseconds. */
const rowsLateness = 2 * 60_000;
/** The service may write a call down so long after nobody waits for it any more, in milliseconds. */
const callsLateness = 5 * 60_000;

/** So long after it was sent a request may come into the log, in milliseconds: services draw on for minutes when nobody waits any more. */
function callsUntil(): number {
  const { timeoutMs } = serviceSettings();
  return (timeoutMs > 0 ? Math.max(timeoutMs, 600_000) : 3_600_000) + callsLateness;
}

const timeOf = ({ time }: Charge): number => Date.parse(time);

/** The charges that the log is about. */
const own = (charges: readonly Charge[], origin: string): readonly Charge[] => charges.filter((charge) => charge.origin === origin && charge.amount.unit === 'credits');

/**
 * Fetches the service's usage log and matches it with the ledger, from its first charge on, of the last 90 days at most. Costs nothing, and enters nothing.
 * What is under way is on neither side.
 * @throws {FailureError} `not-found` where the service has no log, `no-key` where there is no key, others where it is not reached or refuses
 */
export async function fetchReconciliation({ services, keys, ledger, log }: CommandTools, signal: AbortSignal): Promise<Reconciliation> {
  const service = services.current();
  const { origin, profile } = service;
  if (profile.usageLog === undefined) throw new FailureError({ code: 'not-found', message: 'the service has no usage log' });
  const key = await keys.get(origin);
  if (key === undefined) throw new FailureError({ code: 'no-key' });

  const until = Date.now();
  const before = own(await ledger.read(), origin);
  const first = before.reduce((least, charge) => Math.min(least, timeOf(charge)), Number.POSITIVE_INFINITY);
  const wanted = first === Number.POSITIVE_INFINITY ? until - usualReach : Math.max(first - nearEnough, until - longestReach);
  const client = await service.client();
  const { rows, more, unread, ahead } = await client.usageLog({ key, signal, since: wanted - nearEnough });
  const oldest = rows.reduce((least, row) => Math.min(least, row.time - ahead), Number.POSITIVE_INFINITY);
  const reached = !more || oldest <= wanted;
  const since = reached ? wanted : oldest;

  // Read after the log: what was charged meanwhile has found its row.
  const charges = own(await ledger.read(), origin).filter((charge) => timeOf(charge) >= since - nearEnough);
  const { open } = await ledger.roll();
  const underWay = open.filter((reservation) => reservation.origin === origin && !reservation.doubt);
  const mayEnd = callsUntil();
  const found = reconcile(rows, charges, { ahead });
  const onlyThere = found.onlyThere.filter((row) => row.time >= since && !underWay.some((reservation) => isInTime(row, reservation, mayEnd)));
  // At the log's beginning the row of a charge may lie before it.
  const onlyHere = found.onlyHere.filter((charge) => timeOf(charge) >= (reached ? since : since + nearEnough) && timeOf(charge) <= until - rowsLateness);
  log.info(`reconciled with ${origin}: ${rows.length} rows${more ? ' and more' : ''}, ${unread} unread, clock ${Math.round(ahead / 1000)} s ahead; ${found.matched.length} matched, ${onlyHere.length} only here, ${onlyThere.length} only there`);
  return { service: profile.id, origin, since: new Date(since), until: new Date(until), complete: reached && unread === 0, matched: found.matched, onlyHere, onlyThere };
}

/**
 * Enters what was found and still is so, each thing once, by however many windows it is asked: what has found its match meanwhile is left alone.
 * Returns how many lines were entered.
 */
export async function enterCorrections({ ledger, log }: CommandTools, found: Reconciliation, groups: Groups): Promise<number> {
  const { origin, service } = found;
  const seen = {
    pairs: new Set(found.matched.map(({ charge, row }) => `${row.id} ${charge.job}`)),
    here: new Set(found.onlyHere.map(({ job }) => job)),
    there: new Set(found.onlyThere.map(({ id }) => id)),
  };
  const rows = [...found.matched.map(({ row }) => row), ...found.onlyThere];
  const charges = own(await ledger.read(), origin).filter((charge) => timeOf(charge) >= found.since.getTime() - nearEnough);
  const now = reconcile(rows, charges, { ahead: 0 });
  const { open } = await ledger.roll();
  const lines = correctionsFor(
    {
      matched: now.matched.filter(({ charge, row }) => seen.pairs.has(`${row.id} ${charge.job}`)),
      onlyHere: now.onlyHere.filter(({ job }) => seen.here.has(job)),
      onlyThere: now.onlyThere.filter(({ id }) => seen.there.has(id)),
    },
    groups,
    { now: new Date(), service, origin, doubts: open.filter(({ doubt }) => doubt), until: callsUntil() },
  );
  for (const line of lines) await ledger.append(line);
  log.info(`reconciled with ${origin}: ${lines.length} lines entered`);
  return lines.length;
}
