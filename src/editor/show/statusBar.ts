import { env, l10n, MarkdownString, StatusBarAlignment, window, type Disposable } from 'vscode';
import { amountText, type Amount } from '../../images/price.ts';
import type { Charge } from '../../spend/ledger.ts';
import type { Sums, Totals } from '../../spend/totals.ts';
import { statusBarMode } from '../settings.ts';
import type { JobBoard, RunningJob } from '../jobBoard.ts';
import { jobsText, stageText } from './stage.ts';

const amount = (value: Amount): string => amountText(value, l10n.t, env.language);

/** Several units side by side, never added up; the profile's own unit where nothing was spent. */
const sums = (values: Sums, none: string): string => (values.length === 0 ? none : values.map(amount).join(' + '));

/** What the last charge was for: model, size, time. */
function lastLine({ model, size, time }: Charge): string {
  const when = new Date(time).toLocaleString(env.language, { dateStyle: 'short', timeStyle: 'short' });
  return [model, ...(size === 'auto' ? [] : [size.replace('x', ' × ')]), when].join(' · ');
}

/** What the pointer finds: sums that are figures and dates of ours, and links to Easel's own commands alone. */
function hover(totals: Totals, skipped: number): MarkdownString {
  const none = l10n.t('nothing yet');
  const text = new MarkdownString('', true);
  text.isTrusted = { enabledCommands: ['easel.openPanel', 'easel.generate', 'easel.generateAgain', 'easel.showMenu', 'easel.showLog'] };
  text.appendMarkdown(`**${l10n.t('Easel: spent on pictures')}**\n\n`);
  const lines = [
    l10n.t('Today: {0}', sums(totals.today, none)),
    l10n.t('This session: {0}', sums(totals.session, none)),
    l10n.t('This workspace: {0}', sums(totals.workspace, none)),
    l10n.t('All time: {0}', sums(totals.all, none)),
  ];
  text.appendMarkdown(`${lines.join('  \n')}\n\n`);
  if (totals.last) {
    const sum = amount(totals.last.amount);
    text.appendMarkdown(`${l10n.t('Last charge: {0}', totals.last.measured ? sum : l10n.t('about {0}', sum))}  \n`);
    // Model and size came from settings: as text, so that nothing in them is taken for markup.
    text.appendText(lastLine(totals.last));
    text.appendMarkdown('\n');
  }
  if (skipped > 0) text.appendMarkdown(`\n$(warning) ${l10n.t('Lines of the ledger that could not be read: {0}', skipped)}\n`);
  text.appendMarkdown(`\n---\n\n[$(layout) ${l10n.t('Open Panel')}](command:easel.openPanel) · [$(sparkle) ${l10n.t('Generate')}](command:easel.generate) · [$(refresh) ${l10n.t('Again')}](command:easel.generateAgain) · [$(output) ${l10n.t('Log')}](command:easel.showLog)`);
  return text;
}

/** What the pointer finds while jobs are under way: each with its stage. */
function jobsHover(jobs: readonly RunningJob[]): MarkdownString {
  const text = new MarkdownString('', true);
  text.isTrusted = { enabledCommands: ['easel.openPanel', 'easel.showJobs', 'easel.cancelAllJobs'] };
  for (const job of jobs) {
    // The prompt as text, so that nothing in it is taken for markup.
    text.appendMarkdown('- ').appendText(job.title).appendMarkdown(` — ${stageText(job)}\n`);
  }
  text.appendMarkdown(`\n---\n\n[$(layout) ${l10n.t('Open Panel')}](command:easel.openPanel) · [$(tasklist) ${l10n.t('Show Jobs')}](command:easel.showJobs) · [$(stop-circle) ${l10n.t('Cancel All Jobs')}](command:easel.cancelAllJobs)`);
  return text;
}

/** Shows what was spent, and while jobs run how far they are. */
export interface SpendStatus extends Disposable {
  show(totals: Totals, skipped: number): void;
  /** Reads the setting anew. */
  refresh(): void;
}

export function createSpendStatus(board: JobBoard): SpendStatus {
  const item = window.createStatusBarItem('easel.spend', StatusBarAlignment.Right, 90);
  item.name = l10n.t('Easel Spend');
  let last: { readonly totals: Totals; readonly skipped: number } | undefined;

  function refresh(): void {
    const mode = statusBarMode();
    const jobs = board.running;
    item.command = jobs.length > 0 ? 'easel.showJobs' : 'easel.showMenu';
    if (jobs.length > 0) {
      const text = jobsText(jobs);
      item.text = `$(loading~spin) ${text}`;
      item.tooltip = jobsHover(jobs);
      item.accessibilityInformation = { label: l10n.t('Easel is making a picture: {0}', text) };
      item.show();
      return;
    }
    if (mode === 'off' || !last) {
      item.hide();
      return;
    }
    const values = mode === 'session' ? last.totals.session : last.totals.today;
    const spent = sums(values, l10n.t('nothing yet'));
    // A bare 0 would say nothing to anyone: the name does.
    item.text = `$(sparkle) ${values.length === 0 ? 'Easel' : spent}`;
    item.tooltip = hover(last.totals, last.skipped);
    item.accessibilityInformation = {
      label: mode === 'session' ? l10n.t('Easel: {0} spent in this session', spent) : l10n.t('Easel: {0} spent today', spent),
    };
    item.show();
  }

  const listening = board.onDidChange(refresh);
  return {
    show(totals, skipped) {
      last = { totals, skipped };
      refresh();
    },
    refresh,
    dispose() {
      listening.dispose();
      item.dispose();
    },
  };
}
