import { ConfigurationTarget, workspace } from 'vscode';
import { budgetIn, type Budget } from '../../spend/budget.ts';

const isSame = (one: Pick<Budget, 'period' | 'scope' | 'unit'>, other: Pick<Budget, 'period' | 'scope' | 'unit'>): boolean => one.period === other.period && one.scope === other.scope && one.unit === other.unit;

/** The setting as the user's own file has it, which may be anything. */
const own = (): unknown => workspace.getConfiguration('easel').inspect<unknown>('budgets')?.globalValue;

/**
 * Puts a budget into the user's settings, in the place of those for the same thing in the same unit; without a limit these go. Entries
 * that cannot be read stay, for they are the user's.
 */
export async function writeBudget(budget: Pick<Budget, 'period' | 'scope' | 'unit'>, limit: number | undefined): Promise<void> {
  const before = own();
  const others = (Array.isArray(before) ? (before as readonly unknown[]) : []).filter((entry) => {
    const known = budgetIn(entry);
    return !known || !isSame(known, budget);
  });
  const { period, scope, unit } = budget;
  const entries = limit === undefined ? others : [...others, { period, scope, limit, unit }];
  await workspace.getConfiguration('easel').update('budgets', entries.length > 0 ? entries : undefined, ConfigurationTarget.Global);
}
