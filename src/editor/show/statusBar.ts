import { env, l10n, MarkdownString, StatusBarAlignment, ThemeColor, window, type Disposable } from 'vscode';
import { statusBarMode } from '../settings.ts';
import type { JobBoard, RunningJob } from '../jobBoard.ts';
import { amountIn } from './money.ts';
import { spendHover } from './spendHover.ts';
import { statusView, type SpendView, type StatusView, type Words } from './spendWords.ts';
import { jobsText, stageText } from './stage.ts';

/** Of VS Code's two grounds for the status bar, the one for each state; themes choose their colours. */
const grounds: Readonly<Record<StatusView['level'], ThemeColor | undefined>> = {
  ok: undefined,
  warn: new ThemeColor('statusBarItem.warningBackground'),
  over: new ThemeColor('statusBarItem.errorBackground'),
};

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

/** Shows what was spent and what is left, and while jobs run how far they are. */
export interface SpendStatus extends Disposable {
  /** Takes what there is to tell; the settings are read anew. */
  show(view: SpendView): void;
}

export function createSpendStatus(board: JobBoard, item = window.createStatusBarItem('easel.spend', StatusBarAlignment.Right, 90)): SpendStatus {
  item.name = l10n.t('Easel Spend');
  let view: SpendView | undefined;

  function showJobs(jobs: readonly RunningJob[]): void {
    const text = jobsText(jobs);
    item.text = `$(loading~spin) ${text}`;
    item.tooltip = jobsHover(jobs);
    item.command = 'easel.showJobs';
    item.backgroundColor = undefined;
    item.accessibilityInformation = { label: l10n.t('Easel is making a picture: {0}', text) };
    item.show();
  }

  function refresh(): void {
    if (board.running.length > 0) {
      showJobs(board.running);
      return;
    }
    const mode = statusBarMode();
    if (mode === 'off' || !view) {
      item.hide();
      return;
    }
    const words: Words = { t: l10n.t, amount: amountIn, locale: env.language };
    const { text, label, level } = statusView(mode, view, words);
    item.text = text;
    item.tooltip = spendHover(view, words, new Date());
    item.command = 'easel.showMenu';
    item.backgroundColor = grounds[level];
    item.accessibilityInformation = { label };
    item.show();
  }

  const listening = board.onDidChange(refresh);
  return {
    show(next) {
      view = next;
      refresh();
    },
    dispose() {
      listening.dispose();
      item.dispose();
    },
  };
}
