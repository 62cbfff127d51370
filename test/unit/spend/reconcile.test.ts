import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { LogRow } from '../../../src/images/logRow.ts';
import type { Charge } from '../../../src/spend/entry.ts';
import { openLedger } from '../../../src/spend/ledger.ts';
import { correctionsFor, nearEnough, reconcile, type Entering, type Groups } from '../../../src/spend/reconcile.ts';
import type { OpenReservation } from '../../../src/spend/roll.ts';
import { sampleCharge } from './charges.ts';

const start = Date.parse('2026-11-23T10:00:00Z');
const minute = 60_000;
const micros = (prompt: number, completion: number): number => (prompt * 5 + completion * 40) * 71_000;

const rowAt = (id: string, time: number, over: Partial<LogRow> = {}): LogRow => {
  const { promptTokens = 6, completionTokens = 275 } = over;
  return { id, model: 'gpt-image-2', time, promptTokens, completionTokens, micros: micros(promptTokens, completionTokens), ...over };
};
const chargeAt = (job: string, time: number, over: Partial<Charge> = {}): Charge => {
  const { usage = { textIn: 6, imageIn: 0, imageOut: 275 } } = over;
  return sampleCharge({ job, time: new Date(time).toISOString(), usage, amount: { micros: micros(usage.textIn, usage.imageOut), unit: 'credits' }, ...over });
};
const estimated = (job: string, time: number, amount: number): Charge => {
  const { usage, ...charge } = chargeAt(job, time, { measured: false, amount: { micros: amount, unit: 'credits' } });
  assert.ok(usage);
  return charge;
};
const both = (rows: readonly LogRow[], charges: readonly Charge[], ahead = 0) => {
  const { matched, onlyHere, onlyThere } = reconcile(rows, charges, { ahead });
  return { matched: matched.map(({ charge, row, delta }) => [charge.job, row.id, delta]), onlyHere: onlyHere.map(({ job }) => job), onlyThere: onlyThere.map(({ id }) => id) };
};

test('a call that is in both is matched by its model and tokens', () => {
  assert.deepEqual(both([rowAt('1', start)], [chargeAt('a', start + minute)]), { matched: [['a', '1', 0]], onlyHere: [], onlyThere: [] });
  const rows = [rowAt('1', start), rowAt('2', start, { completionTokens: 276 }), rowAt('3', start, { model: 'gpt-image-1' })];
  assert.deepEqual(both(rows, [chargeAt('b', start, { model: 'gpt-image-1' }), chargeAt('a', start, { usage: { textIn: 2, imageIn: 4, imageOut: 276 } })]).matched.map(([job, id]) => [job, id]), [['b', '3'], ['a', '2']], 'what came in is counted as one');
});

test('what is in one alone is told, and what is too far apart is not the same call', () => {
  const found = both([rowAt('1', start), rowAt('2', start + 3 * nearEnough)], [chargeAt('a', start + nearEnough), chargeAt('b', start + 5 * nearEnough)]);
  assert.deepEqual(found, { matched: [['a', '1', 0]], onlyHere: ['b'], onlyThere: ['2'] });
});

test('what was billed otherwise than entered is told, exactly', () => {
  const cheaper = rowAt('1', start, { micros: 400_000_001 });
  assert.deepEqual(both([cheaper], [chargeAt('a', start)]).matched, [['a', '1', 400_000_001 - 783_130_000]]);
});

test('a charge that does not know its tokens is a row that no other charge is', () => {
  const rows = [rowAt('1', start), rowAt('2', start + minute, { completionTokens: 4160 })];
  const found = both(rows, [estimated('b', start, 900_000_000), chargeAt('a', start)]);
  assert.deepEqual(found.matched, [['b', '2', micros(6, 4160) - 900_000_000], ['a', '1', 0]]);
});

test('a clock that is wrong does not part them, and rows come in this computer’s time', () => {
  for (const ahead of [-26 * 60 * minute, 3 * 60 * minute]) {
    const { matched } = reconcile([rowAt('1', start + ahead)], [chargeAt('a', start)], { ahead });
    assert.deepEqual(matched.map(({ row }) => row.time), [start], String(ahead));
  }
  assert.deepEqual(both([rowAt('1', start + 3 * 60 * minute)], [chargeAt('a', start)]).matched, []);
});

test('a row that the log gives twice is one call; one that is down as nothing is not missed', () => {
  assert.deepEqual(both([rowAt('1', start), rowAt('1', start)], [chargeAt('a', start), chargeAt('b', start + minute)]), { matched: [['a', '1', 0]], onlyHere: ['b'], onlyThere: [] });
  assert.deepEqual(both([], [chargeAt('a', start, { amount: { micros: 0, unit: 'credits' } })]), { matched: [], onlyHere: [], onlyThere: [] });
});

/** Calls as they were, and what became of each in the log and in the ledger. */
const call = fc.record({
  /** Milliseconds after the call before. */
  gap: fc.integer({ min: 0, max: 20 * minute }),
  tokens: fc.constantFrom(272, 275, 1056),
  model: fc.constantFrom('gpt-image-2', 'gpt-image-1'),
  /** From the service's writing it down to our reading the answer; sent, brought home later, where it is before. */
  late: fc.integer({ min: -4 * minute, max: 4 * minute }),
  fate: fc.constantFrom('both', 'both', 'both', 'lost', 'never'),
  measured: fc.boolean(),
});
type Call = typeof call extends fc.Arbitrary<infer T> ? T : never;

/** The two sides of some calls. Equal ones begin at least `apart` from each other. */
function sides(calls: readonly Call[], ahead: number, apart: number): { readonly rows: LogRow[]; readonly charges: Charge[] } {
  const last = new Map<string, number>();
  let now = start;
  const [rows, charges]: [LogRow[], Charge[]] = [[], []];
  for (const [index, { gap, tokens, model, late, fate }] of calls.entries()) {
    now += gap;
    const before = last.get(`${model} ${tokens}`);
    if (before !== undefined) now = Math.max(now, before + apart);
    last.set(`${model} ${tokens}`, now);
    if (fate !== 'never') rows.push(rowAt(String(1000 + index), Math.floor((now + ahead) / 1000) * 1000, { model, completionTokens: tokens }));
    if (fate !== 'lost') charges.push(chargeAt(`job${1000 + index}`, now + late, { model, usage: { textIn: 6, imageIn: 0, imageOut: tokens } }));
  }
  return { rows, charges };
}

const clocks = fc.integer({ min: -30 * 60 * minute, max: 30 * 60 * minute });
const shuffled = <T>(values: readonly T[], by: number): T[] => values.map((value, index) => ({ value, key: Math.imul(index + 1, by | 1) })).toSorted((a, b) => a.key - b.key).map(({ value }) => value);

test('what happened is found again: lost charges, calls that were never billed, clocks off, in any order', () => {
  fc.assert(
    fc.property(fc.array(call, { maxLength: 40 }), clocks, fc.integer(), (calls, ahead, order) => {
      const { rows, charges } = sides(calls, ahead, 3 * nearEnough);
      const found = reconcile(shuffled(rows, order), shuffled(charges, order), { ahead });
      const names = (fate: string): string[] => calls.flatMap((one, index) => (one.fate === fate ? [String(1000 + index)] : []));
      assert.deepEqual(found.matched.map(({ charge, row, delta }) => `${charge.job} ${row.id} ${delta}`).toSorted(), names('both').map((id) => `job${id} ${id} 0`).toSorted());
      assert.deepEqual(found.onlyThere.map(({ id }) => id).toSorted(), names('lost').toSorted());
      assert.deepEqual(found.onlyHere.map(({ job }) => job).toSorted(), names('never').map((id) => `job${id}`).toSorted());
    }),
  );
});

test('calls that look alike, one after the other, keep their order', () => {
  fc.assert(
    fc.property(fc.array(call, { maxLength: 40 }), clocks, (calls, ahead) => {
      const alike = calls.map((one) => ({ ...one, fate: 'both' as const, late: 2000, tokens: 275 as const, model: 'gpt-image-2' as const }));
      const { rows, charges } = sides(alike, ahead, 1000);
      const found = reconcile(rows, charges, { ahead });
      assert.deepEqual(found.matched.map(({ charge, row }) => [charge.job, row.id]), alike.map((_, index) => [`job${1000 + index}`, String(1000 + index)]));
    }),
  );
});

test('the order in which they are given decides nothing, among calls of one moment neither', () => {
  fc.assert(
    fc.property(fc.array(call, { maxLength: 20 }), fc.integer(), fc.integer(), (calls, one, other) => {
      const { rows, charges } = sides(calls.map((some) => ({ ...some, gap: some.gap % 3, late: 0 })), 0, 0);
      const pairs = (by: number): string[] => reconcile(shuffled(rows, by), shuffled(charges, by), { ahead: 0 }).matched.map(({ charge, row }) => `${charge.job} ${row.id}`).toSorted();
      assert.deepEqual(pairs(one), pairs(other));
    }),
  );
});

test('each is used once, like goes with like, and nothing that could be matched is left over', () => {
  fc.assert(
    fc.property(fc.array(call, { maxLength: 40 }), fc.array(call, { maxLength: 40 }), (one, other) => {
      const { rows } = sides(one, 0, 0);
      const charges = sides(other, 0, 0).charges.map((charge, index) => (other[index]?.measured === false ? estimated(charge.job, Date.parse(charge.time), charge.amount.micros) : charge));
      const { matched, onlyHere, onlyThere } = reconcile(rows, charges, { ahead: 0 });
      assert.equal(new Set(matched.map(({ charge }) => charge.job)).size, matched.length);
      assert.equal(new Set(matched.map(({ row }) => row.id)).size, matched.length);
      assert.deepEqual([...matched.map(({ charge }) => charge.job), ...onlyHere.map(({ job }) => job)].toSorted(), charges.map(({ job }) => job).toSorted());
      assert.deepEqual([...matched.map(({ row }) => row.id), ...onlyThere.map(({ id }) => id)].toSorted(), rows.map(({ id }) => id).toSorted());
      const fits = (charge: Charge, row: LogRow): boolean => charge.model === row.model && Math.abs(Date.parse(charge.time) - row.time) <= nearEnough && (charge.usage === undefined || charge.usage.imageOut === row.completionTokens);
      for (const { charge, row } of matched) assert.ok(fits(charge, row));
      for (const charge of onlyHere) for (const row of onlyThere) assert.ok(!fits(charge, row), `${charge.job} is ${row.id}`);
    }),
  );
});

const entering: Entering = { now: new Date(start + 60 * minute), service: 'openai-hk', origin: 'https://api.openai-hk.com', doubts: [], until: 15 * minute };
const all: Groups = { matched: true, onlyThere: true, onlyHere: true };

test('only the groups that are wanted are entered', () => {
  const found = reconcile([rowAt('1', start, { micros: 1 }), rowAt('2', start, { completionTokens: 9 })], [chargeAt('a', start), chargeAt('b', start, { model: 'm' })], { ahead: 0 });
  const names = (groups: Partial<Groups>): string[] => correctionsFor(found, { matched: false, onlyThere: false, onlyHere: false, ...groups }, entering).map(({ job }) => job);
  assert.deepEqual([names({}), names({ matched: true }), names({ onlyThere: true }), names({ onlyHere: true })], [[], ['a'], ['row:2@api.openai-hk.com'], ['b']]);
});

const doubt = (job: string, time: number, amount = 1_000_000_000): OpenReservation => ({ version: 1, kind: 'reserve', job, time: new Date(time).toISOString(), workspace: 'file:///w', service: 'openai-hk', origin: entering.origin, amount: { micros: amount, unit: 'credits' }, doubt: true });

test('a call that can only be a request without an answer is entered as that', () => {
  const jobs = (rows: readonly LogRow[], doubts: readonly OpenReservation[]): string[] => correctionsFor(reconcile(rows, [], { ahead: 0 }), all, { ...entering, doubts }).map(({ job }) => job.replace(/@.*/, ''));
  assert.deepEqual(jobs([rowAt('1', start + minute)], [doubt('d', start)]), ['d']);
  assert.deepEqual(jobs([rowAt('1', start + minute), rowAt('2', start + 2 * minute)], [doubt('d', start)]), ['row:2', 'row:1'], 'two could be it');
  assert.deepEqual(jobs([rowAt('1', start + minute)], [doubt('d', start), doubt('e', start)]), ['row:1'], 'it could be either');
  assert.deepEqual(jobs([rowAt('1', start + minute), rowAt('2', start + 40 * minute)], [doubt('d', start), doubt('e', start + 39 * minute)]), ['e', 'd']);
  for (const not of [doubt('d', start + 3 * minute), doubt('d', start - 20 * minute), doubt('d', start, 1), { ...doubt('d', start), origin: 'https://else.example' }]) assert.deepEqual(jobs([rowAt('1', start + minute)], [not]), ['row:1']);
});

test('entered into a real ledger, both sides agree; entered twice, by anyone, nothing changes', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'easel-reconcile-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  let file = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(call, { maxLength: 15 }), fc.boolean(), async (calls, dearer) => {
      const path = join(folder, String((file += 1)), 'ledger.jsonl');
      const ledger = openLedger(path);
      const { rows, charges } = sides(calls, 0, 0);
      const billed = dearer ? rows.map((row) => ({ ...row, micros: row.micros + 7 })) : rows;
      for (const charge of charges) await ledger.append(charge);
      const found = reconcile(billed, await ledger.read(), { ahead: 0 });
      const enter = async (): Promise<void> => {
        for (const line of correctionsFor(found, all, entering)) await ledger.append(line);
      };
      await enter();
      const sum = billed.reduce((total, { micros: cost }) => total + cost, 0);
      const total = async (): Promise<number> => (await openLedger(path).read()).reduce((whole, { amount }) => whole + amount.micros, 0);
      assert.equal(await total(), sum, 'to the millionth of a credit');
      const again = reconcile(billed, await ledger.read(), { ahead: 0 });
      assert.deepEqual(correctionsFor(again, all, entering), [], 'nothing is left to enter');
      await enter();
      assert.equal(await total(), sum);
      assert.equal((await openLedger(path).roll()).totals.reduce((whole, amount) => whole + amount.micros, 0), sum, 'and so the roll');
    }),
    { numRuns: 30 },
  );
});
