import { Uri } from 'vscode';
import type { Sending } from '../../jobs/journal.ts';
import type { JobResult } from '../../jobs/job.ts';
import { referencesOf } from '../files/recipes.ts';
import { requestSettings } from '../settings.ts';
import { missingIn, type CostTools, type Outcome } from '../show/outcome.ts';
import type { Order } from './order.ts';
import type { OrderReference } from './references.ts';

/** The files that an edit was sent with, where all of them are still what they were: others would make other pictures. */
async function sameReferences(sending: Sending, folder: Uri): Promise<readonly OrderReference[] | undefined> {
  const found = await referencesOf(sending, Uri.joinPath(folder, sending.destination.name));
  const same = found.flatMap(({ reference: { role }, uri, changed }) => (uri && !changed ? [{ role, uri }] : []));
  return same.length === found.length ? same : undefined;
}

/**
 * What would make the pictures that a recovered job was to have and never got, as after any job. Undefined where none is missing, or where
 * they cannot be asked for as they were: the settings name another service, or the edited files have changed.
 */
export async function missingOf(result: JobResult, sending: Sending, tools: CostTools): Promise<Outcome['missing']> {
  try {
    if (tools.services.current().origin !== sending.origin) return undefined;
  } catch {
    // The settings name no service that can be asked.
    return undefined;
  }
  const folder = Uri.parse(sending.destination.folder, true);
  const references = await sameReferences(sending, folder);
  if (!references) return undefined;
  const { request, imageSizes, destination } = sending;
  const order: Order = {
    request,
    responseFormat: requestSettings(folder).responseFormat,
    ...(references.length > 0 && { references }),
    ...(imageSizes && { imageSizes }),
    folder,
    name: destination.name,
    ...(destination.exact && { exact: destination.exact }),
  };
  return missingIn(result, order, tools);
}
