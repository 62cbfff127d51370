import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import busboy from 'busboy';
import * as fc from 'fast-check';
import type { Upload } from '../../../src/api/client.ts';
import { openNetwork } from '../../../src/api/network.ts';
import { pieceSize } from '../../../src/api/pieces.ts';
import { attempt, type Payload } from '../../../src/api/send.ts';
import { billedOf, type FailureCode } from '../../../src/images/failure.ts';
import { referenceLimit } from '../../../src/images/reference.ts';
import type { FaultName } from '../../gateway/faults.ts';
import { startGateway, type Gateway, type GatewayOptions } from '../../gateway/gateway.ts';
import { pictureFile } from '../../gateway/asking.ts';
import { pictureOfBytes } from '../../gateway/pictures.ts';
import { key, noProxy, openFiles, setUp, type Bench, type BenchSetup } from './harness.ts';
import { listen, onePixelReply, selfSigned, startProxy } from './servers.ts';

const drawn = await pictureOfBytes(400_000);
/** More than the sockets between here and the gateway hold, so that it is still going out when something happens. */
const large = await pictureOfBytes(24_000_000);

interface Studio extends Bench {
  readonly gateway: Gateway;
  /** A file to upload, and what it is. */
  put(name: string, bytes: Uint8Array, mime?: Upload['mime'], role?: Upload['role']): Upload;
  readonly uploads: string;
}

const place = (t: TestContext): Pick<Studio, 'put' | 'uploads'> => {
  const uploads = mkdtempSync(join(tmpdir(), 'easel-uploads-'));
  t.after(() => rmSync(uploads, { recursive: true, force: true }));
  return {
    uploads,
    put: (name, bytes, mime = 'image/png', role = 'image') => {
      const file = join(uploads, name);
      writeFileSync(file, bytes);
      return { role, file, name, mime };
    },
  };
};

const open = async (t: TestContext, options: GatewayOptions = {}, setup: Partial<BenchSetup> = {}): Promise<Studio> => {
  const gateway = await startGateway({ picture: () => drawn, ...options });
  const bench = setUp(t, { baseUrl: gateway.baseUrl, ...setup });
  t.after(() => gateway.close());
  return { ...bench, ...place(t), gateway };
};

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const real = async (...of: Parameters<typeof pictureFile>): Promise<Uint8Array> => new Uint8Array(await pictureFile(...of).arrayBuffer());
const posts = (gateway: Gateway): number => gateway.requests.filter((one) => one.method === 'POST').length;

/** Files that nobody closed until the garbage was collected. */
const forgotten: string[] = [];
process.on('warning', ({ message }) => void (/FileHandle/.test(message) && forgotten.push(message)));

/** Handles are let go of without holding up the answer, so that this may be a moment later. */
const allClosed = async ({ uploads }: Pick<Studio, 'uploads'>): Promise<void> => {
  do await new Promise((resolve) => setImmediate(resolve));
  while (openFiles(uploads).length > 0);
  assert.deepEqual(forgotten, []);
};

test('three references and a mask arrive byte for byte, each as what it is', async (t) => {
  const studio = await open(t);
  const [png, jpeg, webp, mask] = [await real('a', 'image/png', 64, 48), await real('b', 'image/jpeg', 80, 60), await real('c', 'image/webp', 32, 32), await real('m', 'image/png', 64, 48, { clear: true })];
  const reply = await studio.edit([
    studio.put('the mask.png', mask, 'image/png', 'mask'),
    studio.put('猫 "1".png', png),
    studio.put('photo.jpg', jpeg, 'image/jpeg'),
    studio.put('c.webp', webp, 'image/webp'),
  ], { prompt: 'make it 蓝色\r\n--easel\r\n"now"', count: 2, format: 'webp', compression: 80, background: 'opaque', moderation: 'low' });
  assert.equal(reply.pictures.length, 2);
  for (const picture of reply.pictures) assert.ok(readFileSync(picture.file).equals(drawn));
  assert.ok((reply.usage?.imageIn ?? 0) > 0);
  const seen = studio.gateway.requests[0];
  assert.deepEqual({ ...seen?.fields }, {
    model: 'gpt-image-2', prompt: 'make it 蓝色\r\n--easel\r\n"now"', n: '2', size: '1024x1024', quality: 'low', response_format: 'b64_json', background: 'opaque', output_format: 'webp', output_compression: '80',
  });
  const files = seen?.files.map(({ field, filename, mime, bytes, sha256: hash }) => ({ field, filename, mime, bytes, hash }));
  assert.deepEqual(files, [
    { field: 'mask', filename: 'mask.png', mime: 'image/png', bytes: mask.length, hash: sha256(mask) },
    { field: 'image[]', filename: 'image-1.png', mime: 'image/png', bytes: png.length, hash: sha256(png) },
    { field: 'image[]', filename: 'image-2.jpeg', mime: 'image/jpeg', bytes: jpeg.length, hash: sha256(jpeg) },
    { field: 'image[]', filename: 'image-3.webp', mime: 'image/webp', bytes: webp.length, hash: sha256(webp) },
  ]);
  assert.equal(Number(seen?.headers['content-length']), seen?.bodyBytes);
  assert.equal(seen?.headers['transfer-encoding'], undefined);
  assert.deepEqual([...new Set(studio.progress.map((told) => told.stage))], ['uploading', 'sent', 'receiving']);
  assert.doesNotMatch(studio.lines.join('\n'), /hk-test-key|蓝色|easel-uploads/);
  await allClosed(studio);
});

test('many files of every length around the pieces they are read in arrive whole', async (t) => {
  const studio = await open(t);
  const bytes = await Promise.all([70_000, pieceSize - 1, pieceSize, pieceSize + 1, 2 * pieceSize, 3 * pieceSize + 17, 5_000_000].map((length) => pictureOfBytes(length, { width: 64, height: 64 })));
  await studio.edit(bytes.map((one, index) => studio.put(`${index}.png`, one)));
  assert.deepEqual(studio.gateway.requests[0]?.files.map((file) => file.sha256), bytes.map(sha256));
});

test('the dialect names the field of the pictures', async (t) => {
  const studio = await open(t, { imageField: 'image' }, { service: 'custom', dialect: { imageField: 'image' } });
  const upload = studio.put('a.png', drawn);
  await studio.edit([upload, upload]);
  assert.deepEqual(studio.gateway.requests[0]?.files.map((file) => file.field), ['image', 'image']);
});

test('the openai dialect is sent neither response_format nor moderation', async (t) => {
  const studio = await open(t, { dialect: 'openai', keys: [key] }, { service: 'openai' });
  const reply = await studio.edit([studio.put('a.png', drawn)], { moderation: 'low', format: 'png' }, { responseFormat: 'b64_json' });
  assert.equal(reply.pictures.length, 1);
  assert.deepEqual({ ...studio.gateway.requests[0]?.fields }, { model: 'gpt-image-2', prompt: 'a siamese cat', n: '1', size: '1024x1024', quality: 'low', output_format: 'png' });
});

test('an input fidelity is an edit\'s alone, and refused for a model that has none', async (t) => {
  const studio = await open(t);
  await studio.edit([studio.put('a.png', drawn)], { model: 'gpt-image-1.5', inputFidelity: 'high' });
  assert.equal(studio.gateway.requests[0]?.fields['input_fidelity'], 'high');
  await studio.send({ model: 'gpt-image-1.5', inputFidelity: 'high' });
  assert.equal(studio.gateway.requests[1]?.fields['input_fidelity'], undefined);
  const failure = await studio.editFailure([studio.put('a.png', drawn)], { inputFidelity: 'high' });
  assert.ok(failure.code === 'parameter-refused' && failure.parameter === 'input_fidelity', JSON.stringify(failure));
});

test('links are kept and fetched without the key', async (t) => {
  const studio = await open(t);
  const reply = await studio.edit([studio.put('a.png', drawn)], { count: 2 }, { responseFormat: 'url' });
  assert.deepEqual(reply.pictures.map((picture) => picture.url), [...studio.links.values()]);
  for (const picture of reply.pictures) assert.ok(readFileSync(picture.file).equals(drawn));
  for (const one of studio.gateway.requests) if (one.method === 'GET') assert.equal(one.headers.authorization, undefined);
});

test('a stream brings partial pictures, then the picture', async (t) => {
  const studio = await open(t, { dialect: 'openai', keys: [key] }, { service: 'openai' });
  const reply = await studio.edit([studio.put('a.png', drawn)], { stream: { partialImages: 2 } });
  assert.equal(studio.progress.filter((told) => told.stage === 'partial').length, 2);
  assert.ok(readFileSync(reply.pictures[0]?.file ?? '').equals(drawn));
  assert.equal(studio.gateway.requests[0]?.fields['stream'], 'true');
  assert.deepEqual(studio.files(), ['0.picture']);
});

/** What each fault ends in. */
const endings: readonly (readonly [FaultName, FailureCode, { readonly stream?: true }?])[] = [
  ['moderation', 'moderation'],
  ['unknown-parameter', 'parameter-refused'],
  ['key-refused', 'key-refused'],
  ['quota-spent', 'quota'],
  ['server-error', 'server-error'],
  ['overloaded', 'overloaded'],
  ['cloudflare-timeout', 'gateway-timeout'],
  ['reset-before-read', 'connection-lost'],
  ['reset-after-read', 'connection-lost'],
  ['cut', 'connection-lost'],
  ['redirect', 'redirected'],
  ['empty-data', 'no-pictures'],
  ['url-expired', 'download-failed'],
  ['sse-error', 'server-error', { stream: true }],
  ['sse-cut', 'connection-lost', { stream: true }],
];
for (const [fault, code, { stream } = {}] of endings) {
  test(`${fault} of an edit ends in ${code}, sent once, with nothing left on disk or open`, async (t) => {
    const studio = await open(t, stream ? { dialect: 'openai', keys: [key] } : {}, stream ? { service: 'openai' } : {});
    studio.gateway.faultNext(fault);
    const failure = await studio.editFailure([studio.put('a.png', large)], stream ? { stream: { partialImages: 1 } } : {});
    assert.equal(failure.code, code, JSON.stringify(failure));
    assert.equal(posts(studio.gateway), 1);
    assert.deepEqual(studio.files(), []);
    if (studio.gateway.requests.some((one) => one.paid)) assert.notEqual(billedOf(failure), 'no');
    if (studio.gateway.requests.some((one) => one.bodyRead) && failure.code === 'connection-lost') assert.equal(failure.sent, undefined);
    assert.doesNotMatch(studio.lines.join('\n'), /hk-test-key|a siamese cat|easel-uploads/);
    await allClosed(studio);
  });
}

test('refused while the files are still going out: told as the refusal, and the upload ends there', async (t) => {
  const studio = await open(t);
  const uploads = [studio.put('a.png', large), studio.put('b.png', large)];
  assert.equal((await studio.editFailure(uploads, {}, { key: 'hk-wrong' })).code, 'key-refused');
  studio.gateway.faultNext('too-large');
  assert.equal((await studio.editFailure(uploads)).code, 'too-large');
  assert.equal(posts(studio.gateway), 2);
  for (const { bodyRead } of studio.gateway.requests) assert.equal(bodyRead, false);
  await allClosed(studio);
  assert.equal((await studio.edit(uploads)).pictures.length, 1, 'the next one goes through');
});

test('an upload through a proxy and TLS arrives byte for byte', async (t) => {
  const heard: string[] = [];
  const server = createSecureServer(selfSigned(), (request, response) => {
    const parser = busboy({ headers: request.headers });
    parser.on('file', (_, stream) => {
      const hash = createHash('sha256');
      stream.on('data', (chunk: Buffer) => hash.update(chunk)).on('close', () => heard.push(hash.digest('hex')));
    });
    parser.on('close', () => response.end(onePixelReply));
    // slowly, so that what is sent must keep
    request.on('data', (chunk: Buffer) => {
      parser.write(chunk);
      request.pause();
      setImmediate(() => request.resume());
    });
    request.on('end', () => parser.end());
  });
  const proxy = await startProxy(t, await listen(t, server));
  const bench = setUp(t, { baseUrl: 'https://images.example/v1', service: 'custom', proxy: { ...noProxy, url: `http://127.0.0.1:${proxy.port}`, strictSSL: false } });
  const { put } = place(t);
  await bench.edit([put('a.png', large), put('b.png', drawn)]);
  assert.deepEqual(heard, [sha256(large), sha256(drawn)]);
});

test('asked to come back: waited for, and the files are read and sent again', async (t) => {
  const studio = await open(t);
  const upload = studio.put('a.png', large);
  studio.gateway.faultNext('rate-limited-ms');
  studio.gateway.faultNext({ kind: 'status', status: 503, headers: { 'retry-after-ms': '3' } });
  const reply = await studio.edit([upload]);
  assert.equal(reply.pictures.length, 1);
  assert.deepEqual(studio.progress.flatMap((told) => (told.stage === 'waiting' ? [told.reason] : [])), ['rate-limited', 'overloaded']);
  assert.deepEqual(studio.gateway.requests.map((one) => one.files[0]?.sha256), Array(3).fill(sha256(large)));
  const boundaries = studio.gateway.requests.map((one) => one.headers['content-type']);
  assert.equal(new Set(boundaries).size, 3);
  await allClosed(studio);
});

test('a file that went while the service was waited for: told, and not sent again', async (t) => {
  const studio = await open(t);
  const upload = studio.put('a.png', drawn);
  studio.gateway.faultNext('rate-limited-ms');
  const failure = studio.editFailure([upload]);
  await studio.stage('waiting');
  rmSync(upload.file);
  assert.deepEqual(await failure, { code: 'file-unreadable', name: 'a.png', message: 'ENOENT' });
  assert.equal(posts(studio.gateway), 1);
});

test('files that cannot be read are named, and nothing is sent', async (t) => {
  const studio = await open(t);
  const good = studio.put('good.png', drawn);
  const folder = join(studio.uploads, 'folder.png');
  mkdirSync(folder);
  const cases: readonly (readonly [Upload, string])[] = [
    [{ ...good, file: join(studio.uploads, 'missing.png'), name: 'missing.png' }, 'ENOENT'],
    [{ ...good, file: folder, name: 'folder.png' }, 'not a file'],
    [studio.put('empty.png', Buffer.alloc(0)), 'empty'],
  ];
  for (const [upload, message] of cases) {
    const failure = await studio.editFailure([good, upload]);
    assert.deepEqual(failure, { code: 'file-unreadable', name: upload.name, message });
    assert.equal(billedOf(failure), 'no');
  }
  assert.equal(studio.gateway.requests.length, 0);
  assert.deepEqual(studio.progress, []);
  assert.doesNotMatch(studio.lines.join('\n'), /easel-uploads/);
  await allClosed(studio);
});

/** A service that reads no more of a body than the sockets hold until it is told to. */
const stubborn = async (t: TestContext): Promise<{ readonly baseUrl: string; readonly begun: Promise<IncomingMessage>; readonly hungUp: Promise<void> }> => {
  let begin: (request: IncomingMessage) => void = () => undefined;
  let hangUp: () => void = () => undefined;
  const begun = new Promise<IncomingMessage>((resolve) => (begin = resolve));
  const hungUp = new Promise<void>((resolve) => (hangUp = resolve));
  const server = createServer((request, response) => {
    request.on('error', () => undefined).on('close', () => !request.complete && hangUp());
    request.on('end', () => response.end(onePixelReply));
    begin(request);
  });
  return { baseUrl: `http://127.0.0.1:${await listen(t, server)}/v1`, begun, hungUp };
};

test('cancelled while uploading: at once, every file is let go of, and nothing is charged for', async (t) => {
  const { baseUrl, begun, hungUp } = await stubborn(t);
  const bench = setUp(t, { baseUrl });
  const { put, uploads } = place(t);
  const failure = bench.editFailure([put('a.png', large), put('b.png', large)]);
  const request = await begun;
  if (process.platform === 'linux') assert.equal(openFiles(uploads).length, 2);
  bench.abort.abort();
  assert.deepEqual(await failure, { code: 'cancelled', sent: false });
  assert.ok(!bench.progress.some((told) => told.stage === 'sent'));
  request.resume();
  await hungUp;
  assert.equal(request.complete, false);
  await allClosed({ uploads });
});

test('cancelled at any piece of the upload: charged for only where the gateway may have drawn', async (t) => {
  const studio = await open(t);
  const upload = studio.put('a.png', large);
  const pieces = Math.ceil(large.length / pieceSize) + 1;
  for (const stop of [1, 2, 7, pieces - 1, pieces, pieces + 1]) {
    const abort = new AbortController();
    let told = 0;
    const onProgress = (): void => {
      if (++told === stop) abort.abort();
    };
    const failure = await studio.editFailure([upload], {}, { signal: abort.signal, onProgress });
    assert.deepEqual(failure, { code: 'cancelled', sent: stop > pieces }, `${stop} of ${pieces + 1}`);
  }
  // the gateway closes once it is done with each, so that none can draw any more
  await studio.gateway.close();
  for (const [index, one] of studio.gateway.requests.entries()) if (index < 5) assert.deepEqual([one.paid, one.bodyRead], [false, false], String(index));
  await allClosed(studio);
});

test('cancelled once the whole request is out: the service may still charge', async (t) => {
  const studio = await open(t);
  studio.gateway.faultNext({ kind: 'no-headers', ms: Infinity });
  const failure = studio.editFailure([studio.put('a.png', drawn)]);
  await studio.stage('sent');
  studio.abort.abort();
  assert.deepEqual(await failure, { code: 'cancelled', sent: true });
});

test('a connection that breaks while uploading: lost, sent once, and nothing is charged', async (t) => {
  const { baseUrl, begun } = await stubborn(t);
  const bench = setUp(t, { baseUrl });
  const { put, uploads } = place(t);
  const failure = bench.editFailure([put('a.png', large)]);
  (await begun).socket.resetAndDestroy();
  const lost = await failure;
  assert.ok(lost.code === 'connection-lost' && lost.sent === false, JSON.stringify(lost));
  assert.equal(billedOf(lost), 'no');
  await allClosed({ uploads });
});

test('no more is read from disk than the connection takes, and each piece is told', async (t) => {
  const { baseUrl, begun } = await stubborn(t);
  const bench = setUp(t, { baseUrl });
  const { put } = place(t);
  const sent = bench.edit(Array<Upload>(8).fill(put('a.png', large)));
  const request = await begun;
  let taken = 0;
  let most = 0;
  request.on('data', (chunk: Buffer) => {
    taken += chunk.length;
    const last = bench.progress.at(-1);
    if (last?.stage === 'uploading') most = Math.max(most, last.bytes - taken);
    request.pause();
    setImmediate(() => request.resume());
  });
  await sent;
  assert.ok(most < 24_000_000, `${most} bytes were out that the service had not taken: more than sockets hold`);
  const uploading = bench.progress.flatMap((one) => (one.stage === 'uploading' ? [one] : []));
  assert.ok(uploading.every(({ bytes, of }, index) => of === taken && bytes < of && bytes > (uploading[index - 1]?.bytes ?? 0)));
  assert.ok(uploading.length > (8 * large.length) / pieceSize);
  assert.equal(bench.progress.findIndex(({ stage }) => stage === 'sent'), uploading.length, 'right behind the last of them');
  assert.equal(bench.progress.filter(({ stage }) => stage === 'sent').length, 1);
});

test('the limit holds while uploading too', async (t) => {
  const { baseUrl } = await stubborn(t);
  const bench = setUp(t, { baseUrl, timeoutMs: 150 });
  const { put, uploads } = place(t);
  assert.deepEqual(await bench.editFailure([put('a.png', large)]), { code: 'timeout', seconds: 0.15, sent: false });
  await allClosed({ uploads });
});

test('cancelled before it is sent: no file stays open', async (t) => {
  const studio = await open(t);
  const upload = studio.put('a.png', large);
  const failure = studio.editFailure([upload]);
  studio.abort.abort();
  assert.deepEqual(await failure, { code: 'cancelled', sent: false });
  assert.equal(studio.gateway.requests.length, 0);
  await allClosed(studio);
});

test('cancelled while a drive hangs: at once, and what it opens later is let go of', async (t) => {
  const network = openNetwork(noProxy, {});
  t.after(() => network.close());
  const abort = new AbortController();
  let closed: () => void = () => undefined;
  let come: (payload: Payload) => void = () => undefined;
  const closing = new Promise<void>((resolve) => (closed = resolve));
  const coming = new Promise<Payload>((resolve) => (come = resolve));
  const over = attempt({
    network,
    url: new URL('http://127.0.0.1:1/v1/images/edits'),
    headers: {},
    payload: () => coming,
    model: 'gpt-image-2',
    timeoutMs: 0,
    signal: abort.signal,
    landing: { pictureFile: () => '', keepUrl: () => Promise.resolve() },
    onProgress: () => undefined,
    log: () => undefined,
  });
  abort.abort();
  assert.deepEqual(await over, { kind: 'failed', failure: { code: 'cancelled', sent: false }, headers: {} });
  const close = (): Promise<void> => Promise.resolve(closed());
  come({ contentType: 'text/plain', length: 0, body: Buffer.alloc(0), close });
  await closing;
});

for (const [how, change] of [['shorter', (file: string) => truncateSync(file, 20_000_000)], ['longer', (file: string) => appendFileSync(file, 'x')]] as const) {
  test(`a file that gets ${how} while it is sent: the service never has the whole request`, async (t) => {
    const { baseUrl, begun, hungUp } = await stubborn(t);
    const bench = setUp(t, { baseUrl });
    const { put, uploads } = place(t);
    const upload = put('a.png', large);
    const failure = bench.editFailure([upload]);
    const request = await begun;
    change(upload.file);
    request.resume();
    assert.deepEqual(await failure, { code: 'file-unreadable', name: 'a.png', message: 'changed while it was sent' });
    await hungUp;
    assert.equal(request.complete, false);
    assert.deepEqual(bench.files(), []);
    await allClosed({ uploads });
  });
}

test('nothing that a prompt, a model or a name holds can add to the form or to the headers', async (t) => {
  const parts: string[] = [];
  const server = createServer((request, response) => {
    const parser = busboy({ headers: request.headers, defParamCharset: 'utf8' });
    parser.on('field', (name, value) => void parts.push(`${name}=${value}`));
    parser.on('file', (name, stream, { filename, mimeType }) => {
      parts.push(`${name}: ${filename} ${mimeType}`);
      stream.resume();
    });
    parser.on('close', () => response.end(onePixelReply));
    request.pipe(parser);
  });
  const bench = setUp(t, { baseUrl: `http://127.0.0.1:${await listen(t, server)}/v1` });
  const { put } = place(t);
  const upload = put('a.png', drawn);
  const hostile = fc.array(fc.oneof(fc.constantFrom('\r\n', '"', '--', '--easel-', '\r\n\r\n', 'Content-Disposition: form-data; name="n"', ';', '%', '\\', '蓝', '😀'), fc.string({ unit: 'grapheme', maxLength: 4 })), { minLength: 1, maxLength: 8 }).map((some) => some.join(''));
  await fc.assert(
    fc.asyncProperty(hostile, hostile, hostile, async (prompt, model, name) => {
      parts.length = 0;
      await bench.edit([{ ...upload, name }], { prompt, model });
      assert.deepEqual(parts, [`model=${model}`, `prompt=${prompt}`, 'n=1', 'size=1024x1024', 'quality=low', 'response_format=b64_json', 'image[]: image-1.png image/png']);
    }),
    { numRuns: 60 },
  );
});

test('memory does not grow with what is uploaded', async (t) => {
  const { baseUrl, begun } = await stubborn(t);
  const bench = setUp(t, { baseUrl });
  const { put } = place(t);
  const upload = put('a.png', drawn);
  // As much as a service takes: 16 files, each a byte below its limit.
  truncateSync(upload.file, referenceLimit - 1);
  let most = 0;
  let came = 0;
  const before = process.memoryUsage().arrayBuffers;
  const sent = bench.edit(Array<Upload>(16).fill(upload));
  (await begun).on('data', (chunk: Buffer) => {
    came += chunk.length;
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  });
  assert.equal((await sent).pictures.length, 1);
  assert.ok(came > 16 * (referenceLimit - 1));
  t.diagnostic(`${Math.round(came / 1e6)} MB uploaded with at most ${Math.round(most / 1e6)} MB of buffers`);
  assert.ok(most < 64_000_000, `${most} bytes`);
});
