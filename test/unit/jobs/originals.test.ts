import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs, { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import * as fc from 'fast-check';
import { openOriginals, overLimits, sha256Of, type KeptOriginal } from '../../../src/jobs/originals.ts';
import { overwrite } from '../../../src/jobs/overwrite.ts';

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

/**
 * Runs `work` until it has called the file system `calls` times, and then as if the process had ended there: the last call writes half
 * of its bytes, if it writes any, and neither it nor what waits for it ever comes back. False: `work` was done before.
 */
async function crashAt(calls: number, work: () => Promise<unknown>): Promise<boolean> {
  const real = { ...fs };
  const names = ['open', 'copyFile', 'rename', 'chmod', 'mkdir', 'writeFile', 'rm', 'readdir', 'stat', 'readFile', 'realpath', 'access'] as const;
  let left = calls;
  try {
    const crashed = new Promise<true>((crash, reject) => {
      for (const name of names) {
        const call = real[name] as (...args: readonly unknown[]) => Promise<unknown>;
        const counted = async (...args: readonly unknown[]): Promise<unknown> => {
          left -= 1;
          if (left > 0) return call(...args);
          if (left === 0) await half(name, args).then(() => crash(true), reject);
          return new Promise(() => undefined);
        };
        Object.assign(fs, { [name]: counted });
      }
      syncBuiltinESMExports();
    });
    const half = async (name: string, [first, second]: readonly unknown[]): Promise<void> => {
      if (name !== 'copyFile' && name !== 'writeFile') return;
      const bytes = name === 'copyFile' ? await real.readFile(String(first)) : Buffer.from(second as Uint8Array);
      await real.writeFile(String(name === 'copyFile' ? second : first), bytes.subarray(0, bytes.length / 2));
    };
    return await Promise.race([crashed, work().then(() => false)]);
  } finally {
    Object.assign(fs, real);
    syncBuiltinESMExports();
  }
}

test('wherever a crash falls, a file that is being replaced is the old or the new one, and the old one is kept', async () => {
  let crashes = 0;
  for (let calls = 1, crashed = true; crashed; calls += 1) {
    const { file, store, about } = await prepare('the old bytes');
    const source = `${file}-new`;
    await writeFile(source, 'the new bytes');
    const originals = openOriginals(store);
    crashed = await crashAt(calls, async () => {
      await originals.keep(file, { ...about, result: await sha256Of(source) });
      await overwrite(file, source, () => Promise.resolve(true));
    });
    crashes += crashed ? 1 : 0;
    const now = await readFile(file, 'utf8');
    assert.ok(now === 'the old bytes' || now === 'the new bytes', `after ${calls} calls: ${now}`);
    const kept = await originals.list();
    for (const entry of kept) assert.equal(await readFile(originals.pathOf(entry), 'utf8'), 'the old bytes', `after ${calls} calls`);
    if (now === 'the new bytes') assert.equal(kept.length, 1, `after ${calls} calls`);
    if (!crashed) assert.equal(now, 'the new bytes');
  }
  assert.ok(crashes > 15, `${crashes} places to crash at`);
});
