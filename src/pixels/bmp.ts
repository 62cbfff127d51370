import { u16le, u24le, u32le, u8 } from '../images/formats/bytes.ts';
import { bmpHeader } from '../images/formats/bmp.ts';
import { PixelsError } from './error.ts';
import { blank, type Picture } from './picture.ts';

const broken = (what: string): PixelsError => new PixelsError('broken', `the BMP ${what}`);

/**
 * A BMP of any header from OS/2 1 to version 5: 1, 2, 4 and 8 bits with a palette, 16, 24 and 32 bits, with bit fields, RLE8 and
 * RLE4. Not the kinds that hold a JPEG or a PNG, nor OS/2's own packings. After Microsoft's "Bitmap Storage".
 */
export function decodeBmp(bytes: Uint8Array): Picture {
  const header = bmpHeader(bytes);
  if (!header || header.width === 0 || header.height === 0) throw broken('has no size');
  const { width, height, alpha } = header;
  const headerSize = u32le(bytes, 14);
  const core = headerSize === 12;
  const depth = u16le(bytes, core ? 24 : 28);
  const packing = core ? 0 : u32le(bytes, 30);
  const topDown = !core && (u32le(bytes, 22) | 0) < 0;
  // OS/2's header of 64 bytes gives 3 and 4 other meanings.
  if (packing > (headerSize === 64 ? 2 : 3) && packing !== 6) throw broken(`is packed in a way (${packing}) that is not known`);
  const start = u32le(bytes, 10);
  const layout: Layout = { width, height, depth, start, row: Math.ceil((width * depth) / 32) * 4 };

  const masksFollow = headerSize === 40 && (packing === 3 || packing === 6) ? (packing === 3 ? 12 : 16) : 0;
  const paletteAt = 14 + headerSize + masksFollow;
  const paletteStep = core ? 3 : 4;
  const colours = depth > 8 ? 0 : Math.min(2 ** depth, Math.floor((Math.max(start, paletteAt) - paletteAt) / paletteStep));
  const palette = Array.from({ length: colours }, (_, index) => u24le(bytes, paletteAt + index * paletteStep));

  const masks = packing === 3 || packing === 6 ? [54, 58, 62, ...(alpha || packing === 6 ? [66] : [])].map((at) => u32le(bytes, at)) : depth === 16 ? [0x7c00, 0x3e0, 0x1f] : [0xff0000, 0xff00, 0xff];
  const indices = packing === 1 || packing === 2 ? unpackRuns(bytes, layout, packing === 1 ? 8 : 4) : undefined;
  if (indices === undefined && start + layout.row * height > bytes.length) throw broken('is cut short');
  const pixel = indices ? ofPalette(palette, (x, y) => u8(indices, y * width + x)) : pixelReader(bytes, layout, palette, masks);

  const picture = blank(width, height);
  for (let y = 0; y < height; y++) {
    const row = topDown ? y : height - 1 - y;
    for (let x = 0; x < width; x++) {
      const colour = pixel(x, row);
      const to = (y * width + x) * 4;
      picture.data[to] = colour >>> 16;
      picture.data[to + 1] = colour >>> 8;
      picture.data[to + 2] = colour;
      picture.data[to + 3] = colour >>> 24;
    }
  }
  return picture;
}

interface Layout {
  readonly width: number;
  readonly height: number;
  /** Bits a pixel. */
  readonly depth: number;
  /** Where the pixels begin, and the bytes of one row. */
  readonly start: number;
  readonly row: number;
}

/** Gives the pixel of a stored row as 0xAARRGGBB. */
type PixelReader = (x: number, row: number) => number;

const opaque = 0xff00_0000;

/** A colour that the palette does not have is black. */
const ofPalette = (palette: readonly number[], index: PixelReader): PixelReader => (x, row) => opaque | (palette[index(x, row)] ?? 0);

function pixelReader(bytes: Uint8Array, { depth, start, row: step }: Layout, palette: readonly number[], masks: readonly number[]): PixelReader {
  switch (depth) {
    case 1:
    case 2:
    case 4:
    case 8:
      return ofPalette(palette, (x, row) => (u8(bytes, start + row * step + Math.floor((x * depth) / 8)) >> (8 - depth - ((x * depth) % 8))) & (2 ** depth - 1));
    case 16: {
      const colour = ofMasks(masks);
      return (x, row) => colour(u16le(bytes, start + row * step + x * 2));
    }
    case 24:
      return (x, row) => opaque | u24le(bytes, start + row * step + x * 3);
    case 32: {
      const colour = ofMasks(masks);
      return (x, row) => colour(u32le(bytes, start + row * step + x * 4));
    }
    default:
      throw broken(`has ${depth} bits a pixel`);
  }
}

/** Each channel is where its mask has ones, stretched to 0 to 255; no mask for alpha, or an empty one, means opaque. */
function ofMasks(masks: readonly number[]): (value: number) => number {
  const [red, green, blue, alpha] = masks.map((mask) => {
    const shift = mask === 0 ? 0 : 31 - Math.clz32(mask & -mask);
    const most = mask >>> shift;
    return (value: number): number => (most === 0 ? 0 : Math.round((((value & mask) >>> shift) * 255) / most));
  });
  const hasAlpha = (masks[3] ?? 0) !== 0;
  return (value) => ((hasAlpha ? (alpha?.(value) ?? 255) : 255) << 24) | ((red?.(value) ?? 0) << 16) | ((green?.(value) ?? 0) << 8) | (blue?.(value) ?? 0);
}

/** Palette indices of stored rows; what runs leave out is index 0. */
function unpackRuns(bytes: Uint8Array, { width, height, start }: Layout, depth: 4 | 8): Uint8Array {
  const indices = new Uint8Array(width * height);
  let [x, y, at] = [0, 0, start];
  const put = (index: number): void => {
    if (x < width && y < height) indices[y * width + x] = index;
    x += 1;
  };
  while (y < height) {
    if (at + 2 > bytes.length) throw broken('is cut short');
    const [count, what] = [u8(bytes, at), u8(bytes, at + 1)];
    at += 2;
    if (count > 0) {
      for (let index = 0; index < count; index++) put(depth === 8 ? what : (what >> (index % 2 === 0 ? 4 : 0)) & 15);
    } else if (what === 0) {
      [x, y] = [0, y + 1];
    } else if (what === 1) {
      break;
    } else if (what === 2) {
      x += u8(bytes, at);
      y += u8(bytes, at + 1);
      at += 2;
    } else {
      for (let index = 0; index < what; index++) put(depth === 8 ? u8(bytes, at + index) : (u8(bytes, at + (index >> 1)) >> (index % 2 === 0 ? 4 : 0)) & 15);
      // Runs of pixels as they are end on an even byte.
      at += Math.ceil((what * depth) / 16) * 2;
    }
  }
  return indices;
}

