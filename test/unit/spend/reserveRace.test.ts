import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import type { LedgerLine } from '../../../src/spend/entry.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'easel-reserve-'));
});
after(() => rm(folder, { recursive: true }));

const here = (path: string): string => JSON.stringify(new URL(`../../../src/${path}`, import.meta.url).href);

/** One window: reserves for each of its requests at once, and writes down what came of each. */
const program = `
  import { setTimeout } from 'node:timers/promises';
  import { openLedger } from ${here('spend/ledger.ts')};
  import { createReservations } from ${here('spend/reserve.ts')};
  const [file, name, start] = process.argv.slice(-3);
  const ledger = openLedger(file);
  const reservations = createReservations(ledger, { now: () => new Date(), pause: () => setTimeout(10) });
  const budgets = [{ period: 'all', scope: 'everything', limit: 500, unit: 'credits' }];
  await setTimeout(Number(start) - Date.now());
  const outcomes = await Promise.all(Array.from({ length: 15 }, (_, i) => reservations.reserve({
    version: 1, kind: 'reserve', job: name + i, time: new Date().toISOString(), workspace: '', service: 's', origin: 'https://s',
    amount: { micros: (7 + (i * 13 + name.charCodeAt(0) * 7) % 40) * 1e6, unit: 'credits' },
  }, { budgets, override: false })));
  console.log(JSON.stringify(outcomes.map(({ kind }, i) => [name + i, kind])));
`;

test('windows in processes of their own, all at once on one budget: never over it, and nobody is refused for whom the file’s order has room', async () => {
  const file = join(folder, 'ledger.jsonl');
  const names = ['p', 'q', 'r', 's', 't', 'u'];
  const start = Date.now() + 2500;
  const said = await Promise.all(names.map((name) => promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program, file, name, String(start)])));
  const outcomes = new Map(said.flatMap(({ stdout }) => JSON.parse(stdout) as readonly (readonly [string, string])[]));
  assert.equal(outcomes.size, 90);

  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as LedgerLine);
  const expected: string[] = [];
  let sum = 0;
  for (const line of lines) {
    if (!('kind' in line) || line.kind !== 'reserve' || sum + line.amount.micros > 500e6) continue;
    sum += line.amount.micros;
    expected.push(line.job);
  }
  const granted = [...outcomes].flatMap(([job, kind]) => (kind === 'reserved' ? [job] : []));
  assert.ok(sum <= 500e6);
  assert.deepEqual(granted.toSorted(), expected.toSorted());
  // Else it was no race.
  const writers = lines.flatMap((line) => ('kind' in line && line.kind === 'reserve' ? [line.job[0]] : []));
  assert.ok(writers.filter((writer, place) => place > 0 && writer !== writers[place - 1]).length > names.length, 'their lines are mixed');
});
