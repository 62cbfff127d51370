import { randomUUID } from 'node:crypto';
import { l10n, workspace, type CancellationToken, type ExtensionContext, type Uri } from 'vscode';
import { FailureError, type Failure } from '../../images/failure.ts';
import { modelOf } from '../../images/model.ts';
import { judgeRequest, requestFaultSentence } from '../../images/judge.ts';
import { referenceFaultSentence } from '../../images/reference.ts';
import type { ImageRequest, ResponseFormat } from '../../images/request.ts';
import type { Size } from '../../images/size.ts';
import type { MadeLog } from '../../gallery/madeLog.ts';
import type { Journal } from '../../jobs/journal.ts';
import type { Destination, Job, JobProgress, JobResult } from '../../jobs/job.ts';
import type { JobQueue } from '../../jobs/queue.ts';
import type { Pixels } from '../../pixels/pixels.ts';
import type { Ledger } from '../../spend/ledger.ts';
import type { Reservations } from '../../spend/reserve.ts';
import type { Calibration } from '../calibration.ts';
import type { JobBoard, JobEnd, RunningJob, Seat } from '../jobBoard.ts';
import type { Log } from '../log.ts';
import type { KeyStore } from '../secrets.ts';
import type { Service, Services } from '../service.ts';
import { placer } from '../files/place.ts';
import type { RecentOrders } from './recentOrders.ts';
import { logPlaced, logResult, told } from './orderLog.ts';
import { inspectReferences, prepareReferences, sizesOf, type OrderReference } from './references.ts';
import { failureOf } from '../show/present.ts';
import { joinSentences } from '../show/sentences.ts';
import { orderCost } from '../show/outcome.ts';
import { keepsPrompts, requestSettings } from '../settings.ts';
import { giveBack, noConsent, setAside, type Consent } from '../spend/setAside.ts';
import { workspaceId } from '../workspaceId.ts';

/** A request and where its pictures go: everything a job needs to be sent, and to be sent again. */
export interface Order {
  readonly request: ImageRequest;
  readonly responseFormat: ResponseFormat;
  /** The images that an edit starts from; absent: the picture is made from the prompt alone. */
  readonly references?: readonly OrderReference[];
  /** Their sizes when the order was made, for the estimate. */
  readonly imageSizes?: readonly Size[];
  readonly folder: Uri;
  /** File name of the first asset, without extension. */
  readonly name: string;
  /** The file that the result takes the place of; the original is kept. Only for an edit with one picture. */
  readonly replaces?: Uri;
  /** The exact pixels that the result is brought to. */
  readonly exact?: Size;
}

export interface OrderTools {
  readonly services: Services;
  readonly keys: KeyStore;
  readonly journal: Journal;
  readonly ledger: Ledger;
  /** Sets aside what requests may cost; loaded with the first one. */
  readonly reservations: () => Promise<Reservations>;
  /** What measured calls tell estimates. */
  readonly calibration: Calibration;
  readonly board: JobBoard;
  /** Where jobs wait for their turn; loaded with the first one. */
  readonly queue: () => Promise<JobQueue>;
  /** What a person placed a moment ago. */
  readonly recent: RecentOrders;
  readonly log: Log;
  /** A folder on this computer for what is needed during a job only. */
  readonly scratch: string;
  /** Decodes and scales pictures; loaded with the first call. */
  readonly pixels: () => Promise<Pixels>;
  /** A folder on this computer for the bytes of replaced files. */
  readonly originals: string;
  /** What was made, for the gallery; loaded with the first call. */
  readonly made: () => Promise<MadeLog>;
  /** What the editor remembers, for the last order. */
  readonly memory: Pick<ExtensionContext, 'workspaceState' | 'globalState'>;
}

/** What came of an order. `notes`: what is worth knowing of its references and no fault, as sentences for the user. */
export type OrderResult = JobResult & { readonly notes?: readonly string[] };

const refused = (reason: string): FailureError => new FailureError({ code: 'invalid-request', reason });

/** @throws {FailureError} `invalid-request`, with one sentence for each thing that is wrong */
export function checkOrder({ request, replaces }: Pick<Order, 'request' | 'replaces'>): void {
  const faults = judgeRequest(request, modelOf(request.model));
  if (faults.length > 0) throw refused(joinSentences(faults.map((fault) => requestFaultSentence(fault, l10n.t))));
  if (replaces && request.count > 1) throw refused(l10n.t('Only one picture can take the place of {0}: ask for one, or do not replace it.', workspace.asRelativePath(replaces)));
}

/** The order's place as a job keeps it; `folder` where it is not the order's own. */
export const destinationOf = (order: Order, folder = order.folder): Destination => ({
  folder: folder.toString(),
  name: order.name,
  ...(order.replaces && { replaces: order.replaces.toString() }),
  ...(order.exact && { exact: order.exact }),
  recipe: requestSettings(folder).recipe,
});

/** The beginning of a prompt on one line, as short as a job is called by. */
export function titleOf(prompt: string): string {
  const line = prompt.trim().slice(0, 1000).replaceAll(/\s+/gu, ' ');
  if (line.length <= 48) return line;
  // By what a reader counts as one character, so that none is cut in two.
  const characters = Array.from(new Intl.Segmenter().segment(line), ({ segment }) => segment);
  return characters.length <= 48 ? line : `${characters.slice(0, 47).join('')}…`;
}

/** What a job needs that was settled when its order was placed, whatever the settings say when its turn comes. */
interface Placing {
  readonly id: string;
  readonly order: Order;
  readonly service: Service;
  readonly destination: Destination;
  readonly workspace: string;
}

/** An order that has its place on the board. */
export interface PlacedOrder {
  readonly job: RunningJob;
  /** Rejects with a {@link FailureError} when no picture came; `cancelled`, not sent, when it was cancelled before its turn. */
  readonly result: Promise<OrderResult>;
}

/**
 * Judges an order, so that what is wrong with it is said without waiting, settles the service that it goes to, sets aside what it may cost, and
 * gives it its place on the board. It is sent when it is its turn. Its references are read then: until then they may change, and what is sent is what they are
 * then, judged again. Asks and shows nothing.
 * @param consent to what goes beyond the user's own limits
 * @throws {FailureError} when it cannot be sent; `no-key` when there is none; `above-confirm` and `over-budget` where there is no consent to it
 */
export async function enter(order: Order, tools: OrderTools, token?: CancellationToken, consent = noConsent): Promise<PlacedOrder> {
  checkOrder(order);
  const service = tools.services.current();
  await keyOf(service, tools);
  const images = order.references && (await checkReferences(order.references, order.request.model, tools));
  const placing: Placing = { id: randomUUID(), order, service, destination: destinationOf(order), workspace: workspaceId() };
  await reserve(placing, images, tools, consent);

  const abort = new AbortController();
  const cancel = (): void => abort.abort();
  if (token?.isCancellationRequested) cancel();
  const listening = token?.onCancellationRequested(cancel);
  const seat = tools.board.enter({ id: placing.id, title: titleOf(order.request.prompt), order, cancel });
  const result = take(placing, tools, seat, abort.signal).finally(() => listening?.dispose());
  // Whoever waits for it may come a moment later.
  result.catch(() => undefined);
  return { job: seat.state, result };
}

/** The same, up to its end. @param onTick hears each new stage, and the time each second */
export async function fulfil(order: Order, tools: OrderTools, token: CancellationToken | undefined, onTick: (job: RunningJob) => void, consent?: Consent): Promise<OrderResult> {
  const { job, result } = await enter(order, tools, token, consent);
  const ticking = tools.board.onDidChange(() => onTick(job));
  onTick(job);
  return result.finally(() => ticking.dispose());
}

/** What the order may cost at most, set aside under its job's id. @throws {FailureError} */
async function reserve({ id, order, service, workspace: charged }: Placing, images: readonly Size[] | undefined, tools: OrderTools, consent: Consent): Promise<void> {
  const { high } = orderCost({ ...order, ...(images && { imageSizes: images }) }, tools);
  // By the window's name others see when nobody will come back to it; without one they wait a day.
  const window = await tools.journal.window().catch(() => undefined);
  const { profile, origin } = service;
  await setAside({ version: 1, kind: 'reserve', job: id, time: new Date().toISOString(), workspace: charged, service: profile.id, origin, amount: high, ...(window !== undefined && { window }) }, tools, consent);
}

/** Brings a job from its place on the board to its end. */
async function take(placing: Placing, tools: OrderTools, seat: Seat, signal: AbortSignal): Promise<OrderResult> {
  const { log } = tools;
  let end: JobEnd = 'failed';
  let failure: Failure | undefined;
  /** From then on the job itself sees to what is set aside. */
  let handed = false;
  try {
    logPlaced(placing, log);
    const queue = await tools.queue();
    const result = await queue.run(() => {
      log.info(`job ${placing.id}: its turn, after ${seat.state.seconds} s`);
      seat.begin();
      return send(placing, tools, signal, told(placing.id, seat.update, log), () => (handed = true));
    }, signal);
    end = 'done';
    logResult(result, log);
    return result;
  } catch (error) {
    failure = failureOf(error);
    if (failure.code === 'cancelled') end = 'cancelled';
    log.error(`job ${placing.id}: ${JSON.stringify(failure)}`);
    if (error instanceof Error) log.error(error);
    if (!handed) await giveBack(placing.id, tools);
    throw error;
  } finally {
    seat.leave(end, failure);
  }
}

/** @returns the references' sizes @throws {FailureError} `file-unreadable`, or `invalid-request` naming the file that cannot be used and why */
async function checkReferences(references: readonly OrderReference[], model: string, tools: OrderTools): Promise<readonly Size[]> {
  const { faults, references: found } = await inspectReferences(references, model, tools);
  if (faults.length > 0) throw new FailureError({ code: 'invalid-request', about: 'files', reason: joinSentences(faults.map((fault) => referenceFaultSentence(fault, l10n.t))) });
  return sizesOf(found);
}

/** @throws {FailureError} `no-key` */
async function keyOf({ origin }: Service, { keys }: Pick<OrderTools, 'keys'>): Promise<string> {
  const key = await keys.get(origin);
  if (key === undefined) throw new FailureError({ code: 'no-key' });
  return key;
}

/** Does a job whose turn has come. @param onHanded hears that from now on the request may be sent */
async function send({ id, order, service, destination, workspace: charged }: Placing, tools: OrderTools, signal: AbortSignal, onProgress: (progress: JobProgress) => void, onHanded: () => void): Promise<OrderResult> {
  // The key may have been replaced meanwhile: the one that is right now.
  const key = await keyOf(service, tools);
  const [{ runJob }, client] = await Promise.all([import('../../jobs/job.ts'), service.client()]);
  const prepared = order.references && (await prepareReferences(order.references, order.request.model, tools));
  try {
    // Reading references can take its time: who cancelled during it has sent nothing.
    if (signal.aborted) throw new FailureError({ code: 'cancelled', sent: false });
    const { request, responseFormat } = order;
    const job: Job = {
      id,
      request,
      responseFormat,
      ...(prepared && { uploads: prepared.uploads, imageSizes: sizesOf(prepared.references), references: prepared.recipe }),
      destination,
      workspace: charged,
      prompts: keepsPrompts(),
    };
    const { journal, ledger } = tools;
    onHanded();
    const result = await runJob(job, { client, profile: service.profile, key, journal, ledger, save: placer(tools), now: () => new Date(), signal, onProgress });
    return prepared ? { ...result, notes: prepared.notes } : result;
  } finally {
    await prepared?.dispose();
  }
}
