import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createSink } from '../../../src/api/sink.ts';

const fileIn = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'easel-sink-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'picture');
};
const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * 31 + (at >> 8)) & 0xff));

test('everything arrives in order, base64 and bytes mixed', async (t) => {
  const path = fileIn(t);
  const sink = createSink(path, [], 1e9);
  const wanted: Buffer[] = [];
  for (let turn = 0; turn < 40; turn++) {
    const part = bytes.subarray(turn, 299_000 + turn);
    wanted.push(part);
    if (turn % 2 === 0) sink.write(part);
    else for (let at = 0; at < part.length; at += 48_000) sink.commit(sink.decode(part.toString('base64', at, Math.min(at + 48_000, part.length))));
    await sink.busy();
  }
  assert.equal(await sink.close(), undefined);
  assert.ok(readFileSync(path).equals(Buffer.concat(wanted)));
  assert.equal(sink.bytes, Buffer.concat(wanted).length);
});

test('holds the sender back while the disk is behind, and lets it go on when the disk has taken some', async (t) => {
  let open: () => void = () => undefined;
  const sink = createSink(fileIn(t), [], 1e9, new Promise<void>((resolve) => (open = resolve)));
  let parts = 0;
  for (; sink.busy() === undefined; parts++) {
    sink.write(bytes);
    assert.ok(parts < 100, 'memory would grow without end');
  }
  open();
  for (let waits = 0; sink.busy() !== undefined; waits++) {
    await sink.busy();
    assert.ok(waits < 100);
  }
  assert.equal(await sink.close(), undefined);
});

test('its buffers go back to the pool, and serve the next', async (t) => {
  const path = fileIn(t);
  const pool: Buffer[] = [];
  const first = createSink(path, pool, 1e9);
  first.write(bytes);
  await first.close();
  assert.equal(pool.length, 1);
  const second = createSink(`${path}2`, pool, 1e9);
  second.write(bytes);
  assert.equal(pool.length, 0);
  await second.close();
  assert.ok(readFileSync(`${path}2`).equals(bytes));
});

test('a file that cannot be written is told at the end, once', async (t) => {
  const sink = createSink(join(fileIn(t), 'no', 'such', 'folder'), [], 1e9);
  for (let turn = 0; turn < 20; turn++) sink.write(bytes);
  const problem = await sink.close();
  assert.equal((problem as NodeJS.ErrnoException).code, 'ENOENT');
  assert.equal(await sink.close(), problem);
});

test('more than the limit is an error', async (t) => {
  const sink = createSink(fileIn(t), [], 1000);
  sink.write(bytes);
  assert.match((await sink.close())?.message ?? '', /1000 bytes/);
});

test('an old file is emptied, and nothing is left after a discard', async (t) => {
  const path = fileIn(t);
  writeFileSync(path, bytes);
  const sink = createSink(path, [], 1e9);
  sink.write(Buffer.from('new'));
  await sink.close();
  assert.equal(readFileSync(path, 'utf8'), 'new');
  await sink.discard();
  assert.ok(!existsSync(path));
});
