import { Uri, type Uri as Folder } from 'vscode';
import { followedSize } from '../../images/follow.ts';
import { modelOf } from '../../images/model.ts';
import { assetName, checkedName } from '../../images/naming.ts';
import type { ImageRequest } from '../../images/request.ts';
import { formatSize, parseSize, type Size } from '../../images/size.ts';
import { styledPrompt } from '../../images/style.ts';
import { formatInPlace } from '../files/inPlace.ts';
import { siblingName } from '../orders/editName.ts';
import { editOrder } from '../orders/editOrder.ts';
import type { Order } from '../orders/order.ts';
import type { OrderReference } from '../orders/references.ts';
import { requestFrom } from '../result.ts';
import type { RequestSettings } from '../settings.ts';
import type { Put } from './draft.ts';

/** Everything that an order is made of. */
export interface Wish extends Put {
  /** The text of the style; empty: none. */
  readonly style: string;
  /** Pixels of the references, in their order; a side of 0 is not known. */
  readonly images: readonly Size[];
  /** Absent: nobody knows where the pictures go. */
  readonly folder?: Folder | undefined;
}

const isEdit = (references: Put['references']): references is readonly [Put['references'][number], ...Put['references']] => references[0]?.role === 'image';

/** The name of the file where none is typed. */
export const automaticName = ({ draft, references }: Put): string => (isEdit(references) ? siblingName(references[0].uri, 'edit') : assetName(draft.prompt));

/** `1024 X 768` → `1024x768`; what is no size stays as it is, to be judged. */
export function canonicalSize(typed: string): string {
  const size = parseSize(typed);
  return size === undefined ? typed : size === 'auto' ? size : formatSize(size.width, size.height);
}

/** What would be asked for. What does not go with the rest is left out: the compression of a PNG, the fidelity to no image. */
function requestOf({ draft, references, style }: Wish, settings: RequestSettings): ImageRequest {
  const { model, size, quality, count, background, compression, fidelity, partials } = draft;
  const replaced = isEdit(references) && draft.replace ? formatInPlace(references[0].uri) : undefined;
  const format = replaced ?? draft.format;
  const compressed = compression !== undefined && (format === 'jpeg' || format === 'webp');
  return {
    ...requestFrom(styledPrompt(draft.prompt.trim(), style), { ...settings, model: model.trim(), size: canonicalSize(size), quality, count, format, background }),
    ...(compressed && { compression }),
    ...(isEdit(references) && fidelity !== 'auto' && { inputFidelity: fidelity }),
    ...(partials > 0 && { stream: { partialImages: partials } }),
  };
}

const orderReference = ({ uri, role, mend }: OrderReference): OrderReference => ({ uri, role, ...(mend && { mend }) });

/** The order that a wish comes to, faulty or not. */
export function orderOf(wish: Wish, settings: RequestSettings): Order {
  const { draft, references, images, folder = Uri.file('/') } = wish;
  const request = requestOf(wish, settings);
  const checked = checkedName(draft.name);
  const name = 'fault' in checked ? automaticName(wish) : checked.name;
  if (!isEdit(references)) return { request, responseFormat: settings.responseFormat, folder, name };
  const [edited, ...others] = references;
  const files = [orderReference(edited), ...others.map(orderReference)] as const;
  // What takes the place of a file has its folder and its name.
  return draft.replace
    ? editOrder({ request, references: files, images, name: siblingName(edited.uri, 'edit'), replace: true }, settings)
    : editOrder({ request, references: files, images, folder, name }, settings);
}

/** The pixels that an automatic size of an edit comes to, as `WIDTHxHEIGHT`; undefined: it is no such edit, or nobody can tell. */
export const followedPixels = ({ draft, references, images }: Wish): string | undefined =>
  isEdit(references) && parseSize(draft.size) === 'auto' ? followedSize(images[0], modelOf(draft.model.trim())).drawn : undefined;
