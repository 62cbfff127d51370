import { commands, l10n, Uri, ViewColumn, window } from 'vscode';
import { differenceSentence } from '../../images/difference.ts';
import { FailureError, type Failure } from '../../images/failure.ts';
import { failureActions, failureSentence, type FailureAction } from '../../images/failureSentence.ts';
import { withoutLinks } from '../../images/redact.ts';
import type { OrderResult } from '../orders/order.ts';
import { chargeIn } from './money.ts';
import { joinSentences } from './sentences.ts';

/** What a person can do about a failure; what is absent cannot be done here and is not offered. */
export type Remedies = Partial<Record<FailureAction, () => unknown>>;

/** Something that a message offers to do, by a button. */
export interface Offer {
  readonly title: string;
  readonly run: () => unknown;
}

/** Whatever was thrown, as a failure. What is not one of ours is a defect of ours. */
export const failureOf = (error: unknown): Failure =>
  error instanceof FailureError ? error.failure : { code: 'internal', message: error instanceof Error ? error.message : String(error) };

export function actionTitle(action: FailureAction): string {
  switch (action) {
    case 'set-key':
      return l10n.t('Set API Key');
    case 'open-settings':
      return l10n.t('Open Settings');
    case 'set-budget':
      return l10n.t('Set Budget…');
    case 'change-size':
      return l10n.t('Change Size');
    case 'change-prompt':
      return l10n.t('Change Prompt');
    case 'retry':
      return l10n.t('Try Again');
    case 'place-again':
      return l10n.t('Place Again');
    case 'choose-files':
      return l10n.t('Choose Files');
    case 'check-log':
      return l10n.t('Check the Usage Log');
    case 'show-log':
      return l10n.t('Show Log');
    case 'open-billing':
      return l10n.t('Open Billing Page');
    case 'open-key-page':
      return l10n.t('Get a Key');
    case 'save-as':
      return l10n.t('Save As…');
    case 'discard':
      return l10n.t('Discard');
  }
}

/** Those of the actions that can be done here, in the same order. */
export const offersOf = (actions: readonly FailureAction[], remedies: Remedies): readonly Offer[] =>
  actions.flatMap((action) => {
    const run = remedies[action];
    return run ? [{ title: actionTitle(action), run }] : [];
  });

/** Shows a sentence with what can be done, and does what is chosen. Resolves when that is done, or the message is gone. */
export async function tell(how: 'information' | 'warning' | 'error', sentence: string, offers: readonly Offer[]): Promise<void> {
  const show = { information: window.showInformationMessage, warning: window.showWarningMessage, error: window.showErrorMessage }[how];
  // A message makes links of what looks like one, of commands too: names and prompts may look like it.
  const chosen = await show(withoutLinks(sentence), ...offers.map(({ title }) => title));
  await offers.find(({ title }) => title === chosen)?.run();
}

/** Shows a failure's sentence with what can be done about it. Cancelling is no failure to the one who cancelled. */
export async function showFailure(failure: Failure, remedies: Remedies): Promise<void> {
  if (failure.code === 'cancelled' && !failure.sent) return;
  await tell(failure.code === 'cancelled' ? 'warning' : 'error', failureSentence(failure, l10n.t), offersOf(failureActions(failure), remedies));
}

/** The sentences about what came otherwise than asked, or not at all. */
export const concernsOf = (result: OrderResult): readonly string[] => [
  ...result.differences.map((difference) => differenceSentence(difference, l10n.t)),
  ...result.troubles.map((trouble) => failureSentence(trouble, l10n.t)),
];

/** The same with what is worth knowing and nobody's fault: what was done to references and pictures on their way. */
export const notesOf = (result: OrderResult): string[] => [...new Set([...concernsOf(result), ...(result.notes ?? []), ...result.assets.flatMap(({ notes }) => notes ?? [])])];

/** Opens pictures beside what the user works on. */
export async function openPictures(uris: readonly Uri[]): Promise<void> {
  for (const uri of uris) await commands.executeCommand('vscode.open', uri, { viewColumn: ViewColumn.Beside, preserveFocus: true, preview: uris.length === 1 });
}

/** What was made or replaced, and for how much. At least one asset is there. */
export function madeSentence(result: OrderResult): string {
  const names = result.assets.map(({ uri }) => Uri.parse(uri).path.replace(/^.*\//, '')).join(', ');
  const cost = chargeIn(result.charge);
  const replaced = result.assets.some(({ replacement }) => replacement !== undefined);
  return replaced ? l10n.t('Replaced {0} for {1}.', names, cost) : l10n.t('Made {0} for {1}.', names, cost);
}

/** The same, and what is to be known of it. */
export const resultSentence = (result: OrderResult): string => joinSentences([madeSentence(result), ...notesOf(result)]);
