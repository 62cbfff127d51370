import { promisify } from 'node:util';
import { crc32, deflate, type ZlibOptions } from 'node:zlib';

const deflated = promisify<Buffer, ZlibOptions, Buffer>(deflate);
const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const endLength = 12;
const filterUp = 2;

function chunk(type: string, data: Buffer): Buffer {
  const whole = Buffer.alloc(data.length + 12);
  whole.writeUInt32BE(data.length, 0);
  whole.write(type, 4, 'latin1');
  data.copy(whole, 8);
  whole.writeUInt32BE(crc32(whole.subarray(4, -4)), whole.length - 4);
  return whole;
}

/**
 * Encodes opaque pixels as an RGB PNG, without an alpha channel, as image models do. Several times faster than the
 * canvas's own encoder on large pictures, at about twice the bytes.
 *
 * @param rgba four bytes a pixel; the fourth is not looked at
 */
export async function encodeOpaque(rgba: Buffer, width: number, height: number): Promise<Buffer> {
  const stride = 1 + width * 3;
  const rows = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++) {
    let to = y * stride;
    let from = y * width * 4;
    rows[to++] = y === 0 ? 0 : filterUp;
    for (let x = 0; x < width; x++, to += 3, from += 4) {
      rows[to] = above(rgba, from, y, width);
      rows[to + 1] = above(rgba, from + 1, y, width);
      rows[to + 2] = above(rgba, from + 2, y, width);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const pixels = await deflated(rows, { level: 1 });
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]);
}

/** A byte less the one above it, which on smooth pictures is mostly nought. */
function above(rgba: Buffer, at: number, y: number, width: number): number {
  const value = rgba[at] ?? 0;
  return y === 0 ? value : (value - (rgba[at - width * 4] ?? 0)) & 0xff;
}

/**
 * The same picture, a valid PNG still, brought to exactly so many bytes by a private chunk of noise.
 *
 * @throws {RangeError} when the picture with an empty chunk is longer already
 */
export function padPng(png: Buffer, bytes: number): Buffer {
  const room = bytes - png.length - 12;
  if (room < 0) throw new RangeError(`a PNG of ${png.length} bytes cannot be padded to ${bytes}`);
  const noise = Buffer.alloc(room);
  // A fixed sequence: benches compare runs, and noise from the system would make every one another.
  let state = 1;
  for (let at = 0; at + 4 <= room; at += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    noise.writeInt32LE(state, at);
  }
  return Buffer.concat([png.subarray(0, -endLength), chunk('eaSl', noise), png.subarray(-endLength)]);
}
