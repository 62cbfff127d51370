import { commands, env, l10n, Uri, window } from 'vscode';
import type { Order, OrderResult, OrderTools } from '../orders/order.ts';
import { outcomeOf } from './outcome.ts';
import { actionTitle, offersOf, openPictures, showFailure, tell, type Offer, type Remedies } from './present.ts';
import { joinSentences } from './sentences.ts';

/** Most buttons that a message shows whole, and fewer where one of them says what it costs. */
const mostOffers = 4;
const mostWithCost = 2;

/** What one can do with pictures that are in their place, the likeliest first. */
function offersFor(result: OrderResult, order: Order, tools: OrderTools): readonly Offer[] {
  const uris = result.assets.map(({ uri }) => Uri.parse(uri));
  const [first] = uris;
  if (!first) return [];
  const open: Offer = { title: l10n.t('Open'), run: () => openPictures(uris) };
  const compare: Offer = { title: l10n.t('Compare'), run: () => commands.executeCommand('easel.compareWithOriginal', first) };
  const reveal: Offer = { title: l10n.t('Reveal in Explorer'), run: () => commands.executeCommand('revealInExplorer', first) };
  const copy: Offer = {
    title: l10n.t('Copy Path'),
    run: () => env.clipboard.writeText(uris.map((uri) => (uri.scheme === 'file' ? uri.fsPath : uri.toString())).join('\n')),
  };
  const replacement = result.assets[0]?.replacement;
  if (replacement !== undefined) return [{ title: l10n.t('Undo'), run: () => undo(replacement, tools) }, compare, open];
  return order.references ? [compare, open, reveal] : [open, reveal, copy];
}

/** Brings a replaced file back. Tells how it went, also when it fails. */
async function undo(replacement: string, tools: OrderTools): Promise<void> {
  try {
    const { undoReplacement } = await import('../files/replace.ts');
    await undoReplacement(replacement, tools);
  } catch (error) {
    tools.log.error(error instanceof Error ? error : String(error));
    await tell('error', l10n.t('The original could not be brought back: see the log, and try again.'), [
      { title: actionTitle('retry'), run: () => undo(replacement, tools) },
      { title: actionTitle('show-log'), run: tools.log.show },
    ]);
  }
}

/** Asks once before what was paid for is deleted, and tells when it cannot be. False when the user would rather keep it. */
export async function discard(result: OrderResult, tools: OrderTools): Promise<boolean> {
  const count = result.unsaved.length + result.owed.length;
  const sentence = count === 1 ? l10n.t('Discard the picture that is paid for?') : l10n.t('Discard {0} pictures that are paid for?', count);
  const detail = l10n.t('It is deleted for good, and its charge stays.');
  const discardIt = actionTitle('discard');
  if ((await window.showWarningMessage(sentence, { modal: true, detail }, discardIt)) !== discardIt) return false;
  try {
    await result.discard();
    tools.log.info(`job ${result.job}: what was kept is discarded, as the user wished`);
  } catch (error) {
    tools.log.error(error instanceof Error ? error : String(error));
    await tell('error', l10n.t('What is kept could not be deleted: see the log, and try again.'), [
      { title: actionTitle('retry'), run: () => discard(result, tools) },
      { title: actionTitle('show-log'), run: tools.log.show },
    ]);
  }
  return true;
}

/**
 * Tells a person what a job made and cost, with what can be done with it.
 * @param remedies for what is paid for and not in its place
 * @param place places an order, for pictures that are missing
 */
export async function showResult(result: OrderResult, order: Order, tools: OrderTools, remedies: Remedies, place: (order: Order) => unknown): Promise<void> {
  const { tone, sentence, notes, actions, failure, missing } = outcomeOf(result, order, tools);
  if (failure) {
    await showFailure(failure, remedies);
    return;
  }
  const fill = missing ? [{ title: missing.title(), run: () => place(missing.order) }] : [];
  const log = offersOf(actions.filter((action) => action === 'show-log'), remedies);
  const rest = offersOf(actions.filter((action) => action !== 'show-log'), remedies);
  const shown = [...rest, ...fill, ...offersFor(result, order, tools)].slice(0, (missing ? mostWithCost : mostOffers) - log.length);
  await tell(tone, joinSentences([sentence(), ...notes]), [...shown, ...log]);
}
