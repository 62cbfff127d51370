import { commands, env, l10n, ProgressLocation, Uri, window, type Memento } from 'vscode';
import { estimate, estimateText } from '../images/price.ts';
import type { JobResult } from '../jobs/job.ts';
import { ratesFor } from '../api/profiles.ts';
import { askKey } from './ask/key.ts';
import { rememberOrder } from './memory.ts';
import { failureOf, openPictures, showFailure, showResult, type Remedies } from './present.ts';
import { checkRequest, fulfil, type Order, type OrderTools } from './order.ts';
import { placer } from './place.ts';
import type { Service } from './service.ts';
import { opensPictures } from './settings.ts';
import { stageText } from './stage.ts';

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

const short = (prompt: string): string => {
  const line = prompt.replaceAll(/\s+/g, ' ');
  return line.length <= 48 ? line : `${line.slice(0, 47)}…`;
};

/**
 * Places an order for a person: shows how far it is, lets them cancel, opens what was made, and says what it cost or why it
 * did not work. Never rejects. Resolves when the pictures are in their place, whether or not the message is still shown.
 * @param askAnew starts over with the questions, from the failure's message
 */
export async function placeOrder(order: Order, tools: OrderTools, state: Memento, askAnew: () => unknown): Promise<JobResult | undefined> {
  const retry = (): Promise<unknown> => placeOrder(order, tools, state, askAnew);
  const remedies = remediesFor(tools, { retry, askAnew });
  const quietly = (shown: Promise<unknown>): void => void shown.catch((error: unknown) => tools.log.error(String(error)));
  try {
    checkRequest(order.request);
    const service = tools.services.current();
    if (!(await haveKey(service, tools))) return undefined;
    await rememberOrder(state, order);
    const cost = estimateText(estimate({ ...order.request, ...(order.imageSizes && { references: order.imageSizes }) }, ratesFor(service.profile, order.request.model)), l10n.t, env.language);
    const result = await window.withProgress(
      { location: ProgressLocation.Notification, cancellable: true, title: l10n.t('Easel: "{0}" for about {1}', short(order.request.prompt), cost) },
      (progress, token) => fulfil(order, tools, token, (stage, seconds) => progress.report({ message: stageText(stage, seconds) })),
    );
    quietly(present(result, order, tools, remedies));
    return result;
  } catch (error) {
    quietly(showFailure(failureOf(error), remedies));
    return undefined;
  }
}

async function present(result: JobResult, order: Order, tools: OrderTools, remedies: Remedies): Promise<void> {
  if (opensPictures()) await openPictures(result.assets.slice(0, 1).map(({ uri }) => Uri.parse(uri)));
  const resume = async (folder: Uri): Promise<void> => {
    const resumed = await window.withProgress(
      { location: ProgressLocation.Notification, cancellable: true, title: l10n.t('Easel: bringing pictures that are paid for') },
      async (_progress, token) => {
        const abort = new AbortController();
        token.onCancellationRequested(() => abort.abort());
        return result.resume({ client: await tools.services.current().client(), save: placer(tools, folder), signal: abort.signal });
      },
    );
    await present(resumed, order, tools, remedies);
  };
  // Pictures that are paid for must not be made anew: trying again means fetching and saving again.
  const rest = result.unsaved.length + result.owed.length > 0;
  await showResult(result, {
    ...remedies,
    ...(rest && {
      retry: () => resume(order.folder),
      'save-as': async () => {
        const [folder] = (await window.showOpenDialog({ canSelectFiles: false, canSelectFolders: true, title: l10n.t('Where shall the pictures go?'), openLabel: l10n.t('Put Them Here') })) ?? [];
        if (folder) await resume(folder);
      },
    }),
  });
}
