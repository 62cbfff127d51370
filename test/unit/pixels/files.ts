/** Files that no canvas writes, byte by byte. */
import { pngHeader } from '../../../src/images/formats/png.ts';

/** A JPEG with an EXIF orientation, 1 to 8, before its pixels. */
export function oriented(jpeg: Buffer, orientation: number): Buffer {
  const segment = Buffer.from([0xff, 0xe1, 0, 0, ...Buffer.from('Exif\0\0MM\0*\0\0\0\x08', 'latin1'), 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0]);
  segment.writeUInt16BE(segment.length - 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)]);
}

/** A JPEG whose frame lies behind so many bytes of comments. */
export function behindComments(jpeg: Buffer, bytes: number): Buffer {
  const comments = Array.from({ length: Math.ceil(bytes / 60_000) }, () => {
    const comment = Buffer.alloc(60_000, 0x20);
    comment.set([0xff, 0xfe, (60_000 - 2) >> 8, (60_000 - 2) & 255]);
    return comment;
  });
  return Buffer.concat([jpeg.subarray(0, 2), ...comments, jpeg.subarray(2)]);
}

/** A libavif file with `irot` (quarter turns, anticlockwise) and, on request, `imir` added to its one item. */
export function turnedAvif(avif: Buffer, quarters: number, mirror?: 0 | 1): Buffer {
  const boxes = [box('irot', [quarters]), ...(mirror === undefined ? [] : [box('imir', [mirror])])];
  const ipco = avif.indexOf('ipco') - 4;
  const ipma = avif.indexOf('ipma') - 4;
  const count = avif[ipma + 18] ?? 0;
  const indices = boxes.map((_, index) => 0x80 | (count + 1 + index));
  const added = boxes.reduce((sum, { length }) => sum + length, 0) + indices.length;
  const end = ipco + avif.readUInt32BE(ipco);
  const result = Buffer.concat([avif.subarray(0, end), ...boxes, avif.subarray(end, ipma + 19 + count), Buffer.from(indices), avif.subarray(ipma + 19 + count)]);
  const grow = (at: number, by: number): void => void result.writeUInt32BE(result.readUInt32BE(at) + by, at);
  grow(ipco, added - indices.length);
  grow(avif.indexOf('iprp') - 4, added);
  grow(avif.indexOf('meta') - 4, added);
  const moved = ipma + added - indices.length;
  grow(moved, indices.length);
  result[moved + 18] = count + indices.length;
  // Version 0, 4 bytes of offset and length: the one extent's offset is the eighth byte after the item's count.
  grow(avif.indexOf('iloc') + 4 + 4 + 2 + 2 + 2 + 2 + 2, added);
  return result;
}

function box(type: string, contents: readonly number[]): Buffer {
  const whole = Buffer.concat([Buffer.alloc(4), Buffer.from(type, 'latin1'), Buffer.from(contents)]);
  whole.writeUInt32BE(whole.length, 0);
  return whole;
}

/** The two bytes of a little-endian number. */
const le16 = (value: number): readonly number[] => [value & 255, (value >> 8) & 255];
const le32 = (value: number): readonly number[] => [...le16(value), ...le16(value >>> 16)];

export interface BmpOptions {
  readonly width: number;
  /** Negative: top-down. */
  readonly height: number;
  readonly depth: number;
  /** As they are stored. */
  readonly pixels: readonly number[];
  readonly packing?: number;
  /** 0xRRGGBB. */
  readonly palette?: readonly number[];
  readonly masks?: readonly number[];
  /** 12, 40, or 108, which has room for four masks. */
  readonly header?: 12 | 40 | 108;
}

export function bmp({ width, height, depth, pixels, packing = 0, palette = [], masks = [], header = 40 }: BmpOptions): Buffer {
  const info = header === 12 ? [...le32(12), ...le16(width), ...le16(height), ...le16(1), ...le16(depth)] : [...le32(header), ...le32(width), ...le32(height), ...le16(1), ...le16(depth), ...le32(packing), ...le32(0), ...le32(0), ...le32(0), ...le32(palette.length), ...le32(0)];
  const fields = masks.flatMap(le32);
  const rest = header === 108 ? [...fields, ...Array.from({ length: 108 - 40 - fields.length }, () => 0)] : fields;
  const colours = palette.flatMap((colour) => [colour & 255, (colour >> 8) & 255, colour >> 16, ...(header === 12 ? [] : [0])]);
  const start = 14 + info.length + rest.length + colours.length;
  return Buffer.from([0x42, 0x4d, ...le32(start + pixels.length), ...le32(0), ...le32(start), ...info, ...rest, ...colours, ...pixels]);
}

export interface GifFrame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Palette places in the order of the rows. */
  readonly indices: readonly number[];
  readonly transparent?: number;
  readonly interlaced?: boolean;
}

/** A GIF of 4 colours, red, green, blue and white, packed without strings: a clear code before the table could grow. */
export function gif(width: number, height: number, frames: readonly GifFrame[]): Buffer {
  const palette = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255];
  return Buffer.from([
    ...Buffer.from('GIF89a', 'latin1'),
    ...le16(width),
    ...le16(height),
    0x81,
    0,
    0,
    ...palette,
    ...frames.flatMap((frame) => [
      ...(frame.transparent === undefined ? [] : [0x21, 0xf9, 4, 1, 0, 0, frame.transparent, 0]),
      0x2c,
      ...le16(frame.left),
      ...le16(frame.top),
      ...le16(frame.width),
      ...le16(frame.height),
      frame.interlaced ? 0x40 : 0,
      2,
      ...blocks(codes(frame.indices)),
      0,
    ]),
    0x3b,
  ]);
}

/** Codes of 3 bits: a clear one (4) before every second pixel keeps the table from reaching 4 bits. */
function codes(indices: readonly number[]): readonly number[] {
  const list = [...indices.flatMap((index, at) => (at % 2 === 0 ? [4, index] : [index])), 5];
  const bytes: number[] = [];
  let [held, bits] = [0, 0];
  for (const code of list) {
    held |= code << bits;
    bits += 3;
    for (; bits >= 8; bits -= 8, held >>= 8) bytes.push(held & 255);
  }
  return bits > 0 ? [...bytes, held & 255] : bytes;
}

function blocks(bytes: readonly number[]): readonly number[] {
  return Array.from({ length: Math.ceil(bytes.length / 255) }, (_, index) => bytes.slice(index * 255, index * 255 + 255)).flatMap((block) => [block.length].concat(block));
}

/** A GIF of one picture with up to 256 greys, packed as well as can be, and without a clear code where its table is full. */
export function packedGif(width: number, height: number, indices: readonly number[]): Buffer {
  const palette = Array.from({ length: 256 }, (_, grey) => [grey, grey, grey]).flat();
  return Buffer.from([...Buffer.from('GIF89a', 'latin1'), ...le16(width), ...le16(height), 0xf7, 0, 0, ...palette, 0x2c, ...le16(0), ...le16(0), ...le16(width), ...le16(height), 0, 8, ...blocks(strings(indices)), 0, 0x3b]);
}

function strings(indices: readonly number[]): readonly number[] {
  const table = new Map<string, number>();
  const bytes: number[] = [];
  let [held, heldBits, bits, next, text] = [0, 0, 9, 258, ''];
  const put = (code: number): void => {
    held |= code << heldBits;
    heldBits += bits;
    for (; heldBits >= 8; heldBits -= 8, held >>= 8) bytes.push(held & 255);
  };
  const codeOf = (key: string): number => table.get(key) ?? Number(key);
  put(256);
  for (const index of indices) {
    const longer = text === '' ? `${index}` : `${text},${index}`;
    if (text === '' || table.has(longer)) {
      text = longer;
      continue;
    }
    put(codeOf(text));
    if (next < 4096) {
      table.set(longer, next);
      // The reader's table is one entry behind.
      if (next === 2 ** bits && bits < 12) bits += 1;
      next += 1;
    }
    text = `${index}`;
  }
  put(codeOf(text));
  if (next === 2 ** bits && bits < 12) bits += 1;
  put(257);
  return heldBits > 0 ? [...bytes, held & 255] : bytes;
}

/** The header of a PNG says these sides. */
export function claimedPng(png: Buffer, width: number, height: number): Buffer {
  const claimed = Buffer.from(png);
  claimed.writeUInt32BE(width, 16);
  claimed.writeUInt32BE(height, 20);
  if (pngHeader(claimed)?.width !== width) throw new Error('not a PNG');
  return claimed;
}
