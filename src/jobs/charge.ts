import { amountOf, estimate, type Usage } from '../images/price.ts';
import type { Charge } from '../spend/entry.ts';
import type { Sending } from './journal.ts';

/** What a job cost, from what was known when it was sent and what came. `drawn`: pictures that the service made, where it does not say its usage. */
export function chargeOf({ request, rates, imageSizes, references, ...sending }: Sending, came: { readonly time: Date; readonly received: number; readonly drawn: number; readonly usage: Usage | undefined }): Charge {
  const { usage, received, drawn } = came;
  // Of an edit's input that is not taken apart nobody knows how much were pictures, which cost more than text.
  const unsure = usage?.unsplit === true && imageSizes !== undefined;
  const partials = request.stream?.partialImages ?? 0;
  return {
    version: 1,
    job: sending.job,
    time: came.time.toISOString(),
    workspace: sending.workspace,
    service: sending.service,
    origin: sending.origin,
    model: request.model,
    size: request.size,
    quality: request.quality,
    count: request.count,
    received,
    ...(usage && { usage }),
    // Where the service does not say, the upper end: a ledger that errs should err upwards.
    amount: usage ? amountOf(unsure ? { ...usage, textIn: 0, imageIn: usage.textIn } : usage, rates) : estimate({ ...request, count: Math.max(drawn, 1), ...(imageSizes && { references: imageSizes }) }, rates).high,
    measured: usage !== undefined && !unsure,
    ...((imageSizes ?? references) && { edit: true }),
    ...(partials > 0 && { partials }),
    ...(sending.prompts && { prompt: request.prompt }),
  };
}
