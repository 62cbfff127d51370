import type { ImageHeader } from '../header.ts';
import { ascii, u16be, u16le, u32be, u32le, u8 } from './bytes.ts';

/** JPEG: dimensions from the first start-of-frame, swapped where the EXIF orientation before it turns the picture on its side. */
export function jpegHeader(bytes: Uint8Array): ImageHeader | undefined {
  if (u8(bytes, 0) !== 0xff || u8(bytes, 1) !== 0xd8 || u8(bytes, 2) !== 0xff) return undefined;
  let orientation = 1;
  for (let at = 2; at + 4 <= bytes.length; ) {
    if (u8(bytes, at) !== 0xff) break;
    const marker = u8(bytes, at + 1);
    if (marker === 0xff || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      // Fill bytes, and markers that stand alone.
      at += marker === 0xff ? 1 : 2;
      continue;
    }
    if (isStartOfFrame(marker)) {
      const height = u16be(bytes, at + 5);
      const width = u16be(bytes, at + 7);
      const turned = orientation >= 5 && orientation <= 8;
      return { format: 'jpeg', width: turned ? height : width, height: turned ? width : height, alpha: false };
    }
    if (marker === 0xda || marker === 0xd9) break;
    if (marker === 0xe1) orientation = exifOrientation(bytes.subarray(at + 4, at + 2 + u16be(bytes, at + 2))) ?? orientation;
    at += 2 + Math.max(2, u16be(bytes, at + 2));
  }
  return { format: 'jpeg', width: 0, height: 0, alpha: false };
}

/** C0 to CF, without the tables (C4), the reserved (C8) and the arithmetic conditioning (CC). */
function isStartOfFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

const orientationTag = 0x0112;

/** 1 to 8 as EXIF counts them; 5 to 8 are a quarter turned. `segment` is what follows the length of an APP1. */
function exifOrientation(segment: Uint8Array): number | undefined {
  if (ascii(segment, 0, 6) !== 'Exif\0\0') return undefined;
  const tiff = segment.subarray(6);
  const order = ascii(tiff, 0, 2);
  if (order !== 'II' && order !== 'MM') return undefined;
  const u16 = order === 'II' ? u16le : u16be;
  const u32 = order === 'II' ? u32le : u32be;
  const directory = u32(tiff, 4);
  const count = u16(tiff, directory);
  for (let entry = 0; entry < count; entry++) {
    const at = directory + 2 + entry * 12;
    if (at + 12 > tiff.length) return undefined;
    if (u16(tiff, at) === orientationTag) return u16(tiff, at + 8);
  }
  return undefined;
}
