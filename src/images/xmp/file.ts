import { headerBytes, imageHeader } from '../format.ts';
import type { ImageFormat } from '../header.ts';
import type { Recipe } from '../recipe.ts';
import { longestXmp, recipeFromXmp } from './xmp.ts';
import { lookAt, utf8, type Read, type Splice } from './bytes.ts';
import { findXmpInJpeg, xmpSplicesOfJpeg, type Md5 } from './jpeg.ts';
import { findXmpInPng, xmpSplicesOfPng } from './png.ts';
import { findXmpInWebp, xmpSplicesOfWebp } from './webp.ts';

/**
 * The changes that put an XMP packet into a picture's file, in the order of their places, none over another; pixels and everything else in
 * it stay bit by bit. A packet that is there already is kept, and the new one's properties are added to it, in the place of an earlier
 * recipe's. undefined: this format carries none, or the file is odd (cut off, another format, a packet that cannot be understood).
 * @param size of the whole file, in bytes
 * @param xmp as `recipeXmp` makes it
 * @throws only what `read` throws
 */
export async function xmpSplices(format: ImageFormat, read: Read, size: number, xmp: string, md5: Md5): Promise<readonly Splice[] | undefined> {
  if (utf8(xmp).length > longestXmp) return undefined;
  const look = lookAt(read, size);
  switch (format) {
    case 'png':
      return xmpSplicesOfPng(look, xmp);
    case 'jpeg':
      return xmpSplicesOfJpeg(look, size, xmp, md5);
    case 'webp':
      return xmpSplicesOfWebp(look, xmp);
    case 'gif':
    case 'avif':
    case 'bmp':
    case 'svg':
      return undefined;
  }
}

/** The XMP packet in a picture's file, a JPEG's extended part behind it; undefined: there is none that can be read. @throws only what `read` throws */
export async function findXmp(format: ImageFormat, read: Read, size: number): Promise<string | undefined> {
  const look = lookAt(read, size);
  switch (format) {
    case 'png':
      return findXmpInPng(look);
    case 'jpeg':
      return findXmpInJpeg(look);
    case 'webp':
      return findXmpInWebp(look);
    case 'gif':
    case 'avif':
    case 'bmp':
    case 'svg':
      return undefined;
  }
}

/** The recipe in a file of any kind. @throws only what `read` throws */
export async function recipeIn(read: Read, size: number): Promise<Recipe | undefined> {
  const header = imageHeader(await read(0, Math.min(size, headerBytes)));
  const xmp = header && (await findXmp(header.format, read, size));
  return xmp === undefined ? undefined : recipeFromXmp(xmp);
}
