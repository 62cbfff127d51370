import type { ImageHeader } from '../header.ts';
import { ascii, u32be, u8 } from './bytes.ts';

const signature = '\x89PNG\r\n\x1a\n';

/** PNG and APNG: dimensions from IHDR; alpha from its colour type, or from a tRNS chunk before the first IDAT. */
export function pngHeader(bytes: Uint8Array): ImageHeader | undefined {
  if (ascii(bytes, 0, 8) !== signature) return undefined;
  if (ascii(bytes, 12, 4) !== 'IHDR') return { format: 'png', width: 0, height: 0, alpha: false };
  const hasAlphaChannel = (u8(bytes, 25) & 4) !== 0;
  return { format: 'png', width: u32be(bytes, 16), height: u32be(bytes, 20), alpha: hasAlphaChannel || hasTransparentColour(bytes) };
}

function hasTransparentColour(bytes: Uint8Array): boolean {
  for (let at = 8; at + 8 <= bytes.length; at += 12 + u32be(bytes, at)) {
    const type = ascii(bytes, at + 4, 4);
    if (type === 'tRNS') return true;
    if (type === 'IDAT') return false;
  }
  return false;
}
