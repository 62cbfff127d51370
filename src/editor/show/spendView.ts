import { budgetStates } from '../../spend/budget.ts';
import { periodOf } from '../../spend/period.ts';
import type { Roll } from '../../spend/roll.ts';
import { sumOf, totalsOf } from '../../spend/totals.ts';
import { budgetSettings } from '../settings.ts';
import type { BalanceKeeper } from '../spend/balance.ts';
import { workspaceId } from '../workspaceId.ts';
import type { SpendView } from './spendWords.ts';

/** What there is to tell of the ledger, beside its roll. */
export interface Known {
  /** When this window opened. */
  readonly since: Date;
  readonly skipped: number;
  /** Undefined as long as it is not loaded. */
  readonly balance: Pick<BalanceKeeper, 'current' | 'low'> | undefined;
}

/** All that the status bar tells, as it is at `now`, by the settings and for the workspace of this window. */
export function spendView(roll: Roll, { since, skipped, balance }: Known, now: Date): SpendView {
  const workspace = workspaceId();
  const { budgets, warnAt } = budgetSettings();
  const here = roll.days.within(periodOf('month', now)).filter((sum) => sum.workspace === workspace);
  const doubts = roll.open.filter(({ doubt }) => doubt);
  return {
    totals: totalsOf(roll, { now, since, workspace }),
    workspaceMonth: sumOf(here.map((amount) => ({ amount }))),
    budgets: budgetStates(roll, budgets, { now, workspace, warnAt }),
    balance: balance?.current,
    low: balance?.low ?? false,
    doubt: { sums: sumOf(doubts), count: doubts.length },
    skipped,
  };
}
