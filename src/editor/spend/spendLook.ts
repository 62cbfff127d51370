import { env, l10n, Uri } from 'vscode';
import { FailureError } from '../../images/failure.ts';
import type { SpendView } from '../../protocol/spend.ts';
import { budgetStates } from '../../spend/budget.ts';
import type { Charge } from '../../spend/entry.ts';
import { localDay } from '../../spend/period.ts';
import { rangeOf, type Range, type RangeChoice } from '../../spend/range.ts';
import { chargesIn, reportOf } from '../../spend/report.ts';
import type { CommandTools } from '../commands/command.ts';
import { budgetSettings, currency } from '../settings.ts';
import { amountIn } from '../show/money.ts';
import { workspaceId } from '../workspaceId.ts';
import { createPlaces } from './reportPlaces.ts';
import { balanceView, budgetViews } from './reportStanding.ts';
import { sectionsOf, type ReportWords } from './reportView.ts';
import { daysText, rangeTitle } from './reportWords.ts';

/** The range that is shown: its title, and its charges in the ledger's order. */
export interface Shown {
  readonly range: Range;
  readonly title: string;
  readonly charges: readonly Charge[];
}

/** What one page looks at. */
export interface SpendLook {
  /** @throws {FailureError} `invalid-request` for a range that is none; then the range stays */
  choose(wanted: RangeChoice): void;
  shown(): Promise<Shown>;
  /** The report in words, with which pictures are kept as far as it was looked. */
  view(): Promise<SpendView>;
  /** Looks which of the range's pictures are there. */
  lookForPictures(): Promise<void>;
  /** The file behind the id of a picture; undefined: there is none of this id. */
  readonly fileOf: (id: string) => string | undefined;
}

/** @throws {FailureError} `invalid-request` */
function rangeAt(choice: RangeChoice, now: Date): Range {
  const range = rangeOf(choice, now);
  if (range) return range;
  throw new FailureError({ code: 'invalid-request', reason: l10n.t('That range has no days: choose a first and a last one.') });
}

function rangeText(choice: RangeChoice, range: Range): string {
  const title = rangeTitle(choice, l10n.t);
  if (choice.preset === 'all') return title;
  const days = daysText(range, env.language);
  return choice.preset === 'custom' ? days : l10n.t('{0}, {1}', title, days);
}

/** The days that a range of one's own begins with: those that are shown, but none that lie ahead. */
function daysOf(choice: RangeChoice, range: Range, charges: readonly Charge[], now: Date): SpendView['days'] {
  const [first] = charges;
  const from = choice.preset === 'all' ? new Date(first?.time ?? now) : new Date(range.from);
  const to = choice.preset === 'custom' ? new Date(range.to - 1) : now;
  return { from: localDay(from), to: localDay(to) };
}

export function createLook(tools: CommandTools): SpendLook {
  const places = createPlaces();
  const ids = new Map<string, string>();
  const files: string[] = [];
  let choice: RangeChoice = { preset: '30-days' };
  let looked = false;

  const idOf = (uri: string): string => {
    const id = ids.get(uri) ?? `p${files.push(uri) - 1}`;
    ids.set(uri, id);
    return id;
  };

  return {
    choose(wanted) {
      rangeAt(wanted, new Date());
      choice = wanted;
    },
    async shown() {
      const range = rangeAt(choice, new Date());
      return { range, title: rangeText(choice, range), charges: chargesIn(await tools.ledger.read(), range) };
    },
    async view() {
      const now = new Date();
      const range = rangeAt(choice, now);
      const [charges, roll, balance] = [await tools.ledger.read(), await tools.ledger.roll(), (await tools.balance()).current];
      const isThere = looked ? places.isThere : undefined;
      const report = reportOf(charges, range, { now, isThere });
      const words: ReportWords = { t: l10n.t, locale: env.language, amount: amountIn, inYuan: currency() === 'yuan', placeOf: (uri) => Uri.parse(uri).fsPath, idOf, isThere };
      const { budgets, warnAt } = budgetSettings();
      return {
        choice,
        days: daysOf(choice, range, charges, now),
        range: rangeText(choice, range),
        charges: report.charges,
        sections: sectionsOf(report, words),
        budgets: budgetViews(budgetStates(roll, budgets, { now, workspace: workspaceId(), warnAt }), words),
        ...(balance && { balance: balanceView(balance, now, words) }),
        notes: tools.ledger.skipped > 0 ? [l10n.t('Lines of the ledger that could not be read: {0}', tools.ledger.skipped)] : [],
      };
    },
    async lookForPictures() {
      await places.look(chargesIn(await tools.ledger.read(), rangeAt(choice, new Date())).flatMap(({ files: made = [] }) => made));
      looked = true;
    },
    fileOf: (id) => (/^p\d{1,9}$/.test(id) ? files[Number(id.slice(1))] : undefined),
  };
}
