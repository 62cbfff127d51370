import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { oriented } from './files.ts';
import { corners, drawn, openStudio, quarters, see, type Draw, type Studio } from './harness.ts';

describe('resize', () => {
  let studio: Studio;
  before(async () => {
    studio = await openStudio();
  });
  after(() => studio.close());

  it('comes to exactly the size, smaller and larger, in each format', async () => {
    const source = await studio.put('q.png', await drawn(300, 200, 'png', quarters));
    for (const [width, height] of [[1, 1], [7, 3], [299, 201], [640, 427], [200, 900]] as const) {
      for (const format of ['png', 'jpeg', 'webp'] as const) {
        const header = await studio.pixels.resize(source, studio.file('r'), { size: { width, height }, fit: 'fill', format });
        assert.deepEqual(header, { format, width, height, alpha: false });
        const seen = await see(studio.file('r'));
        assert.deepEqual([seen.width, seen.height], [width, height]);
        if (width > 7) assert.equal(corners(seen), 'rgbw');
      }
    }
  });

  it('crops evenly what stands over, or stretches', async () => {
    // A white middle between red and green ends.
    const ends: Draw = (context, width, height) => {
      context.fillStyle = '#fff';
      context.fillRect(0, 0, width, height);
      context.fillStyle = '#f00';
      context.fillRect(0, 0, 100, height);
      context.fillStyle = '#0f0';
      context.fillRect(width - 100, 0, 100, height);
    };
    const source = await studio.put('wide.png', await drawn(400, 100, 'png', ends));
    await studio.pixels.resize(source, studio.file('cover.png'), { size: { width: 100, height: 50 }, fit: 'cover', format: 'png' });
    const cover = await see(studio.file('cover.png'));
    assert.ok(cover.at(0.02, 0.5).every((value) => value > 240) && cover.at(0.97, 0.5).every((value) => value > 240), 'the ends are off');
    await studio.pixels.resize(source, studio.file('fill.png'), { size: { width: 100, height: 50 }, fit: 'fill', format: 'png' });
    const fill = await see(studio.file('fill.png'));
    assert.deepEqual([fill.at(0.02, 0.5), fill.at(0.97, 0.5)], [[255, 0, 0, 255], [0, 255, 0, 255]]);
    // The other way: what stands over is above and below.
    const tall = await studio.put('tall.png', await drawn(100, 300, 'png', quarters));
    await studio.pixels.resize(tall, studio.file('t.png'), { size: { width: 100, height: 100 }, fit: 'cover', format: 'png' });
    assert.equal(corners(await see(studio.file('t.png'))), 'rgbw');
  });

  it('keeps alpha, and brings no dark edge out of transparency', async () => {
    const island: Draw = (context, width, height) => {
      context.fillStyle = '#ffffff';
      context.fillRect(width / 4, height / 4, width / 2, height / 2);
    };
    const source = await studio.put('island.png', await drawn(100, 100, 'png', island));
    assert.equal((await studio.pixels.resize(source, studio.file('i.png'), { size: { width: 37, height: 37 }, fit: 'fill', format: 'png' })).alpha, true);
    const { data } = await see(studio.file('i.png'));
    for (let at = 0; at < data.length; at += 4) if ((data[at + 3] ?? 0) > 40) assert.ok((data[at] ?? 0) > 230, `a grey of ${data[at]} at alpha ${data[at + 3]}`);
    assert.equal(data[3], 0);
  });

  it('copies what already has the size and format, byte for byte', async () => {
    const source = await studio.put('same.jpg', oriented(await drawn(64, 32, 'jpeg', quarters), 6));
    assert.deepEqual(await studio.pixels.resize(source, studio.file('copy.jpg'), { size: { width: 32, height: 64 }, fit: 'cover', format: 'jpeg' }), { format: 'jpeg', width: 32, height: 64, alpha: false });
    assert.deepEqual(await readFile(studio.file('copy.jpg')), await readFile(source));
  });

  it('refuses a size that is none, or without end', async () => {
    const source = await studio.put('s.png', await drawn(4, 4, 'png', quarters));
    for (const size of [{ width: 0, height: 5 }, { width: 1.5, height: 5 }, { width: -1, height: 5 }, { width: Number.NaN, height: 1 }, { width: 60_000, height: 60_000 }]) {
      await assert.rejects(studio.pixels.resize(source, studio.file('no.png'), { size, fit: 'fill', format: 'png' }), { code: 'too-many-pixels' });
    }
  });
});
