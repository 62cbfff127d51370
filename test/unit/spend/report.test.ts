import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { Charge } from '../../../src/spend/entry.ts';
import { rangeOf } from '../../../src/spend/range.ts';
import { chargesIn, reportOf, ticksOf } from '../../../src/spend/report.ts';
import { sampleCharge } from './charges.ts';

const now = new Date(2026, 10, 26, 14, 30);
const at = (month: number, day: number, hour = 12): string => new Date(2026, month - 1, day, hour).toISOString();
const all = { from: -8.64e15, to: 8.64e15 };
const credits = (micros: number): Charge['amount'] => ({ micros, unit: 'credits' });

test('sums are told per unit, and never across', () => {
  const { units, charges } = reportOf([sampleCharge({ amount: credits(1) }), sampleCharge({ amount: { micros: 2, unit: 'USD' } }), sampleCharge({ amount: credits(4) })], all, { now });
  assert.equal(charges, 3);
  assert.deepEqual(units.map(({ unit, total }) => [unit, total.micros, total.charges]), [['credits', 5, 2], ['USD', 2, 1]]);
});

test('a range has its first moment and not its last', () => {
  const charges = [10, 20, 30].map((time) => sampleCharge({ time: new Date(time).toISOString() }));
  assert.deepEqual(chargesIn(charges, { from: 10, to: 30 }).map(({ time }) => Date.parse(time)), [10, 20]);
});

test('a day of a chart has what each model cost', () => {
  const charges = [
    sampleCharge({ time: at(11, 24), model: 'a', amount: credits(5) }),
    sampleCharge({ time: at(11, 26, 1), model: 'b', amount: credits(7) }),
    sampleCharge({ time: at(11, 26, 2), model: 'a', amount: credits(1) }),
    sampleCharge({ time: at(11, 26, 3), model: 'b', amount: credits(2) }),
  ];
  const range = rangeOf({ preset: '7-days' }, now);
  assert.ok(range);
  const [unit] = reportOf(charges, range, { now }).units;
  assert.equal(unit?.step, 'day');
  assert.deepEqual(unit?.buckets.map(({ start, micros }) => [new Date(start).getDate(), micros]), [[20, 0], [21, 0], [22, 0], [23, 0], [24, 5], [25, 0], [26, 10]]);
  assert.deepEqual(Object.fromEntries(unit?.buckets.at(-1)?.models ?? []), { a: 1, b: 9 });
  assert.deepEqual(unit?.models.map(({ model, micros }) => [model, micros]), [['b', 9], ['a', 6]]);
});

test('long ranges are shown by weeks, months and years, and days ahead are not', () => {
  const stepsFrom = (...times: string[]) => {
    const [unit] = reportOf(times.map((time) => sampleCharge({ time })), all, { now }).units;
    return [unit?.step, unit?.buckets.length];
  };
  assert.deepEqual(stepsFrom(at(11, 20)), ['day', 7]);
  assert.deepEqual(stepsFrom(at(6, 1)), ['week', 26]);
  assert.deepEqual(stepsFrom(new Date(2024, 0, 5).toISOString()), ['month', 35]);
  assert.deepEqual(stepsFrom(new Date(2010, 0, 5).toISOString()), ['year', 17]);
  // A clock that ran wild does not make a chart of thousands of columns.
  assert.deepEqual(stepsFrom('0100-01-01T00:00:00.000Z', at(11, 20)), ['year', 2]);
  const month = rangeOf({ preset: 'month' }, now);
  assert.ok(month);
  assert.equal(reportOf([sampleCharge({ time: at(11, 2) })], month, { now }).units[0]?.buckets.length, 26);
});

test('a picture counts as kept while its file is there, and for the one that was put there last', () => {
  const charges = [
    sampleCharge({ job: '1', amount: credits(100), files: ['file:///a.png', 'file:///b.png'] }),
    sampleCharge({ job: '2', amount: credits(50), files: ['file:///b.png'] }),
    sampleCharge({ job: '3', amount: credits(1000) }),
    sampleCharge({ job: '4', amount: credits(20), files: ['file:///gone.png'] }),
  ];
  const [unit] = reportOf(charges, all, { now, isThere: (file) => file !== 'file:///gone.png' }).units;
  assert.deepEqual(unit?.kept, { micros: 170, pictures: 4, kept: 2, each: 85 });
  assert.equal(reportOf(charges, all, { now }).units[0]?.kept, undefined);
  assert.deepEqual(reportOf(charges, all, { now, isThere: () => false }).units[0]?.kept, { micros: 170, pictures: 4, kept: 0 });
});

test('the dearest requests are ten, the newer of equal ones first', () => {
  const charges = Array.from({ length: 15 }, (_, index) => sampleCharge({ job: String(index), time: new Date(index * 1000).toISOString(), amount: credits(index < 12 ? 5 : 9) }));
  const [unit] = reportOf(charges, all, { now }).units;
  assert.deepEqual(unit?.dearest.map(({ job }) => job), ['14', '13', '12', '11', '10', '9', '8', '7', '6', '5']);
});

test('of very many requests the dearest are the same as if all were put in order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1500, maxLength: 2500 }), (costs) => {
      const charges = costs.map((micros, index) => sampleCharge({ job: String(index), time: new Date(index * 1000).toISOString(), amount: credits(micros) }));
      const expected = charges.toSorted((a, b) => b.amount.micros - a.amount.micros || Date.parse(b.time) - Date.parse(a.time)).slice(0, 10);
      assert.deepEqual(reportOf(charges, all, { now }).units[0]?.dearest.map(({ job }) => job), expected.map(({ job }) => job));
    }),
    { numRuns: 10 },
  );
});

const charge = fc.record({
  time: fc.date({ min: new Date(2026, 0, 1), max: new Date(2026, 11, 31), noInvalidDate: true }).map((date) => date.toISOString()),
  workspace: fc.constantFrom('', 'file:///a', 'file:///b'),
  model: fc.constantFrom('m', 'n', 'constructor', '__proto__'),
  quality: fc.constantFrom('low', 'high'),
  received: fc.integer({ min: 0, max: 10 }),
  amount: fc.record({ micros: fc.integer({ min: 0, max: 9_000_000_000 }), unit: fc.constantFrom('credits' as const, 'USD' as const) }),
  measured: fc.boolean(),
});

test('whatever was spent is in every breakdown, to the millionth', () => {
  fc.assert(
    fc.property(fc.array(charge, { maxLength: 60 }), fc.constantFrom('7-days', '30-days', 'month', 'all'), (drafts, preset) => {
      const charges = drafts.map((over, index) => sampleCharge({ ...over, job: String(index) }));
      const range = rangeOf({ preset }, now);
      assert.ok(range);
      const inside = chargesIn(charges, range);
      const report = reportOf(charges, range, { now });
      assert.equal(report.charges, inside.length);
      for (const unit of report.units) {
        const expected = inside.filter(({ amount }) => amount.unit === unit.unit).reduce((sum, { amount }) => sum + BigInt(amount.micros), 0n);
        const sums = (parts: readonly { readonly micros: number }[]): bigint => parts.reduce((sum, { micros }) => sum + BigInt(micros), 0n);
        assert.equal(BigInt(unit.total.micros), expected);
        for (const parts of [unit.buckets, unit.models, unit.workspaces, unit.qualities, [unit.measured, unit.estimated]]) assert.equal(sums(parts), expected);
        for (const { micros, models } of unit.buckets) assert.equal([...models.values()].reduce((sum, part) => sum + part, 0), micros);
        assert.equal(unit.workspaces.reduce((sum, { charges }) => sum + charges, 0), unit.total.charges);
      }
      assert.equal(report.units.reduce((sum, { total }) => sum + total.charges, 0), inside.length);
    }),
  );
});

test('the figures of a chart are round, few, and reach over what is drawn', () => {
  assert.deepEqual(ticksOf(0), [0]);
  assert.deepEqual(ticksOf(783_130_000), [0, 200_000_000, 400_000_000, 600_000_000, 800_000_000]);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (most) => {
      const ticks = ticksOf(most);
      assert.ok(ticks.length >= 2 && ticks.length <= 6, ticks.join());
      assert.ok((ticks.at(-1) ?? 0) >= most && (ticks.at(-2) ?? 0) < most, ticks.join());
      assert.ok(ticks.every(Number.isInteger));
    }),
  );
});
