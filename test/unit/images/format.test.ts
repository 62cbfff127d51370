import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createCanvas } from '@napi-rs/canvas';
import * as fc from 'fast-check';
import { headerBytes, imageHeader } from '../../../src/images/format.ts';
import type { ImageHeader } from '../../../src/images/header.ts';

const text = (value: string): Uint8Array => Buffer.from(value, 'latin1');
const join = (...parts: readonly (Uint8Array | string | readonly number[])[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? text(part) : Uint8Array.from(part))));
const be32 = (value: number): readonly number[] => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
const le32 = (value: number): readonly number[] => be32(value).toReversed();
const be16 = (value: number): readonly number[] => [value >> 8, value & 255];
const le16 = (value: number): readonly number[] => [value & 255, value >> 8];
const svg = (value: string): Uint8Array => Buffer.from(value);
const header = (format: ImageHeader['format'], width: number, height: number, alpha: boolean): ImageHeader => ({ format, width, height, alpha });

function drawn(width: number, height: number, opaque: boolean) {
  const canvas = createCanvas(width, height);
  const pen = canvas.getContext('2d');
  if (opaque) {
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, width, height);
  }
  pen.fillStyle = '#c33';
  pen.fillRect(width / 4, height / 4, width / 2, height / 2);
  return canvas;
}

// PNG
const chunk = (type: string, contents: readonly number[]) => join(be32(contents.length), type, contents, be32(0));
const png = (colourType: number, ...chunks: readonly Uint8Array[]) =>
  join('\x89PNG\r\n\x1a\n', chunk('IHDR', [...be32(300), ...be32(200), 8, colourType, 0, 0, 0]), ...chunks, chunk('IDAT', [1]), chunk('IEND', []));

// JPEG
const segment = (marker: number, contents: Uint8Array | readonly number[]) => join([0xff, marker], be16(contents.length + 2), contents);
const frame = (marker: number) => segment(marker, [8, ...be16(200), ...be16(300), 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
const exif = (order: 'II' | 'MM', orientation: number) => {
  const u16 = order === 'II' ? le16 : be16;
  const u32 = order === 'II' ? le32 : be32;
  return segment(0xe1, join('Exif\0\0', order, u16(42), u32(8), u16(2), u16(0x010f), u16(2), u32(1), u32(0), u16(0x0112), u16(3), u32(1), u16(orientation), u16(0), u32(0)));
};
const jpeg = (...segments: readonly Uint8Array[]) => join([0xff, 0xd8], ...segments, segment(0xda, [1]), [0, 0xff, 0xd9]);

// WebP
const riff = (...contents: readonly (Uint8Array | string | readonly number[])[]) => {
  const body = join(...contents);
  return join('RIFF', le32(body.length + 4), 'WEBP', body);
};

// AVIF
const box = (type: string, ...contents: readonly (Uint8Array | string | readonly number[])[]) => {
  const body = join(...contents);
  return join(be32(body.length + 8), type, body);
};
const ispe = (width: number, height: number) => box('ispe', be32(0), be32(width), be32(height));
const avif = (options: { readonly turn?: number; readonly long?: boolean; readonly alpha?: boolean; readonly pitm?: boolean }) => {
  const place = (index: number): readonly number[] => (options.long ? be16(index | 0x8000) : [index | 0x80]);
  const item = (id: number): readonly number[] => (options.long ? be32(id) : be16(id));
  return join(
    box('ftyp', 'mif1', be32(0), 'mif1', 'avif', 'miaf'),
    box(
      'meta',
      be32(0),
      box('hdlr', be32(0), be32(0), 'pict'),
      options.pitm === false ? [] : box('pitm', be32(0), be16(2)),
      box(
        'iprp',
        box('ipco', ispe(64, 64), ispe(300, 200), box('irot', [options.turn ?? 0]), options.alpha ? box('auxC', be32(0), 'urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0') : []),
        box('ipma', [options.long ? 1 : 0, 0, 0, options.long ? 1 : 0], be32(2), item(1), [1], place(1), item(2), [2], place(2), place(3)),
      ),
    ),
    box('mdat', 'xxxx'),
  );
};

// GIF
const gif = (...blocks: readonly (string | readonly number[])[]) => join('GIF89a', le16(300), le16(200), [0x80, 0, 0], [0, 0, 0, 255, 255, 255], ...blocks, [0x3b]);
const gifFrame: readonly number[] = [0x2c, 0, 0, 0, 0, ...le16(300), ...le16(200), 0, 2, 1, 0xaa, 0];
const control = (flags: number): readonly number[] => [0x21, 0xf9, 4, flags, 0, 0, 0, 0];

// BMP
const bmp = (size: number, height: number, alphaMask = 0) =>
  join('BM', le32(0), le32(0), le32(0), le32(size), le32(300), le32(height), le16(1), le16(32), le32(3), new Uint8Array(20), le32(1), le32(2), le32(4), le32(alphaMask), new Uint8Array(60));

const samples: Readonly<Record<string, readonly [Uint8Array, ImageHeader]>> = {
  'png, truecolour': [png(2), header('png', 300, 200, false)],
  'png, truecolour with alpha': [png(6), header('png', 300, 200, true)],
  'png, grey with alpha': [png(4), header('png', 300, 200, true)],
  'png, palette': [png(3, chunk('PLTE', [0, 0, 0])), header('png', 300, 200, false)],
  'png, palette with a transparent colour': [png(3, chunk('PLTE', [0, 0, 0]), chunk('tRNS', [0])), header('png', 300, 200, true)],
  'jpeg, baseline': [jpeg(frame(0xc0)), header('jpeg', 300, 200, false)],
  'jpeg, progressive behind tables, metadata and fill bytes': [
    jpeg(segment(0xe0, text('JFIF\0')), segment(0xe2, new Uint8Array(60_000)), segment(0xe2, new Uint8Array(60_000)), segment(0xc4, [1]), join([0xff, 0xff]), frame(0xc2)),
    header('jpeg', 300, 200, false),
  ],
  'jpeg, upright by exif': [jpeg(exif('MM', 3), frame(0xc0)), header('jpeg', 300, 200, false)],
  'jpeg, turned by exif, Motorola': [jpeg(exif('MM', 6), frame(0xc0)), header('jpeg', 200, 300, false)],
  'jpeg, turned by exif, Intel': [jpeg(exif('II', 8), segment(0xe1, text('http://ns.adobe.com/xap/1.0/\0')), frame(0xc0)), header('jpeg', 200, 300, false)],
  'webp, lossy': [riff('VP8 ', le32(10), [0, 0, 0, 0x9d, 0x01, 0x2a], le16(300 | 0x4000), le16(200 | 0x8000)), header('webp', 300, 200, false)],
  'webp, lossless': [riff('VP8L', le32(5), [0x2f], le32(299 | (199 << 14))), header('webp', 300, 200, false)],
  'webp, lossless with alpha': [riff('VP8L', le32(5), [0x2f], le32(299 | (199 << 14) | (1 << 28))), header('webp', 300, 200, true)],
  'webp, lossless, the largest': [riff('VP8L', le32(5), [0x2f], le32(16_383 | (16_383 << 14))), header('webp', 16_384, 16_384, false)],
  'webp, extended': [riff('VP8X', le32(10), [0x02, 0, 0, 0], le32(299).slice(0, 3), le32(199).slice(0, 3)), header('webp', 300, 200, false)],
  'webp, extended with alpha': [riff('VP8X', le32(10), [0x10, 0, 0, 0], le32(99_999).slice(0, 3), le32(199).slice(0, 3)), header('webp', 100_000, 200, true)],
  'gif': [gif(gifFrame), header('gif', 300, 200, false)],
  'gif with a transparent colour': [gif(control(1), gifFrame), header('gif', 300, 200, true)],
  'gif with a transparent colour in its second frame': [gif([0x21, 0xff, 11], 'NETSCAPE2.0', [3, 1, 0, 0, 0], control(0), gifFrame, control(5), gifFrame), header('gif', 300, 200, true)],
  'gif with all 256 colours': [join('GIF89a', le16(300), le16(200), [0xf7, 0, 0], new Uint8Array(768), control(1), gifFrame), header('gif', 300, 200, true)],
  'avif': [avif({}), header('avif', 300, 200, false)],
  'avif with alpha': [avif({ alpha: true }), header('avif', 300, 200, true)],
  'avif, turned': [avif({ turn: 1 }), header('avif', 200, 300, false)],
  'avif, upside down': [avif({ turn: 2 }), header('avif', 300, 200, false)],
  'avif, long associations': [avif({ turn: 3, long: true }), header('avif', 200, 300, false)],
  'avif without a primary item': [avif({ turn: 1, pitm: false }), header('avif', 300, 200, false)],
  'bmp': [bmp(40, 200), header('bmp', 300, 200, false)],
  'bmp, top down': [bmp(40, -200), header('bmp', 300, 200, false)],
  'bmp, version 5 with alpha': [bmp(124, 200, 0xff00_0000), header('bmp', 300, 200, true)],
  'bmp, OS/2': [join('BM', le32(0), le32(0), le32(0), le32(12), le16(300), le16(200)), header('bmp', 300, 200, false)],
  'svg': [svg('<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200"/>'), header('svg', 300, 200, true)],
  'svg behind everything that may stand before': [
    svg('\ufeff<?xml version="1.0"?>\n<!-- <svg width="1" height="1"> -->\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x.dtd" [ <!ENTITY a "b>"> ]>\n<svg\n width = \'300\'\n height="200px">'),
    header('svg', 300, 200, true),
  ],
  'svg, prefixed': [svg('<svg:svg width="300" height="200">'), header('svg', 300, 200, true)],
  'svg, by its viewBox': [svg('<svg viewBox="0, 0 300.4 200">'), header('svg', 300, 200, true)],
  'svg, relative': [svg('<svg width="100%" height="100%" viewBox="0 0 300 200">'), header('svg', 300, 200, true)],
  'svg, half by its viewBox': [svg('<svg height="400" viewBox="0 0 300 200">'), header('svg', 600, 400, true)],
  'svg, in millimetres': [svg('<svg width="25.4mm" height="1in">'), header('svg', 96, 96, true)],
  'svg, in points': [svg('<svg width="72pt" height="6pc">'), header('svg', 96, 96, true)],
  'svg of more pixels than there are': [svg('<svg viewBox="0 0 3e202 1e199"/>'), header('svg', 0, 0, true)],
  'svg without dimensions': [svg('<svg>'), header('svg', 0, 0, true)],
  'svg in UTF-16': [Buffer.from('\ufeff<svg width="300" height="200">', 'utf16le'), header('svg', 300, 200, true)],
};

describe('imageHeader', () => {
  for (const [name, [bytes, expected]] of Object.entries(samples)) {
    it(`reads ${name}`, () => assert.deepEqual(imageHeader(bytes), expected));
  }

  it('reads what a real encoder writes', async () => {
    for (const opaque of [true, false]) {
      const canvas = drawn(321, 123, opaque);
      // This encoder gives PNG an alpha channel always.
      assert.deepEqual(imageHeader(await canvas.encode('png')), header('png', 321, 123, true));
      assert.deepEqual(imageHeader(await canvas.encode('jpeg')), header('jpeg', 321, 123, false));
      assert.deepEqual(imageHeader(await canvas.encode('webp', 80)), header('webp', 321, 123, !opaque));
      assert.deepEqual(imageHeader(await canvas.encode('webp', 100)), header('webp', 321, 123, !opaque));
      assert.deepEqual(imageHeader(await canvas.encode('avif', { quality: 50, speed: 10 })), header('avif', 321, 123, !opaque));
      assert.deepEqual(imageHeader(await canvas.encode('gif')), header('gif', 321, 123, !opaque));
    }
  });

  it('needs no more than the first bytes', () => {
    for (const [name, [bytes, expected]] of Object.entries(samples)) {
      const far = join(bytes, new Uint8Array(headerBytes));
      assert.deepEqual(imageHeader(far), expected, name);
      assert.deepEqual(imageHeader(far.subarray(0, headerBytes)), expected, name);
    }
  });

  it('names no format for what is none', () => {
    const others = ['', ' ', '<', '<html><svg width="1">', '<!DOCTYPE html><title>x', '<svgx width="1">', '{"a":1}', '%PDF-1.7', 'BMW is a car, and so this is text', 'RIFF0000WAVEfmt ', '\0\0\0\x18ftypheic\0\0\0\0mif1heic', '\0\0\0\x18ftypxxxxavifmif1heic', '<?xml version="1.0"?><rss/>', '<!-- <svg>'];
    for (const other of others) assert.equal(imageHeader(text(other)), undefined, other);
  });

  const isHeader = (found: ImageHeader | undefined) => {
    if (!found) return;
    for (const side of [found.width, found.height]) assert.ok(Number.isSafeInteger(side) && side >= 0, JSON.stringify(found));
  };

  it('never throws on any bytes', () => {
    const start = fc.constantFrom(...['', '\x89PNG\r\n\x1a\n', '\xff\xd8\xff', 'RIFF0000WEBP', 'GIF89a', '\0\0\0\x10ftypavif\0\0\0\0', 'BM', '<svg ', '<!DOCTYPE ', '\xff\xfe<\0'].map(text));
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 400 }), (first, rest) => isHeader(imageHeader(join(first, rest)))),
      { numRuns: 3000 },
    );
  });

  it('never throws on damaged or cut headers', () => {
    const good = fc.constantFrom(...Object.values(samples).map(([bytes]) => bytes.subarray(0, 2000)));
    const damage = fc.array(fc.tuple(fc.nat({ max: 400 }), fc.nat({ max: 255 })), { maxLength: 8 });
    fc.assert(
      fc.property(good, damage, fc.nat({ max: 500 }), (bytes, changes, length) => {
        const copy = Uint8Array.from(bytes.subarray(0, length + 1));
        for (const [at, value] of changes) if (at < copy.length) copy[at] = value;
        isHeader(imageHeader(copy));
      }),
      { numRuns: 5000 },
    );
  });

  it('comes to an end on long runs that lead nowhere', () => {
    for (const piece of ['<!--', '<!DOCTYPE [', '<!DOCTYPE x ', ' ', '<?', '<svg a="', '<svg a="1" ', '<svg \0', '\xff\xd8\xff\xff', '\xff\xd8\xff\xd0', 'GIF89a\x21\xf9\0', '\0\0\0\x08ftyp', '\0\0\0\x10ftypavif\0\0\0\0\0\0\0\x01free\0\0\0\0\0\0\0\0']) {
      isHeader(imageHeader(text(piece.repeat(headerBytes / piece.length))));
    }
    isHeader(imageHeader(text(`<svg ${'a="1" '.repeat(40_000)}`)));
    isHeader(imageHeader(text(`<!DOCTYPE ${'a'.repeat(headerBytes)}`)));
    isHeader(imageHeader(text(`<svg width="${'1'.repeat(headerBytes)}`)));
  });
});
