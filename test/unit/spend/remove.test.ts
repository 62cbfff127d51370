import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import * as fc from 'fast-check';
import { isLocked, takeLock } from '../../../src/disk/lock.ts';
import { besideOf } from '../../../src/disk/replace.ts';
import type { LedgerLine, Reservation } from '../../../src/spend/entry.ts';
import { openLedger } from '../../../src/spend/ledger.ts';
import { snapshotOf } from '../../../src/spend/snapshot.ts';
import { sampleCharge } from './charges.ts';
import { anyLine, latest, textOf } from './lines.ts';

let folder = '';
let files = 0;
const freshFile = (): string => join(folder, String((files += 1)), 'ledger.jsonl');

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'easel-remove-'));
});
// A snapshot may still be on its way there.
after(() => rm(folder, { recursive: true, maxRetries: 10, retryDelay: 20 }));

const hour = 3_600_000;
const noon = Date.parse('2026-11-23T12:00:00.000Z');
const at = (hours: number): string => new Date(noon + hours * hour).toISOString();
const reserve = (job: string, hours: number): Reservation => ({ version: 1, kind: 'reserve', job, time: at(hours), workspace: '', service: 's', origin: 'o', amount: { micros: 5, unit: 'credits' } });

/** A ledger with these lines, and all that is asked of it. */
async function ledgerOf(lines: readonly LedgerLine[], rest = '') {
  const file = freshFile();
  const ledger = openLedger(file, { snapshotAfter: 1 });
  for (const line of lines) await ledger.append(line);
  if (rest !== '') await appendFile(file, rest);
  return { file, ledger, jobs: async () => (await ledger.read()).map(({ job }) => job), text: () => readFile(file, 'utf8') };
}

test('the charges of a range go with all that belongs to them, and nothing else does', async () => {
  const correction = (id: string, job: string): LedgerLine => ({ version: 1, kind: 'correction', id, job, time: at(30), micros: 7, unit: 'credits' });
  const { file, ledger, jobs, text } = await ledgerOf([
    reserve('before', -2),
    sampleCharge({ job: 'before', time: at(-1) }),
    reserve('first', -1),
    sampleCharge({ job: 'first', time: at(0), prompt: 'a secret' }),
    { version: 1, kind: 'files', job: 'first', files: ['file:///secret.png'] },
    correction('1', 'first'),
    correction('2', 'before'),
    sampleCharge({ job: 'last', time: at(23), model: 'secret' }),
    sampleCharge({ job: 'next', time: at(24) }),
    reserve('given back', 5),
    { version: 1, kind: 'release', job: 'given back' },
    reserve('open', 5),
    { version: 1, kind: 'doubt', job: 'open' },
  ], `{"version":9,"kind":"word","job":"first","of":"secret"}\n{"version":9,"job":"next"}\n{"version":1,"job":"first","time":"secret\n{"version":1,"job":"nex`);
  const other = openLedger(file);
  assert.equal((await other.roll()).totals[0]?.micros, 4 * 783_130_000 + 14);
  assert.equal(await ledger.remove(noon, noon + 24 * hour), 2);
  assert.deepEqual(await jobs(), ['before', 'next']);
  for (const window of [ledger, other, openLedger(file)]) {
    const roll = await window.roll();
    assert.equal(roll.totals[0]?.micros, 2 * 783_130_000 + 7);
    assert.deepEqual(roll.open.map(({ job, doubt }) => [job, doubt]), [['open', true]]);
  }
  const left = await text();
  assert.doesNotMatch(left, /secret|first|last|given back/);
  assert.match(left, /\{"version":9,"job":"next"\}\n/, 'what is not understood stays');
  assert.match(left, /\{"version":1,"job":"nex\n$/, 'so does what is torn');
  for (const name of await readdir(join(file, '..'))) assert.doesNotMatch(await readFile(join(file, '..', name), 'utf8').catch(() => ''), /secret|first/, name);
  assert.equal((await stat(file)).mode & 0o777, process.platform === 'win32' ? 0o666 : 0o600);
});

test('a torn line of the range goes too, also where its charge was never written whole or went before', async () => {
  const torn = (hours: number): string => `\n${JSON.stringify(sampleCharge({ job: `torn ${hours}`, time: at(hours), prompt: 'a secret' })).slice(0, -20)}\n`;
  const inItsTime = `\n${JSON.stringify(sampleCharge({ job: 'torn in its time', time: at(30) })).replace(/00:00\.000Z.*/, '')}\n`;
  const { ledger, jobs, text } = await ledgerOf([sampleCharge({ job: 'before', time: at(-1) })], torn(-2) + torn(3) + inItsTime);
  assert.equal(await ledger.remove(noon - hour / 2, noon + 24 * hour), 0, 'it was no charge');
  assert.deepEqual(await jobs(), ['before']);
  assert.ok(!(await text()).includes('torn 3'));
  assert.ok(!(await text()).includes('torn in its time'));
  assert.ok((await text()).includes('torn -2'), 'what is not of the range is kept');
});

test('where nothing is to go the file stays as it is', async () => {
  const { file, ledger, text } = await ledgerOf([sampleCharge({ time: at(0) })]);
  const [before, { ino }] = [await text(), await stat(file)];
  assert.equal(await ledger.remove(noon - hour, noon), 0);
  assert.equal(await text(), before);
  assert.equal((await stat(file)).ino, ino);
  assert.equal(await openLedger(freshFile()).remove(0, noon), 0, 'there is no ledger at all');
});

test('whatever lines there are, those of the range go and the others come to the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyLine, { maxLength: 40 }), fc.nat(130), fc.nat(130), async (lines, one, other) => {
      const [from, to] = [latest - Math.max(one, other) * hour, latest - Math.min(one, other) * hour];
      const { file, ledger } = await ledgerOf([]);
      await ledger.append({ version: 1, kind: 'release', job: 'nobody' });
      await appendFile(file, textOf(lines));
      const before = await ledger.read();
      const goes = ({ time }: { readonly time: string }): boolean => Date.parse(time) >= from && Date.parse(time) < to;
      assert.equal(await ledger.remove(from, to), before.filter(goes).length);
      assert.deepEqual(await ledger.read(), before.filter((charge) => !goes(charge)));
    }),
    { numRuns: 100 },
  );
});

test('what is appended while charges are deleted is there afterwards', async () => {
  const { ledger, jobs } = await ledgerOf(Array.from({ length: 50 }, (_, place) => sampleCharge({ job: `old-${place}`, time: at(0) })));
  const appended = Array.from({ length: 50 }, (_, place) => `new-${place}`);
  const [removed] = await Promise.all([ledger.remove(noon, noon + hour), ...appended.map((job) => ledger.append(sampleCharge({ job, time: at(5) })))]);
  assert.equal(removed, 50);
  assert.deepEqual((await jobs()).toSorted(), appended.toSorted());
});

test('what a removal left behind that was cut off hinders neither the next one nor whoever appends', async () => {
  const { file, ledger, jobs } = await ledgerOf([sampleCharge({ job: 'a', time: at(0) }), sampleCharge({ job: 'b', time: at(1) })]);
  const [half, snapshot] = [besideOf(file), besideOf(snapshotOf(file))];
  for (const path of [half, snapshot]) await writeFile(path, 'half');
  // Of a process that is no more; then of another computer, from long ago.
  for (const owner of [{ pid: 2 ** 30, host: hostname() }, { pid: 1, host: 'elsewhere' }]) {
    await writeFile(`${file}.lock`, `${JSON.stringify({ ...owner, token: 'x' })}\n`);
    if (owner.host === 'elsewhere') {
      assert.ok(await isLocked(file), 'nobody knows whether that one is at it');
      await utimes(`${file}.lock`, new Date(Date.now() - 60_000), new Date(Date.now() - 60_000));
    }
    await ledger.append(sampleCharge({ job: owner.host, time: at(2) }));
    await ledger.remove(noon, noon + hour);
    assert.ok(!(await readdir(join(file, '..'))).some((name) => name.includes('.lock')));
  }
  assert.deepEqual(await jobs(), ['b', hostname(), 'elsewhere']);
  for (const path of [half, snapshot]) await assert.rejects(stat(path), { code: 'ENOENT' });
});

test('of several that want to write a file anew one does at a time', async () => {
  const file = join(folder, 'locked');
  let inside = 0;
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      const lock = await takeLock(file);
      inside += 1;
      assert.equal(inside, 1);
      assert.ok(await lock.held());
      assert.ok(await isLocked(file));
      inside -= 1;
      await lock.release();
    }),
  );
  assert.ok(!(await isLocked(file)));
  const lock = await takeLock(file);
  await writeFile(`${file}.lock`, 'of another');
  assert.ok(!(await lock.held()), 'who lost it knows');
  await lock.release();
  assert.ok(await isLocked(file), 'and leaves the other one alone');
});
