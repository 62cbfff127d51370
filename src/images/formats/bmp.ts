import type { ImageHeader } from '../header.ts';
import { ascii, u16le, u32le } from './bytes.ts';

/** Sizes of the headers in use, from OS/2 1 to version 5: `BM` alone would make a picture of any text that begins so. */
const headerSizes: ReadonlySet<number> = new Set([12, 16, 40, 52, 56, 64, 108, 124]);

/** BMP: a negative height means top-down; alpha where a header that has the field names bits for it. */
export function bmpHeader(bytes: Uint8Array): ImageHeader | undefined {
  const headerSize = u32le(bytes, 14);
  if (ascii(bytes, 0, 2) !== 'BM' || !headerSizes.has(headerSize)) return undefined;
  if (headerSize === 12) return { format: 'bmp', width: u16le(bytes, 18), height: u16le(bytes, 20), alpha: false };
  const hasAlphaMask = headerSize >= 56 && headerSize !== 64 && u32le(bytes, 66) !== 0;
  return { format: 'bmp', width: Math.abs(u32le(bytes, 18) | 0), height: Math.abs(u32le(bytes, 22) | 0), alpha: hasAlphaMask };
}
