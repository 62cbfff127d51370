import type { GalleryListing } from '../../../protocol/panel.ts';

/** What the gallery is laid out for, in CSS pixels. */
export interface Measures {
  /** Of the whole grid. */
  readonly width: number;
  /** The wanted side of a tile; tiles fill the width, so that they come out somewhat smaller or larger. */
  readonly tile: number;
  /** Height of a line of text. */
  readonly line: number;
}

/** A row of the grid: the head of a request, or some of its pictures side by side. */
export interface Row {
  readonly kind: 'request' | 'pictures';
  /** Index into the listing's requests. */
  readonly request: number;
  /** The first picture of the row, and how many there are. */
  readonly first: number;
  readonly count: number;
  readonly top: number;
  readonly height: number;
  /** Whether a thread begins above it or ends below it. */
  readonly begins: boolean;
  readonly ends: boolean;
  /** Whether another request of the same thread follows its own. */
  readonly joins: boolean;
}

/** Where everything is. Heights follow from the listing alone, so nothing moves when details arrive. */
export interface Layout {
  /** That it was made for. */
  readonly width: number;
  readonly columns: number;
  /** Of a tile. */
  readonly side: number;
  /** Beside the tiles, at either edge. */
  readonly inset: number;
  readonly rows: readonly Row[];
  /** The row of each request's head, by the request's index. */
  readonly heads: readonly number[];
  readonly height: number;
}

/** Between tiles. */
export const gap = 8;
/** Between threads. */
const apart = 12;
/** Above the text of a request's head, below it, and below the last tiles of a request. */
const above = 10;
const below = 6;
const after = 12;
/** Narrower than this the facts of a request need a second line. */
const narrow = 480;

/** Lines of a request's facts. */
export const aboutLines = (width: number): number => (width < narrow ? 2 : 1);

/** Height of a request's head that shows two lines of its prompt. */
export const headHeight = ({ width, line }: Pick<Measures, 'width' | 'line'>): number => Math.ceil(above + (2 + aboutLines(width)) * line + below);

/** @param unfolded heights of the heads that show all of their prompt, by the request's id */
export function layOut(requests: GalleryListing['requests'], measures: Measures, unfolded: ReadonlyMap<string, number>): Layout {
  const inset = measures.width < narrow ? 14 : 18;
  const inner = Math.max(1, measures.width - 2 * inset);
  const columns = Math.max(1, Math.round((inner + gap) / (measures.tile + gap)));
  const side = Math.floor((inner - gap * (columns - 1)) / columns);
  const head = headHeight(measures);
  const rows: Row[] = [];
  const heads: number[] = [];
  let top = 0;
  for (const [request, [id, thread, pictures]] of requests.entries()) {
    const begins = requests[request - 1]?.[1] !== thread;
    const joins = requests[request + 1]?.[1] === thread;
    if (begins && request > 0) top += apart;
    heads.push(rows.length);
    const height = Math.max(head, unfolded.get(id) ?? 0);
    rows.push({ kind: 'request', request, first: 0, count: 0, top, height, begins, ends: !joins && pictures === 0, joins });
    top += height;
    for (let first = 0; first < pictures; first += columns) {
      const count = Math.min(columns, pictures - first);
      const last = first + count === pictures;
      rows.push({ kind: 'pictures', request, first, count, top, height: side + (last ? after : gap), begins: false, ends: !joins && last, joins });
      top += side + (last ? after : gap);
    }
  }
  return { width: measures.width, columns, side, inset, rows, heads, height: top };
}

/** The first row that ends below `y`; the number of rows when there is none. */
export function rowAt({ rows }: Layout, y: number): number {
  let from = 0;
  let to = rows.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    const row = rows[middle];
    if (row && row.top + row.height > y) to = middle;
    else from = middle + 1;
  }
  return from;
}

/** The row of a picture, or of a request's head for picture -1; undefined: there is no such request. */
export function rowOf({ heads, columns, rows }: Layout, request: number, picture: number): number | undefined {
  const head = heads[request];
  if (head === undefined || picture < 0) return head;
  const last = (heads[request + 1] ?? rows.length) - 1;
  return Math.min(last, head + 1 + Math.floor(picture / columns));
}
