import { commands, l10n, ThemeIcon, window, type QuickInputButton, type QuickPick, type QuickPickItem } from 'vscode';
import { isUnderWay, type JobState, type RunningJob } from '../jobBoard.ts';
import { plainLabel } from '../show/sentences.ts';
import { stageText } from '../show/stage.ts';
import type { CommandTools } from './command.ts';

/** A row of the list: a job, or what cancels all of them. */
interface Row extends QuickPickItem {
  readonly job?: RunningJob;
}

const icons = { queued: 'watch', running: 'loading~spin', done: 'check', failed: 'error', cancelled: 'circle-slash' } as const satisfies Record<JobState['state'], string>;

/**
 * `Easel: Show Jobs`: every job with its stage and time, kept true while the list is open; Enter on a job, or its button, cancels it.
 * A job that ends keeps its row until the list is closed, so that no row moves under a finger. Says so when there is no job.
 */
export async function showJobs({ board }: CommandTools): Promise<void> {
  if (board.running.length === 0) {
    void window.showInformationMessage(l10n.t('No job is under way.'));
    return;
  }
  const cancelButton: QuickInputButton = { iconPath: new ThemeIcon('stop-circle'), tooltip: l10n.t('Cancel') };
  const list = window.createQuickPick<Row>();
  list.title = l10n.t('Easel: Jobs');
  list.placeholder = l10n.t('Press Enter on a job to cancel it');
  list.matchOnDetail = true;
  list.keepScrollPosition = true;

  const rowOf = (job: RunningJob): Row => ({
    label: `$(${icons[job.state]}) ${plainLabel(job.title)}`,
    // On a line of its own: a long title must not push it out of a narrow list.
    detail: stageText(job),
    job,
    ...(isUnderWay(job) && { buttons: [cancelButton] }),
  });
  const jobs: RunningJob[] = [];
  const refresh = (): void => {
    jobs.push(...board.running.filter((job) => !jobs.includes(job)));
    show(list, [...jobs.map(rowOf), ...(jobs.filter(isUnderWay).length > 1 ? [{ label: `$(stop-circle) ${l10n.t('Cancel All Jobs')}`, alwaysShow: true }] : [])]);
  };

  const closed = new Promise<void>((resolve) => list.onDidHide(resolve));
  const listening = board.onDidChange(refresh);
  list.onDidTriggerItemButton(({ item }) => item.job?.cancel());
  list.onDidAccept(() => {
    const [row] = list.activeItems;
    if (!row) return;
    if (row.job) {
      if (isUnderWay(row.job)) row.job.cancel();
    } else void commands.executeCommand('easel.cancelAllJobs');
  });
  refresh();
  list.show();
  await closed;
  listening.dispose();
  list.dispose();
}

/** Puts rows into the list without moving the focus; rows that say the same as before are left alone. */
function show(list: QuickPick<Row>, rows: readonly Row[]): void {
  const [focused] = list.activeItems;
  const same = rows.length === list.items.length && rows.every(({ label, detail }, index) => label === list.items[index]?.label && detail === list.items[index]?.detail);
  if (same) return;
  list.items = rows;
  const again = focused && rows.find(({ job }) => job === focused.job);
  if (again) list.activeItems = [again];
}
