import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, beforeEach, test } from 'node:test';

import { createAsker, json, pictureFile, urlOf, type Seen } from './asking.ts';
import { faultNames, type Fault, type FaultName } from './faults.ts';
import { startGateway, type Gateway } from './gateway.ts';
import { readHeader } from './header.ts';

let gateway: Gateway;
let asker: ReturnType<typeof createAsker>;

before(async () => {
  gateway = await startGateway();
  asker = createAsker(gateway);
});
beforeEach(() => gateway.clear());
after(async () => {
  await asker.close();
  await gateway.close();
});

type Check = (name: FaultName) => Promise<void>;

const last = () => gateway.requests.findLast(({ kind }) => kind === 'generations');

/** Plays the fault on one small request. */
function play(fault: Fault | FaultName, fields: object = {}): Promise<Seen> {
  gateway.faultNext(fault);
  return asker.generate(fields);
}

/** Refused with this status, and with these words in the body; not paid. */
const refused =
  (status: number, words: string, headers: Record<string, string | undefined> = {}): Check =>
  async (name) => {
    const seen = await play(name);
    assert.equal(seen.status, status);
    assert.ok(seen.body.toString().includes(words), seen.body.toString());
    for (const [header, value] of Object.entries(headers)) assert.equal(seen.headers[header], value, header);
    assert.deepEqual([last()?.paid, last()?.ended, last()?.fault], [false, 'answered', name]);
  };

/** No whole answer comes; paid or not. */
const broken =
  (paid: boolean, fields: object = {}): Check =>
  async (name) => {
    await assert.rejects(play(name, fields));
    const request = await gateway.waitFor(({ ended, fault }) => ended === 'dropped' && fault === name);
    assert.equal(request.paid, paid);
  };

/** A 200 that is paid; what is odd about it is looked at. */
const answered =
  (look: (seen: Seen) => void | Promise<void>, fields: object = {}, how: { readonly fault?: Fault } = {}): Check =>
  async (name) => {
    const seen = await play(how.fault ?? name, fields);
    assert.equal(seen.status, 200);
    assert.equal(last()?.paid, true);
    await look(seen);
  };

/** A link is given; getting it ends in this status. */
const link = (status: number, look: (seen: Seen, url: string) => void | Promise<void> = () => undefined): Check =>
  answered(async (seen) => {
    const url = urlOf(seen);
    const file = await asker.get(url);
    assert.equal(file.status, status);
    await look(file, url);
  });

const redirected = (where: RegExp): Check =>
  link(302, ({ headers }) => assert.match(String(headers['location']), where));

const stream = { stream: true, partial_images: 1 };
const b64 = { response_format: 'b64_json' };
const isPicture = (bytes: Buffer): void => assert.notEqual(readHeader(bytes), undefined);
const eventsOf = ({ body }: Seen): readonly string[] => body.toString().match(/(?<=^event: ).*|^data: \[DONE\]$/gm) ?? [];

const partial = 'image_generation.partial_image';
const completed = 'image_generation.completed';

const checks: Readonly<Record<FaultName, Check>> = {
  moderation: refused(400, 'moderation_blocked'),
  'unknown-parameter': refused(400, 'unknown_parameter'),
  'billing-limit': refused(400, 'billing_hard_limit_reached'),
  'key-refused': refused(401, 'hk_api_error'),
  'not-verified': refused(403, 'must be verified'),
  forbidden: refused(403, 'unsupported_country_region_territory'),
  'model-not-found': refused(404, 'model_not_found'),
  'too-large': refused(413, '413', { 'content-type': 'text/html; charset=UTF-8' }),
  'rate-limited': refused(429, 'rate_limit_exceeded', { 'retry-after': undefined }),
  'rate-limited-seconds': refused(429, 'rate_limit_exceeded', { 'retry-after': '1' }),
  'rate-limited-ms': refused(429, 'rate_limit_exceeded', { 'retry-after-ms': '150' }),
  'quota-spent': refused(429, 'insufficient_quota'),
  'server-error': refused(500, 'server_error'),
  'bad-gateway': refused(502, '<center>'),
  overloaded: refused(503, 'overloaded', { 'retry-after': undefined }),
  'overloaded-seconds': refused(503, 'overloaded', { 'retry-after': '1' }),
  'no-channel': refused(503, 'new_api_error'),
  'gateway-timeout': refused(504, 'nginx', { 'content-type': 'text/html; charset=UTF-8' }),
  'cloudflare-timeout': refused(524, 'Error code 524', { server: 'cloudflare' }),
  'ok-html': refused(200, '<html>'),
  'no-headers': answered(() => undefined, {}, { fault: { kind: 'no-headers', ms: 30 } }),
  'no-answer': async (name) => {
    gateway.faultNext(name);
    const leave = new AbortController();
    const asked = asker.generate({}, leave.signal);
    await gateway.waitFor(({ paid }) => paid);
    leave.abort();
    await assert.rejects(asked);
    const request = await gateway.waitFor(({ ended }) => ended === 'aborted');
    assert.equal(request.status, undefined);
  },
  'reset-before-read': broken(false),
  'reset-after-read': broken(true),
  cut: broken(true, b64),
  'cut-chunked': broken(true, b64),
  'content-length-long': broken(true),
  'content-length-short': async (name) => {
    gateway.faultNext(name);
    const { head, body } = await raw();
    assert.equal(body.length, Number(/content-length: (\d+)/i.exec(head)?.[1]) + 100);
    assert.ok(JSON.parse(body.toString()));
  },
  drip: answered((seen) => assert.equal(json(seen).data.length, 1), {}, { fault: { kind: 'drip', pieces: 40, everyMs: 1 } }),
  'invalid-json': answered((seen) => {
    assert.equal(Number(seen.headers['content-length']), seen.body.length);
    assert.throws(() => json(seen), SyntaxError);
  }),
  'invalid-base64': answered((seen) => assert.match(json(seen).data[0]?.b64_json ?? '', /[^\w+/=,:;]/), b64),
  'empty-data': answered((seen) => {
    assert.deepEqual(json(seen).data, []);
    assert.equal(json(seen).usage?.output_tokens, 0);
  }),
  fewer: answered(
    (seen) => {
      assert.equal(json(seen).data.length, 1);
      assert.equal(json(seen).usage?.output_tokens, 275);
    },
    { n: 3 },
  ),
  'other-size': link(200, ({ body }) => assert.equal(readHeader(body)?.width, 1254)),
  'other-format': link(200, ({ body }) => assert.equal(readHeader(body)?.mime, 'image/webp')),
  'empty-b64': answered(async (seen) => {
    assert.equal(json(seen).data[0]?.b64_json, '');
    isPicture((await asker.get(urlOf(seen))).body);
  }),
  'url-missing': link(404),
  'url-expired': link(403),
  'url-redirect-here': link(302, async ({ headers }, url) => {
    const file = await asker.get(new URL(String(headers['location']), url).href);
    isPicture(file.body);
  }),
  'url-redirect-to-api': link(302, async ({ headers }) => {
    const location = String(headers['location']);
    assert.ok(location.startsWith(gateway.origin));
    isPicture((await asker.get(location)).body);
  }),
  'url-redirect-elsewhere': redirected(/^http:\/\/pictures\.example\.invalid\//),
  'url-redirect-loop': link(302, ({ headers }, url) => assert.ok(url.endsWith(String(headers['location'])))),
  'url-cut': answered((seen) => assert.rejects(asker.get(urlOf(seen)))),
  'url-flaky': link(503, async (_, url) => {
    assert.equal((await asker.get(url)).status, 503);
    isPicture((await asker.get(url)).body);
  }),
  'url-flaky-cut': answered(async (seen) => {
    await assert.rejects(asker.get(urlOf(seen)));
    await assert.rejects(asker.get(urlOf(seen)));
    isPicture((await asker.get(urlOf(seen))).body);
  }),
  'url-foreign': answered((seen) => assert.match(urlOf(seen), /^http:\/\/pictures\.example\.invalid\//)),
  'url-html': link(200, ({ body, headers }) => {
    assert.equal(headers['content-type'], 'image/png');
    assert.equal(readHeader(body), undefined);
  }),
  'url-hang': answered(async (seen) => {
    const { pathname, search, port } = new URL(urlOf(seen));
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(`GET ${pathname}${search} HTTP/1.1\r\nHost: a\r\n\r\n`);
    await gateway.waitFor(({ kind }) => kind === 'file');
    socket.destroy();
    await gateway.waitFor(({ kind, ended }) => kind === 'file' && ended === 'aborted');
  }),
  redirect: async (name) => {
    const seen = await play(name);
    assert.equal(seen.status, 307);
    assert.equal(seen.headers['location'], `${gateway.filesOrigin}/v1/images/generations`);
    assert.equal(last()?.paid, false);
  },
  'no-usage': answered((seen) => assert.equal(json(seen).usage, undefined)),
  'no-usage-details': answered((seen) => {
    assert.equal(json(seen).usage?.input_tokens, 6);
    assert.equal(json(seen).usage?.input_tokens_details, undefined);
  }),
  'sse-error': answered((seen) => assert.deepEqual(eventsOf(seen), [partial, 'error']), stream),
  'sse-cut': broken(true, stream),
  'sse-url': answered((seen) => {
    assert.deepEqual(eventsOf(seen), [partial, completed, 'data: [DONE]']);
    const data = /event: image_generation\.completed\ndata: (.*)/.exec(seen.body.toString())?.[1] ?? '';
    const event = JSON.parse(data) as { url?: string; b64_json?: string };
    assert.ok(event.url?.startsWith(gateway.filesOrigin));
    assert.equal(event.b64_json, undefined);
  }, stream),
  'sse-no-done': answered((seen) => assert.deepEqual(eventsOf(seen), [partial, completed]), stream),
};

/** One generation over a bare socket, to see the very bytes that HTTP clients will not show. */
async function raw(): Promise<{ readonly head: string; readonly body: Buffer }> {
  const socket = connect(Number(new URL(gateway.origin).port), '127.0.0.1');
  const body = JSON.stringify({ model: 'gpt-image-2', prompt: 'x', quality: 'low' });
  socket.write(
    'POST /v1/images/generations HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer hk-test-key\r\n' +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  const whole = Buffer.concat(await socket.toArray());
  const split = whole.indexOf('\r\n\r\n');
  return { head: whole.toString('latin1', 0, split), body: whole.subarray(split + 4) };
}

for (const name of faultNames) test(`fault: ${name}`, () => checks[name](name));

test('a prompt names a fault', async () => {
  const seen = await asker.generate({ prompt: 'a cat [fault:moderation]' });
  assert.equal(seen.status, 400);
  assert.equal((await asker.generate({ prompt: 'a cat [fault:of-nature]' })).status, 200);
});

test('faults wait in a queue, before the one that stands', async () => {
  gateway.setFault('overloaded');
  gateway.faultNext('server-error', 2);
  const seen: number[] = [];
  for (let i = 0; i < 4; i++) seen.push((await asker.generate()).status);
  gateway.setFault(undefined);
  seen.push((await asker.generate()).status);
  assert.deepEqual(seen, [500, 500, 503, 503, 200]);
});

test('a fault of streams is no fault of a plain request', async () => {
  const seen = await play('sse-cut');
  assert.equal(seen.status, 400);
  assert.match(json(seen).error?.message ?? '', /wants a streamed request/);
});

test('a refusal before the read leaves the body unread', async () => {
  gateway.faultNext('too-large');
  const seen = await asker.edit([['image[]', pictureFile('a.png', 'image/png', 64, 64)]]);
  assert.equal(seen.status, 413);
  assert.deepEqual([last(), gateway.requests[0]?.bodyRead, gateway.requests[0]?.files.length], [undefined, false, 0]);
});

test('the usage log has faults of its own', async () => {
  gateway.faultNext('server-error', 1, 'log');
  assert.equal((await asker.generate()).status, 200);
  assert.equal((await asker.log({ start: 0, limit: 1 })).status, 500);
  assert.equal((await asker.log({ start: 0, limit: 1 })).status, 200);
});
