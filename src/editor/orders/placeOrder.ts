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

/** What starts the same thing anew, after something went wrong; the user decides, nobody else. */
export interface Again {
  readonly retry?: () => unknown;
  readonly askAnew?: () => unknown;
  /** Lets other files be chosen for it. */
  readonly chooseFiles?: () => unknown;
  /** What went wrong is a job with this order, which `retry` places once more. */
  readonly order?: Order;
  /** The job's id, where it came so far as to have one. */
  readonly job?: string | undefined;
}

/** What can be done after something went wrong. */
export function remediesFor(tools: OrderTools, again: Again): Remedies {
  const openPage = (page: string | undefined): (() => unknown) | undefined => (page === undefined ? undefined : () => env.openExternal(Uri.parse(page)));
  let service: Service | undefined;
  try {
    service = tools.services.current();
  } catch {
    // The settings name no service: there is no key to set and no page to open, only the settings.
  }
  const { retry, askAnew, chooseFiles, order, job } = again;
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
    ...(job !== undefined && current?.profile.usageLog !== undefined && { 'check-log': async () => (await import('../recovery.ts')).checkLogOf(job, tools) }),
    ...(retry && { retry }),
    ...(retry &&
      order && {
        'place-again': async () => {
          if (!(await wantsToPayAgain(order, tools))) return;
          // It is agreed to: that is no click too many.
          tools.recent.forget(order);
          await retry();
        },
      }),
    ...(chooseFiles && { 'choose-files': chooseFiles }),
    ...(askAnew && { 'change-size': askAnew, 'change-prompt': askAnew }),
  };
}

/** Asks before a request is paid for a second time. @throws {FailureError} when the settings name no service */
async function wantsSecond(question: string, order: Order, tools: OrderTools): Promise<boolean> {
  const again = l10n.t('Place Again');
  const detail = l10n.t('It costs about {0} once more.', costText(order, tools));
  return (await window.showWarningMessage(question, { modal: true, detail }, again)) === again;
}

/**
 * Asks about the same request again so soon: two clicks for one wish would be paid for twice. A program that asks twice is taken at its
 * word: it may well want two, and where a service draws one picture whatever `count` says it has to ask so.
 */
const wantsAnother = (order: Order, tools: OrderTools): Promise<boolean> => wantsSecond(l10n.t('The same request was placed a moment ago. Place it again?'), order, tools);

const wantsToPayAgain = (order: Order, tools: OrderTools): Promise<boolean> => wantsSecond(l10n.t('The picture that is lost stays paid for. Place the request again?'), order, tools);

/**
 * Places an order for a person: asks when the same was placed a moment ago and when it goes beyond the user's own limits, shows how far it is, lets them cancel, opens what was made,
 * and says what it cost or why it did not work. Never rejects. Resolves when the pictures are in their place, whether or not the
 * message is still shown.
 * @param askAnew starts over with the questions, from the failure's message
 * @param chooseFiles lets other files be chosen, where these cannot be sent; absent: begins with the same ones, and asks the rest anew
 */
export async function placeOrder(order: Order, tools: OrderTools, state: Memento, askAnew: () => unknown, chooseFiles = filesAnew(order)): Promise<OrderResult | undefined> {
  const place = (wanted: Order): Promise<unknown> => placeOrder(wanted, tools, state, askAnew, chooseFiles);
  let job: string | undefined;
  const remedies = (): Remedies => remediesFor(tools, { retry: () => place(order), askAnew, ...(chooseFiles && { chooseFiles }), order, job });
  const quietly = (shown: Promise<unknown>): void => void shown.catch((error: unknown) => tools.log.error(String(error)));
  try {
    checkOrder(order);
    const service = tools.services.current();
    const cost = costText(order, tools);
    if (tools.recent.isDouble(order) && !(await wantsAnother(order, tools))) return undefined;
    if (!(await haveKey(service, tools))) {
      tools.recent.forget(order);
      return undefined;
    }
    const result = await withConsent(async (consent) => {
      await rememberOrder(state, order);
      return window.withProgress(
        { location: ProgressLocation.Notification, cancellable: true, title: withoutLinks(l10n.t('Easel: "{0}" for about {1}', titleOf(order.request.prompt), cost)) },
        (progress, token) =>
          fulfil(order, tools, token, (running) => {
            job = running.id;
            progress.report({ message: stageText(running) });
          }, consent),
      );
    }, await limitBefore(order, tools));
    if (!result) {
      tools.recent.forget(order);
      return undefined;
    }
    quietly(present(result, order, tools, remedies(), place));
    return result;
  } catch (error) {
    const failure = failureOf(error);
    if (billedOf(failure) === 'no') tools.recent.forget(order);
    quietly(showFailure(failure, remedies()));
    return undefined;
  }
}

/** The list of an order's files, to be put together anew; undefined where it has none. */
function filesAnew({ references }: Order): (() => unknown) | undefined {
  return references && (() => commands.executeCommand('easel.editWithReferences', references[0]?.uri, references.map(({ uri }) => uri)));
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
