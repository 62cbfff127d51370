import { env, l10n, QuickPickItemKind, window, type QuickPickItem } from 'vscode';
import { ratesFor } from '../../api/profiles.ts';
import type { Unit } from '../../images/price.ts';
import { readFigure } from '../../spend/balance.ts';
import { budgetStates, largestLimit, type Budget, type BudgetScope, type BudgetState } from '../../spend/budget.ts';
import { periods, type Period } from '../../spend/period.ts';
import type { Roll } from '../../spend/roll.ts';
import { askAll, askPick, askText, type Question } from '../ask/steps.ts';
import { remediesFor } from '../orders/placeOrder.ts';
import { requestSettings } from '../settings.ts';
import { amountIn } from '../show/money.ts';
import { failureOf, showFailure } from '../show/present.ts';
import { joinSentences } from '../show/sentences.ts';
import { budgetLine, budgetName, type Words } from '../show/spendWords.ts';
import { currentBudgets } from '../spend/budgets.ts';
import { writeBudget } from '../spend/setBudget.ts';
import { workspaceId } from '../workspaceId.ts';
import type { CommandTools } from './command.ts';

/** What a budget is set for, and to what. */
interface Answers {
  readonly period: Period;
  readonly scope: BudgetScope;
  /** As typed; empty: the budget goes. */
  readonly typed: string;
}

/** What the questions go by, as of their beginning. */
interface Standing {
  readonly unit: Unit;
  readonly roll: Roll;
  readonly budgets: readonly Budget[];
  readonly now: Date;
}

const words: Words = { t: l10n.t, amount: amountIn, locale: env.language };

/** How a budget stands, be it there or not. */
function stateOf(budget: Budget, { roll, now }: Standing): BudgetState {
  const [state] = budgetStates(roll, [budget], { now, workspace: workspaceId(), warnAt: 100 });
  if (!state) throw new Error('a budget without a state');
  return state;
}

const isFor = (budget: Budget, period: Period, scope: BudgetScope): boolean => budget.period === period && budget.scope === scope;

/** A typed limit in units: `¥5` is 50,000 credits, and no other sign stands for credits or for dollars than their own. */
function readLimit(typed: string, unit: Unit): { readonly limit: number } | Extract<ReturnType<typeof readFigure>, { readonly fault: unknown }> {
  const yuan = /[¥￥]/u.test(typed);
  if (unit === 'credits' ? typed.includes('$') : yuan) return { fault: 'not-a-number' };
  const read = readFigure(typed);
  return 'fault' in read ? read : { limit: (read.micros * (yuan ? 10_000 : 1)) / 1e6 };
}

/** What is wrong with a typed limit, as a sentence. */
function faultOf(typed: string, unit: Unit, exists: boolean): string | undefined {
  if (typed.trim() === '') return exists ? undefined : l10n.t('Type a limit, or press Escape to leave.');
  const read = readLimit(typed, unit);
  const tooMuch = l10n.t('That is more than any account holds: check the number.');
  if ('limit' in read) return read.limit > largestLimit ? tooMuch : undefined;
  if (read.fault === 'high') return tooMuch;
  return read.fault === 'low' ? l10n.t('A budget below zero cannot be set: with 0 nothing is sent.') : l10n.t('Write a number alone, with a point before the decimals: 12500 or 12.50.');
}

type Item = QuickPickItem & { readonly period?: Period; readonly scope?: BudgetScope };

/** For each period: the budgets that there are and how they stand, or what was spent without one. */
function itemsOf(standing: Standing): readonly Item[] {
  const item = (scope: BudgetScope) => (period: Period): Item => {
    const there = standing.budgets.filter((budget) => isFor(budget, period, scope));
    const { spent } = stateOf({ period, scope, limit: 0, unit: standing.unit }, standing);
    const label = budgetName({ period, scope }, words);
    return there.length > 0
      ? { label: `$(target) ${label}`, detail: there.map((budget) => budgetLine(stateOf(budget, standing), words)).join(' · '), period, scope }
      : { label: `$(circle-outline) ${label}`, description: l10n.t('{0} spent, no budget', amountIn(spent)), period, scope };
  };
  const heading = (label: string): Item => ({ label, kind: QuickPickItemKind.Separator });
  return [
    heading(l10n.t('Everything together')),
    ...periods.map(item('everything')),
    // Without a workspace there is nothing to tell one from another by.
    ...(workspaceId() === '' ? [] : [heading(l10n.t('Each workspace on its own')), ...periods.map(item('workspace'))]),
  ];
}

/** Asks for what, and how much. Undefined when the user leaves. */
function ask(standing: Standing): Promise<Answers | undefined> {
  const title = l10n.t('Set Budget');
  const { unit } = standing;
  const what: Question<Answers> = async ({ period, scope }, place) => {
    const items = itemsOf(standing);
    const end = await askPick<Item>({ title, ...place }, { placeholder: l10n.t('What is the budget for?'), itemsFor: () => items, active: (one) => one.period === period && one.scope === scope });
    if (end.kind !== 'answer') return end;
    const { period: chosen = 'month', scope: chosenScope = 'everything' } = end.value;
    return { kind: 'answer', value: { period: chosen, scope: chosenScope } };
  };
  const howMuch: Question<Answers> = async ({ period = 'month', scope = 'everything' }, place) => {
    const there = standing.budgets.find((budget) => isFor(budget, period, scope) && budget.unit === unit);
    const { spent, reserved } = stateOf({ period, scope, limit: 0, unit }, standing);
    const end = await askText(
      { title: l10n.t('Budget: {0}', budgetName({ period, scope }, words)), ...place },
      {
        value: there ? String(there.limit) : '',
        placeholder: unit === 'credits' ? '100000' : '10',
        prompt: () =>
          joinSentences([
            unit === 'credits' ? l10n.t('At most, in credits (10,000 = ¥1).') : l10n.t('At most, in US dollars.'),
            reserved.micros > 0 ? l10n.t('Spent: {0}, and up to {1} set aside.', amountIn(spent), amountIn(reserved)) : l10n.t('Spent: {0}.', amountIn(spent)),
            ...(there ? [l10n.t('Leave it empty to remove the budget.')] : []),
          ]),
        judge: (typed) => faultOf(typed, unit, there !== undefined),
      },
    );
    return end.kind === 'answer' ? { kind: 'answer', value: { typed: end.value } } : end;
  };
  return askAll<Answers>(() => [what, howMuch], {});
}

/** The unit that the service bills in, which the settings name now; credits where they name none. */
function unitNow({ services }: CommandTools): Unit {
  try {
    return ratesFor(services.current().profile, requestSettings().model).unit;
  } catch {
    return 'credits';
  }
}

/** `Easel: Set Budget…`: for a period, of everything or of each workspace, in the unit that the service bills in. Changes the user's settings. */
export async function setBudget(tools: CommandTools): Promise<void> {
  try {
    const standing: Standing = { unit: unitNow(tools), roll: await tools.ledger.roll(), budgets: currentBudgets(tools).budgets, now: new Date() };
    const answers = await ask(standing);
    if (!answers) return;
    const { period, scope, typed } = answers;
    const read = readLimit(typed, standing.unit);
    const limit = 'fault' in read ? undefined : read.limit;
    await writeBudget({ period, scope, unit: standing.unit }, limit);
    const name = budgetName({ period, scope }, words);
    const done = limit === undefined ? l10n.t('The budget is removed: {0}.', name) : l10n.t('The budget is set. {0}.', budgetLine(stateOf({ period, scope, limit, unit: standing.unit }, standing), words));
    void window.showInformationMessage(done);
  } catch (error) {
    tools.log.error(error instanceof Error ? error : String(error));
    await showFailure(failureOf(error), remediesFor(tools, { retry: () => setBudget(tools) }));
  }
}
