import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { openLedger, type Charge } from '../../../src/spend/ledger.ts';
import { sampleCharge } from './charges.ts';

let folder = '';
let files = 0;
const freshFile = (): string => join(folder, 'not', 'yet', 'there', `ledger-${(files += 1)}.jsonl`);

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'easel-ledger-'));
});
after(() => rm(folder, { recursive: true }));

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

test('what is no charge is counted and never added up', async () => {
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
  ];
  await appendFile(file, wrong.map((value) => `${JSON.stringify(value)}\n`).join(''));
  assert.deepEqual((await ledger.read()).map(({ job }) => job), ['a']);
  assert.equal(ledger.skipped, wrong.length);
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
});

test('several processes append at once and nothing is lost or torn', async () => {
  const file = freshFile();
  const script = `
    import { openLedger } from ${JSON.stringify(new URL('../../../src/spend/ledger.ts', import.meta.url).href)};
    const [file, name] = process.argv.slice(-2);
    const ledger = openLedger(file);
    for (let i = 0; i < 200; i += 1) await ledger.append({ ...${JSON.stringify(charge('x'))}, job: name + i });
  `;
  const names = ['p', 'q', 'r'];
  await Promise.all(names.map((name) => promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, file, name])));
  const ledger = openLedger(file);
  const jobs = (await ledger.read()).map(({ job }) => job);
  assert.equal(ledger.skipped, 0);
  assert.deepEqual(jobs.toSorted(), names.flatMap((name) => Array.from({ length: 200 }, (_, i) => name + i)).toSorted());
});
