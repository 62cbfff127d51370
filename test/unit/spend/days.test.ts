import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { daysFrom, type SpendSum } from '../../../src/spend/days.ts';
import { isWithin } from '../../../src/spend/period.ts';
import { tableOf } from '../../../src/spend/table.ts';
import { daysTold, daysWith } from './sums.ts';

const anyDay = fc.integer({ min: 1, max: 12 }).map((day) => `2026-11-${String(day).padStart(2, '0')}`);
const anySum: fc.Arbitrary<SpendSum> = fc.record({ workspace: fc.constantFrom('', 'a', 'b'), unit: fc.constantFrom('credits', 'USD'), micros: fc.integer({ min: -1e12, max: 1e12 }), charges: fc.nat(5) }, { noNullPrototype: true });
const anySpending = fc.array(fc.tuple(anyDay, anySum), { maxLength: 60 });

/** Added up in the plainest way, by a key for each sum. */
function plainly(sums: readonly SpendSum[]): Record<string, readonly [micros: number, charges: number]> {
  const found: Record<string, readonly [number, number]> = {};
  for (const { workspace, unit, micros, charges } of sums) {
    const [before, count] = found[`${workspace} ${unit}`] ?? [0, 0];
    found[`${workspace} ${unit}`] = [before + micros, count + charges];
  }
  return found;
}

test('days tell what was added to them, in whatever order that came, also where some of it was kept as a table', () => {
  fc.assert(
    fc.property(anySpending, anySpending, anyDay, anyDay, (kept, since, from, to) => {
      const before = daysWith(kept);
      const days = daysFrom({ table: tableOf(before), whole: before.within(undefined) });
      for (const [day, sum] of since) days.add(day, sum);
      const all = [...kept, ...since];
      assert.deepEqual(days.names(), [...new Set(all.map(([day]) => day))].toSorted());
      for (const day of [...days.names(), '2026-12-01']) assert.deepEqual(plainly(days.of(day)), plainly(all.filter(([of]) => of === day).map(([, sum]) => sum)));
      const within = days.within({ from, to });
      assert.deepEqual(plainly(within), plainly(all.filter(([day]) => isWithin(day, { from, to })).map(([, sum]) => sum)));
      assert.deepEqual(plainly(days.within(undefined)), plainly(all.map(([, sum]) => sum)));
      assert.deepEqual(daysTold(days), daysTold(daysWith(all)), 'a table in between changes nothing');
    }),
  );
});

test('a copy stays as it is when more is added, and so does what it was made of', () => {
  const sum: SpendSum = { workspace: 'a', unit: 'credits', micros: 5, charges: 1 };
  const before = daysWith([['2026-11-02', sum]]);
  const kept = daysTold(before);
  const days = daysFrom({ table: tableOf(before), whole: before.within(undefined) });
  const copy = days.copy();
  days.add('2026-11-02', sum);
  days.add('2026-11-03', sum);
  assert.deepEqual(daysTold(copy), kept);
  assert.deepEqual(daysTold(before), kept);
  assert.deepEqual(days.within({ from: '2026-11-02', to: '2026-11-02' }), [{ ...sum, micros: 10, charges: 2 }]);
  assert.deepEqual(days.within(undefined), [{ ...sum, micros: 15, charges: 3 }]);
});
