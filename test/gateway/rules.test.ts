import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import { createAsker, json, openFor, pictureFile, type Seen } from './asking.ts';
import { startGateway, type Gateway } from './gateway.ts';

let hk: Gateway;
let openai: Gateway;
let askHk: ReturnType<typeof createAsker>;
let askOpenai: ReturnType<typeof createAsker>;

before(async () => {
  [hk, openai] = await Promise.all([startGateway(), startGateway({ dialect: 'openai' })]);
  askHk = createAsker(hk);
  askOpenai = createAsker(openai);
});
beforeEach(() => {
  hk.clear();
  openai.clear();
});
after(async () => {
  await Promise.all([askHk.close(), askOpenai.close()]);
  await Promise.all([hk.close(), openai.close()]);
});

function refused(seen: Seen, status: number, code: string | null, param: string | null): void {
  const { error } = json(seen);
  assert.deepEqual([seen.status, error?.code, error?.param], [status, code, param], error?.message);
}

test('what is not the API finds nothing, and is recorded', async () => {
  refused(await askHk.get(`${hk.baseUrl}/images/generations`), 404, null, null);
  refused(await askOpenai.log({ start: 0, limit: 30 }), 404, null, null);
  assert.deepEqual([hk.requests[0]?.kind, openai.requests[0]?.kind], ['other', 'other']);
});

test('a wrong key is refused in the service’s own words', async (t) => {
  const [strangeHk, strangeOpenai] = [createAsker(hk, 'nope'), createAsker(openai, 'nope')];
  t.after(() => Promise.all([strangeHk.close(), strangeOpenai.close()]));
  assert.deepEqual(json(await strangeHk.generate()).error, {
    message: 'key error please check', type: 'hk_api_error', param: null, code: null,
  });
  refused(await strangeOpenai.generate(), 401, 'invalid_api_key', null);
  assert.equal((await strangeHk.log({ start: 0, limit: 1 })).status, 401);
});

test('parameters are held to their type and range', async () => {
  const old = { model: 'gpt-image-1' };
  const table: readonly (readonly [fields: object, code: string, param: string])[] = [
    [{ model: null }, 'missing_required_parameter', 'model'],
    [{ prompt: undefined }, 'missing_required_parameter', 'prompt'],
    [{ prompt: '' }, 'string_below_min_length', 'prompt'],
    [{ prompt: 'x'.repeat(32_001) }, 'string_above_max_length', 'prompt'],
    [{ prompt: 7 }, 'invalid_type', 'prompt'],
    [{ n: 0 }, 'integer_below_min_value', 'n'],
    [{ n: 11 }, 'integer_above_max_value', 'n'],
    [{ n: '2' }, 'invalid_type', 'n'],
    [{ n: 1.5 }, 'invalid_type', 'n'],
    [{ quality: 'hd' }, 'invalid_value', 'quality'],
    [{ background: 'clear' }, 'invalid_value', 'background'],
    [{ background: 'transparent' }, 'invalid_value', 'background'],
    [{ ...old, background: 'transparent', output_format: 'jpeg' }, 'invalid_value', 'background'],
    [{ output_format: 'gif' }, 'invalid_value', 'output_format'],
    [{ output_compression: 50 }, 'invalid_png_output_compression', 'output_compression'],
    [{ output_format: 'jpeg', output_compression: 101 }, 'integer_above_max_value', 'output_compression'],
    [{ moderation: 'none' }, 'invalid_value', 'moderation'],
    [{ stream: 'true' }, 'invalid_type', 'stream'],
    [{ partial_images: 1 }, 'invalid_value', 'partial_images'],
    [{ stream: true, partial_images: 4 }, 'integer_above_max_value', 'partial_images'],
    [{ size: '1000x1024' }, 'invalid_value', 'size'],
    [{ size: '3856x1600' }, 'invalid_value', 'size'],
    [{ size: '3840x1264' }, 'invalid_value', 'size'],
    [{ size: '800x800' }, 'invalid_value', 'size'],
    [{ size: '2896x2896' }, 'invalid_value', 'size'],
    [{ size: '1024*1024' }, 'invalid_value', 'size'],
    [{ ...old, size: '2048x2048' }, 'invalid_value', 'size'],
  ];
  for (const asker of [askHk, askOpenai]) {
    for (const [fields, code, param] of table) refused(await asker.generate(fields), 400, code, param);
  }
  assert.ok([...hk.requests, ...openai.requests].every(({ paid }) => !paid));
});

test('what lies just within the bounds is taken', async () => {
  const table: readonly object[] = [
    { prompt: '画'.repeat(32_000) },
    { size: '3840x1280' },
    { size: '640x1024' },
    { model: 'gpt-image-1', size: '1024x1536', background: 'transparent', output_format: 'webp', output_compression: 0 },
    { model: 'gpt-image-2-2026-04-21', size: 'auto', quality: null },
  ];
  for (const fields of table) assert.equal((await askOpenai.generate(fields)).status, 200, JSON.stringify(fields).slice(0, 80));
});

test('an unknown model: 404 from OpenAI, no channel at OpenAI-HK', async () => {
  refused(await askOpenai.generate({ model: 'dall-e-9' }), 404, 'model_not_found', null);
  const seen = await askHk.generate({ model: 'dall-e-9' });
  refused(seen, 503, 'model_not_found', null);
  assert.equal(json(seen).error?.type, 'new_api_error');
});

test('OpenAI refuses what it does not know, OpenAI-HK looks past it', async () => {
  refused(await askOpenai.generate({ response_format: 'b64_json' }), 400, 'unknown_parameter', 'response_format');
  refused(await askOpenai.generate({ input_fidelity: 'low' }), 400, 'unknown_parameter', 'input_fidelity');
  assert.equal((await askHk.generate({ colour: 'red' })).status, 200);
  refused(await askHk.generate({ response_format: 'png' }), 400, 'invalid_value', 'response_format');
});

test('bodies that are no JSON are refused', async () => {
  const headers = { authorization: 'Bearer hk-test-key' };
  const post = (body: string, type: string) =>
    fetch(`${hk.baseUrl}/images/generations`, { method: 'POST', headers: { ...headers, 'content-type': type }, body });
  assert.equal((await post('{"model"', 'application/json')).status, 400);
  assert.equal((await post('[]', 'application/json')).status, 400);
  assert.equal((await post('{}', 'text/plain')).status, 415);
  assert.equal((await post(`"${'x'.repeat(1024 * 1024)}"`, 'application/json')).status, 413);
});

const model = ['model', 'gpt-image-2'] as const;
const prompt = ['prompt', 'brighter'] as const;
const small = pictureFile('a.png', 'image/png', 64, 48);
const image = ['image[]', small] as const;

test('parts of an edit are held to their names and types', async () => {
  const mask = (file: File) => [model, prompt, image, ['mask', file]] as const;
  const png = (width: number, height: number, clear: boolean) => pictureFile('m.png', 'image/png', width, height, { clear });
  const octets = pictureFile('a.png', 'image/png', 64, 48, { saidMime: 'application/octet-stream' });
  const lying = pictureFile('a.jpg', 'image/png', 64, 48, { saidMime: 'image/jpeg' });
  const text = new File(['hello'], 'a.png', { type: 'image/png' });
  const heavy = new File([new Uint8Array(await small.arrayBuffer()), new Uint8Array(4 * 1024 * 1024)], 'm.png', { type: 'image/png' });
  const table: readonly (readonly [parts: readonly (readonly [string, string | File])[], code: string, param: string])[] = [
    [[model, prompt], 'missing_required_parameter', 'image'],
    [[model, prompt, ['image[]', 'a.png']], 'missing_required_parameter', 'image'],
    [[model, prompt, ['image', small], ['image', small]], 'unknown_parameter', 'image'],
    [[model, prompt, image, ['picture', small]], 'unknown_parameter', 'picture'],
    [[model, prompt, ['image[]', octets]], 'unsupported_file_mimetype', 'image'],
    [[model, prompt, ['image[]', lying]], 'invalid_image_file', 'image'],
    [[model, prompt, ['image[]', text]], 'invalid_image_file', 'image'],
    [[model, prompt, ...Array.from({ length: 17 }, () => image)], 'array_above_max_length', 'image'],
    [[model, prompt, image, ['n', 'two']], 'invalid_type', 'n'],
    [[model, prompt, image, ['n', '1'], ['n', '2']], 'duplicate_parameter', 'n'],
    [[model, prompt, image, ['stream', 'yes']], 'invalid_type', 'stream'],
    [[model, prompt, image, ['input_fidelity', 'high']], 'invalid_input_fidelity_model', 'input_fidelity'],
    [mask(png(64, 64, true)), 'invalid_image_size', 'mask'],
    [mask(pictureFile('m.webp', 'image/webp', 64, 48)), 'invalid_mask_image_format', 'mask'],
    [mask(heavy), 'file_too_large', 'mask'],
    [[...mask(small), ['mask', small]], 'duplicate_parameter', 'mask'],
  ];
  for (const [parts, code, param] of table) {
    const seen = await askHk.edit(parts);
    // A text part under a picture's name is no parameter OpenAI-HK minds: what it misses is the picture.
    refused(seen, 400, code, param);
  }
  assert.ok(hk.requests.every(({ paid, bodyRead }) => !paid && bodyRead));
});

test('an opaque mask has no alpha channel, and is refused', async () => {
  const answer = await askOpenai.generate({ quality: 'low' });
  const opaque = Buffer.from(json(answer).data[0]?.b64_json ?? '', 'base64');
  const file = new File([new Uint8Array(opaque)], 'm.png', { type: 'image/png' });
  const seen = await askOpenai.edit([model, prompt, ['image', file], ['mask', file]]);
  refused(seen, 400, 'invalid_mask_image_format', 'mask');
});

test('a picture of 50 MB is refused, and what is recorded is its true size', async () => {
  const bytes = 50 * 1024 * 1024;
  const head = new Uint8Array(await small.arrayBuffer());
  const file = new File([head, new Uint8Array(bytes - head.length)], 'a.png', { type: 'image/png' });
  refused(await askHk.edit([model, prompt, ['image[]', file]]), 400, 'file_too_large', 'image');
  assert.equal(hk.requests[0]?.files[0]?.bytes, bytes);
});

test('a body over the limit is refused by its length', async (t) => {
  const { gateway: narrow, asker } = await openFor(t, { bodyLimit: 100 });
  assert.equal((await asker.edit([model, prompt, image])).status, 413);
  assert.equal(narrow.requests[0]?.bodyRead, false);
});

test('the field of pictures is `image[]`, or `image` where the service is so', async (t) => {
  refused(await askHk.edit([model, prompt, ['image', small]]), 400, 'unknown_parameter', 'image');
  assert.equal((await askHk.edit([model, prompt, image, image])).status, 200);
  refused(await askOpenai.edit([model, prompt, ['image', small], ['image', small]]), 400, 'duplicate_parameter', 'image');
  const { asker } = await openFor(t, { imageField: 'image' });
  assert.equal((await asker.edit([model, prompt, ['image', small], ['image', small]])).status, 200);
  refused(await asker.edit([model, prompt, image]), 400, 'unknown_parameter', 'image[]');
});

test('a broken form is refused, not crashed on', async () => {
  const post = (body: string, type: string) =>
    fetch(`${hk.baseUrl}/images/edits`, { method: 'POST', headers: { authorization: 'Bearer hk-test-key', 'content-type': type }, body });
  assert.equal((await post('--x\r\nContent-Disposition: form-data; name="prompt"\r\n\r\nhel', 'multipart/form-data; boundary=x')).status, 400);
  assert.equal((await post('{}', 'application/json')).status, 400);
});
