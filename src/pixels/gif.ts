import { gifHeader } from '../images/formats/gif.ts';
import { u16le, u8 } from '../images/formats/bytes.ts';
import { mostPixels } from '../images/reference.ts';
import { PixelsError } from './error.ts';
import { blank, type Picture } from './picture.ts';

const broken = (what: string): PixelsError => new PixelsError('broken', `the GIF ${what}`);

/**
 * The first picture of a GIF on its logical screen, which is transparent where the picture does not reach, and how many pictures
 * there are. What lies outside the screen is cut off. After the GIF89a specification.
 * @throws {PixelsError} `broken` also where the first picture is cut short
 */
export function decodeGif(bytes: Uint8Array): { readonly picture: Picture; readonly frames: number } {
  const header = gifHeader(bytes);
  if (!header || header.width === 0 || header.height === 0) throw broken('has no screen');
  const flags = u8(bytes, 10);
  const globalColours = colourTable(bytes, 13, flags);
  let at = 13 + globalColours.length;
  let picture: Picture | undefined;
  let frames = 0;
  let transparent: number | undefined;
  while (at < bytes.length) {
    const block = u8(bytes, at);
    if (block === 0x21) {
      // A graphic control says which colour of the next picture is transparent.
      if (u8(bytes, at + 1) === 0xf9) transparent = (u8(bytes, at + 3) & 1) === 1 ? u8(bytes, at + 6) : undefined;
      at = packed(bytes, at + 2).end;
    } else if (block === 0x2c) {
      const own = colourTable(bytes, at + 10, u8(bytes, at + 9));
      const codes = packed(bytes, at + 11 + own.length);
      frames += 1;
      picture ??= draw(bytes, at, { screen: header, colours: own.length > 0 ? own : globalColours, transparent, codes: codes.read(), codeSize: u8(bytes, at + 10 + own.length) });
      at = codes.end;
    } else break;
  }
  if (!picture) throw broken('has no picture');
  return { picture, frames };
}

function colourTable(bytes: Uint8Array, at: number, flags: number): Uint8Array {
  return (flags & 0x80) === 0 ? new Uint8Array() : bytes.subarray(at, at + 3 * 2 ** ((flags & 7) + 1));
}

/** Data in blocks of up to 255 bytes: where it ends, and all of it in one. */
function packed(bytes: Uint8Array, start: number): { readonly end: number; read(): Uint8Array } {
  let end = start;
  while (end < bytes.length && u8(bytes, end) !== 0) end += 1 + u8(bytes, end);
  return {
    end: end + 1,
    read() {
      const parts: Uint8Array[] = [];
      for (let at = start; at < end; at += 1 + u8(bytes, at)) parts.push(bytes.subarray(at + 1, at + 1 + u8(bytes, at)));
      return Buffer.concat(parts);
    },
  };
}

interface Frame {
  readonly screen: { readonly width: number; readonly height: number };
  readonly colours: Uint8Array;
  readonly transparent: number | undefined;
  readonly codes: Uint8Array;
  readonly codeSize: number;
}

function draw(bytes: Uint8Array, at: number, { screen, colours, transparent, codes, codeSize }: Frame): Picture {
  const [left, top, width, height] = [u16le(bytes, at + 1), u16le(bytes, at + 3), u16le(bytes, at + 5), u16le(bytes, at + 7)];
  if (width * height > mostPixels) throw new PixelsError('too-many-pixels', `${width}x${height}`);
  const interlaced = (u8(bytes, at + 9) & 0x40) !== 0;
  const indices = unpack(codes, codeSize, width * height);
  const picture = blank(screen.width, screen.height);
  for (const [row, y] of rows(height, interlaced).entries()) {
    if (top + y >= screen.height) continue;
    for (let x = 0; x < width && left + x < screen.width; x++) {
      const index = u8(indices, row * width + x);
      if (index === transparent) continue;
      const to = ((top + y) * screen.width + left + x) * 4;
      picture.data.set([u8(colours, index * 3), u8(colours, index * 3 + 1), u8(colours, index * 3 + 2), 255], to);
    }
  }
  return picture;
}

/** The places of rows in the order in which they are packed. */
function rows(height: number, interlaced: boolean): readonly number[] {
  const passes: readonly (readonly [number, number])[] = interlaced ? [[0, 8], [4, 8], [2, 4], [1, 2]] : [[0, 1]];
  return passes.flatMap(([first, step]) => Array.from({ length: Math.max(0, Math.ceil((height - first) / step)) }, (_, index) => first + index * step));
}

/** LZW as GIF has it: codes from `codeSize` + 1 to 12 bits, the lowest bit first. A string is its last byte and the code of what is before. */
function unpack(codes: Uint8Array, codeSize: number, length: number): Uint8Array {
  if (codeSize < 1 || codeSize > 11) throw broken('has an impossible code size');
  const clear = 2 ** codeSize;
  const before = new Uint16Array(4096);
  const last = new Uint8Array(4096);
  const result = new Uint8Array(length);
  const string = new Uint8Array(4097);
  for (let code = 0; code < clear; code++) last[code] = code;
  let [next, bits, previous, first] = [clear + 2, codeSize + 1, -1, 0];
  let [held, heldBits, at, done] = [0, 0, 0, 0];
  while (done < length) {
    while (heldBits < bits) {
      if (at >= codes.length) throw broken('is cut short');
      held |= u8(codes, at++) << heldBits;
      heldBits += 8;
    }
    const code = held & (2 ** bits - 1);
    held >>>= bits;
    heldBits -= bits;
    if (code === clear) {
      [next, bits, previous] = [clear + 2, codeSize + 1, -1];
      continue;
    }
    if (code === clear + 1) throw broken('ends before its picture is whole');
    if (code > next || (code === next && previous === -1) || (previous === -1 && code > clear)) throw broken('has an impossible code');
    let filled = 0;
    let walk = code;
    // The one code that is used before it is complete: the string before, and its own first byte again.
    if (code === next) {
      string[filled++] = first;
      walk = previous;
    }
    for (; walk > clear; walk = before[walk] ?? 0) string[filled++] = last[walk] ?? 0;
    first = last[walk] ?? 0;
    string[filled++] = first;
    while (filled > 0 && done < length) result[done++] = string[--filled] ?? 0;
    if (previous !== -1 && next < 4096) {
      before[next] = previous;
      last[next] = first;
      next += 1;
      if (next === 2 ** bits && bits < 12) bits += 1;
    }
    previous = code;
  }
  return result;
}
