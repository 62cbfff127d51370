import type { Uri } from 'vscode';
import type { OrderReference } from '../orders/references.ts';

/** What a file is to an edit, as the user sees it: the first image is the one edited. */
export type Role = 'edited' | 'reference' | 'mask';

type List = readonly OrderReference[];

/** The images in their order, and after them the mask. All that follows keeps to this. */
export const arranged = (list: List): List => [...list.filter(({ role }) => role === 'image'), ...list.filter(({ role }) => role === 'mask')];

const imagesOf = (list: List): List => list.filter(({ role }) => role === 'image');
const masksOf = (list: List): List => list.filter(({ role }) => role === 'mask');

/** What the file at `index` is. */
export const roleAt = (list: List, index: number): Role => (list[index]?.role === 'mask' ? 'mask' : index === 0 ? 'edited' : 'reference');

/** What else the file at `index` could be. The only image stays what it is, for an edit needs one. */
export function otherRoles(list: List, index: number): readonly Role[] {
  const own = roleAt(list, index);
  if (own !== 'mask' && imagesOf(list).length < 2) return [];
  return (['edited', 'reference', 'mask'] as const).filter((role) => role !== own);
}

/** Whether the image at `index` has another one above (-1) or below (1) it. */
export const canMove = (list: List, index: number, by: -1 | 1): boolean => list[index]?.role === 'image' && list[index + by]?.role === 'image';

/** The image at `index` one place up (-1) or down (1): what comes first is edited. */
export function moved(list: List, index: number, by: -1 | 1): List {
  const [one, other] = [list[index], list[index + by]];
  return one && other && canMove(list, index, by) ? list.with(index, other).with(index + by, one) : list;
}

/** The file at `index` in another role. There is one mask: what was it before becomes the last reference. */
export function withRole(list: List, index: number, role: Role): List {
  const file = list[index];
  if (!file || !otherRoles(list, index).includes(role)) return list;
  const rest = list.toSpliced(index, 1);
  const image: OrderReference = { uri: file.uri, role: 'image' };
  const [images, masks] = [imagesOf(rest), masksOf(rest)];
  switch (role) {
    case 'edited':
      return [image, ...images, ...masks];
    case 'reference':
      // The edited image gives its place to the next one, and takes that one's.
      return roleAt(list, index) === 'edited' ? arranged(images.toSpliced(1, 0, image).concat(masks)) : [...images, image, ...masks];
    case 'mask':
      return [...images, ...masks.map(({ uri }): OrderReference => ({ uri, role: 'image' })), { uri: file.uri, role: 'mask' }];
  }
}

export const without = (list: List, index: number): List => list.toSpliced(index, 1);

/** More files, as the last references; what is in the list already is not taken twice. */
export function withMore(list: List, uris: readonly Uri[]): List {
  const known = new Set(list.map(({ uri }) => uri.toString()));
  const images = imagesOf(list);
  const added: OrderReference[] = [];
  for (const uri of uris) {
    if (known.has(uri.toString())) continue;
    known.add(uri.toString());
    added.push({ uri, role: 'image' });
  }
  return [...images, ...added, ...masksOf(list)];
}
