import { randomUUID } from 'node:crypto';
import { l10n, type CancellationToken, type Uri } from 'vscode';
import { FailureError } from '../images/failure.ts';
import { modelOf } from '../images/model.ts';
import { judgeRequest, requestFaultSentence } from '../images/judge.ts';
import type { ImageRequest, ResponseFormat } from '../images/request.ts';
import type { Size } from '../images/size.ts';
import type { Journal } from '../jobs/journal.ts';
import type { Destination, JobProgress, JobResult } from '../jobs/job.ts';
import type { Pixels } from '../pixels/pixels.ts';
import type { Ledger } from '../spend/ledger.ts';
import type { JobBoard } from './jobBoard.ts';
import type { Log } from './log.ts';
import type { KeyStore } from './secrets.ts';
import type { Services } from './service.ts';
import { placer } from './place.ts';
import { prepareReferences, sizesOf, type OrderReference } from './references.ts';
import { joinSentences } from './sentences.ts';
import { requestSettings } from './settings.ts';
import { workspaceId } from './workspaceId.ts';

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
  readonly log: Log;
  /** A folder on this computer for what is needed during a job only. */
  readonly scratch: string;
  /** Decodes and scales pictures; loaded with the first call. */
  readonly pixels: () => Promise<Pixels>;
  /** A folder on this computer for the bytes of replaced files. */
  readonly originals: string;
}

/** @throws {FailureError} `invalid-request`, with one sentence for each thing that is wrong */
export function checkRequest(request: ImageRequest): void {
  const faults = judgeRequest(request, modelOf(request.model));
  if (faults.length > 0) throw new FailureError({ code: 'invalid-request', reason: joinSentences(faults.map((fault) => requestFaultSentence(fault, l10n.t))) });
}

/** The order's place as a job keeps it; `folder` where it is not the order's own. */
export const destinationOf = (order: Order, folder = order.folder): Destination => ({
  folder: folder.toString(),
  name: order.name,
  ...(order.replaces && { replaces: order.replaces.toString() }),
  ...(order.exact && { exact: order.exact }),
  recipe: requestSettings(folder).recipe,
});

/**
 * Sends an order and brings its pictures into the workspace. Asks and shows nothing: that is the commands' part.
 * @param onTick hears each new stage, and the time each second
 * @throws {FailureError} when no picture came, `no-key` before anything is sent when there is none
 */
export async function fulfil(order: Order, tools: OrderTools, token: CancellationToken | undefined, onTick: (progress: JobProgress | undefined, seconds: number) => void): Promise<JobResult> {
  checkRequest(order.request);
  const service = tools.services.current();
  const key = await tools.keys.get(service.origin);
  if (key === undefined) throw new FailureError({ code: 'no-key' });
  const prepared = order.references && (await prepareReferences(order.references, order.request.model, tools));

  const abort = new AbortController();
  const cancel = (): void => abort.abort();
  if (token?.isCancellationRequested) cancel();
  const listening = token?.onCancellationRequested(cancel);
  const seat = tools.board.enter(cancel);
  const ticking = tools.board.onDidChange(() => onTick(seat.progress, seat.seconds));
  const id = randomUUID();
  const { log } = tools;
  try {
    log.info(`job ${id}: ${order.request.model} ${order.request.size} ${order.request.quality} ×${order.request.count} from ${service.origin}`);
    const [{ runJob }, client] = await Promise.all([import('../jobs/job.ts'), service.client()]);
    const result = await runJob(
      { id, request: order.request, responseFormat: order.responseFormat, ...(prepared && { uploads: prepared.uploads, imageSizes: sizesOf(prepared.references) }), ...(prepared && { references: prepared.recipe }), destination: destinationOf(order), workspace: workspaceId() },
      {
        client,
        profile: service.profile,
        key,
        journal: tools.journal,
        ledger: tools.ledger,
        save: placer(tools),
        now: () => new Date(),
        signal: abort.signal,
        onProgress: seat.update,
      },
    );
    const { amount, measured, usage } = result.charge;
    log.info(`job ${id}: ${result.assets.length} saved, ${amount.micros / 1e6} ${amount.unit}${measured ? '' : ' (estimated)'}${usage ? `, tokens ${usage.textIn} text in, ${usage.imageIn} image in, ${usage.imageOut} out` : ''}`);
    for (const difference of result.differences) log.warn(`job ${id}: ${JSON.stringify(difference)}`);
    for (const trouble of result.troubles) log.error(`job ${id}: ${JSON.stringify(trouble)}`);
    if (result.kept) log.error(`job ${id}: what is not yet in its place is kept in ${result.kept}`);
    return result;
  } catch (error) {
    log.error(`job ${id}: ${error instanceof FailureError ? JSON.stringify(error.failure) : ''}`);
    if (error instanceof Error) log.error(error);
    throw error;
  } finally {
    await prepared?.dispose();
    ticking.dispose();
    listening?.dispose();
    seat.leave();
  }
}
