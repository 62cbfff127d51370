import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCanvas, loadImage, type SKRSContext2D } from '@napi-rs/canvas';
import { build } from 'esbuild';
import { copyWasm, pixelsOptions } from '../../../esbuild.mjs';
import { createPixels, type Pixels } from '../../../src/pixels/pixels.ts';

/** The thread as it ships, built into a folder of its own, and a folder for pictures. */
export interface Studio {
  readonly pixels: Pixels;
  readonly worker: string;
  /** The folder of the pictures (absolute), and a path in it. */
  readonly folder: string;
  file(name: string): string;
  /** Writes bytes as a file and returns its path. */
  put(name: string, bytes: Uint8Array): Promise<string>;
  close(): Promise<void>;
}

export async function openStudio(): Promise<Studio> {
  const root = await mkdtemp(join(tmpdir(), 'easel-pixels-'));
  const folder = await mkdtemp(join(root, 'pictures-'));
  await build(pixelsOptions(false, root));
  copyWasm(root);
  await writeFile(join(root, 'package.json'), '{"type":"module"}');
  const worker = join(root, 'pixels.js');
  const pixels = createPixels(worker);
  const file = (name: string): string => join(folder, name);
  return {
    pixels,
    worker,
    folder,
    file,
    async put(name, bytes) {
      await writeFile(file(name), bytes);
      return file(name);
    },
    async close() {
      await pixels.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

export type Draw = (context: SKRSContext2D, width: number, height: number) => void;

/** Red, green, blue and white quarters: top left, top right, bottom left, bottom right. */
export const quarters: Draw = (context, width, height) => {
  for (const [index, colour] of ['#ff0000', '#00ff00', '#0000ff', '#ffffff'].entries()) {
    context.fillStyle = colour;
    context.fillRect((index % 2) * (width / 2), Math.floor(index / 2) * (height / 2), width / 2, height / 2);
  }
};

export async function drawn(width: number, height: number, format: 'png' | 'jpeg' | 'webp' | 'avif', draw: Draw): Promise<Buffer> {
  const canvas = createCanvas(width, height);
  draw(canvas.getContext('2d'), width, height);
  return format === 'png' ? canvas.encode('png') : format === 'avif' ? canvas.encode('avif', { quality: 95, speed: 10 }) : canvas.encode(format, 95);
}

export interface Seen {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue and alpha, 0 to 255, at a point given in shares of the sides. */
  readonly at: (x: number, y: number) => readonly [number, number, number, number];
  readonly data: Uint8ClampedArray;
}

/** A file as somebody else's decoder sees it. */
export async function see(file: string): Promise<Seen> {
  const image = await loadImage(await readFile(file));
  const canvas = createCanvas(image.width, image.height);
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  return {
    width: image.width,
    height: image.height,
    data,
    at(x, y) {
      const from = (Math.floor(y * image.height) * image.width + Math.floor(x * image.width)) * 4;
      return [data[from] ?? 0, data[from + 1] ?? 0, data[from + 2] ?? 0, data[from + 3] ?? 0];
    },
  };
}

/** Each corner's colour in one letter: `rgbw` is {@link quarters} upright; `.` is transparent, `?` something else. */
export function corners({ at }: Seen): string {
  return [at(0.25, 0.25), at(0.75, 0.25), at(0.25, 0.75), at(0.75, 0.75)].map(([red, green, blue, alpha]) => {
    if (alpha < 10) return '.';
    const key = [red, green, blue].map((value) => (value > 200 ? '1' : value < 55 ? '0' : '-')).join('');
    return { '100': 'r', '010': 'g', '001': 'b', '111': 'w', '000': 'k' }[key] ?? '?';
  }).join('');
}
