import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { createCanvas, loadImage } from '@napi-rs/canvas';
import { assert as check, constantFrom, integer, property } from 'fast-check';

import { createAsker, json, openFor, pictureFile, urlOf } from './asking.ts';
import { startGateway, type Gateway } from './gateway.ts';
import { readHeader } from './header.ts';
import { createPainter, pictureOfBytes } from './pictures.ts';
import { nearestSize, sizeTrouble } from './size.ts';

let gateway: Gateway;
let asker: ReturnType<typeof createAsker>;

before(async () => {
  gateway = await startGateway();
  asker = createAsker(gateway);
});
after(async () => {
  await asker.close();
  await gateway.close();
});

/** The pixels, decoded by a codec that is not ours. */
async function pixelsOf(bytes: Buffer) {
  const image = await loadImage(bytes);
  const ctx = createCanvas(image.width, image.height).getContext('2d');
  ctx.drawImage(image, 0, 0);
  const { data } = ctx.getImageData(0, 0, image.width, image.height);
  const at = (x: number, y: number): readonly number[] => [...data.subarray((y * image.width + x) * 4, (y * image.width + x) * 4 + 4)];
  return { width: image.width, height: image.height, at };
}

test('pictures have the size and the format that were asked for', async () => {
  const table = [
    ['1024x1024', 'png'], ['3840x2160', 'png'], ['672x1008', 'jpeg'], ['1344x576', 'webp'], ['2448x3264', 'jpeg'], ['auto', 'png'],
  ] as const;
  for (const [size, format] of table) {
    const url = urlOf(await asker.generate({ size, output_format: format }));
    const { body, headers } = await asker.get(url);
    const [width, height] = size === 'auto' ? [1024, 1024] : size.split('x').map(Number);
    assert.equal(headers['content-type'], `image/${format}`);
    assert.equal(readHeader(body)?.mime, `image/${format}`);
    const pixels = await pixelsOf(body);
    assert.deepEqual([pixels.width, pixels.height], [width, height]);
    assert.notDeepEqual(pixels.at(10, 10), pixels.at(20, pixels.height - 20), 'something is drawn');
  }
});

test('a transparent background is clear at the edges and opaque within; an opaque one has no alpha at all', async () => {
  for (const output_format of ['png', 'webp']) {
    const clear = await asker.get(urlOf(await asker.generate({ model: 'gpt-image-1', background: 'transparent', output_format })));
    assert.equal(readHeader(clear.body)?.alpha, true);
    const pixels = await pixelsOf(clear.body);
    assert.equal(pixels.at(3, 3)[3], 0);
    assert.equal(pixels.at(512, 400)[3], 255);
  }
  const opaque = await asker.get(urlOf(await asker.generate()));
  assert.equal(readHeader(opaque.body)?.alpha, false);
});

test('the same prompt draws the same picture, and each of several another', async () => {
  const reply = json(await asker.generate({ n: 2, response_format: 'b64_json' }));
  const again = json(await asker.generate({ n: 2, response_format: 'b64_json' }));
  assert.deepEqual(reply.data, again.data);
  assert.notEqual(reply.data[0]?.b64_json, reply.data[1]?.b64_json);
});

test('base64 has the data prefix by dialect, or as told', async (t) => {
  const { asker: askBare } = await openFor(t, { b64Prefix: false });
  const fields = { response_format: 'b64_json', output_format: 'webp' };
  const prefixed = json(await asker.generate(fields)).data[0]?.b64_json ?? '';
  assert.ok(prefixed.startsWith('data:image/webp;base64,'));
  assert.equal(json(await askBare.generate(fields)).data[0]?.b64_json, prefixed.slice('data:image/webp;base64,'.length));
});

test('a masked edit keeps the reference and paints where the mask is clear', async () => {
  const reference = pictureFile('a.png', 'image/png', 1024, 1024);
  const mask = pictureFile('m.png', 'image/png', 1024, 1024, { clear: true });
  const seen = await asker.edit([
    ['model', 'gpt-image-2'], ['prompt', 'a sea'], ['quality', 'low'], ['image[]', reference], ['mask', mask],
  ]);
  const pixels = await pixelsOf((await asker.get(urlOf(seen))).body);
  const teal = [0, 128, 128, 255];
  assert.deepEqual(pixels.at(20, 20), teal);
  assert.deepEqual(pixels.at(1000, 500), teal);
  assert.notDeepEqual(pixels.at(512, 512), teal);
});

test('the size of an edit follows its reference', async () => {
  const seen = await asker.edit([
    ['model', 'gpt-image-2'], ['prompt', 'x'], ['quality', 'low'], ['image[]', pictureFile('a.jpg', 'image/jpeg', 1600, 900)],
  ]);
  const { width, height } = await pixelsOf((await asker.get(urlOf(seen))).body);
  assert.deepEqual([width, height], [1600, 896]);
});

test('the nearest size is always a valid one, and a valid one is its own nearest', () => {
  const side = integer({ min: 1, max: 20_000 });
  check(
    property(side, side, constantFrom('gpt-image-2', 'gpt-image-1'), (width, height, model) => {
      const size = nearestSize(model, { width, height });
      assert.equal(sizeTrouble(model, size), undefined);
      assert.deepEqual(nearestSize(model, size), size);
    }),
  );
});

test('links refuse a key, a changed signature, and answer on their own origin alone', async () => {
  const url = urlOf(await asker.generate());
  assert.ok(url.startsWith(gateway.filesOrigin));
  assert.notEqual(gateway.filesOrigin, gateway.origin);
  assert.equal((await asker.get(url)).status, 200);
  const key = await asker.get(url, { authorization: 'Bearer hk-test-key' });
  assert.equal(key.status, 400);
  assert.equal(gateway.requests.at(-1)?.headers.authorization, 'Bearer hk-test-key');
  assert.equal(gateway.requests.at(-1)?.server, 'files');
  assert.equal((await asker.get(url.replace(/Signature=../, 'Signature=AA'))).status, 403);
  assert.equal((await asker.get(url.replace(/Expires=\d+/, 'Expires=1'))).status, 403);
});

test('a finished picture of 3840x2160 is not drawn twice', async () => {
  const paint = createPainter();
  const subject = {
    prompt: 'hills', model: 'gpt-image-2', index: 0, size: { width: 3840, height: 2160 }, format: 'jpeg',
    compression: 80, transparent: false, references: [], mask: undefined, finish: 1,
  } as const;
  assert.equal(await paint(subject), await paint({ ...subject }));
  assert.notEqual(await paint(subject), await paint({ ...subject, index: 1 }));
});

test('pictures given from outside are served to the byte, as base64 and behind links', async (t) => {
  const picture = await pictureOfBytes(2_000_003);
  assert.equal(picture.length, 2_000_003);
  assert.deepEqual([(await pixelsOf(picture)).width, readHeader(picture)?.height], [1024, 1024]);
  const { asker: ask } = await openFor(t, { picture: () => picture });
  const reply = json(await ask.generate({ n: 4, response_format: 'b64_json' }));
  assert.equal(reply.data.length, 4);
  for (const { b64_json = '' } of reply.data) assert.ok(Buffer.from(b64_json.split(',')[1] ?? '', 'base64').equals(picture));
  assert.ok((await ask.get(urlOf(await ask.generate()))).body.equals(picture));
});
