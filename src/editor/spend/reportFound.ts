import { env, l10n } from 'vscode';
import type { Amount } from '../../images/price.ts';
import type { LogRow } from '../../images/logRow.ts';
import type { Found } from '../../protocol/spend.ts';
import type { Charge } from '../../spend/entry.ts';
import { amountIn } from '../show/money.ts';
import type { Reconciliation } from './reconcile.ts';
import { chargesText, daysText, momentText, numberText, qualityText } from './reportWords.ts';

type Group = Found['groups'][number];
type Row = Group['rows'][number];

/** Most rows of a group that are listed; the figures above them count all. */
const mostRows = 100;

const number = (value: number): string => numberText(value, env.language);
const money = (micros: number): string => amountIn({ micros, unit: 'credits' });
/** With its sign, also above nothing. */
const difference = (micros: number): string => (micros > 0 ? `+${money(micros)}` : money(micros).replace(/^-/, '−'));
const charges = (count: number): string => chargesText(count, { t: l10n.t, locale: env.language });
const callsText = (count: number): string => (count === 1 ? l10n.t('1 call') : l10n.t('{0} calls', number(count)));
const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

const chargeRow = ({ time, model, size, quality, amount, measured }: Charge): Row => {
  const text = amountIn(amount satisfies Amount);
  return { time: momentText(new Date(time), env.language), about: [model, size.replace('x', ' × '), qualityText(quality, l10n.t)].filter((part) => part !== '').join(' · '), here: measured ? text : l10n.t('about {0}', text) };
};

const logRow = ({ time, model, promptTokens, completionTokens, micros }: LogRow): Row => ({
  time: momentText(new Date(time), env.language),
  about: l10n.t('{0} · {1} tokens in, {2} out', model, number(promptTokens), number(completionTokens)),
  there: money(micros),
});

const matchedRow = ({ charge, row, delta }: Reconciliation['matched'][number]): Row => ({ ...chargeRow(charge), there: money(row.micros), difference: difference(delta) });

const listed = (rows: readonly Row[]): Pick<Group, 'rows' | 'more'> => ({ rows: rows.slice(0, mostRows), more: Math.max(0, rows.length - mostRows) });

function matchedGroup(matched: Reconciliation['matched']): Group {
  const differing = matched.filter(({ delta }) => delta !== 0);
  return {
    id: 'matched',
    title: l10n.t('In both'),
    text:
      matched.length === 0
        ? l10n.t('Nothing.')
        : differing.length === 0
          ? l10n.t('{0}, billed as entered.', charges(matched.length))
          : l10n.t('{0}. Billed otherwise than entered: {1}, by {2} in all.', charges(matched.length), number(differing.length), difference(sumOf(differing.map(({ delta }) => delta)))),
    ...(differing.length > 0 && { enters: { label: l10n.t('Correct these to what was billed'), corrections: differing.length, wanted: true } }),
    ...listed(differing.map(matchedRow)),
  };
}

function onlyThereGroup(rows: readonly LogRow[]): Group {
  return {
    id: 'onlyThere',
    title: l10n.t('Only at the service'),
    text: rows.length === 0 ? l10n.t('Nothing.') : l10n.t('{0}, {1} in all: of other programs with the same key, or lost here.', callsText(rows.length), money(sumOf(rows.map(({ micros }) => micros)))),
    // Other programs' calls are not to be entered by a slip of the hand.
    ...(rows.length > 0 && { enters: { label: l10n.t('Enter these as charges'), corrections: rows.length, wanted: false } }),
    ...listed(rows.map(logRow)),
  };
}

function onlyHereGroup(unknown: readonly Charge[]): Group {
  return {
    id: 'onlyHere',
    title: l10n.t('Only here'),
    text: unknown.length === 0 ? l10n.t('Nothing.') : l10n.t('{0}, {1} in all: perhaps never billed.', charges(unknown.length), money(sumOf(unknown.map(({ amount }) => amount.micros)))),
    ...(unknown.length > 0 && { enters: { label: l10n.t('Correct these to nothing'), corrections: unknown.length, wanted: false } }),
    ...listed(unknown.map(chargeRow)),
  };
}

/** What was found, in words. */
export function foundView({ origin, since, until, complete, matched, onlyHere, onlyThere }: Reconciliation, turn: number): Found {
  return {
    kind: 'found',
    turn,
    about: l10n.t('{0}, {1}', new URL(origin).host, daysText({ from: since.getTime(), to: until.getTime() + 1 }, env.language)),
    ...(!complete && { doubt: l10n.t('The log does not reach back over all of that time, or has entries that cannot be read: what is only here may well be in it.') }),
    groups: [matchedGroup(matched), onlyThereGroup(onlyThere), onlyHereGroup(onlyHere)],
  };
}
