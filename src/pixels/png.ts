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
  // Each row has a pixel of zeros before it, as the filters want it.
  let above = new Uint8Array(channels + length);
  let row = new Uint8Array(channels + length);
  const tries = [0, 1, 2, 3, 4].map(() => new Uint8Array(length));
  for (let y = 0; y < height; y++) {
    for (let x = 0, at = channels, from = y * width * 4; x < width; x++, from += 4) for (let channel = 0; channel < channels; channel++) row[at++] = data[from + channel] ?? 0;
    const sums = applyFilters(row, above, channels, tries);
    const best = sums.indexOf(Math.min(...sums));
    const start = y * (length + 1);
    result[start] = best;
    result.set(tries[best] ?? row, start + 1);
    [above, row] = [row, above];
  }
  return result;
}

/** All filters of the PNG specification, 9.2, at once, and the sums of their bytes as distances from 0. */
function applyFilters(row: Uint8Array, above: Uint8Array, channels: number, [none, sub, up, average, paeth]: readonly Uint8Array[]): readonly number[] {
  if (!none || !sub || !up || !average || !paeth) throw new RangeError('five filters need five rows');
  let [sumNone, sumSub, sumUp, sumAverage, sumPaeth] = [0, 0, 0, 0, 0];
  for (let to = 0; to < none.length; to++) {
    const at = to + channels;
    const value = row[at] as number;
    const left = row[to] as number;
    const high = above[at] as number;
    const corner = above[to] as number;
    const toLeft = Math.abs(high - corner);
    const toHigh = Math.abs(left - corner);
    const toCorner = Math.abs(left + high - 2 * corner);
    none[to] = value;
    sumNone += distance(value);
    sumSub += distance((sub[to] = (value - left) & 255));
    sumUp += distance((up[to] = (value - high) & 255));
    sumAverage += distance((average[to] = (value - ((left + high) >> 1)) & 255));
    sumPaeth += distance((paeth[to] = (value - (toLeft <= toHigh && toLeft <= toCorner ? left : toHigh <= toCorner ? high : corner)) & 255));
  }
  return [sumNone, sumSub, sumUp, sumAverage, sumPaeth];
}

const distance = (byte: number): number => (byte < 128 ? byte : 256 - byte);
