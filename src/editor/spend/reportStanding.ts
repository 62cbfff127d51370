import type { SpendBudget, SpendView } from '../../protocol/spend.ts';
import { limitOf, type BudgetState } from '../../spend/budget.ts';
import { budgetName, shareText, whenText, type Words } from '../show/spendWords.ts';
import type { Balance } from './balance.ts';

function levelText(level: BudgetState['level'], { t }: Words): string {
  switch (level) {
    case 'ok':
      return t('within the budget');
    case 'warn':
      return t('nearly used up');
    case 'over':
      return t('used up');
  }
}

/** Budgets as bars. */
export const budgetViews = (states: readonly BudgetState[], words: Words): SpendBudget[] =>
  states.map(({ budget, spent, reserved, share, level }) => {
    const { t, amount, locale } = words;
    const values = [amount(spent), amount(limitOf(budget))] as const;
    return {
      title: budgetName(budget, words),
      text: reserved.micros > 0 ? t('{0}, and up to {2} set aside, of {1}', ...values, amount(reserved)) : t('{0} of {1}', ...values),
      share,
      percent: shareText(share, locale),
      level,
      state: levelText(level, words),
    };
  });

/** What is left, and how much that is worth. */
export function balanceView({ amount, asOf, from, stale }: Balance, now: Date, words: Words): NonNullable<SpendView['balance']> {
  const { t } = words;
  const when = whenText(asOf, now, words.locale);
  const note = from === 'hand' ? t('counted down from what you entered, {0}', when) : stale ? t('as of {0}, could not be asked since', when) : t('as of {0}', when);
  return { text: words.amount(amount), note };
}
