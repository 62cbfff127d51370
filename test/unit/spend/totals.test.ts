import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { Charge } from '../../../src/spend/entry.ts';
import type { Roll } from '../../../src/spend/roll.ts';
import { rollOf, startRolling, take } from '../../../src/spend/rolling.ts';
import { sumOf, totalsOf } from '../../../src/spend/totals.ts';
import { sampleCharge } from './charges.ts';

const charge = (time: Date, micros: number, over: Partial<Charge> = {}): Charge => sampleCharge({ job: `of ${micros}`, time: time.toISOString(), amount: { micros, unit: 'credits' }, ...over });

const rollOfCharges = (charges: readonly Charge[], now: Date, since?: Date): Roll => {
  const rolling = startRolling(since?.getTime() ?? Number.POSITIVE_INFINITY);
  for (const charge of charges) take(rolling, charge);
  return rollOf(rolling, now.getTime());
};

test('today begins at local midnight, the week on Monday, the month with its first day, the session with the window', () => {
  // A Wednesday.
  const now = new Date(2026, 10, 25, 0, 30);
  const since = new Date(2026, 10, 25, 0, 10);
  const charges = [
    charge(new Date(2026, 9, 31, 23, 59, 59), 1),
    charge(new Date(2026, 10, 1, 0, 0, 0), 10),
    charge(new Date(2026, 10, 22, 23, 59, 59), 100),
    charge(new Date(2026, 10, 23, 0, 0, 0), 1_000),
    charge(new Date(2026, 10, 24, 23, 59, 59), 10_000),
    charge(new Date(2026, 10, 25, 0, 0, 0), 100_000),
    charge(new Date(2026, 10, 25, 0, 20), 1_000_000, { workspace: 'file:///other' }),
  ];
  const totals = totalsOf(rollOfCharges(charges, now, since), { now, since, workspace: 'file:///w' });
  const credits = (micros: number) => [{ micros, unit: 'credits' }];
  assert.deepEqual(totals.today, credits(1_100_000));
  assert.deepEqual(totals.week, credits(1_111_000));
  assert.deepEqual(totals.month, credits(1_111_110));
  assert.deepEqual(totals.session, credits(1_000_000));
  assert.deepEqual(totals.workspace, credits(111_111));
  assert.deepEqual(totals.all, credits(1_111_111));
  assert.deepEqual(totals.last, charges[6]);
  assert.deepEqual(totals.lastFive, charges.slice(-5).toReversed());
});

test('nothing spent is no sum at all', () => {
  const now = new Date();
  assert.deepEqual(totalsOf(rollOfCharges([], now), { now, since: now, workspace: '' }), { today: [], week: [], month: [], session: [], workspace: [], all: [], last: undefined, lastFive: [] });
});

test('sums are exact and never mix units', () => {
  const anyCharge = fc.record({ micros: fc.nat(2_000_000_000), unit: fc.constantFrom('credits' as const, 'USD' as const) });
  fc.assert(
    fc.property(fc.array(anyCharge, { maxLength: 300 }), (amounts) => {
      const sums = sumOf(amounts.map((amount) => charge(new Date(0), 0, { amount })));
      for (const unit of ['credits', 'USD'] as const) {
        const expected = amounts.filter((amount) => amount.unit === unit).reduce((sum, { micros }) => sum + BigInt(micros), 0n);
        assert.equal(BigInt(sums.find((sum) => sum.unit === unit)?.micros ?? 0), expected);
      }
      assert.equal(new Set(sums.map(({ unit }) => unit)).size, sums.length);
    }),
  );
});
