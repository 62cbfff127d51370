import { createScanner, type PicturePlaces } from '../../../src/api/decode.ts';
import type { Base64Target } from '../../../src/api/base64.ts';

/** A target that keeps its bytes in memory. */
export function memoryTarget(): Base64Target & { readonly bytes: () => Buffer } {
  const parts: Buffer[] = [];
  let pending = Buffer.alloc(0);
  return {
    decode: (text) => {
      pending = Buffer.alloc(Math.ceil((text.length * 3) / 4));
      return pending.write(text, 'base64');
    },
    commit: (length) => {
      parts.push(pending.subarray(0, length));
    },
    bytes: () => Buffer.concat(parts),
  };
}

/** What a scan of a document found. A picture's value is its bytes, or why it was not base64, or `open` where its text did not end. */
export interface Scanned {
  readonly pictures: ReadonlyMap<number, Buffer | string>;
  readonly urls: ReadonlyMap<number, string>;
  readonly end: { readonly document?: unknown; readonly problem?: string | undefined };
}

/** Scans `document` cut into chunks at `cuts`, which need not be sorted and may lie outside. */
export function scan(document: Buffer, cuts: readonly number[], places: PicturePlaces = 'reply'): Scanned {
  const targets = new Map<number, ReturnType<typeof memoryTarget>>();
  const pictures = new Map<number, Buffer | string>();
  const urls = new Map<number, string>();
  const scanner = createScanner(places, {
    picture: (index) => {
      const target = memoryTarget();
      targets.set(index, target);
      pictures.set(index, 'open');
      return target;
    },
    pictureEnd: (index, problem) => pictures.set(index, problem ?? targets.get(index)?.bytes() ?? 'no target'),
    url: (index, url) => urls.set(index, url),
  });
  for (const chunk of chunked(document, cuts)) scanner.push(chunk);
  return { pictures, urls, end: scanner.end() };
}

/** `document` in pieces, copied apart so that no piece can see its neighbours. */
export function chunked(document: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set([0, ...cuts.map((cut) => Math.min(Math.max(cut, 0), document.length)), document.length])].toSorted((a, b) => a - b);
  return places.slice(1).map((end, at) => Buffer.from(document.subarray(places[at], end)));
}
