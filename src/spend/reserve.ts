import type { Amount } from '../images/price.ts';
import { budgetsFor, budgetStates, fits, type Budget, type BudgetRoll, type BudgetState } from './budget.ts';
import type { Doubt, Release, Reservation } from './entry.ts';
import type { OpenReservation } from './roll.ts';

/** What reservations need of the ledger. */
export interface ReserveLedger {
  append(line: Reservation | Release | Doubt): Promise<void>;
  /** As of now: what was appended before the call, by this window or another, is in it. */
  roll(): Promise<BudgetRoll>;
}

export interface Reserving {
  /** Those of any unit; only those of the reservation's count. */
  readonly budgets: readonly Budget[];
  /** Somebody said that this one may go over them. */
  readonly override: boolean;
}

/**
 * What came of it. `over`: it did not fit into this budget, as it stands without it, and is given back. `unkept`: the ledger cannot be
 * written, and there is no budget that it could break.
 */
export type Reserved = { readonly kind: 'reserved' } | { readonly kind: 'over'; readonly state: BudgetState } | { readonly kind: 'unkept'; readonly cause: unknown };

export interface Reservations {
  /** @throws whatever the ledger throws, where there are budgets: without it nobody knows whether they are kept */
  reserve(reservation: Reservation, reserving: Reserving): Promise<Reserved>;
}

/** Whoever reserves decides within this time, in milliseconds, unless its window has ended or stands still. */
const decidedWithin = 3_000;

type Verdict = { readonly kind: 'granted' } | { readonly kind: 'refused'; readonly state: BudgetState };

/** What is to be done about one's own reservation as the ledger stands. `wait`: it fits once others give back what did not fit. */
export type Decision = Verdict | { readonly kind: 'wait' };

/**
 * Decides by the ledger's order: what was reserved before this one counts, what came after it does not. Each window decides of its own
 * reservations alone, but by the same rule and the same file, so that together they keep a budget without a lock: of two that
 * are reserved at once the later sees the earlier.
 * @param decided jobs that are known not to be given back for lack of room
 */
export function decide({ days, open }: BudgetRoll, mine: Reservation, { budgets, now, decided }: { readonly budgets: readonly Budget[]; readonly now: Date; readonly decided: ReadonlySet<string> }): Decision {
  const counted = budgetsFor(budgets, mine.amount.unit);
  const place = open.findIndex(({ job }) => job === mine.job);
  const before = place === -1 ? open.filter(({ job }) => job !== mine.job) : open.slice(0, place);
  const overrun = (earlier: readonly OpenReservation[], workspace: string, amount: Amount): BudgetState | undefined =>
    budgetStates({ days, open: earlier }, counted, { now, workspace, warnAt: 100 }).find((state) => !fits(state, amount));
  const state = overrun(before, mine.workspace, mine.amount);
  if (!state) return { kind: 'granted' };
  // Those before it that did not fit themselves are on their way out, if nobody has decided of them yet.
  const staying: OpenReservation[] = [];
  for (const one of before) {
    const young = Math.abs(now.getTime() - Date.parse(one.time)) < decidedWithin;
    if (!young || one.doubt || decided.has(one.job) || !overrun(staying, one.workspace, one.amount)) staying.push(one);
  }
  return overrun(staying, mine.workspace, mine.amount) ? { kind: 'refused', state } : { kind: 'wait' };
}

/**
 * Reserves for requests before they are sent, so that those sent side by side, from one window or several, cannot together go over a budget.
 * One such for each ledger that a window has.
 * @param pause resolves a moment later, in which other windows may have written
 */
export function createReservations(ledger: ReserveLedger, { now, pause }: { readonly now: () => Date; readonly pause: () => Promise<void> }): Reservations {
  /** Of this window: its reservations one after the other, so that none waits for another. */
  let turn: Promise<unknown> = Promise.resolve();
  const decided = new Set<string>();

  async function reserveNow(reservation: Reservation, { budgets, override }: Reserving): Promise<Reserved> {
    const counted = budgetsFor(budgets, reservation.amount.unit);
    try {
      await ledger.append(reservation);
    } catch (cause) {
      if (counted.length === 0) return { kind: 'unkept', cause };
      throw cause;
    }
    let verdict: Verdict = { kind: 'granted' };
    try {
      if (!override && counted.length > 0) verdict = await verdictOn(reservation, counted);
    } catch (error) {
      await giveBack(reservation.job);
      throw error;
    }
    if (verdict.kind === 'refused') {
      await giveBack(reservation.job);
      return { kind: 'over', state: verdict.state };
    }
    decided.add(reservation.job);
    return { kind: 'reserved' };
  }

  async function verdictOn(reservation: Reservation, budgets: readonly Budget[]): Promise<Verdict> {
    for (;;) {
      const decision = decide(await ledger.roll(), reservation, { budgets, now: now(), decided });
      if (decision.kind !== 'wait') return decision;
      await pause();
    }
  }

  /** One that cannot be given back stays counted, until its window is gone: which errs on the safe side. */
  const giveBack = (job: string): Promise<void> => ledger.append({ version: 1, kind: 'release', job }).catch(() => undefined);

  return {
    reserve(reservation, reserving) {
      const mine = turn.then(() => reserveNow(reservation, reserving));
      turn = mine.catch(() => undefined);
      return mine;
    },
  };
}
