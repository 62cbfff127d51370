import { avifHeader } from './formats/avif.ts';
import { bmpHeader } from './formats/bmp.ts';
import { gifHeader } from './formats/gif.ts';
import { jpegHeader } from './formats/jpeg.ts';
import { pngHeader } from './formats/png.ts';
import { svgHeader } from './formats/svg.ts';
import { webpHeader } from './formats/webp.ts';
import type { ImageHeader } from './header.ts';

/**
 * How many of a file's first bytes tell its header. PNG, WebP, GIF, BMP and AVIF need a few hundred; a JPEG's frame may lie
 * behind metadata, in segments of up to 64 kB each; an SVG's root element behind comments.
 */
export const headerBytes = 256 * 1024;

const readers: readonly ((bytes: Uint8Array) => ImageHeader | undefined)[] = [
  pngHeader,
  jpegHeader,
  webpHeader,
  gifHeader,
  avifHeader,
  bmpHeader,
  svgHeader,
];

/**
 * Judges a picture by its first {@link headerBytes} bytes, or as many as there are; more are not looked at. `undefined`: none
 * of the formats known. Never throws. That the header is good does not say that the rest of the file is.
 */
export function imageHeader(bytes: Uint8Array): ImageHeader | undefined {
  const first = bytes.subarray(0, headerBytes);
  for (const read of readers) {
    const header = read(first);
    if (header) return header;
  }
  return undefined;
}
