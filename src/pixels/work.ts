import { randomUUID } from 'node:crypto';
import { copyFile, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { imageHeader } from '../images/format.ts';
import { jpegHeader } from '../images/formats/jpeg.ts';
import type { ImageHeader } from '../images/header.ts';
import { mostPixels } from '../images/reference.ts';
import type { Size } from '../images/size.ts';
import type { Codecs } from './codecs.ts';
import { PixelsError, storyOf } from './error.ts';
import { maskFacts, mendedMask } from './maskPixels.ts';
import { cropTo, isOpaque, type Picture } from './picture.ts';
import type { Answer, Task } from './task.ts';

/** Of a file that is read whole: room for {@link mostPixels} without packing. */
const mostBytes = 512 * 1024 * 1024;

/** Does one task. @throws {PixelsError} with the target left as it was */
export async function perform(task: Task, codecs: Codecs): Promise<Answer> {
  if (task.kind !== 'inspect' && resolve(task.source) === resolve(task.target)) throw new PixelsError('file', 'the source is not written to');
  const { bytes, header } = await readPicture(task.source);
  switch (task.kind) {
    case 'convert': {
      const { picture, frames } = await codecs.decode(bytes, header);
      return { kind: 'written', written: { header: await write(task.target, await codecs.encode(picture, task.format, isLossless(bytes))), frames } };
    }
    case 'resize': {
      const { size, format } = task;
      bounded(size);
      if (isSize(header, size) && header.format === format) return { kind: 'written', written: { header: await copy(task.source, task.target, header), frames: 1 } };
      const { picture, frames } = await codecs.decode(bytes, header);
      const resized = await resize(task.fit === 'cover' ? cropTo(picture, size) : picture, size, codecs);
      return { kind: 'written', written: { header: await write(task.target, await codecs.encode(resized, format, isLossless(bytes))), frames } };
    }
    case 'mend': {
      if (task.mend.size) bounded(task.mend.size);
      const { picture, frames } = await codecs.decode(bytes, header);
      return { kind: 'written', written: { header: await write(task.target, await codecs.encode(mendedMask(picture, task.mend), 'png', true)), frames } };
    }
    case 'inspect': {
      const { picture } = await codecs.decode(bytes, header);
      return { kind: 'facts', facts: maskFacts(picture) };
    }
  }
}

const isSize = (picture: Size, { width, height }: Size): boolean => picture.width === width && picture.height === height;

async function resize(picture: Picture, size: Size, codecs: Codecs): Promise<Picture> {
  return isSize(picture, size) ? picture : codecs.resize(picture, size, isOpaque(picture));
}

function bounded({ width, height }: Size): void {
  if (!(Number.isSafeInteger(width) && Number.isSafeInteger(height) && width >= 1 && height >= 1 && width * height <= mostPixels)) throw new PixelsError('too-many-pixels', `${width}x${height}`);
}

/** Reads a file whose header says that its pixels are bounded: that is known before anything is decoded. */
async function readPicture(file: string): Promise<{ readonly bytes: Uint8Array; readonly header: ImageHeader }> {
  const bytes = await onDisk(async () => {
    const { size } = await stat(file);
    return size > mostBytes ? undefined : readFile(file);
  });
  if (!bytes) throw new PixelsError('too-many-pixels', 'the file is too long');
  let header = imageHeader(bytes);
  // A JPEG's frame may lie behind more metadata than is looked at elsewhere.
  if (header?.format === 'jpeg' && header.width === 0) header = jpegHeader(bytes);
  if (!header) throw new PixelsError('broken', 'the file is no picture');
  // A drawing has the size that it is drawn at.
  if (header.format !== 'svg') {
    if (header.width === 0 || header.height === 0) throw new PixelsError('broken', 'the file does not tell its size');
    bounded(header);
  }
  return { bytes, header };
}

/** WebP is written without loss where it was read without: `VP8L`, alone or as the picture of an extended file. */
function isLossless(bytes: Uint8Array): boolean {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 16)).toString('latin1');
  if (!/^RIFF[^]{4}WEBP/u.test(at)) return false;
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let chunk = 12; chunk + 8 <= view.length; chunk += 8 + view.readUInt32LE(chunk + 4) + (view.readUInt32LE(chunk + 4) % 2)) {
    const type = view.toString('latin1', chunk, chunk + 4);
    if (type === 'VP8L') return true;
    if (type === 'VP8 ' || type === 'ANMF') return false;
  }
  return false;
}

/** Written beside its place and then moved there: whole or not at all. */
async function whole(target: string, make: (file: string) => Promise<void>): Promise<void> {
  const part = `${target}.${randomUUID()}.part`;
  await onDisk(async () => {
    try {
      await make(part);
      await rename(part, target);
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
  });
}

async function write(target: string, bytes: Uint8Array): Promise<ImageHeader> {
  const header = imageHeader(bytes);
  if (!header) throw new PixelsError('failed', 'the encoder made no picture');
  await whole(target, (part) => writeFile(part, bytes, { flag: 'wx' }));
  return header;
}

async function copy(source: string, target: string, header: ImageHeader): Promise<ImageHeader> {
  await whole(target, (part) => copyFile(source, part));
  return header;
}

async function onDisk<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw new PixelsError('file', storyOf(error), { cause: error });
  }
}
