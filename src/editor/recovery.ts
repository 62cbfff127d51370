import { setTimeout as pause } from 'node:timers/promises';
import { readdir } from 'node:fs/promises';
import { commands, env, l10n, ProgressLocation, Uri, window } from 'vscode';
import type { Client } from '../api/client.ts';
import { markUnknown } from '../jobs/abandoned.ts';
import type { JobResult } from '../jobs/job.ts';
import { leftovers, lookInto, prune, recover, type AccountTools, type Leftover, type Verdict } from '../jobs/recovery.ts';
import { titleOf, type OrderTools } from './orders/order.ts';
import { placer } from './files/place.ts';
import { missingOf } from './orders/missing.ts';
import { placeOrder, remediesFor } from './orders/placeOrder.ts';
import { askFolder } from './orders/rest.ts';
import { actionTitle, concernsOf, failureOf, offersOf, openPictures, resultSentence, showFailure, tell, type Offer } from './show/present.ts';
import { amountIn } from './show/money.ts';
import { joinSentences } from './show/sentences.ts';
import { opensPictures, serviceSettings } from './settings.ts';
import { discard } from './show/showResult.ts';
import { workspaceId } from './workspaceId.ts';

/** When the journal is looked through after a start, in milliseconds each after the last: a window that is being closed takes a while. */
const looks = [0, 2_000, 8_000, 30_000];

/** A leftover of another workspace is offered here only after so long, in milliseconds: the window it was made in may be coming back. */
const otherWindowsTurn = 10 * 60_000;

/** At a start: tells of what interrupted windows left behind, and offers to bring it home. Does nothing of it unasked. */
export async function offerLeftovers(tools: OrderTools): Promise<void> {
  const { journal, ledger, log } = tools;
  const told = new Set<string>();
  for (const wait of looks) {
    await pause(wait, undefined, { ref: false });
    if (journal.closing) return;
    await prune(journal, ledger, new Date());
    const found = await leftovers(journal, new Date());
    await markUnknown(found, ledger).catch((error: unknown) => log.error(`what is not known to be charged could not be marked: ${String(error)}`));
    const fresh = found.filter((leftover) => !told.has(leftover.job) && isOurs(leftover));
    for (const { job } of fresh) told.add(job);
    if (fresh.length > 0) log.info(`journal: ${fresh.map(({ job, kind }) => `${job} ${kind}`).join(', ')}`);
    void offer(fresh, tools).catch((error: unknown) => log.error(String(error)));
    // Folders beyond these belong to windows that are alive, or on their way out.
    const folders = (await readdir(journal.folder)).filter((name) => !name.endsWith('.door'));
    if (folders.length <= found.length) return;
  }
}

function isOurs({ time, remains }: Leftover): boolean {
  const workspace = remains.sending?.workspace ?? '';
  return workspace === '' || workspaceId() === '' || workspace === workspaceId() || Date.now() - time > otherWindowsTurn;
}

/** Pictures that are paid for: here, to be fetched, or unreadable. */
export const countOf = ({ remains: { pictures, links, unread } }: Leftover): number => pictures.length + links.length + unread.length;

async function offer(fresh: readonly Leftover[], tools: OrderTools): Promise<void> {
  const later: Offer = { title: l10n.t('Later'), run: () => undefined };
  const show: Offer = { title: l10n.t('Show…'), run: () => commands.executeCommand('easel.recoverImages') };
  const kept = fresh.filter(({ kind }) => kind === 'kept');
  // Who was told already how a request ended is not told again at every start.
  const unknown = fresh.filter(({ kind, remains }) => kind === 'unknown' && !remains.ended);
  const count = kept.reduce((sum, leftover) => sum + countOf(leftover), 0);
  const asked: Promise<void>[] = [];
  if (count > 0) {
    const sentence = count === 1 ? l10n.t('A picture of an interrupted request is paid for and not saved yet.') : l10n.t('{0} pictures of interrupted requests are paid for and not saved yet.', count);
    asked.push(tell('warning', sentence, [{ title: l10n.t('Recover'), run: () => recoverAndTell(kept, tools) }, show, later]));
  }
  if (unknown.length > 0) {
    const sentence =
      unknown.length === 1
        ? l10n.t('A request was interrupted after it was sent: nobody knows whether the service charged for it.')
        : l10n.t('{0} requests were interrupted after they were sent: nobody knows whether the service charged for them.', unknown.length);
    const check: Offer = { title: l10n.t('Check the Usage Log'), run: () => checkLog(unknown, tools) };
    asked.push(tell('warning', sentence, [...((await accountFor(unknown, tools)) ? [check] : []), show, later]));
  }
  await Promise.all(asked);
}

/** The usage log of the service that a leftover was sent to, where the settings name that service and there is a key for it. */
async function accountFor([first]: readonly Leftover[], { services, keys, log }: OrderTools, signal = new AbortController().signal): Promise<AccountTools | undefined> {
  try {
    const service = services.current();
    if (service.profile.usageLog === undefined || first?.remains.sending?.origin !== service.origin) return undefined;
    const key = await keys.get(service.origin);
    if (key === undefined) return undefined;
    const { timeoutMs } = serviceSettings();
    // A service draws on for minutes when nobody waits for it any more, however short the user's own patience is.
    return { client: await service.client(), key, timeoutMs: timeoutMs > 0 ? Math.max(timeoutMs, 600_000) : 3_600_000, signal, now: () => new Date(), onTrouble: (failure) => log.warn(`the usage log: ${JSON.stringify(failure)}`) };
  } catch {
    // The settings name no service that can be asked.
    return undefined;
  }
}

/** Fetches with whatever service the settings name: links need none in particular. What keeps it from working is the links' trouble. */
const fetcher = ({ services }: OrderTools): Pick<Client, 'fetch'> => ({
  async fetch(links, options) {
    try {
      return await (await services.current().client()).fetch(links, options);
    } catch (error) {
      const failure = failureOf(error);
      return { pictures: [], troubles: links.map((link) => ({ ...link, failure })) };
    }
  },
});

const withProgress = <T>(work: (signal: AbortSignal) => Promise<T>): Thenable<T> =>
  window.withProgress({ location: ProgressLocation.Notification, cancellable: true, title: l10n.t('Easel: bringing pictures that are paid for') }, (_progress, token) => {
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort());
    return work(abort.signal);
  });

/**
 * Brings leftovers home, one after the other. What another window has meanwhile is left out.
 * @param folder where the pictures go instead of their own place
 */
export async function bringHome(wanted: readonly Leftover[], tools: OrderTools, signal: AbortSignal, folder?: Uri): Promise<readonly JobResult[]> {
  const { journal, ledger, log } = tools;
  const results: JobResult[] = [];
  for (const leftover of wanted) {
    const account = await accountFor([leftover], tools, signal);
    const result = await recover(leftover, { journal, ledger, client: fetcher(tools), save: placer(tools, folder, leftover.remains.sending?.workspace), signal, onProgress: () => undefined, ...(account && { account }) });
    log.info(`job ${leftover.job}: ${result ? `recovered, ${result.assets.length} saved, ${result.unsaved.length} unsaved, ${result.owed.length} owed, charge ${result.charge.measured ? 'measured' : 'estimated'}` : 'in other hands'}`);
    if (result) results.push(result);
  }
  return results;
}

/** The same for a person: shows that it goes on, and tells how it ended. Never rejects. */
export async function recoverAndTell(wanted: readonly Leftover[], tools: OrderTools, folder?: Uri): Promise<void> {
  try {
    const results = await withProgress((signal) => bringHome(wanted, tools, signal, folder));
    if (results.length === 0) await tell('information', l10n.t('Another window has taken care of it.'), []);
    else await tellRecovered(results, wanted, tools);
  } catch (error) {
    tools.log.error(error instanceof Error ? error : String(error));
    await showFailure(failureOf(error), remediesFor(tools, { retry: () => recoverAndTell(wanted, tools, folder) }));
  }
}

/** @param wanted the leftovers that the results are of */
async function tellRecovered(results: readonly JobResult[], wanted: readonly Leftover[], tools: OrderTools): Promise<void> {
  const uris = results.flatMap(({ assets }) => assets.map(({ uri }) => Uri.parse(uri)));
  const [first] = uris;
  const open = results.filter(({ kept }) => kept !== undefined);
  const resume = async (folder?: Uri): Promise<void> => {
    const resumed = await withProgress((signal) => Promise.all(open.map((result) => result.resume({ client: fetcher(tools), save: placer(tools, folder, result.charge.workspace), signal }))));
    await tellRecovered(resumed, wanted, tools);
  };
  const remedies = {
    ...remediesFor(tools, { retry: () => resume() }),
    'save-as': async () => {
      const folder = await askFolder();
      await (folder ? resume(folder) : tellRecovered(results, wanted, tools));
    },
    ...(open.length === 1 && { discard: async () => void (open[0] && (await discard(open[0], tools))) }),
  };
  if (opensPictures() && first) await openPictures([first]);
  const [trouble] = results.flatMap(({ troubles }) => troubles);
  if (!first) {
    if (trouble) await showFailure(trouble, remedies);
    return;
  }
  const [only, ...others] = results;
  const concerns = [...new Set(results.flatMap(concernsOf))];
  const sentence =
    only && others.length === 0 ? resultSentence(only) : joinSentences([uris.length === 1 ? l10n.t('A picture that was paid for is saved.') : l10n.t('{0} pictures that were paid for are saved.', uris.length), ...concerns]);
  const show: Offer = { title: l10n.t('Open'), run: () => openPictures(uris) };
  const reveal: Offer = { title: l10n.t('Reveal in Explorer'), run: () => commands.executeCommand('revealInExplorer', first) };
  const fill = only && others.length === 0 && open.length === 0 ? await fillOf(only, wanted, tools) : [];
  const rest = open.length > 0 ? offersOf(['retry', 'save-as', 'discard'], remedies) : [...fill, show, ...(fill.length > 0 ? [] : [reveal])];
  await tell(concerns.length > 0 ? 'warning' : 'information', sentence, [...rest, ...(concerns.length > 0 ? offersOf(['show-log'], remedies) : [])]);
}

/** An offer to ask for what the service left out, or what was cut off before it arrived; it says what that costs. */
async function fillOf(result: JobResult, wanted: readonly Leftover[], tools: OrderTools): Promise<readonly Offer[]> {
  const sending = wanted.find(({ job }) => job === result.job)?.remains.sending;
  const missing = sending && (await missingOf(result, sending, tools));
  return missing ? [{ title: missing.title(), run: () => placeOrder(missing.order, tools, tools.memory.workspaceState, () => commands.executeCommand('easel.generate')) }] : [];
}

/** The same about one request of this window, by its job; what came of it after all is brought home instead. */
export async function checkLogOf(job: string, tools: OrderTools): Promise<void> {
  const found = (await leftovers(tools.journal, new Date())).filter((leftover) => leftover.job === job);
  const [leftover] = found;
  if (!leftover) await tell('information', l10n.t('What this request cost is known and entered: nothing is left to be checked.'), []);
  else if (leftover.kind === 'unknown') await checkLog(found, tools);
  else await recoverAndTell(found, tools);
}

function verdictSentence(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'charged':
      return l10n.t('The service charged {0} for the request, which is entered; its pictures cannot be had any more.', amountIn(verdict.charge.amount));
    case 'none':
      return l10n.t('The log of the service has no such call: nothing was charged.');
    case 'early':
      return l10n.t('The service may still be at it: check again after {0}.', new Date(verdict.after).toLocaleTimeString(env.language, { timeStyle: 'short' }));
    case 'unclear':
      return l10n.t('The log of the service does not tell which call it was: check the balance there.');
    case 'gone':
      return l10n.t('Another window has taken care of it.');
  }
}

/** Asks the service's usage log about requests whose answer is unknown, and tells what it says of each. Never rejects. */
export async function checkLog(unknown: readonly Leftover[], tools: OrderTools): Promise<void> {
  const { journal, ledger, log } = tools;
  const remedies = remediesFor(tools, { retry: () => checkLog(unknown, tools) });
  const sentences: string[] = [];
  let well = true;
  for (const leftover of unknown) {
    const account = await accountFor([leftover], tools);
    let sentence: string;
    try {
      if (account) {
        const verdict = await lookInto(leftover, { journal, ledger, account });
        log.info(`job ${leftover.job}: the usage log says ${verdict.kind}`);
        well &&= verdict.kind !== 'unclear' && verdict.kind !== 'early';
        sentence = verdictSentence(verdict);
      } else {
        well = false;
        sentence = l10n.t('This service has no usage log that Easel can read: check the balance there.');
      }
    } catch (error) {
      log.error(`job ${leftover.job}: the usage log: ${JSON.stringify(failureOf(error))}`);
      well = false;
      sentence = l10n.t('The usage log could not be read, so that nobody knows whether the request was charged: check the balance there.');
    }
    const title = leftover.remains.sending && titleOf(leftover.remains.sending.request.prompt);
    sentences.push(unknown.length > 1 && title !== undefined ? l10n.t('"{0}": {1}', title, sentence) : sentence);
  }
  await tell(well ? 'information' : 'warning', joinSentences([...new Set(sentences)]), well ? [] : [{ title: actionTitle('retry'), run: () => checkLog(unknown, tools) }, ...offersOf(['open-billing', 'show-log'], remedies)]);
}
