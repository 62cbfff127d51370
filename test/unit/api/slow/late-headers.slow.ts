import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { setUp } from '../harness.ts';

const lateMs = 310_000;
const picture = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

test('an answer whose headers come after 310 seconds is taken, and asked for once', { timeout: lateMs + 30_000 }, async (t) => {
  let asked = 0;
  const server = createServer((request, response) => {
    asked++;
    request.resume();
    setTimeout(() => response.end(JSON.stringify({ data: [{ b64_json: picture }] })), lateMs);
  });
  server.requestTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const bench = setUp(t, { baseUrl: `http://127.0.0.1:${port}/v1`, timeoutMs: 600_000 });
  const { pictures } = await bench.send();
  assert.equal(pictures[0]?.header.width, 1);
  assert.equal(asked, 1);
});
