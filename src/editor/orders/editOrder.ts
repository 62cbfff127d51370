import { l10n, Uri } from 'vscode';
import { FailureError } from '../../images/failure.ts';
import { followedSize } from '../../images/follow.ts';
import { modelOf } from '../../images/model.ts';
import { referenceFaultSentence } from '../../images/reference.ts';
import type { ImageRequest } from '../../images/request.ts';
import type { Size } from '../../images/size.ts';
import { formatInPlace } from '../files/inPlace.ts';
import type { Order, OrderTools } from './order.ts';
import { inspectReferences, sizesOf, type OrderReference } from './references.ts';
import { joinSentences } from '../show/sentences.ts';
import type { RequestSettings } from '../settings.ts';

/** An edit as its caller or its user wants it. */
export interface EditWish {
  /** Its size may be `auto`: it is what the model makes of the edited image's then. */
  readonly request: ImageRequest;
  /** At least one; the edited image first. */
  readonly references: readonly [OrderReference, ...OrderReference[]];
  /** Their sizes, as far as they were looked at; a side of 0 is not known. */
  readonly images: readonly Size[];
  /** Absent: the edited image's own. */
  readonly folder?: Uri;
  readonly name: string;
  /** Whether the result takes the edited image's place; one picture is made then, in the file's own format. */
  readonly replace?: boolean;
  /** Whether the result is brought to the edited image's pixels; absent: by the settings, where its size follows the image. */
  readonly exact?: boolean | undefined;
}

/** The order of an edit. */
export function editOrder({ request, references, images, folder, name, replace = false, exact }: EditWish, settings: Pick<RequestSettings, 'responseFormat' | 'exactPixels'>): Order {
  const edited = references[0].uri;
  const image = images[0] && images[0].width > 0 && images[0].height > 0 ? images[0] : undefined;
  const followed = followedSize(image, modelOf(request.model));
  const follows = request.size === 'auto' || request.size === followed.drawn;
  const bySettings = follows && (settings.exactPixels === 'always' || (settings.exactPixels === 'replace' && replace));
  const format = replace ? formatInPlace(edited) : undefined;
  const size = request.size === 'auto' ? followed.size : request.size;
  return {
    request: { ...request, size, ...(size === 'auto' && followed.drawn !== undefined && { expected: followed.drawn }), ...(replace && { count: 1 }), ...(format && { format }) },
    responseFormat: settings.responseFormat,
    references,
    ...(images.length === references.length && { imageSizes: images }),
    folder: folder ?? Uri.joinPath(edited, '..'),
    name,
    ...(replace && { replaces: edited }),
    ...(image && (exact ?? bySettings) && { exact: image }),
  };
}

/**
 * The sizes of files that can be edited, in their order.
 * @throws {FailureError} `invalid-request` with a sentence for each thing that is wrong with them, or `file-unreadable`
 */
export async function editableSizes(references: readonly OrderReference[], model: string, tools: Pick<OrderTools, 'scratch' | 'pixels'>): Promise<readonly Size[]> {
  const found = await inspectReferences(references, model, tools);
  if (found.faults.length === 0) return sizesOf(found.references);
  throw new FailureError({ code: 'invalid-request', about: 'files', reason: joinSentences(found.faults.map((fault) => referenceFaultSentence(fault, l10n.t))) });
}
