import { crc32, deflateSync } from 'node:zlib';
import { isOpaque, type Picture } from './picture.ts';

const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/**
 * A PNG of 8 bits a channel: RGB where every pixel is opaque, else RGBA with the colours under transparency kept. Each row takes
 * the filter whose bytes have the least sum, as the PNG specification advises (12.7), and Node's own zlib packs them: by a third
 * smaller than the wasm encoder's files, which are kept in people's repositories.
 */
export function encodePng(picture: Picture): Buffer {
  const { width, height } = picture;
  const channels = isOpaque(picture) ? 3 : 4;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Bits a channel, and the colour type: RGB or RGBA. The rest is 0: deflate, adaptive filters, no interlace.
  header.set([8, channels === 3 ? 2 : 6], 8);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(filtered(picture, channels), { level: 6 })), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, contents: Buffer): Buffer {
  const whole = Buffer.alloc(12 + contents.length);
  whole.writeUInt32BE(contents.length, 0);
  whole.write(type, 4, 'latin1');
  contents.copy(whole, 8);
  whole.writeUInt32BE(crc32(whole.subarray(4, 8 + contents.length)), 8 + contents.length);
  return whole;
}

function filtered({ width, height, data }: Picture, channels: number): Uint8Array {
  const length = width * channels;
  const result = new Uint8Array((length + 1) * height);
  let above = new Uint8Array(length);
  let row = new Uint8Array(length);
  const tries = [0, 1, 2, 3, 4].map(() => new Uint8Array(length));
  for (let y = 0; y < height; y++) {
    for (let x = 0, at = 0, from = y * width * 4; x < width; x++, from += 4) for (let channel = 0; channel < channels; channel++) row[at++] = data[from + channel] ?? 0;
    let best = 0;
    let least = Infinity;
    for (const [filter, bytes] of tries.entries()) {
      const sum = applyFilter(filter, row, above, channels, bytes);
      if (sum < least) [best, least] = [filter, sum];
    }
    const start = y * (length + 1);
    result[start] = best;
    result.set(tries[best] ?? row, start + 1);
    [above, row] = [row, above];
  }
  return result;
}

/** Filters of the PNG specification, 9.2. Answers the sum of the bytes as signed distances from 0. */
function applyFilter(filter: number, row: Uint8Array, above: Uint8Array, channels: number, into: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < row.length; at++) {
    const left = at < channels ? 0 : (row[at - channels] ?? 0);
    const up = above[at] ?? 0;
    let guess = 0;
    if (filter === 1) guess = left;
    else if (filter === 2) guess = up;
    else if (filter === 3) guess = (left + up) >> 1;
    else if (filter === 4) guess = paeth(left, up, at < channels ? 0 : (above[at - channels] ?? 0));
    const byte = ((row[at] ?? 0) - guess) & 255;
    into[at] = byte;
    sum += byte < 128 ? byte : 256 - byte;
  }
  return sum;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const toLeft = Math.abs(guess - left);
  const toUp = Math.abs(guess - up);
  const toCorner = Math.abs(guess - corner);
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}
