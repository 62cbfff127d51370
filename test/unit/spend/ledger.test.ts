import assert from 'node:assert/strict';
import { access, appendFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Charge } from '../../../src/spend/entry.ts';
import { openLedger } from '../../../src/spend/ledger.ts';
import { snapshotOf } from '../../../src/spend/snapshot.ts';
import { sampleCharge } from './charges.ts';

let folder = '';
let files = 0;
const freshFile = (): string => join(folder, 'not', 'yet', 'there', `ledger-${(files += 1)}.jsonl`);

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'easel-ledger-'));
});
// A snapshot may still be on its way there.
after(() => rm(folder, { recursive: true, maxRetries: 10, retryDelay: 20 }));

const charge = (job: string): Charge => sampleCharge({ job });

test('what was appended is read, in order, also by another window that opened earlier', async () => {
  const file = freshFile();
  const one = openLedger(file);
  const other = openLedger(file);
  assert.deepEqual(await other.read(), []);
  await one.append(charge('a'));
  await other.append(charge('b'));
  await one.append(charge('c'));
  for (const ledger of [one, other, openLedger(file)]) assert.deepEqual((await ledger.read()).map(({ job }) => job), ['a', 'b', 'c']);
  assert.deepEqual((await one.read())[0], charge('a'));
});

test('a line torn by a crash costs that line alone', async () => {
  const file = freshFile();
  const ledger = openLedger(file);
  await ledger.append(charge('a'));
  await appendFile(file, '{"version":1,"job":"torn');
  await ledger.append(charge('b'));
  assert.deepEqual((await ledger.read()).map(({ job }) => job), ['a', 'b']);
  assert.equal(ledger.skipped, 1);
  assert.match(await readFile(file, 'utf8'), /"torn/, 'it stays in the file');
});

test('what is no line of ours is counted and never added up', async () => {
  const file = freshFile();
  const ledger = openLedger(file);
  await ledger.append(charge('a'));
  const wrong: unknown[] = [
    null,
    [],
    'text',
    { ...charge('b'), version: 2 },
    { ...charge('b'), time: 'yesterday' },
    { ...charge('b'), amount: { micros: 1.5, unit: 'credits' } },
    { ...charge('b'), amount: { micros: -1, unit: 'credits' } },
    { ...charge('b'), amount: { micros: 1, unit: 'EUR' } },
    { ...charge('b'), usage: { textIn: 1 } },
    { ...charge('b'), measured: 'yes' },
    { ...charge('b'), prompt: 1 },
    { ...charge('b'), edit: false },
    { ...charge('b'), kind: 'gift' },
    { version: 2, kind: 'files', job: 'a', files: [] },
    { version: 1, kind: 'files', job: 'a', files: [1] },
    { version: 1, kind: 'correction', id: '1', job: 'a', time: '2026-11-23T10:00:00.000Z', micros: 0.5, unit: 'credits' },
    { version: 1, kind: 'correction', job: 'a', time: '2026-11-23T10:00:00.000Z', micros: 5, unit: 'credits' },
    { version: 1, kind: 'reserve', job: 'a', time: '2026-11-23T10:00:00.000Z', workspace: '', service: '', origin: '', amount: { micros: -5, unit: 'credits' } },
    { version: 1, kind: 'release' },
    { version: 1, kind: 'doubt', job: 7 },
  ];
  await appendFile(file, wrong.map((value) => `${JSON.stringify(value)}\n`).join(''));
  await appendFile(file, `${JSON.stringify({ ...charge('c'), files: 5, entered: 'nothing' })}\n`);
  assert.deepEqual(await ledger.read(), [charge('a'), charge('c')], 'what is joined to a charge is not believed where its line says it');
  assert.equal(ledger.skipped, wrong.length);
  const other = openLedger(file);
  assert.deepEqual((await other.roll()).totals, [{ micros: 2 * 783_130_000, unit: 'credits' }]);
  assert.equal(other.skipped, wrong.length);
});

test('a line that is still being written is read when it is whole', async () => {
  const file = freshFile();
  const ledger = openLedger(file);
  await ledger.append(charge('a'));
  const line = JSON.stringify(charge('b'));
  await appendFile(file, line.slice(0, 20));
  assert.equal((await ledger.read()).length, 1);
  assert.equal(ledger.skipped, 0);
  await appendFile(file, `${line.slice(20)}\n`);
  assert.deepEqual((await ledger.read()).map(({ job }) => job), ['a', 'b']);
});

test('a ledger that was replaced is read anew', async () => {
  const file = freshFile();
  const ledger = openLedger(file);
  await ledger.append(charge('a'));
  await ledger.append(charge('b'));
  await ledger.read();
  await truncate(file, 0);
  await writeFile(file, `${JSON.stringify(charge('c'))}\n`);
  assert.deepEqual((await ledger.read()).map(({ job }) => job), ['c']);
  await rm(file);
  assert.deepEqual(await ledger.read(), []);
  assert.deepEqual((await ledger.roll()).totals, []);
});

test('a charge is read with its files and its corrections, from whichever window they came', async () => {
  const file = freshFile();
  const [one, other] = [openLedger(file), openLedger(file)];
  await one.append(charge('a'));
  await one.append({ version: 1, kind: 'files', job: 'a', files: ['file:///w/cat.png'] });
  const before = await other.read();
  assert.deepEqual(before, [{ ...charge('a'), files: ['file:///w/cat.png'] }]);
  assert.equal(await other.read(), before, 'the same where nothing came');
  await other.append({ version: 1, kind: 'correction', id: 'c', job: 'a', time: '2026-11-24T10:00:00.000Z', micros: -130_000, unit: 'credits', row: '17' });
  await one.append({ version: 1, kind: 'files', job: 'a', files: ['file:///w/cat-2.png'] });
  for (const ledger of [one, other, openLedger(file)]) {
    assert.deepEqual(await ledger.read(), [{ ...charge('a'), files: ['file:///w/cat.png', 'file:///w/cat-2.png'], amount: { micros: 783_000_000, unit: 'credits' }, entered: { micros: 783_130_000, unit: 'credits' } }]);
    assert.equal(ledger.skipped, 0);
  }
  assert.deepEqual(before, [{ ...charge('a'), files: ['file:///w/cat.png'] }], 'what was handed out stays as it was');
});

test('what another window appends before a call is in its roll', async () => {
  const file = freshFile();
  const [one, other] = [openLedger(file), openLedger(file)];
  const nothing = await other.roll();
  assert.deepEqual(nothing.totals, []);
  assert.equal(await other.roll(), nothing, 'the same where nothing came');
  await one.append(charge('a'));
  const [first, second] = await Promise.all([other.roll(), other.roll()]);
  assert.deepEqual(first.totals, [charge('a').amount]);
  assert.equal(first, second);
  assert.deepEqual(nothing.totals, [], 'what was handed out stays as it was');
});

test('a charge that came long ago can be corrected, though a window knows only its sum', async () => {
  const file = freshFile();
  const long = 2_500;
  await openLedger(file).append(charge('first'));
  await appendFile(file, Array.from({ length: long }, (_, place) => `${JSON.stringify(sampleCharge({ job: `${place}`, time: new Date(Date.parse('2026-11-24T00:00:00.000Z') + place).toISOString() }))}\n`).join(''));
  await openLedger(file, { snapshotAfter: 1 }).roll();
  for (;;) if (await access(snapshotOf(file)).then(() => true, () => false)) break;
  const ledger = openLedger(file);
  const micros = 783_130_000 * (long + 1);
  assert.equal((await ledger.roll()).totals[0]?.micros, micros);
  for (const id of ['c', 'c', 'd']) await ledger.append({ version: 1, kind: 'correction', id, job: 'first', time: '2026-11-25T10:00:00.000Z', micros: 5, unit: 'credits' });
  assert.equal((await ledger.roll()).totals[0]?.micros, micros + 10);
  await ledger.append({ version: 1, kind: 'correction', id: 'e', job: 'first', time: '2026-11-25T10:00:00.000Z', micros: 5, unit: 'credits' });
  assert.equal((await ledger.roll()).totals[0]?.micros, micros + 15);
});

test('ledger and snapshot are the user’s alone', async () => {
  const file = freshFile();
  const ledger = openLedger(file, { snapshotAfter: 1 });
  await ledger.append(charge('a'));
  await ledger.roll();
  for (;;) if (await access(snapshotOf(file)).then(() => true, () => false)) break;
  for (const path of [file, snapshotOf(file)]) assert.equal((await stat(path)).mode & 0o777, process.platform === 'win32' ? 0o666 : 0o600);
});
