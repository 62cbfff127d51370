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
import type { JobBoard, JobEnd, RunningJob, Seat } from '../jobBoard.ts';
import type { Log } from '../log.ts';
import type { KeyStore } from '../secrets.ts';
import type { Service, Services } from '../service.ts';
import { placer } from '../files/place.ts';
import type { RecentOrders } from './recentOrders.ts';
import { inspectReferences, prepareReferences, sizesOf, type OrderReference } from './references.ts';
import { failureOf } from '../show/present.ts';
import { joinSentences } from '../show/sentences.ts';
import { requestSettings } from '../settings.ts';
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
 * Judges an order, so that what is wrong with it is said without waiting, settles the service that it goes to, and gives it its place on
 * the board. It is sent when it is its turn. Its references are read then: until then they may change, and what is sent is what they are
 * then, judged again. Asks and shows nothing.
 * @throws {FailureError} when it cannot be sent; `no-key` when there is none
 */
export async function enter(order: Order, tools: OrderTools, token?: CancellationToken): Promise<PlacedOrder> {
  checkOrder(order);
  const service = tools.services.current();
  await keyOf(service, tools);
  if (order.references) await checkReferences(order.references, order.request.model, tools);
  const placing: Placing = { id: randomUUID(), order, service, destination: destinationOf(order), workspace: workspaceId() };

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
export async function fulfil(order: Order, tools: OrderTools, token: CancellationToken | undefined, onTick: (job: RunningJob) => void): Promise<OrderResult> {
  const { job, result } = await enter(order, tools, token);
  const ticking = tools.board.onDidChange(() => onTick(job));
  onTick(job);
  return result.finally(() => ticking.dispose());
}

/** Brings a job from its place on the board to its end. */
async function take(placing: Placing, tools: OrderTools, seat: Seat, signal: AbortSignal): Promise<OrderResult> {
  const { log } = tools;
  let end: JobEnd = 'failed';
  let failure: Failure | undefined;
  try {
    logPlaced(placing, log);
    const queue = await tools.queue();
    const result = await queue.run(() => {
      log.info(`job ${placing.id}: its turn, after ${seat.state.seconds} s`);
      seat.begin();
      return send(placing, tools, signal, told(placing.id, seat.update, log));
    }, signal);
    end = 'done';
    logResult(result, log);
    return result;
  } catch (error) {
    failure = failureOf(error);
    if (failure.code === 'cancelled') end = 'cancelled';
    log.error(`job ${placing.id}: ${JSON.stringify(failure)}`);
    if (error instanceof Error) log.error(error);
    throw error;
  } finally {
    seat.leave(end, failure);
  }
}

/** @throws {FailureError} `file-unreadable`, or `invalid-request` naming the file that cannot be used and why */
async function checkReferences(references: readonly OrderReference[], model: string, tools: OrderTools): Promise<void> {
  const { faults } = await inspectReferences(references, model, tools);
  if (faults.length > 0) throw new FailureError({ code: 'invalid-request', about: 'files', reason: joinSentences(faults.map((fault) => referenceFaultSentence(fault, l10n.t))) });
}

/** @throws {FailureError} `no-key` */
async function keyOf({ origin }: Service, { keys }: Pick<OrderTools, 'keys'>): Promise<string> {
  const key = await keys.get(origin);
  if (key === undefined) throw new FailureError({ code: 'no-key' });
  return key;
}

/** Does a job whose turn has come. */
async function send({ id, order, service, destination, workspace: charged }: Placing, tools: OrderTools, signal: AbortSignal, onProgress: (progress: JobProgress) => void): Promise<OrderResult> {
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
    };
    const { journal, ledger } = tools;
    const result = await runJob(job, { client, profile: service.profile, key, journal, ledger, save: placer(tools), now: () => new Date(), signal, onProgress });
    return prepared ? { ...result, notes: prepared.notes } : result;
  } finally {
    await prepared?.dispose();
  }
}

/** Hands progress on, and tells the log of each new stage. */
function told(id: string, onProgress: (progress: JobProgress) => void, log: Log): (progress: JobProgress) => void {
  let stage: JobProgress['stage'] | undefined;
  return (progress) => {
    if (progress.stage !== stage) log.info(`job ${id}: ${progress.stage}${progress.stage === 'waiting' ? ` ${progress.seconds} s, ${progress.reason}` : ''}`);
    ({ stage } = progress);
    onProgress(progress);
  };
}

function logPlaced({ id, order: { request, references, replaces, exact }, service }: Placing, log: Log): void {
  const { model, size, quality, count } = request;
  const images = references ? `, from ${references.map(({ role }) => role).join(' ')}${replaces ? ', in its place' : ''}${exact ? `, at ${exact.width}x${exact.height}` : ''}` : '';
  log.info(`job ${id}: placed, ${model} ${size} ${quality} ×${count}${images}, for ${service.origin}`);
}

function logResult({ job, assets, charge: { amount, measured, usage }, differences, troubles, kept, notes = [] }: OrderResult, log: Log): void {
  const tokens = usage ? `, tokens ${usage.textIn} text in, ${usage.imageIn} image in, ${usage.imageOut} out` : '';
  log.info(`job ${job}: ${assets.length} saved, ${amount.micros / 1e6} ${amount.unit}${measured ? '' : ' (estimated)'}${tokens}`);
  for (const note of [...notes, ...assets.flatMap((asset) => asset.notes ?? [])]) log.info(`job ${job}: ${note}`);
  for (const difference of differences) log.warn(`job ${job}: ${JSON.stringify(difference)}`);
  for (const trouble of troubles) log.error(`job ${job}: ${JSON.stringify(trouble)}`);
  if (kept !== undefined) log.error(`job ${job}: what is not yet in its place is kept in ${kept}`);
}
