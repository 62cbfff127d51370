import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { createCanvas } from '@napi-rs/canvas';
import { behindComments, bmp, gif, oriented, turnedAvif, type BmpOptions } from './files.ts';
import { corners, drawn, openStudio, quarters, see, type Draw, type Studio } from './harness.ts';

describe('convert', () => {
  let studio: Studio;
  before(async () => {
    studio = await openStudio();
  });
  after(() => studio.close());
  const toPng = async (bytes: Uint8Array) => {
    const target = studio.file('converted.png');
    const header = await studio.pixels.convert(await studio.put('source', bytes), target, 'png');
    return { header, seen: await see(target) };
  };

  for (const format of ['png', 'jpeg', 'webp', 'avif'] as const) {
    it(`keeps the colours and the sides of ${format}, in each format that is written`, async () => {
      const source = await studio.put(`q.${format}`, await drawn(64, 40, format, quarters));
      for (const to of ['png', 'jpeg', 'webp'] as const) {
        const target = studio.file(`q-${format}.${to}`);
        const header = await studio.pixels.convert(source, target, to);
        assert.deepEqual(header, { format: to, width: 64, height: 40, alpha: false, frames: 1 }, 'an opaque picture gets no alpha');
        assert.equal(corners(await see(target)), 'rgbw');
      }
    });
  }

  const half: Draw = (context, width, height) => {
    context.fillStyle = 'rgba(200, 100, 50, 0.5)';
    context.fillRect(0, 0, width / 2, height);
  };
  for (const format of ['png', 'webp', 'avif'] as const) {
    it(`keeps the alpha of ${format}, and lays it on white for JPEG`, async () => {
      const source = await studio.put(`source-half.${format}`, await drawn(64, 40, format, half));
      for (const to of ['png', 'webp'] as const) {
        assert.equal((await studio.pixels.convert(source, studio.file(`half.${to}`), to)).alpha, true);
        const [red, green, blue, alpha] = (await see(studio.file(`half.${to}`))).at(0.25, 0.5);
        for (const [value, wanted] of [[red, 200], [green, 100], [blue, 50], [alpha, 128]] as const) assert.ok(Math.abs(value - wanted) <= 6, `${to}: ${red} ${green} ${blue} ${alpha}`);
        assert.equal((await see(studio.file(`half.${to}`))).at(0.75, 0.5)[3], 0);
      }
      await studio.pixels.convert(source, studio.file('half.jpg'), 'jpeg');
      const [red, green, blue] = (await see(studio.file('half.jpg'))).at(0.25, 0.5);
      for (const [value, wanted] of [[red, 228], [green, 178], [blue, 153]] as const) assert.ok(Math.abs(value - wanted) <= 6, `${red} ${green} ${blue}`);
      assert.ok((await see(studio.file('half.jpg'))).at(0.75, 0.5).every((value) => value > 250));
    });
  }

  it('is without loss from PNG to PNG, in every pixel', async () => {
    const noise: Draw = (context, width, height) => {
      const image = context.createImageData(width, height);
      for (let at = 0; at < image.data.length; at++) image.data[at] = at % 4 === 3 ? 255 : (at * 7919) % 256;
      context.putImageData(image, 0, 0);
    };
    await studio.pixels.convert(await studio.put('noise.png', await drawn(97, 31, 'png', noise)), studio.file('same.png'), 'png');
    assert.deepEqual((await see(studio.file('same.png'))).data, (await see(studio.file('noise.png'))).data);
  });

  it('turns a JPEG as its EXIF orientation says', async () => {
    const upright = await drawn(64, 32, 'jpeg', quarters);
    // What each orientation shows of a file whose pixels are r g / b w.
    const shown = ['rgbw', 'grwb', 'wbgr', 'bwrg', 'rbgw', 'brwg', 'wgbr', 'gwrb'];
    for (const [index, wanted] of shown.entries()) {
      const { header, seen } = await toPng(oriented(upright, index + 1));
      assert.equal(corners(seen), wanted, `orientation ${index + 1}`);
      assert.deepEqual([header.width, header.height], index < 4 ? [64, 32] : [32, 64]);
    }
  });

  it('turns and mirrors an AVIF as its properties say', async () => {
    const upright = await drawn(64, 32, 'avif', quarters);
    const cases: readonly (readonly [number, 0 | 1 | undefined, string])[] = [[0, undefined, 'rgbw'], [1, undefined, 'gwrb'], [2, undefined, 'wbgr'], [3, undefined, 'brwg'], [0, 0, 'bwrg'], [0, 1, 'grwb'], [1, 0, 'rbgw']];
    for (const [turn, mirror, wanted] of cases) {
      const { header, seen } = await toPng(turnedAvif(upright, turn, mirror));
      assert.equal(corners(seen), wanted, `${turn} quarters, mirror ${mirror}`);
      assert.deepEqual([header.width, header.height], turn % 2 === 0 ? [64, 32] : [32, 64]);
    }
  });

  it('reads a JPEG whose frame lies behind more metadata than a header look sees', async () => {
    const { seen } = await toPng(behindComments(await drawn(64, 40, 'jpeg', quarters), 400_000));
    assert.equal(corners(seen), 'rgbw');
  });

  it('takes the first picture of a GIF, on its screen, with its transparency, and tells how many there are', async () => {
    const frame = { left: 1, top: 1, width: 2, height: 2, indices: [0, 1, 2, 3] };
    const { header, seen } = await toPng(gif(4, 4, [frame, { left: 0, top: 0, width: 1, height: 1, indices: [3] }]));
    assert.deepEqual(header, { format: 'png', width: 4, height: 4, alpha: true, frames: 2 });
    assert.deepEqual([seen.at(0.3, 0.3), seen.at(0.6, 0.3), seen.at(0.3, 0.6), seen.at(0.6, 0.6)], [[255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255], [255, 255, 255, 255]]);
    assert.equal(seen.at(0, 0)[3], 0);

    assert.equal(corners((await toPng(gif(2, 2, [{ ...frame, left: 0, top: 0, transparent: 1 }]))).seen), 'r.bw');
    assert.equal(corners((await toPng(gif(2, 2, [frame]))).seen), '...r', 'what stands over the screen is cut off');
    const rows = [0, 1, 2, 3, 0, 1, 2, 3, 0];
    // Interlaced rows come as 0 8, 4, 2 6, 1 3 5 7.
    const stored = [0, 8, 4, 2, 6, 1, 3, 5, 7].map((row) => rows[row] ?? 0);
    const { seen: striped } = await toPng(gif(1, 9, [{ left: 0, top: 0, width: 1, height: 9, indices: stored, interlaced: true }]));
    assert.deepEqual(rows.map((_, row) => striped.at(0, (row + 0.5) / 9).slice(0, 3)), rows.map((index) => [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]][index]));
  });

  it('unpacks a GIF as another decoder does, also where its table is full', async () => {
    for (const side of [1, 5, 64, 301]) {
      const noise: Draw = (context, width, height) => {
        const image = context.createImageData(width, height);
        for (let at = 0; at < image.data.length; at++) image.data[at] = at % 4 === 3 ? 255 : ((at * at) >> 7) % 256;
        context.putImageData(image, 0, 0);
      };
      const canvas = createCanvas(side, side);
      noise(canvas.getContext('2d'), side, side);
      const { seen } = await toPng(await canvas.encode('gif'));
      assert.deepEqual(seen.data, (await see(studio.file('source'))).data);
    }
  });

  const palette = [0xff0000, 0x00ff00, 0x0000ff, 0xffffff];
  // Stored rows: the lower one first, each padded to four bytes.
  const bitmaps: Readonly<Record<string, BmpOptions>> = {
    '1 bit': { width: 2, height: 2, depth: 1, palette: [0xff0000, 0xffffff], pixels: [0b0100_0000, 0, 0, 0, 0b0100_0000, 0, 0, 0] },
    '4 bits': { width: 2, height: 2, depth: 4, palette, pixels: [0x23, 0, 0, 0, 0x01, 0, 0, 0] },
    '8 bits': { width: 2, height: 2, depth: 8, palette, pixels: [2, 3, 0, 0, 0, 1, 0, 0] },
    'of OS/2': { width: 2, height: 2, depth: 8, header: 12, palette, pixels: [2, 3, 0, 0, 0, 1, 0, 0] },
    'top-down': { width: 2, height: -2, depth: 8, palette, pixels: [0, 1, 0, 0, 2, 3, 0, 0] },
    '16 bits': { width: 2, height: 2, depth: 16, pixels: [0x1f, 0, 0xff, 0x7f, 0, 0x7c, 0xe0, 0x03] },
    '16 bits, 5-6-5': { width: 2, height: 2, depth: 16, packing: 3, masks: [0xf800, 0x7e0, 0x1f], pixels: [0x1f, 0, 0xff, 0xff, 0, 0xf8, 0xe0, 0x07] },
    '24 bits': { width: 2, height: 2, depth: 24, pixels: [255, 0, 0, 255, 255, 255, 0, 0, 0, 0, 255, 0, 255, 0, 0, 0] },
    '32 bits': { width: 2, height: 2, depth: 32, pixels: [255, 0, 0, 0, 255, 255, 255, 0, 0, 0, 255, 0, 0, 255, 0, 0] },
    '32 bits with alpha': { width: 2, height: 2, depth: 32, packing: 3, header: 108, masks: [0xff0000, 0xff00, 0xff, 0xff000000], pixels: [255, 0, 0, 0, 255, 255, 255, 255, 0, 0, 255, 255, 0, 255, 0, 255] },
    'RLE8': { width: 2, height: 2, depth: 8, packing: 1, palette, pixels: [1, 2, 1, 3, 0, 0, 1, 0, 1, 1, 0, 1] },
    'RLE4': { width: 4, height: 2, depth: 4, packing: 2, palette, pixels: [2, 0x22, 2, 0x33, 0, 0, 0, 4, 0x00, 0x11, 0, 1] },
  };
  for (const [what, options] of Object.entries(bitmaps)) {
    it(`reads a BMP, ${what}`, async () => {
      const { header, seen } = await toPng(bmp(options));
      assert.equal(corners(seen), { '1 bit': 'rwrw', '32 bits with alpha': 'rg.w' }[what] ?? 'rgbw');
      assert.equal(header.alpha, what === '32 bits with alpha');
    });
  }

  const svg = (body: string, attributes = 'width="24" height="12"'): Buffer => Buffer.from(`<?xml version="1.0"?><!-- <text> --><svg xmlns="http://www.w3.org/2000/svg" ${attributes}>${body}</svg>`);
  const box = '<rect width="12" height="12" fill="#f00"/><rect x="12" width="6" height="12" fill="#00f" fill-opacity="0.5"/>';
  it('draws an SVG, a small one larger, with straight alpha', async () => {
    const { header, seen } = await toPng(svg(box));
    assert.deepEqual(header, { format: 'png', width: 1024, height: 512, alpha: true, frames: 1 });
    assert.deepEqual(seen.at(0.2, 0.5), [255, 0, 0, 255]);
    const [red, green, blue, alpha] = seen.at(0.6, 0.5);
    assert.deepEqual([red, green, blue], [0, 0, 255]);
    assert.ok(Math.abs(alpha - 128) <= 1);
    assert.equal(seen.at(0.9, 0.5)[3], 0);
  });

  it('draws an SVG of a middle size as large as it is, and a huge one smaller', async () => {
    for (const [attributes, size] of [['width="800" height="600"', [800, 600]], ['viewBox="0 0 700 600"', [700, 600]], ['width="100000" height="5000"', [4096, 205]], ['width="10" height="10000"', [4, 4096]]] as const) {
      const { header } = await toPng(svg(box, attributes));
      assert.deepEqual([header.width, header.height], size);
    }
  });

  const unknown: readonly (readonly [string, string, string])[] = [
    ['text', '<g><text x="1" y="9">A</text></g>', 'svg-text'],
    ['text under a prefix', '<svg:text xmlns:svg="http://www.w3.org/2000/svg">A</svg:text>', 'svg-text'],
    ['HTML inside', '<foreignObject width="9" height="9"/>', 'svg-text'],
    ['a picture elsewhere', '<image width="9" height="9" href="photo.png"/>', 'svg-links'],
    ['a picture on the web', '<image width="9" height="9" xlink:href="https://example.com/a.png"/>', 'svg-links'],
    ['a hole in its markup', '<g>', 'broken'],
    ['entities without end', '', 'broken'],
  ];
  for (const [what, body, code] of unknown) {
    it(`refuses an SVG with ${what}`, async () => {
      const bombs = Array.from({ length: 40 }, (_, index) => `<!ENTITY e${index + 1} "&e${index};&e${index};&e${index};">`).join('');
      const bytes = what === 'entities without end' ? Buffer.from(`<!DOCTYPE svg [<!ENTITY e0 "x">${bombs}]><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><desc>&e40;</desc></svg>`) : svg(body);
      await assert.rejects(studio.pixels.convert(await studio.put('bad.svg', bytes), studio.file('bad.png'), 'png'), { name: 'PixelsError', code });
    });
  }

  it('draws what is in the SVG itself', async () => {
    const inside = `data:image/png;base64,${(await drawn(24, 12, 'png', quarters)).toString('base64')}`;
    assert.equal(corners((await toPng(svg(`<defs><rect id="a" width="1" height="1"/></defs><image width="24" height="12" href="${inside}"/><use href="#a" x="-9"/>`))).seen), 'rgbw');
  });

  it('writes WebP without loss where it was read so', async () => {
    const lossless = await drawn(64, 40, 'webp', quarters);
    const canvas = createCanvas(64, 40);
    quarters(canvas.getContext('2d'), 64, 40);
    const exact = canvas.toBuffer('image/webp', 100);
    for (const [bytes, type] of [[lossless, 'VP8 '], [exact, 'VP8L']] as const) {
      await studio.pixels.convert(await studio.put('a.webp', bytes), studio.file('b.webp'), 'webp');
      assert.ok((await readFile(studio.file('b.webp'))).includes(type) === bytes.includes(type));
    }
  });

  it('leaves nothing beside what it wrote', async () => {
    assert.deepEqual((await readdir(studio.folder)).filter((name) => name.endsWith('.part')), []);
  });
});
