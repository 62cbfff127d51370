import { createCanvas } from '@napi-rs/canvas';

/** The bytes of a small real picture; with `hole`, its left half is transparent. */
export function drawPicture(width: number, height: number, format: 'png' | 'jpeg' | 'webp', hole = false): Promise<Buffer> {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.fillStyle = '#3a6ea5';
  context.fillRect(0, 0, width, height);
  context.fillStyle = '#ffd166';
  context.fillRect(width / 4, height / 4, width / 2, height / 2);
  if (hole) context.clearRect(0, 0, width / 2, height);
  return format === 'png' ? canvas.encode('png') : canvas.encode(format, 90);
}
