import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFile, mkdtemp, open, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import * as fc from 'fast-check';
import { atStart, readOn } from '../../../src/disk/tail.ts';
import type { LedgerLine } from '../../../src/spend/entry.ts';
import { openLedger } from '../../../src/spend/ledger.ts';
import { lineIn } from '../../../src/spend/lineIn.ts';
import type { Roll } from '../../../src/spend/roll.ts';
import { startRolling, take } from '../../../src/spend/rolling.ts';
import { hashOf, nothingSeen, seenIn } from '../../../src/spend/seen.ts';
import { readSnapshot, snapshotOf, snapshotVersion, type Rolled } from '../../../src/spend/snapshot.ts';
import { snapshotBytes, writeSnapshot } from '../../../src/spend/snapshotWrite.ts';
import { sampleCharge } from './charges.ts';
import { anyLine, latest, textOf } from './lines.ts';
import { rollTold } from './sums.ts';

let folder = '';
let files = 0;
const freshFile = (): string => join(folder, `ledger-${(files += 1)}.jsonl`);
const now = (): Date => new Date(latest);
/** What a window reads that starts now. */
const rollFrom = (file: string): Promise<Roll> => openLedger(file, { now }).roll();

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'easel-snapshot-'));
});
// A snapshot may still be on its way there.
after(() => rm(folder, { recursive: true, maxRetries: 10, retryDelay: 20 }));

/** A snapshot of what a ledger has by now, as a window writes it. */
async function snap(file: string, from?: Rolled): Promise<void> {
  const rolling = from?.rolling ?? startRolling(Number.POSITIVE_INFINITY);
  const mark = await readOn(file, from?.mark ?? atStart, (text) => {
    const line = lineIn(JSON.parse(text));
    if (line) assert.ok(take(rolling, line));
  });
  assert.ok(mark);
  await writeSnapshot(snapshotOf(file), snapshotBytes({ mark, rolling, skipped: 0 }, latest), file, mark);
}

const charges = (from: number, to: number): LedgerLine[] => Array.from({ length: to - from }, (_, place) => sampleCharge({ job: `job-${from + place}`, time: new Date(latest - 1000 + from + place).toISOString() }));

test('what comes of a snapshot and the lines since is what comes of all lines, wherever it was made', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyLine, { maxLength: 40 }), fc.nat(40), fc.nat(40), async (lines, one, other) => {
      const [first, second] = [Math.min(one, other), Math.max(one, other)];
      const file = freshFile();
      await writeFile(file, textOf(lines.slice(0, first)));
      await snap(file);
      await appendFile(file, textOf(lines.slice(first, second)));
      const between = await rollFrom(file);
      // Of this snapshot another is made, where its lines do not ask for the ledger's beginning.
      if (!lines.slice(first, second).some((line) => 'kind' in line && line.kind === 'correction')) await snap(file, await readSnapshot(snapshotOf(file), Number.POSITIVE_INFINITY));
      await appendFile(file, textOf(lines.slice(second)));
      const ledger = openLedger(file, { now });
      const roll = await ledger.roll();
      const [charged, again] = [await ledger.read(), await ledger.roll()];
      await rm(snapshotOf(file));
      assert.deepEqual(rollTold(roll), rollTold(await rollFrom(file)));
      assert.deepEqual(rollTold(again), rollTold(roll), 'reading everything changes nothing');
      assert.deepEqual(roll.last.length, Math.min(5, charged.length));
      const plain = freshFile();
      await writeFile(plain, textOf(lines.slice(0, second)));
      assert.deepEqual(rollTold(between), rollTold(await rollFrom(plain)));
    }),
    { numRuns: 150 },
  );
});

/** Makes the lines that a snapshot stands for unreadable, and leaves the last of them: who believes it does not notice. */
async function spoil(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  await handle.write(Buffer.alloc(200, '?'), 0, 200, 0);
  await handle.close();
}

test('a snapshot is read in the place of what it stands for', async () => {
  const file = freshFile();
  await writeFile(file, textOf(charges(0, 10)));
  await snap(file);
  await spoil(file);
  assert.deepEqual((await rollFrom(file)).totals, [{ micros: 10 * 783_130_000, unit: 'credits' }]);
  await appendFile(file, textOf(charges(5, 12)));
  const ledger = openLedger(file, { now });
  assert.deepEqual((await ledger.roll()).totals, [{ micros: 12 * 783_130_000, unit: 'credits' }], 'what it has counted is not counted again');
  assert.equal(ledger.skipped, 0);
});

test('who reads everything sees that a snapshot is wrong, and it is made again', async () => {
  const file = freshFile();
  await writeFile(file, textOf(charges(0, 10)));
  await snap(file);
  await spoil(file);
  const ledger = openLedger(file, { now, snapshotAfter: 1 });
  assert.equal((await ledger.roll()).totals[0]?.micros, 10 * 783_130_000);
  assert.equal((await ledger.read()).length, 9);
  assert.equal((await ledger.roll()).totals[0]?.micros, 9 * 783_130_000);
  assert.equal(ledger.skipped, 1);
  while ((await rollFrom(file)).totals[0]?.micros !== 9 * 783_130_000) await pause(5);
});

const signed = (body: string): string => `${createHash('sha256').update(body, 'latin1').digest('hex')}\n${body}`;

const wrongs: Readonly<Record<string, (file: string) => Promise<void>>> = {
  missing: (file) => rm(snapshotOf(file)),
  empty: (file) => writeFile(snapshotOf(file), ''),
  torn: async (file) => truncate(snapshotOf(file), Math.floor((await stat(snapshotOf(file))).size / 2)),
  changed: async (file) => writeFile(snapshotOf(file), (await readFile(snapshotOf(file), 'latin1')).replaceAll('783130000', '783130001'), 'latin1'),
  foreign: (file) => writeFile(snapshotOf(file), signed('[1]\n')),
  'of another version': async (file) => writeFile(snapshotOf(file), signed((await readFile(snapshotOf(file), 'latin1')).slice(65).replace(`"version":${snapshotVersion}`, '"version":1')), 'latin1'),
  'of a ledger that was cut': async (file) => truncate(file, (await stat(file)).size - 10),
  'of a ledger that was replaced': (file) => writeFile(file, textOf(charges(100, 130))),
};

for (const [what, wrong] of Object.entries(wrongs)) {
  test(`a snapshot that is ${what} is made again from the ledger`, async () => {
    const file = freshFile();
    await writeFile(file, textOf(charges(0, 20)));
    await snap(file);
    await wrong(file);
    const plain = freshFile();
    await writeFile(plain, await readFile(file));
    const roll = await openLedger(file, { now, snapshotAfter: 10 }).roll();
    assert.deepEqual(rollTold(roll), rollTold(await rollFrom(plain)));
    // In the background.
    for (;;) {
      const made = await readSnapshot(snapshotOf(file), Number.POSITIVE_INFINITY);
      if (made && (await readOn(file, made.mark, () => undefined))) break;
      await pause(5);
    }
    assert.deepEqual(rollTold(await rollFrom(file)), rollTold(roll));
  });
}

test('days are those of the time zone that one is in, whatever it was when the snapshot was made', async () => {
  const before = process.env['TZ'];
  const file = freshFile();
  await writeFile(file, textOf([sampleCharge({ time: '2026-11-23T20:00:00.000Z' })]));
  try {
    process.env['TZ'] = 'UTC';
    assert.deepEqual((await rollFrom(file)).days.names(), ['2026-11-23']);
    await snap(file);
    process.env['TZ'] = 'Asia/Shanghai';
    assert.deepEqual((await rollFrom(file)).days.names(), ['2026-11-24']);
  } finally {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  }
});

test('a snapshot of a ledger that is no more is not kept: it may tell of what was deleted', async () => {
  const file = freshFile();
  await writeFile(file, textOf(charges(0, 20)));
  const rolling = startRolling(Number.POSITIVE_INFINITY);
  const mark = await readOn(file, atStart, () => undefined);
  assert.ok(mark);
  await writeFile(file, textOf(charges(20, 60)));
  await writeSnapshot(snapshotOf(file), snapshotBytes({ mark, rolling, skipped: 0 }, latest), file, mark);
  await assert.rejects(stat(snapshotOf(file)), { code: 'ENOENT' });
});

test('names that were seen are known again, and no others', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), fc.array(fc.string()), fc.array(fc.string()), (one, other, more) => {
      const first = nothingSeen();
      for (const name of one) first.add(name);
      const second = seenIn(first.numbers());
      for (const name of other) second.add(name);
      const third = seenIn(second.numbers());
      const all = new Set([...one, ...other].map(hashOf));
      for (const name of [...one, ...other, ...more]) assert.equal(third.has(name), all.has(hashOf(name)));
      for (const name of more) assert.equal(third.add(name), !all.has(hashOf(name)) && Boolean(all.add(hashOf(name))));
    }),
  );
  assert.equal(new Set(Array.from({ length: 100_000 }, (_, place) => hashOf(`job-${place}`))).size, 100_000);
});
