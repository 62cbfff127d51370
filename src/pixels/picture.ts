import type { Size } from '../images/size.ts';

/** A decoded picture: four bytes a pixel, red, green, blue and straight alpha, row by row from the top left. */
export interface Picture extends Size {
  readonly data: Uint8Array;
}

/** A wholly transparent picture; a bounded size is the caller's care. */
export const blank = (width: number, height: number): Picture => ({ width, height, data: new Uint8Array(width * height * 4) });

export function isOpaque({ data }: Picture): boolean {
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return false;
  return true;
}

/** The part of a picture that begins at (`left`, `top`); it must lie inside. */
export function crop(picture: Picture, left: number, top: number, width: number, height: number): Picture {
  if (left === 0 && top === 0 && width === picture.width && height === picture.height) return picture;
  const part = blank(width, height);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * picture.width + left) * 4;
    part.data.set(picture.data.subarray(from, from + width * 4), y * width * 4);
  }
  return part;
}

/** The largest part of a picture, from its middle, that has the proportions of `size`. */
export function cropTo(picture: Picture, size: Size): Picture {
  const scale = Math.min(picture.width / size.width, picture.height / size.height);
  const width = Math.min(picture.width, Math.max(1, Math.round(size.width * scale)));
  const height = Math.min(picture.height, Math.max(1, Math.round(size.height * scale)));
  return crop(picture, Math.floor((picture.width - width) / 2), Math.floor((picture.height - height) / 2), width, height);
}

/** Laid on white, for formats without transparency. */
export function onWhite(picture: Picture): Picture {
  if (isOpaque(picture)) return picture;
  const data = new Uint8Array(picture.data.length);
  for (let at = 0; at < data.length; at += 4) {
    const alpha = picture.data[at + 3] ?? 0;
    for (let channel = at; channel < at + 3; channel++) data[channel] = Math.round(((picture.data[channel] ?? 0) * alpha) / 255) + 255 - alpha;
    data[at + 3] = 255;
  }
  return { ...picture, data };
}

/** How a file says that its pixels are to be shown: first quarter turns, anticlockwise, then the mirror. */
export interface Turn {
  readonly quarters: number;
  /** `rows`: top and bottom change places; `columns`: left and right do. */
  readonly mirror?: 'rows' | 'columns';
}

export function turned(picture: Picture, { quarters, mirror }: Turn): Picture {
  const turns = quarters % 4;
  if (turns === 0 && mirror === undefined) return picture;
  const { width, height } = picture;
  const result = turns % 2 === 1 ? blank(height, width) : blank(width, height);
  const source = new Uint32Array(picture.data.buffer, picture.data.byteOffset, width * height);
  const target = new Uint32Array(result.data.buffer, result.data.byteOffset, width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let [toX, toY] = turns === 0 ? [x, y] : turns === 1 ? [y, width - 1 - x] : turns === 2 ? [width - 1 - x, height - 1 - y] : [height - 1 - y, x];
      if (mirror === 'rows') toY = result.height - 1 - toY;
      if (mirror === 'columns') toX = result.width - 1 - toX;
      target[toY * result.width + toX] = source[y * width + x] ?? 0;
    }
  }
  return result;
}
