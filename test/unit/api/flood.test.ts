import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createReceiver, mostPictures, type Received } from '../../../src/api/receive.ts';
import { onePixel } from './servers.ts';

const many = 3000;
const b64 = onePixel.toString('base64');

/** Feeds a body as a connection would, and tells what lies in the folder afterwards. */
async function receive(body: string): Promise<{ readonly received: Received; readonly files: number; readonly links: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'easel-flood-'));
  let links = 0;
  const receiver = createReceiver({
    landing: {
      pictureFile: (index) => join(folder, String(index)),
      keepUrl: () => {
        links++;
        return Promise.resolve();
      },
    },
    contentType: '',
    onPartial: () => undefined,
    log: () => undefined,
  });
  try {
    const bytes = Buffer.from(body);
    for (let at = 0; at < bytes.length; at += 65_536) await receiver.push(bytes.subarray(at, at + 65_536));
    const received = await receiver.finish(false);
    return { received, files: readdirSync(folder).length, links };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const flooded = `${many} pictures, of which the first ${mostPictures} are taken`;

test('of a flood of pictures no more are taken than anybody asks for', async () => {
  const { received, files } = await receive(JSON.stringify({ data: Array.from({ length: many }, () => ({ b64_json: b64 })) }));
  assert.equal(received.pictures.length, mostPictures);
  assert.equal(files, mostPictures);
  assert.deepEqual(received.troubles, [{ failure: { code: 'bad-reply', message: flooded } }]);
});

test('of a flood of links as well', async () => {
  const { received, links } = await receive(JSON.stringify({ data: Array.from({ length: many }, (_, index) => ({ url: `https://pictures.example/${index}` })) }));
  assert.equal(received.links.length, mostPictures);
  assert.equal(links, mostPictures);
  assert.deepEqual(received.troubles, [{ failure: { code: 'bad-reply', message: flooded } }]);
});

test('and of a flood of events, partial ones and finished ones', async () => {
  const event = (type: string): string => `data: ${JSON.stringify({ type, b64_json: b64 })}\n\n`;
  const finished = await receive(event('image_generation.completed').repeat(many));
  assert.equal(finished.received.pictures.length, mostPictures);
  assert.equal(finished.files, mostPictures);
  const partial = await receive(event('image_generation.partial_image').repeat(many));
  assert.deepEqual([partial.received.pictures.length, partial.files], [0, 0]);
});
