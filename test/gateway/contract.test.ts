import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import OpenAI, { toFile, APIConnectionError, AuthenticationError, BadRequestError, InternalServerError, NotFoundError, PermissionDeniedError, RateLimitError } from 'openai';

import { pictureFile } from './asking.ts';
import type { FaultName } from './faults.ts';
import { startGateway, type Gateway } from './gateway.ts';
import { readHeader } from './header.ts';

let gateway: Gateway;
let client: OpenAI;

before(async () => {
  gateway = await startGateway({ dialect: 'openai', keys: ['sk-test'] });
  client = new OpenAI({ apiKey: 'sk-test', baseURL: gateway.baseUrl, maxRetries: 0 });
});
beforeEach(() => gateway.clear());
after(() => gateway.close());

const headerOf = (base64: string | undefined) => readHeader(Buffer.from(base64 ?? '', 'base64'));

test('generates pictures', async () => {
  const reply = await client.images.generate({
    model: 'gpt-image-1.5', prompt: 'a red bridge', n: 2, size: '1536x1024', quality: 'low',
    output_format: 'webp', output_compression: 80, background: 'transparent', moderation: 'low', user: 'someone',
  });
  assert.equal(reply.data?.length, 2);
  for (const { b64_json } of reply.data ?? []) {
    assert.deepEqual(headerOf(b64_json), { mime: 'image/webp', width: 1536, height: 1024, alpha: true });
  }
  assert.notEqual(reply.data?.[0]?.b64_json, reply.data?.[1]?.b64_json);
  assert.equal(reply.size, '1536x1024');
  assert.equal(reply.quality, 'low');
  assert.equal(reply.output_format, 'webp');
  assert.equal(reply.background, 'transparent');
  assert.equal(reply.usage?.output_tokens, 2 * 400);
  assert.equal(reply.usage.total_tokens, reply.usage.input_tokens + 800);
});

test('edits several pictures with a mask', async () => {
  const first = pictureFile('first.png', 'image/png', 320, 240);
  const mask = pictureFile('mask.png', 'image/png', 320, 240, { clear: true });
  const reply = await client.images.edit({
    model: 'gpt-image-1', prompt: 'put them together', size: '1024x1024', quality: 'low', input_fidelity: 'high',
    image: [
      await toFile(first, 'first.png', { type: 'image/png' }),
      await toFile(pictureFile('second.jpg', 'image/jpeg', 600, 400), 'second.jpg', { type: 'image/jpeg' }),
    ],
    mask: await toFile(mask, 'mask.png', { type: 'image/png' }),
  });
  assert.deepEqual(headerOf(reply.data?.[0]?.b64_json), { mime: 'image/png', width: 1024, height: 1024, alpha: false });
  const [request] = gateway.requests;
  assert.equal(request?.kind, 'edits');
  assert.deepEqual(request.files.map(({ field, filename, mime, width, height }) => [field, filename, mime, width, height]), [
    ['image[]', 'first.png', 'image/png', 320, 240],
    ['image[]', 'second.jpg', 'image/jpeg', 600, 400],
    ['mask', 'mask.png', 'image/png', 320, 240],
  ]);
  assert.equal(request.files[0]?.bytes, first.size);
  // 65 and 129 a tile: 2 tiles each at 4:3 and 3:2, and the mask as the first.
  assert.equal(reply.usage?.input_tokens_details.image_tokens, 3 * (65 + 2 * 129));
});

test('edits a single picture, which the client sends as `image`', async () => {
  const image = await toFile(pictureFile('a.webp', 'image/webp', 512, 512), 'a.webp', { type: 'image/webp' });
  const reply = await client.images.edit({ model: 'gpt-image-2', prompt: 'brighter', quality: 'low', image });
  assert.equal(gateway.requests[0]?.files[0]?.field, 'image');
  const header = headerOf(reply.data?.[0]?.b64_json);
  assert.deepEqual([header?.width, header?.height], [816, 816]);
});

test('streams a generation with partial pictures', async () => {
  const stream = await client.images.generate({
    model: 'gpt-image-2', prompt: 'a slow dawn', size: '1024x1024', quality: 'low', stream: true, partial_images: 2,
  });
  const seen: string[] = [];
  for await (const event of stream) {
    seen.push(event.type);
    assert.deepEqual(headerOf(event.b64_json)?.width, 1024);
    if (event.type === 'image_generation.partial_image') assert.equal(event.partial_image_index, seen.length - 1);
    else assert.equal(event.usage.output_tokens, 196 + 200);
  }
  assert.deepEqual(seen, [
    'image_generation.partial_image', 'image_generation.partial_image', 'image_generation.completed',
  ]);
});

test('streams an edit', async () => {
  const image = await toFile(pictureFile('a.png', 'image/png', 64, 64), 'a.png', { type: 'image/png' });
  const stream = await client.images.edit({ model: 'gpt-image-2', prompt: 'more', image, quality: 'low', stream: true, partial_images: 1 });
  const seen: string[] = [];
  for await (const event of stream) seen.push(event.type);
  assert.deepEqual(seen, ['image_edit.partial_image', 'image_edit.completed']);
});

test('an error event of a stream throws', async () => {
  gateway.faultNext('sse-error');
  const stream = await client.images.generate({ model: 'gpt-image-2', prompt: 'x', quality: 'low', stream: true });
  await assert.rejects(async () => {
    for await (const event of stream) assert.fail(event.type);
  }, /server had an error/i);
});

test('errors become the client’s own classes', async () => {
  const table: readonly (readonly [FaultName, abstract new (...args: never[]) => Error, string | null | undefined])[] = [
    ['moderation', BadRequestError, 'moderation_blocked'],
    ['billing-limit', BadRequestError, 'billing_hard_limit_reached'],
    ['key-refused', AuthenticationError, null],
    ['not-verified', PermissionDeniedError, null],
    ['model-not-found', NotFoundError, 'model_not_found'],
    ['rate-limited-seconds', RateLimitError, 'rate_limit_exceeded'],
    ['quota-spent', RateLimitError, 'insufficient_quota'],
    ['server-error', InternalServerError, null],
    ['cloudflare-timeout', InternalServerError, undefined],
    ['reset-after-read', APIConnectionError, undefined],
  ];
  for (const [fault, expected, code] of table) {
    gateway.faultNext(fault);
    await assert.rejects(client.images.generate({ model: 'gpt-image-2', prompt: 'x' }), (error: unknown) => {
      assert.ok(error instanceof expected, `${fault}: ${String(error)}`);
      assert.equal((error as { code?: string | null }).code, code, fault);
      return true;
    });
  }
});

test('the client’s retry after a refusal is a second request, the first one unpaid', async () => {
  gateway.faultNext('rate-limited-ms');
  await client.images.generate({ model: 'gpt-image-2', prompt: 'again', quality: 'low' }, { maxRetries: 1 });
  assert.deepEqual(gateway.requests.map(({ status, paid }) => [status, paid]), [[429, false], [200, true]]);
});

test('parameters it does not know are refused', async () => {
  await assert.rejects(
    client.images.generate({ model: 'gpt-image-2', prompt: 'x', response_format: 'b64_json' }),
    (error: unknown) => error instanceof BadRequestError && error.code === 'unknown_parameter' && error.param === 'response_format',
  );
  const stranger = new OpenAI({ apiKey: 'sk-wrong', baseURL: gateway.baseUrl, maxRetries: 0 });
  await assert.rejects(stranger.images.generate({ model: 'gpt-image-2', prompt: 'x' }), AuthenticationError);
  assert.ok(gateway.requests.every(({ paid }) => !paid));
});
