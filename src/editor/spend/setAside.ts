import { setTimeout } from 'node:timers/promises';
import { FailureError, type Failure } from '../../images/failure.ts';
import type { Amount } from '../../images/price.ts';
import { budgetsFor, budgetStates, fits } from '../../spend/budget.ts';
import type { Reservation } from '../../spend/entry.ts';
import type { Ledger } from '../../spend/ledger.ts';
import { createReservations, type Reservations } from '../../spend/reserve.ts';
import type { OrderTools } from '../orders/order.ts';
import { workspaceId } from '../workspaceId.ts';
import { aboveConfirm, currentBudgets, isLimit, overBudget, type LimitFailure } from './budgets.ts';

/** What somebody has said yes to, for one request. */
export interface Consent {
  /** To a cost above `easel.confirmAbove`. */
  readonly above: boolean;
  /** To going over the budgets. */
  readonly over: boolean;
}

/** Programs are not asked: what they want keeps within all limits. */
export const noConsent: Consent = { above: false, over: false };

type SpendTools = Pick<OrderTools, 'ledger' | 'journal' | 'reservations' | 'log'>;

/** The reservations of this window. */
export const openReservations = (ledger: Ledger): Reservations => createReservations(ledger, { now: () => new Date(), pause: () => setTimeout(25) });

/** Text of whatever was thrown, for the log. */
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Sets aside what a job may cost at most, before anything of it is sent.
 * @throws {FailureError} `above-confirm` and `over-budget` where there is no consent; `ledger-failed` where budgets cannot be kept
 */
export async function setAside(reservation: Reservation, tools: SpendTools, consent: Consent): Promise<void> {
  const { ledger, journal, log } = tools;
  const { amount, job } = reservation;
  const settings = currentBudgets(tools);
  const dear = aboveConfirm(amount, settings);
  if (dear && !consent.above) throw dear;
  const reserving = { budgets: settings.budgets, override: consent.over };
  try {
    const reservations = await tools.reservations();
    let outcome = await reservations.reserve(reservation, reserving);
    // What windows that are gone have set aside is looked for when it matters.
    if (outcome.kind === 'over' && (await (await import('../../jobs/abandoned.ts')).releaseAbandoned(journal, ledger, new Date())) > 0) outcome = await reservations.reserve(reservation, reserving);
    if (outcome.kind === 'over') throw overBudget(amount, outcome.state);
    if (outcome.kind === 'unkept') log.warn(`job ${job}: nothing could be set aside, and there is no budget to keep: ${messageOf(outcome.cause)}`);
    else log.info(`job ${job}: up to ${amount.micros / 1e6} ${amount.unit} set aside${consent.over ? ', over the budgets if need be, as the user wished' : ''}`);
  } catch (error) {
    if (error instanceof FailureError) throw error;
    throw new FailureError({ code: 'ledger-failed', message: messageOf(error) }, { cause: error });
  }
}

/** What was set aside for a job that was never sent. */
export async function giveBack(job: string, { ledger, log }: SpendTools): Promise<void> {
  await ledger.append({ version: 1, kind: 'release', job }).catch((error: unknown) => log.warn(`job ${job}: what was set aside could not be given back: ${messageOf(error)}`));
}

/** What {@link setAside} would say now to a request of at most this cost, as far as can be told without setting anything aside; a budget before all else. */
export async function foreseen(cost: Amount, consent: Consent, tools: SpendTools): Promise<LimitFailure | undefined> {
  const settings = currentBudgets(tools);
  const budgets = budgetsFor(settings.budgets, cost.unit);
  let failure: Failure | undefined;
  if (!consent.over && budgets.length > 0) {
    // A ledger that cannot be read is told of when something is to be set aside.
    const roll = await tools.ledger.roll().catch(() => undefined);
    const state = roll && budgetStates(roll, budgets, { now: new Date(), workspace: workspaceId(), warnAt: settings.warnAt }).find((one) => !fits(one, cost));
    failure = state && overBudget(cost, state).failure;
  }
  failure ??= consent.above ? undefined : aboveConfirm(cost, settings)?.failure;
  return failure && isLimit(failure) ? failure : undefined;
}
