import { commands, env, l10n, Uri, window } from 'vscode';
import { billedOf } from '../../images/failure.ts';
import { estimate, estimateText } from '../../images/price.ts';
import { ratesFor } from '../../api/profiles.ts';
import type { Order, OrderResult, OrderTools } from '../orders/order.ts';
import { actionTitle, concernsOf, offersOf, openPictures, resultSentence, showFailure, tell, type Offer, type Remedies } from './present.ts';

/** What an order would cost at the service that the settings name now: `550–780 credits`. @throws {FailureError} when they name none */
export function costText({ request, imageSizes }: Order, { services }: Pick<OrderTools, 'services'>): string {
  return estimateText(estimate({ ...request, ...(imageSizes && { references: imageSizes }) }, ratesFor(services.current().profile, request.model)), l10n.t, env.language);
}

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

/** The offer to make what the service left out, as a request of its own beside what is there. */
function missingOffer(result: OrderResult, order: Order, tools: OrderTools, place: (order: Order) => unknown): readonly Offer[] {
  const fewer = result.differences.find(({ kind }) => kind === 'fewer');
  if (fewer?.kind !== 'fewer') return [];
  const { replaces: _never, ...rest } = order;
  const missing: Order = { ...rest, request: { ...order.request, count: fewer.asked - fewer.got } };
  const { count } = missing.request;
  const cost = costText(missing, tools);
  return [{ title: count === 1 ? l10n.t('Make the Other One (about {0})', cost) : l10n.t('Make the Other {0} (about {1})', count, cost), run: () => place(missing) }];
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
  if (result.assets.length === 0) {
    // Paid for, and still in the journal: the first trouble says why it is not in its place.
    const [trouble] = result.troubles;
    if (trouble && billedOf(trouble) === 'yes' && result.unsaved.length + result.owed.length === 0) {
      // Somebody else took them in hand meanwhile: to try again here would make, and pay, them anew.
      await tell('information', l10n.t('Another window brings these pictures to their place: look there, or run Recover Images.'), offersOf(['show-log'], remedies));
      return;
    }
    await showFailure(trouble ?? { code: 'internal', message: 'no asset and no trouble' }, remedies);
    return;
  }
  const concerns = concernsOf(result).length > 0;
  const rest = result.unsaved.length + result.owed.length > 0 ? offersOf(result.unsaved.length > 0 ? ['retry', 'save-as', 'discard'] : ['retry'], remedies) : [];
  const missing = rest.length > 0 ? [] : missingOffer(result, order, tools, place);
  const log = concerns && missing.length === 0 ? offersOf(['show-log'], remedies) : [];
  const offers = [...rest, ...missing, ...offersFor(result, order, tools)].slice(0, (missing.length > 0 ? mostWithCost : mostOffers) - log.length);
  await tell(concerns ? 'warning' : 'information', resultSentence(result), [...offers, ...log]);
}
