import { l10n, MarkdownString } from 'vscode';
import type { Charge } from '../../spend/entry.ts';
import { budgetLine, chargeAmount, chargeName, filled, sumsText, whenText, type SpendView, type Words } from './spendWords.ts';

/** The commands that the hover's links may run: Easel's own alone. */
const enabledCommands = [
  'easel.openPanel',
  'easel.generate',
  'easel.generateAgain',
  'easel.showSpend',
  'easel.setBudget',
  'easel.reconcileSpend',
  'easel.refreshBalance',
  'easel.enterBalance',
  'easel.showLog',
] as const;
type Linked = (typeof enabledCommands)[number];

const link = (icon: string, label: string, command: Linked): string => `[$(${icon}) ${label}](command:${command})`;

/** Signs of a budget's bar. */
const cells = 10;

/** A budget's bar of icons: every font has them, and screen readers, to whom the line above says it in words, pass over them. */
const bar = (share: number): string => `${'$(circle-filled)'.repeat(filled(share, cells))}${'$(circle-outline)'.repeat(cells - filled(share, cells))}`;

/**
 * What the pointer finds at the status bar. Sums, dates and names of ours are markup; whatever comes from elsewhere, such as names of files and models, is
 * appended as text, so that nothing in it is taken for a link or an icon.
 */
export function spendHover(view: SpendView, words: Words, now: Date): MarkdownString {
  const { totals, workspaceMonth, budgets, doubt, skipped } = view;
  const text = new MarkdownString('', true);
  text.isTrusted = { enabledCommands };
  text.appendMarkdown(`**${l10n.t('Easel: spent on pictures')}**\n\n`);
  const lines = [
    l10n.t('Today: {0}', sumsText(totals.today, words)),
    l10n.t('This session: {0}', sumsText(totals.session, words)),
    l10n.t('This week: {0}', sumsText(totals.week, words)),
    l10n.t('This month: {0}', sumsText(totals.month, words)),
    totals.workspace.length === 0 ? l10n.t('This workspace: {0}', sumsText([], words)) : l10n.t('This workspace: {0} ({1} this month)', sumsText(totals.workspace, words), sumsText(workspaceMonth, words)),
    l10n.t('All time: {0}', sumsText(totals.all, words)),
  ];
  text.appendMarkdown(`${lines.join('  \n')}\n\n`);
  text.appendMarkdown(`${balanceLine(view, words, now)}\n\n`);
  for (const state of budgets) {
    const icon = state.level === 'over' ? '$(error) ' : state.level === 'warn' ? '$(warning) ' : '';
    text.appendMarkdown(`${icon}${l10n.t('Budget')} · ${budgetLine(state, words)}  \n${bar(state.share)}\n\n`);
  }
  if (doubt.count > 0) text.appendMarkdown(`$(question) ${l10n.t('Not known whether charged: up to {0} (requests without an answer: {1})', sumsText(doubt.sums, words), doubt.count)}\n\n`);
  if (totals.lastFive.length > 0) text.appendMarkdown(`**${l10n.t('Last charges')}**\n\n`);
  for (const charge of totals.lastFive) appendCharge(text, charge, words, now);
  if (skipped > 0) text.appendMarkdown(`\n$(warning) ${l10n.t('Lines of the ledger that could not be read: {0}', skipped)}\n`);
  const spend = [
    link('graph', l10n.t('Show Spend'), 'easel.showSpend'),
    link('target', l10n.t('Set Budget…'), 'easel.setBudget'),
    link('checklist', l10n.t('Reconcile Spend…'), 'easel.reconcileSpend'),
  ];
  const make = [
    link('layout', l10n.t('Open Panel'), 'easel.openPanel'),
    link('sparkle', l10n.t('Generate'), 'easel.generate'),
    link('refresh', l10n.t('Again'), 'easel.generateAgain'),
    link('output', l10n.t('Log'), 'easel.showLog'),
  ];
  return text.appendMarkdown(`\n---\n\n${spend.join(' · ')}\n\n${make.join(' · ')}`);
}

/** The balance, as of when, and how to bring it up to date. */
function balanceLine({ balance, low }: SpendView, { amount, locale }: Words, now: Date): string {
  const enter = link('edit', l10n.t('Enter Balance…'), 'easel.enterBalance');
  const refresh = link('sync', l10n.t('Refresh'), 'easel.refreshBalance');
  if (!balance) return `${l10n.t('Balance: not known')} · ${refresh} · ${enter}`;
  const asOf = whenText(balance.asOf, now, locale);
  const said = balance.from === 'hand' ? l10n.t('Balance: {0}, counted down from what was entered (as of {1})', amount(balance.amount), asOf) : l10n.t('Balance: {0} (as of {1})', amount(balance.amount), asOf);
  return `${low ? '$(warning) ' : ''}${said} · ${balance.from === 'hand' ? enter : refresh}`;
}

function appendCharge(text: MarkdownString, charge: Charge, words: Words, now: Date): void {
  text.appendMarkdown('- ').appendText(chargeName(charge, words));
  text.appendMarkdown(` — ${chargeAmount(charge, words)} · ${whenText(new Date(charge.time), now, words.locale)}\n`);
}
