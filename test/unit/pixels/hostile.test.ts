import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createCanvas } from '@napi-rs/canvas';
import * as fc from 'fast-check';
import { PixelsError } from '../../../src/pixels/error.ts';
import { bmp, claimedPng, gif } from './files.ts';
import { corners, drawn, openStudio, quarters, see, type Studio } from './harness.ts';

describe('hostile files', () => {
  let studio: Studio;
  let good: readonly (readonly [string, Buffer])[];
  before(async () => {
    studio = await openStudio();
    const canvas = createCanvas(40, 30);
    quarters(canvas.getContext('2d'), 40, 30);
    good = [
      ...(await Promise.all((['png', 'jpeg', 'webp', 'avif'] as const).map(async (format) => [format, await drawn(40, 30, format, quarters)] as const))),
      ['gif', await canvas.encode('gif')],
      ['bmp', bmp({ width: 40, height: 30, depth: 24, pixels: Array.from({ length: 40 * 30 * 3 }, (_, at) => at % 256) })],
      ['svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="600" height="600"><path d="M0 0h300v300z"/></svg>')],
    ];
  });
  after(() => studio.close());

  /** Only the files that a test put there itself may lie in the folder, and the target is as it was. */
  const refused = async (name: string, bytes: Uint8Array, code?: string): Promise<void> => {
    const source = await studio.put(name, bytes);
    const target = await studio.put('target.png', Buffer.from('what was there'));
    await assert.rejects(studio.pixels.convert(source, target, 'png'), (error) => error instanceof PixelsError && error.message !== '' && (code === undefined || error.code === code));
    assert.equal(await readFile(target, 'utf8'), 'what was there');
    assert.deepEqual((await readdir(studio.folder)).filter((file) => file.includes('part')), []);
  };

  it('refuses what ends in the middle', async () => {
    for (const [format, bytes] of good) await refused(`cut.${format}`, bytes.subarray(0, Math.floor(bytes.length / 2)), 'broken');
  });

  it('refuses what is nothing, or something else', async () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from('hello'), Buffer.alloc(5000)]) await refused('nothing.png', bytes, 'broken');
  });

  it('refuses sides of 65535 by the header, before anything is decoded', async () => {
    const [png, jpeg] = [await drawn(4, 4, 'png', quarters), await drawn(4, 4, 'jpeg', quarters)];
    const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0])) === -1 ? jpeg.indexOf(Buffer.from([0xff, 0xc2])) : jpeg.indexOf(Buffer.from([0xff, 0xc0]));
    const hugeJpeg = Buffer.from(jpeg);
    hugeJpeg.fill(0xff, frame + 5, frame + 9);
    const lossless = Buffer.from('RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f\xff\xff\xff\x0f\0\0\0\0', 'latin1');
    await refused('huge.png', claimedPng(png, 65_535, 65_535), 'too-many-pixels');
    await refused('endless.png', claimedPng(png, 0xffff_ffff, 0xffff_ffff), 'too-many-pixels');
    await refused('huge.jpg', hugeJpeg, 'too-many-pixels');
    await refused('huge.webp', lossless, 'too-many-pixels');
    await refused('huge.gif', gif(65_535, 65_535, []), 'too-many-pixels');
    await refused('huge-frame.gif', gif(2, 2, [{ left: 0, top: 0, width: 65_535, height: 65_535, indices: [0] }]), 'too-many-pixels');
    await refused('huge.bmp', bmp({ width: 65_535, height: 65_535, depth: 24, pixels: [] }), 'too-many-pixels');
    await refused('lying.png', claimedPng(png, 9000, 9000), 'broken');
    await refused('lying.bmp', bmp({ width: 9000, height: 9000, depth: 24, pixels: [] }), 'broken');
  });

  it('never writes to the source, and tells where the disk says no', async () => {
    const source = await studio.put('own.png', await drawn(4, 4, 'png', quarters));
    const before = await readFile(source);
    await assert.rejects(studio.pixels.convert(source, source, 'png'), { code: 'file' });
    await assert.rejects(studio.pixels.convert(source, join(studio.folder, '..', studio.folder.split(/[/\\]/u).at(-1) ?? '', 'own.png'), 'png'), { code: 'file' });
    assert.deepEqual(await readFile(source), before);
    await assert.rejects(studio.pixels.convert(studio.file('gone.png'), studio.file('a.png'), 'png'), { code: 'file' });
    await assert.rejects(studio.pixels.convert(source, studio.file('gone/a.png'), 'png'), { code: 'file' });
    await mkdir(studio.file('folder.png'), { recursive: true });
    await writeFile(studio.file('folder.png/a'), '');
    await assert.rejects(studio.pixels.convert(source, studio.file('folder.png'), 'png'), { code: 'file' });
    assert.deepEqual((await readdir(studio.folder)).filter((file) => file.endsWith('.part')), [], 'nothing is left behind');
  });

  it('ends in a picture or in an error for any bytes that are changed, and goes on after each', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(6), fc.array(fc.tuple(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.nat(255)), { minLength: 1, maxLength: 8 }), async (which, changes) => {
        const [format, bytes] = good[which] ?? ['', Buffer.alloc(0)];
        const changed = Buffer.from(bytes);
        for (const [place, value] of changes) changed[Math.floor(place * changed.length)] = value;
        const source = await studio.put(`changed.${format}`, changed);
        try {
          const { width, height } = await studio.pixels.convert(source, studio.file('changed.out'), 'png');
          const seen = await see(studio.file('changed.out'));
          assert.deepEqual([seen.width, seen.height], [width, height]);
        } catch (error) {
          assert.ok(error instanceof PixelsError, String(error));
        }
      }),
      { numRuns: 60 },
    );
    await studio.pixels.convert(await studio.put('after.png', await drawn(40, 30, 'png', quarters)), studio.file('after.jpg'), 'jpeg');
    assert.equal(corners(await see(studio.file('after.jpg'))), 'rgbw');
  });
});
