import type { ImageHeader } from '../header.ts';
import { ascii, u16le, u8 } from './bytes.ts';

/** GIF: the logical screen; alpha where a frame among the given bytes names a transparent colour. */
export function gifHeader(bytes: Uint8Array): ImageHeader | undefined {
  if (!/^GIF8[79]a$/u.test(ascii(bytes, 0, 6))) return undefined;
  return { format: 'gif', width: u16le(bytes, 6), height: u16le(bytes, 8), alpha: hasTransparentColour(bytes) };
}

function hasTransparentColour(bytes: Uint8Array): boolean {
  let at = 13 + colourTable(u8(bytes, 10));
  while (at < bytes.length) {
    const block = u8(bytes, at);
    if (block === 0x21) {
      if (u8(bytes, at + 1) === 0xf9 && (u8(bytes, at + 3) & 1) === 1) return true;
      at = afterSubBlocks(bytes, at + 2);
    } else if (block === 0x2c) {
      // Ten bytes of descriptor, perhaps colours of its own, and a byte that says how the pixels are packed.
      at = afterSubBlocks(bytes, at + 11 + colourTable(u8(bytes, at + 9)));
    } else {
      return false;
    }
  }
  return false;
}

function colourTable(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1);
}

function afterSubBlocks(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && u8(bytes, at) !== 0) at += 1 + u8(bytes, at);
  return at + 1;
}
