import type { GalleryListing } from '../../../protocol/panel.ts';
import type { Layout } from './layout.ts';

/** A picture by its place: the index of its request in the listing, and its own among that request's pictures. */
export interface Place {
  readonly request: number;
  readonly picture: number;
}

export type Step = 'left' | 'right' | 'up' | 'down' | 'first' | 'last' | 'page-up' | 'page-down';

type Requests = GalleryListing['requests'];

/** The first picture of the first request at or after (`by` 1), or before (`by` -1) this one that has any. */
function nearest(requests: Requests, from: number, by: 1 | -1): Place | undefined {
  for (let request = from; request >= 0 && request < requests.length; request += by) {
    const pictures = requests[request]?.[2] ?? 0;
    if (pictures > 0) return { request, picture: by > 0 ? 0 : pictures - 1 };
  }
  return undefined;
}

export const firstPlace = (requests: Requests): Place | undefined => nearest(requests, 0, 1);

/** The picture before (-1) or after (1) one; undefined: there is none. */
export function beside(requests: Requests, { request, picture }: Place, by: 1 | -1): Place | undefined {
  const next = picture + by;
  return next >= 0 && next < (requests[request]?.[2] ?? 0) ? { request, picture: next } : nearest(requests, request + by, by);
}

/**
 * Where a key leads from a picture: sideways through everything, up and down in its column.
 * @param page height of what is seen at once, in the layout's pixels
 */
export function walk(requests: Requests, layout: Layout, from: Place, step: Step, page: number): Place {
  const { rows, heads, columns } = layout;
  const column = from.picture % columns;
  const at = (heads[from.request] ?? 0) + 1 + Math.floor(from.picture / columns);
  const inRow = (index: number): Place | undefined => {
    const row = rows[index];
    return row?.kind === 'pictures' ? { request: row.request, picture: row.first + Math.min(column, row.count - 1) } : undefined;
  };
  const across = (by: 1 | -1, enough: (top: number) => boolean): Place | undefined => {
    let best: Place | undefined;
    for (let index = at + by; index >= 0 && index < rows.length; index += by) {
      const place = inRow(index);
      if (!place) continue;
      best = place;
      if (enough(rows[index]?.top ?? 0)) break;
    }
    return best;
  };
  const top = rows[at]?.top ?? 0;
  const found = ((): Place | undefined => {
    switch (step) {
      case 'left':
        return beside(requests, from, -1);
      case 'right':
        return beside(requests, from, 1);
      case 'up':
        return across(-1, () => true);
      case 'down':
        return across(1, () => true);
      case 'page-up':
        return across(-1, (y) => top - y >= page - layout.side);
      case 'page-down':
        return across(1, (y) => y - top >= page - layout.side);
      case 'first':
        return nearest(requests, 0, 1);
      case 'last':
        return nearest(requests, requests.length - 1, -1);
    }
  })();
  return found ?? from;
}

/** Every place from one to another, both included, in the listing's order; at most `most`, from the first one on. */
export function between(requests: Requests, from: Place, to: Place, most: number): Place[] {
  const forward = from.request < to.request || (from.request === to.request && from.picture <= to.picture);
  const places: Place[] = [from];
  let place: Place | undefined = from;
  while (place && places.length < most && (place.request !== to.request || place.picture !== to.picture)) {
    place = beside(requests, place, forward ? 1 : -1);
    if (place) places.push(place);
  }
  return places;
}
