import { createHash } from 'node:crypto';

import { createCanvas, loadImage, type Image, type SKRSContext2D } from '@napi-rs/canvas';

import { drawCaption } from './caption.ts';
import { encodeOpaque, padPng } from './png.ts';
import type { PictureFormat } from './rules.ts';
import { drawScene } from './scene.ts';
import type { Size } from './size.ts';

/** All that a picture depends on. */
export interface Subject {
  readonly prompt: string;
  readonly model: string;
  /** Which of the `n` it is: each looks different. */
  readonly index: number;
  readonly size: Size;
  readonly format: PictureFormat;
  /** 0 to 100, for jpeg and webp. */
  readonly compression: number;
  readonly transparent: boolean;
  /** The references of an edit, in order, encoded; the first is the one edited. */
  readonly references: readonly Buffer[];
  /** PNG of the first reference's size; where it is clear, is painted. */
  readonly mask: Buffer | undefined;
  /** 1 = finished; below, the blurred look of a partial picture. */
  readonly finish: number;
}

/** Draws pictures, the same bytes for the same subject, and keeps the latest. */
export type Painter = (subject: Subject) => Promise<Buffer>;

const kept = 24;

export function createPainter(): Painter {
  const cache = new Map<string, Promise<Buffer>>();
  return (subject) => {
    const key = keyOf(subject);
    const picture = cache.get(key) ?? paint(subject);
    cache.delete(key);
    cache.set(key, picture);
    // A failure is not kept: the next one to ask sees its own.
    picture.catch(() => cache.delete(key));
    for (const oldest of cache.keys()) {
      if (cache.size <= kept) break;
      cache.delete(oldest);
    }
    return picture;
  };
}

function keyOf({ references, mask, ...rest }: Subject): string {
  const hash = createHash('sha256').update(JSON.stringify(rest));
  for (const bytes of references) hash.update(createHash('sha256').update(bytes).digest());
  if (mask) hash.update('mask').update(mask);
  return hash.digest('hex');
}

async function paint(subject: Subject): Promise<Buffer> {
  const { size, format, compression, transparent, finish } = subject;
  const { width, height } = size;
  const canvas = createCanvas(width, height);
  const ctx = canvas.getContext('2d');
  const inset = transparent ? Math.min(width, height) * 0.07 : 0;
  ctx.save();
  if (transparent) {
    ctx.beginPath();
    ctx.roundRect(inset, inset, width - 2 * inset, height - 2 * inset, Math.min(width, height) * 0.2);
    ctx.clip();
  }
  await drawSubject(ctx, subject);
  ctx.restore();
  const note = `${width} × ${height} · ${subject.model}`;
  drawCaption(ctx, width, height, subject.prompt, note, inset === 0 ? 0 : inset * 1.6);
  if (finish < 1) {
    const small = createCanvas(Math.max(8, Math.round(width * finish * 0.05)), Math.max(8, Math.round(height * finish * 0.05)));
    small.getContext('2d').drawImage(canvas, 0, 0, small.width, small.height);
    ctx.clearRect(0, 0, width, height);
    ctx.drawImage(small, 0, 0, width, height);
  }
  if (format !== 'png') return canvas.encode(format, compression);
  return transparent ? canvas.encode('png') : encodeOpaque(canvas.data(), width, height);
}

/** A real picture of exactly so many bytes, for benches. */
export async function pictureOfBytes(bytes: number, size: Size = { width: 1024, height: 1024 }): Promise<Buffer> {
  const canvas = createCanvas(size.width, size.height);
  drawScene(canvas.getContext('2d'), size.width, size.height, `a sea of ${bytes} bytes`);
  return padPng(await encodeOpaque(canvas.data(), size.width, size.height), bytes);
}

async function drawSubject(ctx: SKRSContext2D, { prompt, index, size, references, mask }: Subject): Promise<void> {
  const { width, height } = size;
  const words = `${prompt}#${index}`;
  drawScene(ctx, width, height, words);
  const images = await Promise.all(references.slice(0, 4).map((bytes) => loadImage(bytes)));
  const [first, ...others] = images;
  if (!first) return;
  if (mask) drawMasked(ctx, size, first, await loadImage(mask));
  else drawCard(ctx, first, { x: width * 0.14, y: height * 0.08, width: width * 0.72, height: height * 0.66 });
  const side = Math.min(width, height) * 0.16;
  for (const [place, image] of others.entries()) {
    drawCard(ctx, image, { x: width - (place + 1) * side * 1.15, y: height - side * 1.15, width: side, height: side });
  }
}

/** The reference over the whole canvas, but for the mask's clear part, where the scene under it stays. */
function drawMasked(ctx: SKRSContext2D, { width, height }: Size, reference: Image, mask: Image): void {
  const layer = createCanvas(width, height);
  const over = layer.getContext('2d');
  over.drawImage(reference, 0, 0, width, height);
  over.globalCompositeOperation = 'destination-in';
  over.drawImage(mask, 0, 0, width, height);
  ctx.drawImage(layer, 0, 0);
}

/** A picture whole within a box, framed like a print that lies on the scene. */
function drawCard(ctx: SKRSContext2D, image: Image, box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }): void {
  const scale = Math.min(box.width / image.width, box.height / image.height);
  const width = image.width * scale;
  const height = image.height * scale;
  const x = box.x + (box.width - width) / 2;
  const y = box.y + (box.height - height) / 2;
  const frame = Math.min(box.width, box.height) * 0.025;
  ctx.save();
  ctx.shadowColor = 'rgba(0, 0, 0, 0.35)';
  ctx.shadowBlur = frame * 2.5;
  ctx.shadowOffsetY = frame * 0.8;
  ctx.fillStyle = '#fff';
  ctx.fillRect(x - frame, y - frame, width + 2 * frame, height + 2 * frame);
  ctx.restore();
  ctx.drawImage(image, x, y, width, height);
}
