import { commands, l10n } from 'vscode';
import { budgetStates, type Budget, type BudgetState } from '../../spend/budget.ts';
import { periodOf } from '../../spend/period.ts';
import type { CommandTools } from '../commands/command.ts';
import { actionTitle, tell } from '../show/present.ts';
import { joinSentences } from '../show/sentences.ts';
import { workspaceId } from '../workspaceId.ts';
import { currentBudgets, standing } from './budgets.ts';

/** In the editor's memory: for each budget the period that was warned of, so that no window does so twice. */
const slot = 'easel.budgetsWarnedOf';

/** A budget's name in the memory; another limit makes it another budget, another workspace too. */
const nameOf = ({ period, scope, limit, unit }: Budget, workspace: string): string => `${[period, scope, limit, unit].join(' ')} ${scope === 'workspace' ? workspace : ''}`;

/**
 * Warns once, after a job, of each budget of which most is gone: once for each period. What is only set aside counts too, for that is
 * what a further request would meet.
 */
export async function warnOfBudgets(tools: Pick<CommandTools, 'ledger' | 'log' | 'memory'>, now = new Date()): Promise<void> {
  const { budgets, warnAt } = currentBudgets(tools);
  if (budgets.length === 0) return;
  const workspace = workspaceId();
  const states = budgetStates(await tools.ledger.roll(), budgets, { now, workspace, warnAt });
  const { globalState } = tools.memory;
  const warned = globalState.get<Readonly<Record<string, string>>>(slot) ?? {};
  const periodNow = ({ period }: Budget): string => periodOf(period, now)?.from ?? 'all';
  const fresh = states.filter(({ level, budget }) => level !== 'ok' && warned[nameOf(budget, workspace)] !== periodNow(budget));
  if (fresh.length === 0) return;
  // Those of budgets that are no more, or of earlier periods, go.
  const kept = Object.entries(warned).filter(([name, period]) => budgets.some((budget) => name.startsWith(nameOf(budget, '')) && period === periodNow(budget)));
  await globalState.update(slot, Object.fromEntries([...kept, ...fresh.map(({ budget }) => [nameOf(budget, workspace), periodNow(budget)])]));
  for (const state of fresh) void warn(state).catch((error: unknown) => tools.log.error(String(error)));
}

async function warn(state: BudgetState): Promise<void> {
  const beginning = state.level === 'over' ? l10n.t('A budget is used up.') : l10n.t('A budget is nearly used up.');
  await tell('warning', joinSentences([beginning, standing(state)]), [
    { title: actionTitle('open-settings'), run: () => commands.executeCommand('easel.openSettings') },
    { title: l10n.t('Show Spend'), run: () => commands.executeCommand('easel.showSpend') },
  ]);
}
