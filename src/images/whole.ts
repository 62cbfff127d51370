import { ascii, u16be, u32le } from './formats/bytes.ts';
import type { ImageFormat } from './header.ts';

/** How many of a file's last bytes {@link endsWhole} looks at. */
export const tailBytes = 12;

/**
 * Whether a picture's file, written from its start and perhaps broken off, is all there: a PNG ends with its IEND chunk, a JPEG with its
 * end marker, a WebP is as long as its first chunk says. Other formats do not tell, and count as not whole.
 * @param head the first 12 bytes or more
 * @param tail the last {@link tailBytes} bytes, all of them where there are fewer
 */
export function endsWhole(format: ImageFormat, head: Uint8Array, tail: Uint8Array, size: number): boolean {
  switch (format) {
    case 'png':
      return tail.length >= 12 && ascii(tail, tail.length - 12, 12) === '\0\0\0\0IEND\xae\x42\x60\x82';
    case 'jpeg':
      return size > 4 && u16be(tail, tail.length - 2) === 0xffd9;
    case 'webp':
      // The length leaves out the 8 bytes before it, and a byte that makes it even, which not every encoder writes.
      return size > 12 && (size === 8 + u32le(head, 4) || size === 8 + u32le(head, 4) + (u32le(head, 4) % 2));
    case 'gif':
    case 'avif':
    case 'bmp':
    case 'svg':
      return false;
  }
}
