import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import * as fc from 'fast-check';
import { openOriginals, overLimits, sha256Of, type KeptOriginal } from '../../../src/jobs/originals.ts';

let folder = '';
let places = 0;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'easel-originals-'));
});
after(() => rm(folder, { recursive: true }));

/** A store of its own with a file to keep. */
async function prepare(bytes = 'the original', name = 'hero.PNG') {
  const place = join(folder, String((places += 1)));
  await mkdir(place);
  const file = join(place, name);
  await writeFile(file, bytes);
  const store = join(place, 'originals');
  return { file, store, about: { kind: 'replace', uri: pathToFileURL(file).href, name, result: 'ab' } as const };
}

test('keeps the bytes of a file, found again by any other window', async () => {
  const { file, store, about } = await prepare();
  const kept = await openOriginals(store).keep(file, about);
  const other = openOriginals(store);
  assert.deepEqual(await other.list(), [kept]);
  assert.equal(await readFile(other.pathOf(kept), 'utf8'), 'the original');
  assert.deepEqual([kept.file, kept.bytes, kept.original], ['original.png', 12, await sha256Of(file)]);
  await other.forget(kept);
  assert.deepEqual(await openOriginals(store).list(), []);
  assert.deepEqual(await readdir(store), []);
});

test('what is kept is private, and is the bytes even of a read-only file', async () => {
  const { file, store, about } = await prepare();
  await chmod(file, 0o444);
  const originals = openOriginals(store);
  const kept = await originals.keep(file, about);
  assert.equal((await stat(originals.pathOf(kept))).mode & 0o777, 0o600);
});

test('nothing kept yet is an empty list', async () => {
  assert.deepEqual(await openOriginals(join(folder, 'never')).list(), []);
});

test('a file that cannot be kept leaves nothing behind', async () => {
  const { file, store, about } = await prepare();
  await assert.rejects(openOriginals(store).keep(`${file}-gone`, about));
  assert.deepEqual(await readdir(store), []);
});

test('what is torn, strange or not ours is not listed, and stays', async () => {
  const { file, store, about } = await prepare();
  const originals = openOriginals(store);
  const kept = await originals.keep(file, about);
  const strange: Readonly<Record<string, string>> = {
    torn: '{"version":1,',
    'other-id': JSON.stringify(kept),
    path: JSON.stringify({ ...kept, id: 'path', file: '../../hero.PNG' }),
    later: JSON.stringify({ ...kept, id: 'later', version: 2 }),
    nothing: 'null',
  };
  for (const [name, text] of Object.entries(strange)) {
    await mkdir(join(store, name));
    await writeFile(join(store, name, 'replacement.json'), text);
  }
  await writeFile(join(store, 'a-file'), '');
  assert.deepEqual(await originals.list(), [kept]);
  assert.equal((await readdir(store)).length, 7);
});

test('what is over the limits goes when something is kept, and so does what a crash left', async () => {
  const { file, store, about } = await prepare();
  let time = Date.parse('2026-11-01T00:00:00Z');
  const originals = openOriginals(store, { now: () => new Date((time += 60_000)), limits: { days: 30, count: 3, bytes: 1000 } });
  const leftover = join(store, '.new-left');
  await mkdir(leftover, { recursive: true });
  await utimes(leftover, 0, 0);
  const all = [];
  for (let n = 0; n < 5; n += 1) all.push(await originals.keep(file, about));
  assert.deepEqual(await originals.list(), all.slice(2).toReversed());
  assert.deepEqual((await readdir(store)).toSorted(), all.slice(2).map(({ id }) => id).toSorted());
  time += 31 * 86_400_000;
  await originals.prune();
  assert.deepEqual((await originals.list()).length, 1, 'the newest, however old');
  const last = await originals.keep(file, about);
  assert.deepEqual(await originals.list(), [last]);
});

test('the newest is kept however large it is, and what stays is within every limit', () => {
  const kept = fc.record({ bytes: fc.nat(100), age: fc.nat(60) });
  fc.assert(
    fc.property(fc.array(kept), fc.record({ days: fc.nat(60), count: fc.nat(10), bytes: fc.nat(400) }), (entries, limits) => {
      const now = Date.parse('2026-11-01T00:00:00Z');
      const list = entries.toSorted((a, b) => a.age - b.age).map(({ bytes, age }) => ({ bytes, time: new Date(now - age * 86_400_000).toISOString() }) as KeptOriginal);
      const gone = new Set(overLimits(list, now, limits));
      const stay = list.filter((entry) => !gone.has(entry));
      const [newest, ...rest] = list;
      assert.ok(!newest || stay[0] === newest);
      if (rest.length === 0 || stay.length === 1) return;
      assert.ok(stay.length <= limits.count);
      assert.ok(stay.reduce((sum, { bytes }) => sum + bytes, 0) <= limits.bytes);
      assert.ok(stay.slice(1).every(({ time }) => now - Date.parse(time) <= limits.days * 86_400_000));
    }),
  );
});

test('killed at any moment, a store lists only what is whole', { timeout: 60_000 }, async () => {
  const { file, store } = await prepare('x'.repeat(300_000));
  const module = pathToFileURL(join(import.meta.dirname, '../../../src/jobs/originals.ts')).href;
  const script = `
    import { openOriginals } from ${JSON.stringify(module)};
    const originals = openOriginals(${JSON.stringify(store)});
    process.stdout.write('ready');
    for (;;) await originals.keep(${JSON.stringify(file)}, { kind: 'replace', uri: 'file:///a', name: 'a.png', result: 'ab' });
  `;
  const expected = await sha256Of(file);
  for (let round = 0; round < 4; round += 1) {
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    // Killed while it writes: once another entry has begun.
    const before = (await readdir(store).catch(() => [])).length;
    while ((await readdir(store).catch(() => [])).length <= before + round) await new Promise((resolve) => setImmediate(resolve));
    child.kill('SIGKILL');
    await once(child, 'exit');
    const originals = openOriginals(store);
    const list = await originals.list();
    for (const kept of list) {
      assert.equal(kept.original, expected);
      assert.equal(await sha256Of(originals.pathOf(kept)), expected);
    }
    assert.equal(list.length, (await readdir(store)).filter((name) => !name.startsWith('.')).length, 'every folder that has its name is whole');
  }
});

test('killed at any moment, a file that is being replaced is the old or the new one, and the old one is kept', { timeout: 60_000 }, async () => {
  const { file, store } = await prepare('x'.repeat(200_000));
  const place = join(file, '..');
  // Twenty states of the file, told apart by their hashes; each takes the place of the one before.
  const states = await Promise.all(
    Array.from({ length: 20 }, async (_, n) => {
      const path = join(place, `state-${n}`);
      await writeFile(path, String(n).repeat(200_000));
      return { path, hash: await sha256Of(path) };
    }),
  );
  const room = pathToFileURL(join(import.meta.dirname, '../../../src/jobs/')).href;
  const script = `
    import { openOriginals, sha256Of } from ${JSON.stringify(`${room}originals.ts`)};
    import { overwrite } from ${JSON.stringify(`${room}overwrite.ts`)};
    const originals = openOriginals(${JSON.stringify(store)});
    process.stdout.write('ready');
    for (const { path, hash } of ${JSON.stringify(states)}) {
      await originals.keep(${JSON.stringify(file)}, { kind: 'replace', uri: 'file:///a', name: 'a.png', result: hash });
      await overwrite(${JSON.stringify(file)}, path, async () => true);
    }
  `;
  const first = await sha256Of(file);
  for (let round = 0; round < 5; round += 1) {
    await rm(store, { recursive: true, force: true });
    await writeFile(file, 'x'.repeat(200_000));
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const exit = once(child, 'exit');
    await once(child.stdout, 'data');
    while ((await readdir(store).catch(() => [])).length < 1 + round * 3) await new Promise((resolve) => setImmediate(resolve));
    child.kill('SIGKILL');
    await exit;
    const chain = [first, ...states.map(({ hash }) => hash)];
    const at = chain.indexOf(await sha256Of(file));
    assert.ok(at >= 0, 'the file is one of its states, whole');
    const originals = openOriginals(store);
    const kept = new Set(await Promise.all((await originals.list()).map((entry) => sha256Of(originals.pathOf(entry)))));
    for (const before of chain.slice(0, at)) assert.ok(kept.has(before), 'and every state before it is kept');
  }
});
