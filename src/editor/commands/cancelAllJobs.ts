import { l10n, window, type MessageItem } from 'vscode';
import { isSent, type JobBoard } from '../jobBoard.ts';
import type { CommandTools } from './command.ts';

/** Asks once where requests are at the service already: cancelling may not spare their charge. */
async function mayCancel(board: JobBoard): Promise<boolean> {
  const sent = board.running.filter(isSent).length;
  if (sent === 0) return true;
  const cancel: MessageItem = { title: l10n.t('Cancel All Jobs') };
  // "Cancel" beside it would say nothing.
  const keep: MessageItem = { title: l10n.t('Keep Them'), isCloseAffordance: true };
  const detail =
    sent === 1 ? l10n.t('One request was sent already: the service may still charge for it.') : l10n.t('{0} requests were sent already: the service may still charge for them.', sent);
  return (await window.showWarningMessage(l10n.t('Cancel all jobs?'), { modal: true, detail }, cancel, keep)) === cancel;
}

/** `Easel: Cancel All Jobs`: those that run, and those that wait for their turn, when the user has answered. Says so when there is none. */
export async function cancelAllJobs({ board }: CommandTools): Promise<void> {
  if (board.running.length === 0) {
    void window.showInformationMessage(l10n.t('No job is under way.'));
    return;
  }
  if (!(await mayCancel(board))) return;
  // The last first: a place that comes free must not start what is about to be cancelled.
  for (const { cancel } of board.running.toReversed()) cancel();
}
