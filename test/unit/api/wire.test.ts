import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { FailureError, billedOf, type FailureCode } from '../../../src/images/failure.ts';
import type { FaultName } from '../../gateway/faults.ts';
import { startGateway, type Gateway, type GatewayOptions } from '../../gateway/gateway.ts';
import { pictureOfBytes } from '../../gateway/pictures.ts';
import { key, setUp, type Bench, type BenchSetup } from './harness.ts';

const drawn = await pictureOfBytes(400_000);

const open = async (t: TestContext, options: GatewayOptions = {}, setup: Partial<BenchSetup> = {}): Promise<Bench & { readonly gateway: Gateway }> => {
  const gateway = await startGateway({ picture: () => drawn, ...options });
  const bench = setUp(t, { baseUrl: gateway.baseUrl, ...setup });
  t.after(() => gateway.close());
  return { ...bench, gateway };
};

const paid = (gateway: Gateway): number => gateway.requests.filter((one) => one.paid).length;
const posts = (gateway: Gateway): number => gateway.requests.filter((one) => one.method === 'POST').length;

test('pictures in the reply land whole, judged and billed', async (t) => {
  const bench = await open(t);
  const reply = await bench.send({ count: 3 });
  assert.deepEqual(bench.files(), ['0.picture', '1.picture', '2.picture']);
  for (const [index, picture] of reply.pictures.entries()) {
    assert.deepEqual({ ...picture, header: picture.header.format }, { index, file: join(bench.folder, `${index}.picture`), bytes: drawn.length, header: 'png', revisedPrompt: 'a siamese cat' });
    assert.ok(readFileSync(picture.file).equals(drawn));
  }
  assert.deepEqual(reply.troubles, []);
  assert.ok((reply.usage?.imageOut ?? 0) > 0 && (reply.usage?.textIn ?? 0) > 0);
  assert.deepEqual(bench.gateway.requests[0]?.fields, { model: 'gpt-image-2', prompt: 'a siamese cat', n: 3, size: '1024x1024', quality: 'low', response_format: 'b64_json' });
  assert.deepEqual(bench.progress.map((told) => told.stage).slice(0, 2), ['sent', 'receiving']);
});

test('links are kept, then fetched from their own host without the key', async (t) => {
  const bench = await open(t);
  const reply = await bench.send({ count: 2 }, { responseFormat: 'auto' });
  assert.equal(reply.pictures.length, 2);
  for (const picture of reply.pictures) {
    assert.equal(bench.links.get(picture.index), picture.url);
    assert.ok(readFileSync(picture.file).equals(drawn));
  }
  const fetched = bench.gateway.requests.filter((one) => one.server === 'files');
  assert.equal(fetched.length, 2);
  for (const one of fetched) assert.equal(one.headers.authorization, undefined);
  assert.equal(bench.gateway.requests[0]?.fields['response_format'], undefined);
});

test('the openai dialect is never sent response_format', async (t) => {
  const bench = await open(t, { dialect: 'openai', keys: [key] }, { service: 'openai' });
  const reply = await bench.send({ format: 'png', background: 'opaque', moderation: 'low' }, { responseFormat: 'b64_json' });
  assert.equal(reply.pictures.length, 1);
  const { fields } = bench.gateway.requests[0] ?? {};
  assert.deepEqual(fields, { model: 'gpt-image-2', prompt: 'a siamese cat', n: 1, size: '1024x1024', quality: 'low', output_format: 'png', background: 'opaque', moderation: 'low' });
});

test('a stream brings partial pictures, then the picture, and leaves only that', async (t) => {
  const bench = await open(t, { dialect: 'openai', keys: [key] }, { service: 'openai' });
  const seen: number[] = [];
  const reply = await bench.send(
    { stream: { partialImages: 2 } },
    {
      onProgress: (told) => {
        if (told.stage === 'partial') seen.push(statSync(told.file).size);
      },
    },
  );
  assert.deepEqual(seen, [drawn.length, drawn.length]);
  assert.ok(readFileSync(reply.pictures[0]?.file ?? '').equals(drawn));
  assert.ok((reply.usage?.imageOut ?? 0) > 200);
  assert.deepEqual(bench.files(), ['0.picture']);
});

test('a stream whose picture comes as a link is fetched', async (t) => {
  const bench = await open(t, { dialect: 'openai', keys: [key] }, { service: 'openai' });
  bench.gateway.faultNext('sse-url');
  const reply = await bench.send({ stream: { partialImages: 1 } });
  assert.ok(readFileSync(reply.pictures[0]?.file ?? '').equals(drawn));
  assert.equal(bench.links.size, 1);
});

test('a stream without its last word is whole all the same', async (t) => {
  const bench = await open(t, { dialect: 'openai', keys: [key] }, { service: 'openai' });
  bench.gateway.faultNext('sse-no-done');
  assert.equal((await bench.send({ stream: { partialImages: 0 } })).pictures.length, 1);
});

/** What each fault of the gateway must end in, for a request of one picture in the reply. */
const endings: readonly (readonly [FaultName, FailureCode, { readonly stream?: true }?])[] = [
  ['moderation', 'moderation'],
  ['unknown-parameter', 'parameter-refused'],
  ['billing-limit', 'quota'],
  ['key-refused', 'key-refused'],
  ['not-verified', 'not-verified'],
  ['forbidden', 'forbidden'],
  ['model-not-found', 'model-not-found'],
  ['too-large', 'too-large'],
  ['quota-spent', 'quota'],
  ['server-error', 'server-error'],
  ['bad-gateway', 'server-error'],
  ['overloaded', 'overloaded'],
  ['no-channel', 'model-not-found'],
  ['gateway-timeout', 'gateway-timeout'],
  ['cloudflare-timeout', 'gateway-timeout'],
  ['ok-html', 'bad-reply'],
  ['reset-before-read', 'connection-lost'],
  ['reset-after-read', 'connection-lost'],
  ['cut', 'connection-lost'],
  ['cut-chunked', 'connection-lost'],
  ['invalid-base64', 'bad-reply'],
  ['empty-data', 'no-pictures'],
  ['redirect', 'redirected'],
  ['url-missing', 'download-failed'],
  ['url-expired', 'download-failed'],
  ['url-redirect-elsewhere', 'download-refused'],
  ['url-redirect-loop', 'download-refused'],
  ['url-foreign', 'download-refused'],
  ['url-html', 'download-refused'],
  ['url-cut', 'download-failed'],
  ['sse-error', 'server-error', { stream: true }],
  ['sse-cut', 'connection-lost', { stream: true }],
];

for (const [fault, code, { stream } = {}] of endings) {
  test(`${fault} ends in ${code}, asked for once, with nothing left on disk`, async (t) => {
    const bench = await open(t, stream ? { dialect: 'openai', keys: [key] } : {}, stream ? { service: 'openai' } : {});
    bench.gateway.faultNext(fault);
    const failure = await bench.failure(stream ? { stream: { partialImages: 1 } } : {});
    assert.equal(failure.code, code, JSON.stringify(failure));
    assert.equal(posts(bench.gateway), 1);
    assert.deepEqual(bench.files(), []);
    if (paid(bench.gateway) > 0) assert.notEqual(billedOf(failure), 'no', 'what was paid for is not called free');
    assert.doesNotMatch(bench.lines.join('\n'), /hk-test-key|a siamese cat|\?[^…]/);
  });
}

/** Faults that a picture survives. */
const survived: readonly FaultName[] = ['content-length-long', 'fewer', 'empty-b64', 'url-redirect-here', 'url-redirect-to-api', 'url-flaky', 'url-flaky-cut', 'drip', 'no-usage', 'no-usage-details'];
for (const fault of survived) {
  test(`${fault} still brings the picture, paid for once`, async (t) => {
    const bench = await open(t);
    bench.gateway.faultNext(fault === 'drip' ? { kind: 'drip', pieces: 30, everyMs: 1 } : fault);
    const reply = await bench.send({ count: fault === 'fewer' ? 2 : 1 });
    assert.equal(reply.pictures.length, 1);
    assert.ok(readFileSync(reply.pictures[0]?.file ?? '').equals(drawn));
    assert.deepEqual(reply.troubles, []);
    assert.equal(paid(bench.gateway), 1);
    for (const one of bench.gateway.requests) if (one.method === 'GET') assert.equal(one.headers.authorization, undefined);
    assert.equal(reply.usage === undefined, fault === 'no-usage');
    if (fault === 'no-usage-details') assert.ok((reply.usage?.textIn ?? 0) > 0);
  });
}

test('a cut body keeps the pictures that were whole before it, and says what is missing', async (t) => {
  const bench = await open(t);
  bench.gateway.faultNext({ kind: 'cut', at: 0.6 });
  const reply = await bench.send({ count: 4 });
  assert.deepEqual(reply.pictures.map((picture) => picture.index), [0, 1]);
  assert.deepEqual(reply.troubles.map(({ failure }) => failure.code), ['connection-lost']);
  assert.deepEqual(bench.files(), ['0.picture', '1.picture']);
});

for (const [fault, code] of [['content-length-short', 'bad-reply'], ['invalid-json', 'bad-reply']] as const) {
  test(`${fault} keeps the picture that was whole, and tells ${code}`, async (t) => {
    const bench = await open(t);
    bench.gateway.faultNext(fault);
    const reply = await bench.send();
    assert.ok(readFileSync(reply.pictures[0]?.file ?? '').equals(drawn));
    assert.deepEqual(reply.troubles.map(({ failure }) => failure.code), [code]);
    assert.equal(reply.usage, undefined);
  });
}

for (const [fault, reason] of [['rate-limited', 'rate-limited'], ['rate-limited-ms', 'rate-limited']] as const) {
  test(`${fault} is waited for, told, and sent again`, async (t) => {
    const bench = await open(t);
    bench.gateway.faultNext(fault, 2);
    const reply = await bench.send();
    assert.equal(reply.pictures.length, 1);
    assert.equal(posts(bench.gateway), 3);
    assert.equal(paid(bench.gateway), 1);
    const waits = bench.progress.filter((told) => told.stage === 'waiting');
    assert.deepEqual(waits.map((told) => told.reason), [reason, reason]);
  });
}

test('503 with a time to come back is waited for, as long as it says', async (t) => {
  const bench = await open(t);
  bench.gateway.faultNext({ kind: 'status', status: 503, headers: { 'retry-after-ms': '3' } });
  assert.equal((await bench.send()).pictures.length, 1);
  assert.deepEqual(bench.progress.filter((told) => told.stage === 'waiting'), [{ stage: 'waiting', seconds: 0.003, reason: 'overloaded' }]);
});

test('waiting ends: after so many times, at the limit, and when told not to ask again', async (t) => {
  const bench = await open(t, {}, { timeoutMs: 5_000 });
  bench.gateway.setFault('rate-limited');
  assert.equal((await bench.failure()).code, 'rate-limited');
  assert.equal(posts(bench.gateway), 4);
  bench.gateway.clear();
  bench.gateway.setFault({ kind: 'status', status: 429, headers: { 'retry-after': '60' } });
  assert.deepEqual(await bench.failure(), { code: 'rate-limited', retryAfterSeconds: 60, message: '' });
  assert.equal(posts(bench.gateway), 1);
  bench.gateway.clear();
  bench.gateway.setFault({ kind: 'status', status: 429, headers: { 'retry-after-ms': '1', 'x-should-retry': 'false' } });
  assert.equal((await bench.failure()).code, 'rate-limited');
  assert.equal(posts(bench.gateway), 1);
});

test('cancelled before it is sent: nothing goes out', async (t) => {
  const bench = await open(t);
  bench.abort.abort();
  assert.deepEqual(await bench.failure(), { code: 'cancelled', sent: false });
  assert.equal(bench.gateway.requests.length, 0);
});

test('cancelled while the service works: at once, and it counts as sent', async (t) => {
  const bench = await open(t);
  bench.gateway.faultNext('no-answer');
  const failure = bench.failure();
  await bench.gateway.waitFor((one) => one.kind === 'generations');
  bench.abort.abort();
  assert.deepEqual(await failure, { code: 'cancelled', sent: true });
  await bench.gateway.waitFor((one) => one.ended === 'aborted');
});

test('cancelled while waiting: the request was refused, so it does not count as sent', async (t) => {
  const bench = await open(t);
  bench.gateway.faultNext({ kind: 'status', status: 429, headers: { 'retry-after': '20' } });
  const failure = bench.failure();
  await bench.stage('waiting');
  bench.abort.abort();
  assert.deepEqual(await failure, { code: 'cancelled', sent: false });
  assert.equal(posts(bench.gateway), 1);
});

test('cancelled while receiving: whole pictures stay, the rest goes', async (t) => {
  const bench = await open(t);
  bench.gateway.faultNext({ kind: 'drip', pieces: 200, everyMs: 5 });
  const done = bench.send({ count: 4 }, { onProgress: (told) => told.stage === 'receiving' && told.bytes > 600_000 && bench.abort.abort() });
  const reply = await done;
  assert.ok(reply.pictures.length === 1 || reply.pictures.length === 2, `${reply.pictures.length} pictures`);
  assert.deepEqual(reply.troubles, [{ failure: { code: 'cancelled', sent: true } }]);
  assert.equal(bench.files().length, reply.pictures.length);
});

test('cancelled while downloading: the link is in what is thrown away no more than the money', async (t) => {
  const bench = await open(t);
  bench.gateway.faultNext('url-hang');
  const failure = bench.failure();
  await bench.gateway.waitFor((one) => one.kind === 'file');
  bench.abort.abort();
  assert.deepEqual(await failure, { code: 'cancelled', sent: true });
  assert.equal(bench.links.size, 1);
  assert.deepEqual(bench.files(), []);
});

test('a download that stalls is given up and tried again', async (t) => {
  const bench = await open(t, {}, { downloadStallMs: 20, downloadDelays: [1] });
  bench.gateway.faultNext('url-hang');
  assert.equal((await bench.failure()).code, 'download-failed');
  // Told by the client, for a try may stall before the gateway has seen it.
  assert.equal(bench.lines.filter((line) => /^download .*no byte for 20 ms/.test(line)).length, 2);
  assert.equal(paid(bench.gateway), 1);
});

test('an expired link is not asked for again, a missing one three times', async (t) => {
  const bench = await open(t);
  bench.gateway.faultNext('url-expired');
  await bench.failure();
  assert.equal(bench.gateway.requests.filter((one) => one.kind === 'file').length, 1);
  bench.gateway.clear();
  bench.gateway.faultNext('url-missing');
  await bench.failure();
  assert.equal(bench.gateway.requests.filter((one) => one.kind === 'file').length, 3);
});

test('the limit ends an attempt, from the first byte to the last', async (t) => {
  const bench = await open(t, {}, { timeoutMs: 200 });
  bench.gateway.faultNext('no-answer');
  assert.deepEqual(await bench.failure(), { code: 'timeout', seconds: 0.2 });
  bench.gateway.faultNext({ kind: 'drip', pieces: 1000, everyMs: 10 });
  assert.deepEqual(await bench.failure(), { code: 'timeout', seconds: 0.2 });
  assert.deepEqual(bench.files(), []);
  assert.equal(posts(bench.gateway), 2);
});

test('usage is told with the failure when the pictures were lost', async (t) => {
  const bench = await open(t);
  bench.gateway.faultNext('url-missing');
  await assert.rejects(bench.send(), (error: unknown) => error instanceof FailureError && (error.usage?.imageOut ?? 0) > 0);
});

test('a disk that does not take it is told as such', async (t) => {
  const bench = await open(t);
  const landing = { pictureFile: () => join(bench.folder, 'missing', 'x'), keepUrl: () => Promise.resolve() };
  // Bytes that came with the reply are gone; a link can be followed again.
  assert.equal((await bench.failure({}, { landing })).code, 'keep-failed');
  assert.equal((await bench.failure({}, { landing, responseFormat: 'url' })).code, 'save-failed');
});

test('a key that no header can carry is not sent', async (t) => {
  const bench = await open(t);
  for (const bad of ['', 'hk-ключ', 'hk-a\nb', 'a b']) assert.equal((await bench.failure({}, { key: bad })).code, 'no-key');
  assert.equal(bench.gateway.requests.length, 0);
});

test('many at once keep apart', async (t) => {
  const bench = await open(t);
  const replies = await Promise.all([0, 1, 2, 3, 4].map((turn) => bench.send({ prompt: `turn ${turn}` }, { landing: { pictureFile: (index) => join(bench.folder, `${turn}-${index}`), keepUrl: () => Promise.resolve() } })));
  assert.deepEqual(replies.map((reply) => reply.pictures.length), [1, 1, 1, 1, 1]);
  assert.equal(bench.files().length, 5);
});
