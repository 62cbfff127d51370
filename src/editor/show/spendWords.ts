import type { Amount } from '../../images/price.ts';
import type { Translate } from '../../images/words.ts';
import { limitOf, type Budget, type BudgetState } from '../../spend/budget.ts';
import type { Charge } from '../../spend/entry.ts';
import type { Sums, Totals } from '../../spend/totals.ts';
import type { StatusBarMode } from '../settings.ts';
import type { Balance } from '../spend/balance.ts';

/** What the words below are made with: the user's language, and amounts as the user wants to see them. */
export interface Words {
  readonly t: Translate;
  readonly amount: (value: Amount) => string;
  /** BCP 47. */
  readonly locale: string;
}

/** All that the status bar and its hover tell. */
export interface SpendView {
  readonly totals: Totals;
  /** What this workspace cost in this month. */
  readonly workspaceMonth: Sums;
  readonly budgets: readonly BudgetState[];
  /** Undefined where the service does not tell it and nobody has entered it. */
  readonly balance: Balance | undefined;
  /** The balance is at or below the user's low-water mark. */
  readonly low: boolean;
  /** What may have been charged for requests whose answer never came, at most; how many they are. */
  readonly doubt: { readonly sums: Sums; readonly count: number };
  /** Lines of the ledger that could not be read. */
  readonly skipped: number;
}

/** What the status bar shows: `label` is for screen readers and says in words what icon and colour say. */
export interface StatusView {
  readonly text: string;
  readonly label: string;
  readonly level: BudgetState['level'];
}

/** Several units side by side, never added up. */
export const sumsText = (sums: Sums, { t, amount }: Words): string => (sums.length === 0 ? t('nothing yet') : sums.map(amount).join(' + '));

/** What a budget is for, as it stands before a colon or in a sentence. */
export function budgetName({ period, scope }: Pick<Budget, 'period' | 'scope'>, { t }: Pick<Words, 't'>): string {
  if (scope === 'workspace') {
    switch (period) {
      case 'day':
        return t('This workspace, today');
      case 'week':
        return t('This workspace, this week');
      case 'month':
        return t('This workspace, this month');
      case 'all':
        return t('This workspace, all time');
    }
  }
  switch (period) {
    case 'day':
      return t('Today');
    case 'week':
      return t('This week');
    case 'month':
      return t('This month');
    case 'all':
      return t('All time');
  }
}

/** `62 %`, cut down to whole percents, so that only a full budget is at 100. */
export function shareText(share: number, locale: string): string {
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }).format(Math.floor(share * 100 + 1e-9) / 100);
}

/** How many of `cells` are filled: none only where nothing was spent, all only at the limit. */
export function filled(share: number, cells: number): number {
  if (share >= 1) return cells;
  return share <= 0 ? 0 : Math.min(cells - 1, Math.max(1, Math.round(share * cells)));
}

/** `This month: 620 credits of 1,000 credits (62%)`, and what requests under way may cost beside. */
export function budgetLine({ budget, spent, reserved, share }: BudgetState, words: Words): string {
  const { t, amount, locale } = words;
  const values = [budgetName(budget, words), amount(spent), amount(limitOf(budget)), shareText(share, locale)] as const;
  return reserved.micros > 0 ? t('{0}: {1}, and up to {4} set aside, of {2} ({3})', ...values, amount(reserved)) : t('{0}: {1} of {2} ({3})', ...values);
}

/** The time of day for what is of today, else with its date. */
export function whenText(time: Date, now: Date, locale: string): string {
  const today = time.toDateString() === now.toDateString();
  return time.toLocaleString(locale, today ? { timeStyle: 'short' } : { dateStyle: 'short', timeStyle: 'short' });
}

/** Characters of a name that a line has room for. */
const nameRoom = 40;

/** A long name without its middle: its end tells of the kind of file. */
function shortened(name: string): string {
  const letters = Array.from(new Intl.Segmenter().segment(name), ({ segment }) => segment);
  return letters.length <= nameRoom ? name : `${letters.slice(0, nameRoom - 12).join('')}…${letters.slice(-11).join('')}`;
}

/** The name at the end of a file's URI. */
function baseName(uri: string): string {
  const name = uri.replace(/[?#].*$/s, '').split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** What a charge was for: its pictures' names, else model and size. All of it is foreign: to be shown as text alone. */
export function chargeName({ files = [], model, size }: Charge, { t }: Pick<Words, 't'>): string {
  const [first, second, ...more] = files.map(baseName).filter((name) => name !== '').map(shortened);
  if (first === undefined) return [shortened(model), ...(size === 'auto' || size === '' ? [] : [size.replace('x', ' × ')])].join(' · ');
  if (second === undefined) return first;
  return more.length === 0 ? t('{0} and {1}', first, second) : t('{0} and {1} more', first, more.length + 1);
}

/** `783.13 credits`, `about 800 credits`: what was not measured is not said as if it were. */
export const chargeAmount = ({ amount, measured }: Charge, words: Words): string => {
  const { t } = words;
  return measured ? words.amount(amount) : t('about {0}', words.amount(amount));
};

/** The worst that budgets and balance are in. */
export function levelOf({ budgets, low }: Pick<SpendView, 'budgets' | 'low'>): BudgetState['level'] {
  if (budgets.some(({ level }) => level === 'over')) return 'over';
  return low || budgets.some(({ level }) => level === 'warn') ? 'warn' : 'ok';
}

/** The few words in the status bar. Colour alone would say nothing to some: the icon says it too. */
export function statusView(mode: Exclude<StatusBarMode, 'off'>, view: SpendView, words: Words): StatusView {
  const { t } = words;
  const level = levelOf(view);
  const balance = view.balance && words.amount(view.balance.amount);
  const asBalance = mode === 'balance' && balance !== undefined;
  const values = mode === 'session' ? view.totals.session : view.totals.today;
  const spent = sumsText(values, words);
  const icon = level === 'over' ? 'error' : level === 'warn' ? 'warning' : asBalance ? 'credit-card' : 'sparkle';
  // A bare 0 would say nothing to anyone: the name does.
  const main = asBalance ? balance : values.length === 0 ? 'Easel' : spent;
  const left = view.low && balance !== undefined && !asBalance ? ` · $(credit-card) ${t('{0} left', balance)}` : '';

  const said = asBalance ? t('Easel: {0} left', balance) : mode === 'session' ? t('Easel: {0} spent in this session', spent) : t('Easel: {0} spent today', spent);
  const warnings = [
    ...(view.low && balance !== undefined ? [t('The balance is low: {0}', balance)] : []),
    ...view.budgets.filter((state) => state.level === 'over').map((state) => t('A budget is used up. {0}', budgetLine(state, words))),
    ...view.budgets.filter((state) => state.level === 'warn').map((state) => t('A budget is nearly used up. {0}', budgetLine(state, words))),
  ];
  return { text: `$(${icon}) ${main}${left}`, label: warnings.reduce((before, next) => t('{0}. {1}', before, next), said), level };
}
