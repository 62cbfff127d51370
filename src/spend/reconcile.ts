import type { LogRow } from '../images/logRow.ts';
import type { Charge, Correction } from './entry.ts';
import { pairNearest } from './nearest.ts';
import type { OpenReservation } from './roll.ts';

/** A charge and the row of the service's log that it is. */
export interface Matched {
  readonly charge: Charge;
  /** Its time is this computer's. */
  readonly row: LogRow;
  /** What the service billed more than the ledger says, in millionths of a credit; less, where it is below zero. */
  readonly delta: number;
}

/** The service's log and the ledger side by side. Times of rows are this computer's. */
export interface Reconciled {
  /** In the order of the charges. */
  readonly matched: readonly Matched[];
  /** Newest first. What is down as nothing is not among them: the log says the same. */
  readonly onlyHere: readonly Charge[];
  /** Newest first. */
  readonly onlyThere: readonly LogRow[];
}

/**
 * A charge and its row lie at most so far apart, in milliseconds: a charge is of the moment when the answer was read, pictures and all, or, for one that
 * was brought home later, when it was sent.
 */
export const nearEnough = 15 * 60_000;

export interface ReconcileOptions {
  /** By how much the service's clock is ahead of this computer's, in milliseconds. */
  readonly ahead: number;
  /** In milliseconds; {@link nearEnough} unless told. */
  readonly near?: number;
}

/**
 * Matches the rows of a service's log to charges of its origin and unit, each once: by model and tokens, among equals by nearness in time. Where a charge
 * does not know its tokens, by model and time, among what is left then.
 */
export function reconcile(rows: readonly LogRow[], charges: readonly Charge[], { ahead, near = nearEnough }: ReconcileOptions): Reconciled {
  // A log that gives a row twice means one call.
  const distinct = [...new Map(rows.map((row) => [row.id, { ...row, time: row.time - ahead }])).values()].toSorted(byName(({ id }) => id));
  const pairs = new Map<Charge, LogRow>();
  const taken = new Set<LogRow>();
  const pair = (rowsLeft: readonly LogRow[], some: readonly Charge[], keyOfRow: (row: LogRow) => string, keyOf: (charge: Charge) => string): void => {
    const groups = grouped(rowsLeft, keyOfRow);
    for (const [key, group] of grouped(some.toSorted(byName(({ job }) => job)), keyOf)) {
      const found = pairNearest(group.map((charge) => ({ at: Date.parse(charge.time), value: charge })), (groups.get(key) ?? []).map((row) => ({ at: row.time, value: row })), near);
      for (const [charge, row] of found) {
        pairs.set(charge, row);
        taken.add(row);
      }
    }
  };
  const known = charges.filter(({ usage }) => usage !== undefined);
  pair(distinct, known, ({ model, promptTokens, completionTokens }) => JSON.stringify([model, promptTokens, completionTokens]), ({ model, usage }) => JSON.stringify([model, usage && usage.textIn + usage.imageIn, usage?.imageOut]));
  pair(distinct.filter((row) => !taken.has(row)), charges.filter(({ usage }) => usage === undefined), ({ model }) => model, ({ model }) => model);

  return {
    matched: charges.flatMap((charge) => {
      const row = pairs.get(charge);
      return row ? [{ charge, row, delta: row.micros - charge.amount.micros }] : [];
    }),
    onlyHere: charges.filter((charge) => !pairs.has(charge) && charge.amount.micros !== 0).toReversed().toSorted((a, b) => Date.parse(b.time) - Date.parse(a.time)),
    onlyThere: distinct.filter((row) => !taken.has(row)).toReversed().toSorted((a, b) => b.time - a.time),
  };
}

/** In which order the same rows and charges are given does not decide which of several alike belong together. */
const byName = <T>(nameOf: (value: T) => string) => (a: T, b: T): number => (nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0);

function grouped<T>(values: readonly T[], keyOf: (value: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group) group.push(value);
    else groups.set(key, [value]);
  }
  return groups;
}

/** What of it is to be entered. */
export interface Groups {
  /** What was billed otherwise than entered is corrected. */
  readonly matched: boolean;
  /** Calls that the ledger does not have are entered as charges. */
  readonly onlyThere: boolean;
  /** Charges that the log does not have are corrected to nothing. */
  readonly onlyHere: boolean;
}

/** Whose log it is, and what of it may belong to requests whose answer never came. */
export interface Entering {
  readonly now: Date;
  /** The profile's id, and the origin that is paid. */
  readonly service: string;
  readonly origin: string;
  readonly doubts: readonly OpenReservation[];
  /** So long after it was sent a request may be in the log, in milliseconds. */
  readonly until: number;
}

/**
 * The lines that make the ledger say what the log says. Their names come from the rows and jobs, so that the same lines written twice count once.
 */
export function correctionsFor({ matched, onlyHere, onlyThere }: Reconciled, groups: Groups, entering: Entering): readonly (Charge | Correction)[] {
  const correction = (id: string, { job, amount }: Charge, micros: number, row?: LogRow): Correction => ({ version: 1, kind: 'correction', id, job, time: entering.now.toISOString(), micros, unit: amount.unit, ...(row && { row: row.id }) });
  const differing = matched.filter(({ delta }) => delta !== 0);
  const owners = ownersOf(onlyThere, entering);
  return [
    ...(groups.matched ? differing.map(({ charge, row, delta }) => correction(`row ${row.id} of ${charge.job}: ${row.micros}`, charge, delta, row)) : []),
    ...(groups.onlyThere ? onlyThere.map((row) => chargeOf(row, owners.get(row), entering)) : []),
    ...(groups.onlyHere ? onlyHere.map((charge) => correction(`no row of ${charge.job}: ${charge.amount.micros}`, charge, -charge.amount.micros)) : []),
  ];
}

/** A clock that is so much off still counts as right, in milliseconds. */
const clockError = 60_000;

/** Whether a row was written while a request was, or may have been, under way. `until`: so long after it was sent, in milliseconds. */
export const isInTime = (row: LogRow, { time }: OpenReservation, until: number): boolean => row.time >= Date.parse(time) - clockError && row.time <= Date.parse(time) + until;

/** Whether a row may be what became of a request: in its time, and not beyond what it could cost. */
const mayBe = (row: LogRow, doubt: OpenReservation, until: number): boolean => isInTime(row, doubt, until) && doubt.amount.unit === 'credits' && row.micros <= doubt.amount.micros;

/** The requests that certain rows are: where one row alone can be one request's alone. */
function ownersOf(rows: readonly LogRow[], { doubts, origin, until }: Entering): ReadonlyMap<LogRow, OpenReservation> {
  const own = doubts.filter((doubt) => doubt.origin === origin);
  const owners = new Map<LogRow, OpenReservation>();
  for (const doubt of own) {
    const [row, ...more] = rows.filter((one) => mayBe(one, doubt, until));
    if (row && more.length === 0 && own.every((other) => other === doubt || !mayBe(row, other, until))) owners.set(row, doubt);
  }
  return owners;
}

/** A call that the log alone knows, as a charge: its owner's where there is one. Row ids are the service's own, so its host belongs to the name. */
function chargeOf({ id, time, model, promptTokens, completionTokens, micros }: LogRow, owner: OpenReservation | undefined, { service, origin }: Entering): Charge {
  return {
    version: 1,
    job: owner?.job ?? `row:${id}@${new URL(origin).host}`,
    time: new Date(time).toISOString(),
    workspace: owner?.workspace ?? '',
    service: owner?.service ?? service,
    origin,
    model,
    size: '',
    quality: '',
    count: 0,
    received: 0,
    // How much of what came in were pictures the log does not say.
    usage: { textIn: promptTokens, imageIn: 0, imageOut: completionTokens, unsplit: true },
    amount: { micros, unit: 'credits' },
    measured: true,
  };
}
