import type { JobProgress } from '../../jobs/job.ts';
import type { Log } from '../log.ts';
import type { Service } from '../service.ts';
import type { Order, OrderResult } from './order.ts';

/** Hands progress on, and tells the log of each new stage. */
export function told(id: string, onProgress: (progress: JobProgress) => void, log: Log): (progress: JobProgress) => void {
  let stage: JobProgress['stage'] | undefined;
  return (progress) => {
    if (progress.stage !== stage) log.info(`job ${id}: ${progress.stage}${progress.stage === 'waiting' ? ` ${progress.seconds} s, ${progress.reason}` : ''}`);
    ({ stage } = progress);
    onProgress(progress);
  };
}

/** What was ordered; never the prompt. */
export function logPlaced({ id, order: { request, references, replaces, exact }, service }: { readonly id: string; readonly order: Order; readonly service: Service }, log: Log): void {
  const { model, size, quality, count } = request;
  const images = references ? `, from ${references.map(({ role }) => role).join(' ')}${replaces ? ', in its place' : ''}${exact ? `, at ${exact.width}x${exact.height}` : ''}` : '';
  log.info(`job ${id}: placed, ${model} ${size} ${quality} ×${count}${images}, for ${service.origin}`);
}

/** What came of it. */
export function logResult({ job, assets, charge: { amount, measured, usage }, differences, troubles, kept, notes = [] }: OrderResult, log: Log): void {
  const tokens = usage ? `, tokens ${usage.textIn} text in, ${usage.imageIn} image in, ${usage.imageOut} out` : '';
  log.info(`job ${job}: ${assets.length} saved, ${amount.micros / 1e6} ${amount.unit}${measured ? '' : ' (estimated)'}${tokens}`);
  for (const note of [...notes, ...assets.flatMap((asset) => asset.notes ?? [])]) log.info(`job ${job}: ${note}`);
  for (const difference of differences) log.warn(`job ${job}: ${JSON.stringify(difference)}`);
  for (const trouble of troubles) log.error(`job ${job}: ${JSON.stringify(trouble)}`);
  if (kept !== undefined) log.error(`job ${job}: what is not yet in its place is kept in ${kept}`);
}
