import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import * as fc from 'fast-check';
import { mendsFor, type MaskMend } from '../../../src/images/mask.ts';
import { modelOf } from '../../../src/images/model.ts';
import { judgeReferences, type Reference } from '../../../src/images/reference.ts';
import type { Size } from '../../../src/images/size.ts';
import { maskFacts, mendedMask } from '../../../src/pixels/maskPixels.ts';
import type { Picture } from '../../../src/pixels/picture.ts';
import { drawn, openStudio, see, type Draw, type Studio } from './harness.ts';

type Pixel = readonly [red: number, green: number, blue: number, alpha: number];

/** A picture of pixels given by their place. */
function picture(width: number, height: number, pixel: (x: number, y: number) => Pixel): Picture {
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.set(pixel(x, y), (y * width + x) * 4);
  return { width, height, data };
}

const open: Pixel = [9, 9, 9, 0];
const shut: Pixel = [9, 9, 9, 255];
const white: Pixel = [250, 250, 250, 255];
const black: Pixel = [5, 5, 5, 255];
/** Which pixels a mended mask opens: `.` open, `#` shut, a line a row. */
const shape = ({ width, data }: Picture): string => Array.from({ length: data.length / 4 }, (_, pixel) => (data[pixel * 4 + 3] === 0 ? '.' : data[pixel * 4 + 3] === 255 ? '#' : '?')).join('').replaceAll(new RegExp(`.{${width}}(?=.)`, 'gu'), '$&\n');

describe('maskFacts', () => {
  it('counts what is transparent, opaque, black and white, and the edge', () => {
    const pixels: readonly Pixel[] = [open, [255, 255, 255, 1], [255, 255, 255, 127], [0, 0, 0, 128], [200, 200, 200, 254], shut, white, [207, 207, 207, 255], [206, 255, 255, 255]];
    const facts = maskFacts(picture(3, 3, (x, y) => pixels[y * 3 + x] ?? open));
    assert.deepEqual(facts, { size: { width: 3, height: 3 }, transparent: 1 / 9, opaque: 4 / 9, clear: 3 / 9, black: 3 / 9, white: 4 / 9, light: 6 / 9, edge: 1 / 8 });
  });
});

describe('mendedMask', () => {
  const half = picture(4, 2, (x) => (x < 2 ? white : black));
  it('takes alpha from white, from black, and turns it round', () => {
    assert.equal(shape(mendedMask(half, { alpha: 'from-white' })), '..##\n..##');
    assert.equal(shape(mendedMask(half, { alpha: 'from-black' })), '##..\n##..');
    assert.equal(shape(mendedMask(picture(4, 2, (x) => (x < 1 ? open : shut)), { alpha: 'invert' })), '#...\n#...');
    assert.equal(shape(mendedMask(picture(2, 1, (x) => [0, 0, 0, 127 + x]), {})), '.#', 'what is half transparent is decided');
  });

  it('scales by area, with sharp edges where they were', () => {
    const mask = picture(4, 2, (x) => (x < 1 ? open : shut));
    assert.equal(shape(mendedMask(mask, { size: { width: 8, height: 3 } })), '..######\n..######\n..######');
    assert.equal(shape(mendedMask(mask, { size: { width: 2, height: 2 } })), '.#\n.#', 'half is enough');
    assert.equal(shape(mendedMask(mask, { size: { width: 3, height: 1 } })), '.##');
  });

  it('keeps alive what would be lost', () => {
    const dot = (at: Pixel, around: Pixel): Picture => picture(9, 9, (x, y) => (x === 4 && y === 4 ? at : around));
    assert.equal(shape(mendedMask(dot(open, shut), { size: { width: 3, height: 3 } })), '###\n#.#\n###');
    assert.equal(shape(mendedMask(dot(shut, open), { size: { width: 3, height: 3 } })), '...\n.#.\n...');
  });
});

describe('a mended mask', () => {
  const model = modelOf('gpt-image-2');
  const side = fc.integer({ min: 2, max: 40 });
  const colours: Readonly<Record<string, readonly [Pixel, Pixel]>> = { alpha: [open, shut], soft: [[0, 0, 0, 100], [0, 0, 0, 200]], 'black and white': [white, black], 'transparent colours': [[255, 255, 255, 0], [0, 0, 0, 0]] };
  /** A mask with one rectangle on it. */
  const masks = fc
    .record({ width: side, height: side, x: fc.double({ min: 0, max: 0.9, noNaN: true }), y: fc.double({ min: 0, max: 0.9, noNaN: true }), kind: fc.constantFrom(...Object.keys(colours)), turned: fc.boolean() })
    .map(({ width, height, x, y, kind, turned }) => {
      const [inside, outside] = colours[kind] ?? [open, shut];
      const island = { left: Math.floor(x * width), top: Math.floor(y * height) };
      // Neither nothing nor everything.
      const isInside = (atX: number, atY: number): boolean => atX >= island.left && atX <= island.left + width / 3 && atY >= island.top && atY <= island.top + height / 3;
      return picture(width, height, (atX, atY) => (isInside(atX, atY) === turned ? outside : inside));
    })
    .filter((mask) => new Set(new Uint32Array(mask.data.buffer)).size === 2);

  it('has no fault left, whichever mend was offered, and one is offered for every mask of two kinds of pixels', () => {
    fc.assert(
      fc.property(masks, fc.record({ width: side, height: side }), (mask, image: Size) => {
        const mends = mendsFor(maskFacts(mask), image);
        assert.ok(mends.length > 0);
        for (const mend of mends) {
          const mended = mendedMask(mask, mend);
          const facts = maskFacts(mended);
          assert.equal(facts.transparent + facts.opaque, 1);
          const reference: Reference = { role: 'mask', name: 'm', bytes: 9, header: { format: 'png', alpha: true, width: mended.width, height: mended.height }, mask: facts };
          assert.deepEqual(judgeReferences([{ role: 'image', name: 'i', bytes: 9, header: { format: 'png', alpha: false, ...image } }, reference], model), []);
        }
      }),
    );
  });

  it('turned round twice is the mask', () => {
    fc.assert(fc.property(masks, (mask) => assert.deepEqual(mendedMask(mendedMask(mask, { alpha: 'invert' }), { alpha: 'invert' }), mendedMask(mask, {}))));
  });
});

describe('a mask in its file', () => {
  let studio: Studio;
  before(async () => {
    studio = await openStudio();
  });
  after(() => studio.close());
  const disc: Draw = (context, width, height) => {
    context.fillStyle = '#000';
    context.fillRect(0, 0, width, height);
    context.fillStyle = '#fff';
    context.beginPath();
    context.arc(width / 2, height / 2, height / 4, 0, 7);
    context.fill();
  };

  for (const format of ['png', 'jpeg', 'webp', 'avif'] as const) {
    it(`is mended out of a black and white ${format}, to any size`, async () => {
      const file = await studio.put(`disc.${format}`, await drawn(200, 100, format, disc));
      const facts = await studio.pixels.inspectMask(file);
      assert.deepEqual(facts.size, { width: 200, height: 100 });
      assert.equal(facts.opaque, 1);
      const mends: readonly MaskMend[] = mendsFor(facts, { width: 1000, height: 500 });
      assert.deepEqual(mends.map(({ alpha }) => alpha), ['from-white', 'from-black']);
      const header = await studio.pixels.mendMask(file, studio.file('mended.png'), mends[0] ?? {});
      assert.deepEqual(header, { format: 'png', width: 1000, height: 500, alpha: true });
      const seen = await see(studio.file('mended.png'));
      assert.deepEqual([seen.at(0.5, 0.5)[3], seen.at(0.1, 0.5)[3]], [0, 255]);
      const mended = await studio.pixels.inspectMask(studio.file('mended.png'));
      // The disc has a quarter of the height as its radius.
      assert.ok(Math.abs(mended.transparent - Math.PI / 32) < 0.01, `${mended.transparent}`);
      assert.ok((await stat(studio.file('mended.png'))).size < 20_000);
    });
  }
});
