import { createHash } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { headerBytes, imageHeader } from '../images/format.ts';
import type { ImageFormat, ImageHeader } from '../images/header.ts';
import type { Recipe } from '../images/recipe.ts';
import { recipeXmp } from '../images/xmp/xmp.ts';
import type { Read, Splice } from '../images/xmp/bytes.ts';
import { recipeIn, xmpSplices } from '../images/xmp/file.ts';

/** Bytes copied at once. */
const portion = 256 * 1024;

const reading =
  (file: FileHandle): Read =>
  async (at, length) => {
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await file.read(bytes, filled, length - filled, at + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  };

const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex').toUpperCase();

async function writeAll(target: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) done += (await target.write(bytes, done, bytes.length - done)).bytesWritten;
}

async function copy(read: Read, target: FileHandle, from: number, to: number): Promise<void> {
  for (let at = from; at < to; ) {
    const bytes = await read(at, Math.min(portion, to - at));
    if (bytes.length === 0) throw new Error('the picture became shorter while it was copied');
    await writeAll(target, bytes);
    at += bytes.length;
  }
}

async function spliced(read: Read, size: number, splices: readonly Splice[], target: FileHandle): Promise<void> {
  let at = 0;
  for (const splice of splices) {
    await copy(read, target, at, splice.at);
    await writeAll(target, splice.insert);
    at = splice.at + splice.remove;
  }
  await copy(read, target, at, size);
}

/**
 * Copies a picture's file with its recipe in it, whatever its size in little memory; pixels and metadata stay bit by bit. False, and
 * nothing written: the format carries no recipe, or the file is odd.
 * @param target must not exist yet
 * @throws errors of the file system, `EEXIST` among them; what this call has begun to write is deleted then
 */
export async function writeWithRecipe(source: string, target: string, format: ImageFormat, recipe: Recipe): Promise<boolean> {
  const from = await open(source, 'r');
  try {
    const { size } = await from.stat();
    const read = reading(from);
    const splices = await xmpSplices(format, read, size, recipeXmp(recipe), md5);
    if (!splices) return false;
    const to = await open(target, 'wx');
    try {
      await spliced(read, size, splices, to);
    } catch (error) {
      await to.close();
      await rm(target, { force: true });
      throw error;
    }
    await to.close();
    return true;
  } finally {
    await from.close();
  }
}

/** The recipe in a file; undefined: there is none, or the file is no picture. @throws errors of the file system */
export async function readRecipe(file: string): Promise<Recipe | undefined> {
  const handle = await open(file, 'r');
  try {
    return await recipeIn(reading(handle), (await handle.stat()).size);
  } finally {
    await handle.close();
  }
}

/** What a picture's file tells of itself; nothing where it is no picture. @throws errors of the file system */
export async function readPicture(file: string): Promise<{ readonly header?: ImageHeader; readonly recipe?: Recipe }> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const read = reading(handle);
    const header = imageHeader(await read(0, Math.min(size, headerBytes)));
    const recipe = header && (await recipeIn(read, size));
    return { ...(header && { header }), ...(recipe && { recipe }) };
  } finally {
    await handle.close();
  }
}
