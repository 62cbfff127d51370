import { commands, env, l10n, ProgressLocation, Uri, window, type Memento } from 'vscode';
import { billedOf } from '../../images/failure.ts';
import { withoutLinks } from '../../images/redact.ts';
import { askKey } from '../ask/key.ts';
import { rememberOrder } from './memory.ts';
import { checkOrder, fulfil, titleOf, type Order, type OrderResult, type OrderTools } from './order.ts';
import { restRemedies } from './rest.ts';
import { failureOf, openPictures, showFailure, type Remedies } from '../show/present.ts';
import type { Service } from '../service.ts';
import { opensPictures } from '../settings.ts';
import { costText, hasRest } from '../show/outcome.ts';
import { showResult } from '../show/showResult.ts';
import { stageText } from '../show/stage.ts';
import { limitBefore, withConsent } from '../spend/consent.ts';

/** Makes sure that there is a key for the service: asks for one when there is none. False when the user leaves. */
export async function haveKey(service: Service, tools: Pick<OrderTools, 'keys'>): Promise<boolean> {
  if ((await tools.keys.get(service.origin)) !== undefined) return true;
  const key = await askKey(service);
  if (key === undefined) return false;
  await tools.keys.set(service.origin, key);
  return true;
}

/** What can be done after something went wrong. `again` starts the same thing anew; the user decides, nobody else. */
export function remediesFor(tools: OrderTools, again: { readonly retry?: () => unknown; readonly askAnew?: () => unknown }): Remedies {
  const openPage = (page: string | undefined): (() => unknown) | undefined => (page === undefined ? undefined : () => env.openExternal(Uri.parse(page)));
  let service: Service | undefined;
  try {
    service = tools.services.current();
  } catch {
    // The settings name no service: there is no key to set and no page to open, only the settings.
  }
  const { retry, askAnew } = again;
  const current = service;
  const billing = openPage(current?.profile.billingPage);
  const keyPage = openPage(current?.profile.keyPage);
  return {
    'open-settings': () => commands.executeCommand('easel.openSettings'),
    'set-budget': () => commands.executeCommand('easel.setBudget'),
    'show-log': () => tools.log.show(),
    ...(current && {
      'set-key': async () => {
        const key = await askKey(current);
        if (key === undefined) return;
        await tools.keys.set(current.origin, key);
        await retry?.();
      },
    }),
    ...(billing && { 'open-billing': billing }),
    ...(keyPage && { 'open-key-page': keyPage }),
    ...(retry && { retry }),
    ...(askAnew && { 'change-size': askAnew, 'change-prompt': askAnew }),
  };
}

/**
 * Asks about the same request again so soon: two clicks for one wish would be paid for twice. A program that asks twice is taken at
 * its word: it may well want two.
 */
async function wantsAnother(cost: string): Promise<boolean> {
  const again = l10n.t('Place Again');
  const detail = l10n.t('It costs about {0} once more.', cost);
  return (await window.showWarningMessage(l10n.t('The same request was placed a moment ago. Place it again?'), { modal: true, detail }, again)) === again;
}

/**
 * Places an order for a person: asks when the same was placed a moment ago and when it goes beyond the user's own limits, shows how far it is, lets them cancel, opens what was made,
 * and says what it cost or why it did not work. Never rejects. Resolves when the pictures are in their place, whether or not the
 * message is still shown.
 * @param askAnew starts over with the questions, from the failure's message
 */
export async function placeOrder(order: Order, tools: OrderTools, state: Memento, askAnew: () => unknown): Promise<OrderResult | undefined> {
  const place = (wanted: Order): Promise<unknown> => placeOrder(wanted, tools, state, askAnew);
  const remedies = remediesFor(tools, { retry: () => place(order), askAnew });
  const quietly = (shown: Promise<unknown>): void => void shown.catch((error: unknown) => tools.log.error(String(error)));
  try {
    checkOrder(order);
    const service = tools.services.current();
    const cost = costText(order, tools);
    if (tools.recent.isDouble(order) && !(await wantsAnother(cost))) return undefined;
    if (!(await haveKey(service, tools))) {
      tools.recent.forget(order);
      return undefined;
    }
    const result = await withConsent(async (consent) => {
      await rememberOrder(state, order);
      return window.withProgress(
        { location: ProgressLocation.Notification, cancellable: true, title: withoutLinks(l10n.t('Easel: "{0}" for about {1}', titleOf(order.request.prompt), cost)) },
        (progress, token) => fulfil(order, tools, token, (job) => progress.report({ message: stageText(job) }), consent),
      );
    }, await limitBefore(order, tools));
    if (!result) {
      tools.recent.forget(order);
      return undefined;
    }
    // What is done is no second click on what is under way.
    tools.recent.forget(order);
    quietly(present(result, order, tools, remedies, place));
    return result;
  } catch (error) {
    const failure = failureOf(error);
    if (billedOf(failure) === 'no') tools.recent.forget(order);
    quietly(showFailure(failure, remedies));
    return undefined;
  }
}

async function present(result: OrderResult, order: Order, tools: OrderTools, remedies: Remedies, place: (order: Order) => unknown): Promise<void> {
  if (opensPictures()) await openPictures(result.assets.slice(0, 1).map(({ uri }) => Uri.parse(uri)));
  const ofRest = restRemedies(result, tools, {
    busy: (work) =>
      window.withProgress({ location: ProgressLocation.Notification, cancellable: true, title: l10n.t('Easel: bringing pictures that are paid for') }, (_progress, token) => {
        const abort = new AbortController();
        token.onCancellationRequested(() => abort.abort());
        return work(abort.signal);
      }),
    resumed: (resumed) => present(resumed, order, tools, remedies, place),
    failed: (failure, again) => showFailure(failure, { ...remedies, retry: again }),
    left: () => show(),
    discarded: () => undefined,
  });
  const show = (): Promise<void> => showResult(result, order, tools, hasRest(result) ? { ...remedies, ...ofRest } : remedies, place);
  await show();
}
