import type { ImageHeader } from '../header.ts';
import { ascii, u16le, u24le, u32le, u8 } from './bytes.ts';

/** WebP in its three forms: lossy, lossless, and extended, where the canvas counts and a flag tells of alpha. */
export function webpHeader(bytes: Uint8Array): ImageHeader | undefined {
  if (ascii(bytes, 0, 4) !== 'RIFF' || ascii(bytes, 8, 4) !== 'WEBP') return undefined;
  return { format: 'webp', ...canvas(bytes) };
}

function canvas(bytes: Uint8Array): Omit<ImageHeader, 'format'> {
  const unknown = { width: 0, height: 0, alpha: false };
  switch (ascii(bytes, 12, 4)) {
    case 'VP8 ':
      // A key frame: three bytes of tag, then its start code; the two upper bits of each side are for scaling.
      if (bytes.length < 30 || u24le(bytes, 23) !== 0x2a_01_9d) return unknown;
      return { width: u16le(bytes, 26) & 0x3fff, height: u16le(bytes, 28) & 0x3fff, alpha: false };
    case 'VP8L': {
      if (bytes.length < 25 || u8(bytes, 20) !== 0x2f) return unknown;
      const bits = u32le(bytes, 21);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, alpha: (bits & 0x1000_0000) !== 0 };
    }
    case 'VP8X':
      if (bytes.length < 30) return unknown;
      return { width: u24le(bytes, 24) + 1, height: u24le(bytes, 27) + 1, alpha: (u8(bytes, 20) & 0x10) !== 0 };
    default:
      return unknown;
  }
}
