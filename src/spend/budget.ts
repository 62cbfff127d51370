import type { Amount, Unit } from '../images/price.ts';
import { isWithin, localDay, periodOf, periods, type Period } from './period.ts';
import type { OpenReservation, Roll } from './roll.ts';

export const budgetScopes = ['everything', 'workspace'] as const;
export type BudgetScope = (typeof budgetScopes)[number];

/** What may be spent in a period: in everything together, or in each workspace on its own. */
export interface Budget {
  readonly period: Period;
  readonly scope: BudgetScope;
  /** In whole units and parts of them, ≥ 0; with 0 nothing may be spent at all. */
  readonly limit: number;
  readonly unit: Unit;
}

/** A budget's limit as a sum. */
export const limitOf = ({ limit, unit }: Budget): Amount => ({ micros: Math.round(limit * 1e6), unit });

/** How a budget stands. */
export interface BudgetState {
  readonly budget: Budget;
  readonly spent: Amount;
  /** What requests under way may still cost, and those whose answer never came. */
  readonly reserved: Amount;
  /** What is spent and reserved, of the limit: 0 and up, 1 at the limit; 1 as well where the limit is 0. */
  readonly share: number;
  readonly level: 'ok' | 'warn' | 'over';
}

/** The parts of the ledger's roll that budgets go by. */
export type BudgetRoll = Pick<Roll, 'days' | 'open'>;

/** A request under way may be charged for so long after it was reserved for, in milliseconds. */
const underWay = 24 * 3_600_000;

/** In units: what is above it is not exact any more. */
export const largestLimit = 1_000_000_000;

/**
 * The budgets in a setting, which may hold anything.
 * @returns those that can be read, and how many entries cannot; a setting that is no list is one such entry
 */
export function budgetsIn(value: unknown): { readonly budgets: readonly Budget[]; readonly malformed: number } {
  if (value === undefined || value === null) return { budgets: [], malformed: 0 };
  if (!Array.isArray(value)) return { budgets: [], malformed: 1 };
  const budgets = value.map(budgetIn).filter((budget) => budget !== undefined);
  return { budgets, malformed: value.length - budgets.length };
}

/** One entry of the setting; undefined where it cannot be read. */
export function budgetIn(value: unknown): Budget | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { period, scope = 'everything', limit, unit } = value as Partial<Record<'period' | 'scope' | 'limit' | 'unit', unknown>>;
  const [knownPeriod, knownScope] = [periods.find((one) => one === period), budgetScopes.find((one) => one === scope)];
  if (!knownPeriod || !knownScope || (unit !== 'credits' && unit !== 'USD')) return undefined;
  if (typeof limit !== 'number' || !(limit >= 0 && limit <= largestLimit)) return undefined;
  return { period: knownPeriod, scope: knownScope, limit, unit };
}

/**
 * How each budget stands at `now`, in their order.
 * @param workspace the workspace that budgets of each workspace are looked at for
 * @param warnAt percent of the limit
 */
export function budgetStates(roll: BudgetRoll, budgets: readonly Budget[], { now, workspace, warnAt }: { readonly now: Date; readonly workspace: string; readonly warnAt: number }): readonly BudgetState[] {
  return budgets.map((budget) => stateOf(budget, roll, { now, workspace, warnAt }));
}

function stateOf(budget: Budget, { days, open }: BudgetRoll, { now, workspace, warnAt }: { readonly now: Date; readonly workspace: string; readonly warnAt: number }): BudgetState {
  const { unit, micros: limit } = limitOf(budget);
  const everywhere = budget.scope === 'everything';
  let spent = 0;
  for (const sum of days.within(periodOf(budget.period, now))) if (sum.unit === unit && (everywhere || sum.workspace === workspace)) spent += sum.micros;
  let reserved = 0;
  for (const reservation of open) if (counts(reservation, budget, { now, workspace })) reserved += reservation.amount.micros;
  const taken = spent + reserved;
  const share = limit > 0 ? Math.max(0, taken) / limit : 1;
  // By whole numbers: a share is rounded, a limit is not.
  const level = taken >= limit ? 'over' : taken * 100 >= limit * warnAt ? 'warn' : 'ok';
  return { budget, spent: { micros: spent, unit }, reserved: { micros: reserved, unit }, share, level };
}

/**
 * Whether a reservation takes up some of a budget. One whose answer never came belongs to the day on which it was made; one under way to
 * now as well, when its charge will be entered.
 */
function counts({ amount, workspace: charged, time, doubt }: OpenReservation, { period, scope, unit }: Budget, { now, workspace }: { readonly now: Date; readonly workspace: string }): boolean {
  if (amount.unit !== unit || (scope === 'workspace' && charged !== workspace)) return false;
  const made = new Date(time);
  if (!doubt && Math.abs(now.getTime() - made.getTime()) <= underWay) return true;
  return isWithin(localDay(made), periodOf(period, now));
}

/** Whether `amount` more fits into the budget as it stands. What is of another unit always does. */
export const fits = ({ budget, spent, reserved }: BudgetState, amount: Amount): boolean =>
  amount.unit !== budget.unit || spent.micros + reserved.micros + amount.micros <= limitOf(budget).micros;

/** The budgets that are in this unit. */
export const budgetsFor = (budgets: readonly Budget[], unit: Unit): readonly Budget[] => budgets.filter((budget) => budget.unit === unit);
