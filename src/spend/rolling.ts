import type { Amount, Unit } from '../images/price.ts';
import { daysFrom, type GrowingDays } from './days.ts';
import type { Charge, Correction, Files, LedgerLine } from './entry.ts';
import { corrected, joined, nothingWaits, waitingFor, withFiles, type Waiting } from './join.ts';
import { localDay } from './period.ts';
import type { OpenReservation, Roll } from './roll.ts';
import { nothingSeen, type Seen } from './seen.ts';

/** Where a charge is counted. */
interface Place {
  readonly day: string;
  readonly workspace: string;
  readonly unit: Unit;
}

interface Recent {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly charge: Charge;
}

/** The roll while it is being made, line by line. Changed in place. */
export interface Rolling {
  readonly days: GrowingDays;
  readonly totals: Map<Unit, number>;
  /** Oldest first: all since `since`, and of the older ones at least the newest 1,000. */
  newest: Recent[];
  readonly open: Map<string, OpenReservation>;
  readonly samples: Map<string, number[]>;
  readonly waiting: Map<string, Waiting>;
  readonly seen: Seen;
  /** Where each charge is counted; only where the ledger was read from its beginning. */
  readonly places: Map<string, Place> | undefined;
  /** From when on all charges are kept one by one, epoch milliseconds. */
  readonly since: number;
}

/** How far back single charges are told, in milliseconds, and at most how many of them. */
const recently = 48 * 3_600_000;
const mostRecent = 1000;
const mostLast = 5;
const mostSamples = 50;

export const startRolling = (since: number): Rolling => ({
  days: daysFrom(),
  totals: new Map(),
  newest: [],
  open: new Map(),
  samples: new Map(),
  waiting: new Map(),
  seen: nothingSeen(),
  places: new Map(),
  since,
});

/**
 * Takes the next line of the ledger.
 * @returns false where it is about a charge of which only the sum is known any more: then the ledger has to be read from its beginning
 */
export function take(rolling: Rolling, line: LedgerLine): boolean {
  const { open, seen } = rolling;
  if (!('kind' in line)) {
    enter(rolling, line);
    return true;
  }
  switch (line.kind) {
    case 'files':
      addFiles(rolling, line);
      return true;
    case 'correction':
      return correct(rolling, line);
    case 'reserve':
      if (!open.has(line.job) && !seen.has(line.job)) open.set(line.job, { ...line, doubt: false });
      return true;
    case 'release':
      open.delete(line.job);
      return true;
    case 'doubt': {
      const reservation = open.get(line.job);
      if (reservation) open.set(line.job, { ...reservation, doubt: true });
      return true;
    }
  }
}

function enter(rolling: Rolling, { prompt: _prompt, ...entered }: Charge): void {
  const { job, time, workspace } = entered;
  if (!rolling.seen.add(job)) return;
  const charge = joined(entered, rolling.waiting.get(job) ?? nothingWaits);
  rolling.waiting.delete(job);
  rolling.open.delete(job);
  const at = Date.parse(time);
  const place: Place = { day: localDay(new Date(at)), workspace, unit: charge.amount.unit };
  rolling.places?.set(job, place);
  count(rolling, place, charge.amount.micros, 1);
  remember(rolling, { at, charge });
  sample(rolling, charge);
}

function count({ days, totals }: Rolling, { day, workspace, unit }: Place, micros: number, charges: number): void {
  totals.set(unit, (totals.get(unit) ?? 0) + micros);
  days.add(day, { workspace, unit, micros, charges });
}

function remember(rolling: Rolling, recent: Recent): void {
  const { newest, since } = rolling;
  // Charges come nearly in order: a recovered one, or one that the service's log tells of, lies further back.
  let place = newest.length;
  while (place > 0 && (newest[place - 1]?.at ?? 0) > recent.at) place -= 1;
  newest.splice(place, 0, recent);
  if (newest.length < 2 * mostRecent || (newest[mostRecent]?.at ?? 0) >= since) return;
  const kept = newest.findIndex(({ at }) => at >= since);
  rolling.newest = newest.slice(Math.max(0, (kept === -1 ? newest.length : kept) - mostRecent));
}

function sample({ samples }: Rolling, { model, size, quality, measured, usage, count, received, partials }: Charge): void {
  if (!measured || !usage || received === 0 || received !== count || partials !== undefined) return;
  const key = `${model}|${size}|${quality}`;
  const known = samples.get(key);
  if (!known) samples.set(key, [usage.imageOut / received]);
  else if (known.push(usage.imageOut / received) > mostSamples) known.shift();
}

/** Changes a charge that is still told one by one. */
function change({ newest }: Rolling, job: string, changed: (charge: Charge) => Charge): Charge | undefined {
  const place = newest.findLastIndex(({ charge }) => charge.job === job);
  const recent = newest[place];
  if (recent) newest[place] = { at: recent.at, charge: changed(recent.charge) };
  return recent?.charge;
}

function wait({ waiting }: Rolling, line: Files | Correction): void {
  waiting.set(line.job, waitingFor(waiting.get(line.job) ?? nothingWaits, line));
}

function addFiles(rolling: Rolling, line: Files): void {
  // An old charge's files are of no interest here; those of one that is still to come are.
  if (!change(rolling, line.job, (charge) => withFiles(charge, line.files)) && !rolling.seen.has(line.job)) wait(rolling, line);
}

function correct(rolling: Rolling, line: Correction): boolean {
  const { places, seen } = rolling;
  const name = `correction ${line.id}`;
  if (seen.has(name)) return true;
  const charge = change(rolling, line.job, (found) => corrected(found, line));
  const place = charge ? { day: localDay(new Date(charge.time)), workspace: charge.workspace, unit: charge.amount.unit } : places?.get(line.job);
  if (!place && seen.has(line.job)) return false;
  seen.add(name);
  if (!place) wait(rolling, line);
  else if (place.unit === line.unit) count(rolling, place, line.micros, 0);
  return true;
}

/** The roll as seen at `now`; what is taken later does not change it. */
export function rollOf({ days, totals, newest, open, samples, since }: Rolling, now: number): Roll {
  const older = newest.findLastIndex(({ at }) => at < since) + 1;
  const first = newest.findIndex(({ at }, place) => at >= since || (at >= now - recently && place >= older - mostRecent));
  return {
    days: days.copy(),
    totals: [...totals].map(([unit, micros]): Amount => ({ micros, unit })),
    last: newest.slice(-mostLast).toReversed().map(({ charge }) => charge),
    recent: first === -1 ? [] : newest.slice(first).map(({ charge }) => charge),
    open: [...open.values()],
    samples: new Map([...samples].map(([key, tokens]) => [key, [...tokens]])),
  };
}
