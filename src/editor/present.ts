import { commands, env, l10n, Uri, ViewColumn, window } from 'vscode';
import { differenceSentence } from '../images/difference.ts';
import { failureActions, FailureError, failureSentence, type Failure, type FailureAction } from '../images/failure.ts';
import { amountText } from '../images/price.ts';
import type { Charge } from '../spend/ledger.ts';
import type { JobResult } from '../jobs/job.ts';
import { joinSentences } from './sentences.ts';

/** What a person can do about a failure; what is absent cannot be done here and is not offered. */
export type Remedies = Partial<Record<FailureAction, () => unknown>>;

/** Whatever was thrown, as a failure. What is not one of ours is a defect of ours. */
export const failureOf = (error: unknown): Failure =>
  error instanceof FailureError ? error.failure : { code: 'internal', message: error instanceof Error ? error.message : String(error) };

function actionTitle(action: FailureAction): string {
  switch (action) {
    case 'set-key':
      return l10n.t('Set API Key');
    case 'open-settings':
      return l10n.t('Open Settings');
    case 'change-size':
      return l10n.t('Change Size');
    case 'change-prompt':
      return l10n.t('Change Prompt');
    case 'retry':
      return l10n.t('Try Again');
    case 'show-log':
      return l10n.t('Show Log');
    case 'open-billing':
      return l10n.t('Open Billing Page');
    case 'open-key-page':
      return l10n.t('Get a Key');
    case 'save-as':
      return l10n.t('Save As…');
  }
}

/** Shows a failure's sentence with what can be done about it. Cancelling is no failure to the one who cancelled. */
export async function showFailure(failure: Failure, remedies: Remedies): Promise<void> {
  if (failure.code === 'cancelled' && !failure.sent) return;
  const offered = failureActions(failure).filter((action) => remedies[action] !== undefined);
  const titles = new Map(offered.map((action) => [actionTitle(action), action] as const));
  const show = failure.code === 'cancelled' ? window.showWarningMessage : window.showErrorMessage;
  const chosen = titles.get((await show(failureSentence(failure, l10n.t), ...titles.keys())) ?? '');
  if (chosen) await remedies[chosen]?.();
}

/** The sentences about what came otherwise than asked, or not at all. */
export const notesOf = (result: JobResult): string[] => [
  ...result.differences.map((difference) => differenceSentence(difference, l10n.t)),
  ...result.troubles.map((trouble) => failureSentence(trouble, l10n.t)),
];

function chargeText({ amount, measured }: Charge): string {
  const sum = amountText(amount, l10n.t, env.language);
  return measured ? sum : l10n.t('about {0}', sum);
}

/** Opens pictures beside what the user works on. */
export async function openPictures(uris: readonly Uri[]): Promise<void> {
  for (const uri of uris) await commands.executeCommand('vscode.open', uri, { viewColumn: ViewColumn.Beside, preserveFocus: true, preview: uris.length === 1 });
}

/** Tells what a job made and cost, with what can be done with it. */
export async function showResult(result: JobResult, remedies: Remedies): Promise<void> {
  const uris = result.assets.map(({ uri }) => Uri.parse(uri));
  const [first] = uris;
  const notes = notesOf(result);
  const cost = chargeText(result.charge);
  if (!first) {
    // Paid for, and still in the journal: the first trouble says why it is not in its place.
    const [trouble] = result.troubles;
    await showFailure(trouble ?? { code: 'internal', message: 'no asset and no trouble' }, remedies);
    return;
  }
  const names = uris.map(({ path }) => path.slice(path.lastIndexOf('/') + 1)).join(', ');
  const open = l10n.t('Open');
  const reveal = l10n.t('Reveal in Explorer');
  const copy = l10n.t('Copy Path');
  const show = notes.length > 0 ? window.showWarningMessage : window.showInformationMessage;
  const rest = result.unsaved.length + result.owed.length > 0 ? [actionTitle('retry'), ...(result.unsaved.length > 0 ? [actionTitle('save-as')] : [])] : [];
  const showLog = notes.length > 0 ? [actionTitle('show-log')] : [];
  const chosen = await show(joinSentences([l10n.t('Made {0} for {1}.', names, cost), ...notes]), ...rest, open, reveal, copy, ...showLog);
  if (chosen === open) await openPictures(uris);
  else if (chosen === reveal) await commands.executeCommand('revealInExplorer', first);
  else if (chosen === copy) await env.clipboard.writeText(uris.map((uri) => (uri.scheme === 'file' ? uri.fsPath : uri.toString())).join('\n'));
  else if (chosen === actionTitle('save-as')) await remedies['save-as']?.();
  else if (chosen === actionTitle('retry')) await remedies.retry?.();
  else if (chosen !== undefined) await remedies['show-log']?.();
}
