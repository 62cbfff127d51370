import { l10n } from 'vscode';
import { FailureError, type Failure } from '../../images/failure.ts';
import type { Amount } from '../../images/price.ts';
import { limitOf, type Budget, type BudgetState } from '../../spend/budget.ts';
import type { Log } from '../log.ts';
import { budgetSettings, type BudgetSettings } from '../settings.ts';
import { amountIn } from '../show/money.ts';
import { joinSentences } from '../show/sentences.ts';

/** Why a request is not sent unless somebody says so. */
export type LimitFailure = Extract<Failure, { readonly code: 'over-budget' | 'above-confirm' }>;

export const isLimit = (failure: Failure): failure is LimitFailure => failure.code === 'over-budget' || failure.code === 'above-confirm';

/** Malformed settings that the log was told of. */
const told = new Set<number>();

/** The user's limits; what cannot be read of them is passed over, and the log told once. */
export function currentBudgets({ log }: { readonly log: Pick<Log, 'warn'> }): BudgetSettings {
  const settings = budgetSettings();
  const { malformed } = settings;
  if (malformed > 0 && !told.has(malformed)) {
    told.add(malformed);
    log.warn(`easel.budgets: ${malformed} of its entries cannot be read and do not count`);
  }
  return settings;
}

/** The budget in words, and what of it is gone, as one sentence. */
function budgetSentence({ period, scope }: Pick<Budget, 'period' | 'scope'>, limit: string, spent: string): string {
  if (scope === 'workspace') {
    switch (period) {
      case 'day':
        return l10n.t("Today's budget of this workspace is {0}, of which {1} is spent.", limit, spent);
      case 'week':
        return l10n.t("This week's budget of this workspace is {0}, of which {1} is spent.", limit, spent);
      case 'month':
        return l10n.t("This month's budget of this workspace is {0}, of which {1} is spent.", limit, spent);
      case 'all':
        return l10n.t('The budget of this workspace is {0}, of which {1} is spent.', limit, spent);
    }
  }
  switch (period) {
    case 'day':
      return l10n.t("Today's budget is {0}, of which {1} is spent.", limit, spent);
    case 'week':
      return l10n.t("This week's budget is {0}, of which {1} is spent.", limit, spent);
    case 'month':
      return l10n.t("This month's budget is {0}, of which {1} is spent.", limit, spent);
    case 'all':
      return l10n.t('The budget is {0}, of which {1} is spent.', limit, spent);
  }
}

/** What a budget is and what of it is gone, in words. */
export function standing({ budget, spent, reserved }: Pick<BudgetState, 'budget' | 'spent' | 'reserved'>): string {
  const sentence = budgetSentence(budget, amountIn(limitOf(budget)), amountIn(spent));
  return reserved.micros > 0 ? joinSentences([sentence, l10n.t('Up to {0} more is set aside for other requests.', amountIn(reserved))]) : sentence;
}

const mayCost = (cost: Amount): string => l10n.t('This request may cost up to {0}.', amountIn(cost));

/** A request of at most this `cost` does not fit into a budget. */
export function overBudget(cost: Amount, state: BudgetState): FailureError {
  const { budget, spent, reserved } = state;
  const reason = joinSentences([mayCost(cost), standing(state)]);
  return new FailureError({ code: 'over-budget', cost, period: budget.period, scope: budget.scope, limit: limitOf(budget), spent, reserved, reason });
}

/** @returns the failure of a request that may cost more than the user wants to be asked about; undefined where it does not */
export function aboveConfirm(cost: Amount, { confirmAbove }: Pick<BudgetSettings, 'confirmAbove'>): FailureError | undefined {
  const units = confirmAbove[cost.unit];
  const limit: Amount = { micros: Math.round(units * 1e6), unit: cost.unit };
  if (units === 0 || cost.micros <= limit.micros) return undefined;
  const reason = l10n.t('This request may cost up to {0}, and you want to be asked above {1}.', amountIn(cost), amountIn(limit));
  return new FailureError({ code: 'above-confirm', cost, limit, reason });
}
