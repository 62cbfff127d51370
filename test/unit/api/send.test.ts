import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { openFiles, setUp } from './harness.ts';
import { meetSockets, onePixel, onePixelReply, serve } from './servers.ts';

const answer = (body: string | Buffer, headers = ''): string => `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n${headers}\r\n${body.toString('latin1')}`;
const endOfPost = /\r\n\r\n\{.*\}$/s;

/** Calls `heard` with the number of each whole POST that comes on this connection. */
const onPosts = (socket: Socket, heard: (count: number) => void): void => {
  let text = '';
  let count = 0;
  socket.on('data', (data) => {
    text += data.toString();
    if (!endOfPost.test(text)) return;
    text = '';
    heard(++count);
  });
};

test('a kept connection that breaks under a request: lost, and not sent again', async (t) => {
  let posts = 0;
  const port = await meetSockets(t, (socket) =>
    onPosts(socket, (count) => {
      posts++;
      if (count === 1) socket.write(answer(onePixelReply));
      else socket.destroy();
    }),
  );
  const bench = setUp(t, { baseUrl: `http://127.0.0.1:${port}/v1` });
  await bench.send();
  const failure = await bench.failure();
  assert.equal(failure.code, 'connection-lost');
  assert.equal(posts, 2, 'each was sent once');
});

test('a kept connection that ended meanwhile is not used: a new one is, and nothing is lost', async (t) => {
  let connections = 0;
  let posts = 0;
  const closed: Promise<void>[] = [];
  const port = await meetSockets(t, (socket, count) => {
    connections = count;
    closed.push(new Promise((resolve) => socket.on('close', () => resolve())));
    onPosts(socket, () => {
      posts++;
      socket.end(answer(onePixelReply, 'keep-alive: timeout=60\r\n'));
    });
  });
  const bench = setUp(t, { baseUrl: `http://127.0.0.1:${port}/v1` });
  await bench.send();
  await closed[0];
  await bench.send();
  assert.deepEqual([connections, posts], [2, 2]);
});

test('connections are kept', async (t) => {
  let connections = 0;
  const port = await meetSockets(t, (socket, count) => {
    connections = count;
    onPosts(socket, () => socket.write(answer(onePixelReply)));
  });
  const bench = setUp(t, { baseUrl: `http://127.0.0.1:${port}/v1` });
  for (let turn = 0; turn < 3; turn++) await bench.send();
  assert.equal(connections, 1);
});

test('hung up on before any answer: it may be billed, so it is lost, not unreachable', async (t) => {
  const port = await meetSockets(t, (socket) => onPosts(socket, () => socket.end()));
  const bench = setUp(t, { baseUrl: `http://127.0.0.1:${port}/v1` });
  assert.equal((await bench.failure()).code, 'connection-lost');
  assert.deepEqual(bench.progress, [{ stage: 'sent' }]);
});

test('cancelled while connecting: at once, and nothing goes out later', async (t) => {
  // a TLS handshake that is never answered is a connection that never comes to be
  let heard: () => void = () => undefined;
  const knocked = new Promise<void>((resolve) => (heard = resolve));
  const port = await meetSockets(t, (socket) => void socket.on('data', () => heard()));
  const bench = setUp(t, { baseUrl: `https://127.0.0.1:${port}/v1` });
  const failure = bench.failure();
  await knocked;
  bench.abort.abort();
  assert.deepEqual(await failure, { code: 'cancelled', sent: false });
  assert.ok(!bench.progress.some((told) => told.stage === 'sent'));
});

test('the limit while connecting is no timeout of the service', async (t) => {
  const port = await meetSockets(t, () => undefined);
  assert.equal((await setUp(t, { baseUrl: `https://127.0.0.1:${port}/v1`, timeoutMs: 30 }).failure()).code, 'unreachable');
});

test('no more of an error is read than is needed, though it never ends', async (t) => {
  const port = await meetSockets(t, (socket) =>
    onPosts(socket, () => {
      socket.write('HTTP/1.1 500 Oops\r\ntransfer-encoding: chunked\r\n\r\n');
      const more = (): void => {
        while (!socket.destroyed && socket.write(`4000\r\n${'x'.repeat(0x4000)}\r\n`));
      };
      socket.on('drain', more);
      more();
    }),
  );
  const failure = await setUp(t, { baseUrl: `http://127.0.0.1:${port}/v1` }).failure();
  assert.equal(failure.code, 'server-error');
});

test('an error body that breaks off still tells its status', async (t) => {
  const port = await meetSockets(t, (socket) => onPosts(socket, () => socket.end('HTTP/1.1 401 No\r\ncontent-length: 500\r\n\r\n{"error":')));
  assert.equal((await setUp(t, { baseUrl: `http://127.0.0.1:${port}/v1` }).failure()).code, 'key-refused');
});

test('a reply that comes compressed unasked is read all the same', async (t) => {
  for (const [name, compress] of [['gzip', gzipSync], ['br', brotliCompressSync], ['deflate', deflateSync]] as const) {
    const baseUrl = await serve(t, (_, response) => response.setHeader('content-encoding', name).end(compress(Buffer.from(onePixelReply))));
    const reply = await setUp(t, { baseUrl }).send();
    assert.ok(readFileSync(reply.pictures[0]?.file ?? '').equals(onePixel), name);
    assert.deepEqual(reply.troubles, []);
  }
  const cut = await serve(t, (_, response) => response.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.from(onePixelReply)).subarray(0, 40)));
  assert.equal((await setUp(t, { baseUrl: cut }).failure()).code, 'bad-reply');
});

test('one picture that is bad, or no picture, does not spoil the others', async (t) => {
  const good = onePixel.toString('base64');
  const data = [{ b64_json: good }, { b64_json: 'a*b=' }, { b64_json: Buffer.from('<html>').toString('base64') }, {}, { b64_json: good, revised_prompt: 'r' }, { b64_json: 'data:image/png;base64,' }, null];
  const baseUrl = await serve(t, (_, response) => response.end(JSON.stringify({ data, usage: { output_tokens: -1, input_tokens: 'x' } })));
  const bench = setUp(t, { baseUrl });
  const reply = await bench.send();
  assert.deepEqual(reply.pictures.map(({ index }) => index), [0, 4]);
  assert.equal(reply.pictures[1]?.revisedPrompt, 'r');
  const troubles = reply.troubles.map(({ index, failure }) => `${index} ${failure.code}`);
  assert.deepEqual(troubles.toSorted((a, b) => a.localeCompare(b)), [1, 2, 3, 5, 6].map((index) => `${index} bad-reply`));
  assert.equal(reply.usage, undefined);
  assert.deepEqual(bench.files(), ['0.picture', '2.picture', '4.picture'], 'bytes of an unknown format were paid for too, and stay');
});

test('a link survives an answer that breaks off behind it', async (t) => {
  const port = await meetSockets(t, (socket) => {
    socket.on('data', (data) => {
      if (data.toString().startsWith('GET')) socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${onePixel.length}\r\n\r\n`, () => undefined).destroySoon();
    });
    onPosts(socket, () => socket.end(`HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n{"data":[{"url":"https://127.0.0.1:1/a.png?sig=1"},{"url":"https:`));
  });
  const bench = setUp(t, { baseUrl: `http://127.0.0.1:${port}/v1` });
  const failure = await bench.failure();
  assert.equal(failure.code, 'connection-lost');
  assert.deepEqual(bench.links, new Map([[0, 'https://127.0.0.1:1/a.png?sig=1']]));
});

test('an error within a 200 is an error', async (t) => {
  const baseUrl = await serve(t, (_, response) => response.end('{"error":{"message":"no","code":"moderation_blocked"}}'));
  assert.equal((await setUp(t, { baseUrl }).failure()).code, 'moderation');
});

test('a service may answer a stream with plain JSON, or with events what was no stream', async (t) => {
  const events = `event: image_generation.completed\ndata: {"b64_json":"${onePixel.toString('base64')}","usage":{"output_tokens":5}}\n\n`;
  const cases: [string, string, boolean][] = [
    ['application/json', onePixelReply, true],
    ['text/event-stream', onePixelReply, true],
    ['text/event-stream', events, false],
    ['application/json', events, false],
    ['text/event-stream; charset=utf-8', `data: ${onePixelReply}\n\ndata: [DONE]\n\n`, true],
  ];
  for (const [type, body, stream] of cases) {
    const baseUrl = await serve(t, (_, response) => response.setHeader('content-type', type).end(body));
    const reply = await setUp(t, { baseUrl }).send(stream ? { stream: { partialImages: 0 } } : {});
    assert.ok(readFileSync(reply.pictures[0]?.file ?? '').equals(onePixel), `${type} ${body.slice(0, 20)}`);
    assert.deepEqual(reply.troubles, []);
  }
});

test('an event stream that ends after its picture’s bytes, but within their event, keeps the picture', async (t) => {
  const baseUrl = await serve(t, (_, response) => response.setHeader('content-type', 'text/event-stream').end(`event: image_generation.completed\ndata: {"b64_json":"${onePixel.toString('base64')}","usa`));
  const reply = await setUp(t, { baseUrl }).send({ stream: { partialImages: 0 } });
  assert.equal(reply.pictures.length, 1);
  assert.equal(reply.troubles[0]?.failure.code, 'connection-lost');
});

test('a picture that never ended leaves no open file behind', async (t) => {
  const long = Buffer.alloc(4_000_000).toString('base64');
  for (const start of ['event: image_generation.partial_image\ndata: {"b64_json":"', 'data: {"b64_json":"', '{"data":[{"b64_json":"']) {
    const baseUrl = await serve(t, (_, response) => response.end(start + long));
    const bench = setUp(t, { baseUrl });
    await bench.failure();
    assert.deepEqual(bench.files(), []);
    assert.deepEqual(openFiles(bench.folder), []);
  }
});

test('a redirect is not followed, and where it leads is told without its query', async (t) => {
  let others = 0;
  const other = await serve(t, (_, response) => response.end(String(others++)));
  for (const status of [301, 302, 303, 307, 308]) {
    const baseUrl = await serve(t, (_, response) => response.writeHead(status, { location: `${other}/x?key=secret` }).end());
    const failure = await setUp(t, { baseUrl }).failure();
    assert.equal(failure.code, 'redirected');
    assert.doesNotMatch(JSON.stringify(failure), /secret/);
  }
  assert.equal(others, 0);
});

test('whatever a service answers, it ends in pictures or a failure, and no file stays open', async (t) => {
  let body = Buffer.alloc(0);
  let type = '';
  const baseUrl = await serve(t, (_, response) => response.setHeader('content-type', type).end(body));
  const bench = setUp(t, { baseUrl });
  const seeds = [onePixelReply, `event: image_generation.partial_image\ndata: {"b64_json":"${onePixel.toString('base64')}","partial_image_index":0}\n\nevent: image_generation.completed\ndata: ${onePixelReply}\n\ndata: [DONE]\n\n`];
  const mutation = fc.record({ at: fc.nat(400), drop: fc.nat(20), put: fc.oneof(fc.constantFrom('"', '\\', '{', '}', ']', '\n\n', 'data: '), fc.string({ unit: 'binary', maxLength: 5 })) });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...seeds), fc.array(mutation, { maxLength: 4 }), fc.constantFrom('application/json', 'text/event-stream', ''), async (seed, mutations, named) => {
      let text = seed;
      for (const { at, drop, put } of mutations) text = text.slice(0, at) + put + text.slice(at + drop);
      [body, type] = [Buffer.from(text), named];
      try {
        const reply = await bench.send();
        assert.ok(reply.pictures.length > 0);
      } catch (error) {
        assert.ok(error instanceof Error && error.name === 'FailureError' && (error as { failure?: { code: string } }).failure?.code !== 'internal', String(error));
      }
    }),
    { numRuns: 200 },
  );
  assert.ok(bench.files().every((name) => name.endsWith('.picture')), bench.files().join(' '));
  assert.deepEqual(openFiles(bench.folder), []);
});
