import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { Charge } from '../../../src/spend/ledger.ts';
import { sampleCharge } from './charges.ts';
import { sumOf, totalsOf } from '../../../src/spend/totals.ts';

const charge = (time: Date, micros: number, over: Partial<Charge> = {}): Charge => sampleCharge({ time: time.toISOString(), amount: { micros, unit: 'credits' }, ...over });

test('today begins at local midnight, the session with the window', () => {
  const now = new Date(2026, 10, 23, 0, 30);
  const charges = [
    charge(new Date(2026, 10, 22, 23, 59, 59), 1),
    charge(new Date(2026, 10, 23, 0, 0, 0), 10),
    charge(new Date(2026, 10, 23, 0, 20), 100, { workspace: 'file:///other' }),
  ];
  const totals = totalsOf(charges, { now, since: new Date(2026, 10, 23, 0, 10), workspace: 'file:///w' });
  assert.deepEqual(totals.today, [{ micros: 110, unit: 'credits' }]);
  assert.deepEqual(totals.session, [{ micros: 100, unit: 'credits' }]);
  assert.deepEqual(totals.workspace, [{ micros: 11, unit: 'credits' }]);
  assert.deepEqual(totals.all, [{ micros: 111, unit: 'credits' }]);
  assert.equal(totals.last, charges[2]);
});

test('nothing spent is no sum at all', () => {
  const now = new Date();
  assert.deepEqual(totalsOf([], { now, since: now, workspace: '' }), { today: [], session: [], workspace: [], all: [], last: undefined });
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
