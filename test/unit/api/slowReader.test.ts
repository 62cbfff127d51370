import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Agent } from 'undici';
import { exchange, ExchangeError } from '../../../src/api/exchange.ts';
import { meetSockets } from './servers.ts';

const body = Buffer.alloc(600_000, 'x');

/** Reads an answer with a reader that takes its time over every chunk, and counts what it got. */
async function readSlowly(t: Parameters<typeof meetSockets>[0], head: string): Promise<{ readonly bytes: number; readonly error: unknown }> {
  const port = await meetSockets(t, (socket) => {
    socket.once('data', () => {
      socket.write(head);
      socket.write(body, () => void socket.end());
    });
  });
  const dispatcher = new Agent();
  t.after(() => dispatcher.destroy());
  let bytes = 0;
  let error: unknown;
  await exchange({
    dispatcher,
    url: new URL(`http://127.0.0.1:${port}/`),
    method: 'GET',
    headers: {},
    signals: [],
    onResponse: () => ({
      push: async (chunk) => {
        await delay(5);
        bytes += chunk.length;
      },
    }),
  }).catch((problem: unknown) => (error = problem));
  return { bytes, error };
}

test('a connection that closes while the reader is busy loses nothing of what came', async (t) => {
  for (const length of [`content-length: ${body.length}\r\n`, '']) {
    assert.deepEqual(await readSlowly(t, `HTTP/1.1 200 OK\r\nconnection: close\r\n${length}\r\n`), { bytes: body.length, error: undefined });
  }
});

test('one that breaks is told once the reader has taken what came', async (t) => {
  const { bytes, error } = await readSlowly(t, `HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: ${body.length + 1}\r\n\r\n`);
  assert.equal(bytes, body.length);
  assert.ok(error instanceof ExchangeError);
});
