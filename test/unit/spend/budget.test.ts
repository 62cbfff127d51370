import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { budgetsIn, budgetStates, fits, type Budget, type BudgetRoll } from '../../../src/spend/budget.ts';
import { daysFrom } from '../../../src/spend/days.ts';
import { isWithin, localDay, periodOf, periods } from '../../../src/spend/period.ts';
import type { OpenReservation } from '../../../src/spend/roll.ts';
import { daysWith } from './sums.ts';

const now = new Date(2026, 10, 26, 12);
const hour = 3_600_000;
const nothing: BudgetRoll = { days: daysFrom(), open: [] };
const at = { now, workspace: 'file:///w', warnAt: 80 };
const daily: Budget = { period: 'day', scope: 'everything', limit: 1000, unit: 'credits' };

const reservation = (over: Partial<OpenReservation> = {}): OpenReservation => ({
  version: 1,
  kind: 'reserve',
  job: 'job',
  time: now.toISOString(),
  workspace: 'file:///w',
  service: 'openai-hk',
  origin: 'https://api.openai-hk.com',
  amount: { micros: 100_000_000, unit: 'credits' },
  doubt: false,
  ...over,
});

const spent = (micros: number, { day = localDay(now), workspace = 'file:///w', unit = 'credits' as const } = {}): BudgetRoll => ({ days: daysWith([[day, { workspace, unit, micros, charges: 1 }]]), open: [] });

test('a budget warns at its share and is over at its limit, to the millionth', () => {
  const level = (micros: number) => budgetStates(spent(micros), [daily], at)[0]?.level;
  assert.equal(level(799_999_999), 'ok');
  assert.equal(level(800_000_000), 'warn');
  assert.equal(level(999_999_999), 'warn');
  assert.equal(level(1_000_000_000), 'over');
  const [state] = budgetStates(spent(250_000_000), [daily], at);
  assert.deepEqual(state, { budget: daily, spent: { micros: 250_000_000, unit: 'credits' }, reserved: { micros: 0, unit: 'credits' }, share: 0.25, level: 'ok' });
  assert.ok(state);
  assert.ok(fits(state, { micros: 750_000_000, unit: 'credits' }), 'up to the limit');
  assert.ok(!fits(state, { micros: 750_000_001, unit: 'credits' }));
  assert.ok(fits(state, { micros: 750_000_001, unit: 'USD' }), 'money of another unit is none of its');
});

test('a budget of 0 sends nothing that costs', () => {
  const [state] = budgetStates(nothing, [{ ...daily, limit: 0 }], at);
  assert.ok(state);
  assert.equal(state.level, 'over');
  assert.equal(state.share, 1);
  assert.ok(!fits(state, { micros: 1, unit: 'credits' }));
});

test('what is reserved counts: under way to now, without an answer to its own day', () => {
  const reserved = (over: Partial<OpenReservation>, budget = daily) => budgetStates({ ...nothing, open: [reservation(over)] }, [budget], at)[0]?.reserved.micros;
  const yesterday = new Date(now.getTime() - 13 * hour).toISOString();
  assert.equal(reserved({}), 100_000_000);
  assert.equal(reserved({ doubt: true }), 100_000_000);
  assert.equal(reserved({ time: yesterday }), 100_000_000, 'it will be charged today');
  assert.equal(reserved({ time: yesterday, doubt: true }), 0, 'if it was charged, then yesterday');
  assert.equal(reserved({ time: yesterday, doubt: true }, { ...daily, period: 'week' }), 100_000_000);
  assert.equal(reserved({ time: new Date(now.getTime() - 50 * hour).toISOString() }), 0, 'nothing is under way for so long');
  assert.equal(reserved({ workspace: 'file:///other' }), 100_000_000);
  assert.equal(reserved({ workspace: 'file:///other' }, { ...daily, scope: 'workspace' }), 0);
  assert.equal(reserved({ amount: { micros: 1, unit: 'USD' } }), 0);
});

test('budgets count what is theirs, exactly, and never mix units', () => {
  const anyDay = fc.integer({ min: -45, max: 45 }).map((days) => localDay(new Date(2026, 10, 26 + days, 12)));
  const anySum = fc.record({ day: anyDay, workspace: fc.constantFrom('file:///w', 'file:///other', ''), unit: fc.constantFrom('credits' as const, 'USD' as const), micros: fc.nat(2_000_000_000_000) });
  const anyBudget = fc.record({ period: fc.constantFrom(...periods), scope: fc.constantFrom('everything' as const, 'workspace' as const), limit: fc.nat(1_000_000), unit: fc.constantFrom('credits' as const, 'USD' as const) });
  fc.assert(
    fc.property(fc.array(anySum, { maxLength: 60 }), fc.array(anyBudget, { maxLength: 6 }), fc.constantFrom('file:///w', ''), (sums, budgets, workspace) => {
      const days = daysWith(sums.map(({ day, ...sum }) => [day, { ...sum, charges: 1 }]));
      const states = budgetStates({ days, open: [] }, budgets, { now, workspace, warnAt: 80 });
      assert.deepEqual(states.map(({ budget }) => budget), budgets);
      for (const { budget, spent: found, level } of states) {
        const own = sums.filter(({ day, workspace: of, unit }) => unit === budget.unit && (budget.scope === 'everything' || of === workspace) && isWithin(day, periodOf(budget.period, now)));
        const expected = own.reduce((sum, { micros }) => sum + BigInt(micros), 0n);
        assert.equal(BigInt(found.micros), expected);
        assert.equal(found.unit, budget.unit);
        assert.equal(level === 'over', expected >= BigInt(budget.limit) * 1_000_000n);
      }
    }),
  );
});

test('a longer period never has less in it', () => {
  const anySum = fc.record({ days: fc.integer({ min: -40, max: 0 }), micros: fc.nat(1_000_000_000) });
  fc.assert(
    fc.property(fc.array(anySum, { maxLength: 40 }), (sums) => {
      const days = daysWith(sums.map(({ days: back, micros }) => [localDay(new Date(2026, 10, 26 + back, 12)), { workspace: '', unit: 'credits', micros, charges: 1 }]));
      const of = (period: Budget['period']): number => budgetStates({ days, open: [] }, [{ ...daily, period }], at)[0]?.spent.micros ?? -1;
      assert.ok(of('day') <= of('week') && of('day') <= of('month') && of('week') <= of('all') && of('month') <= of('all'));
    }),
  );
});

test('the setting is read entry by entry, whatever it holds', () => {
  const good = { period: 'month', scope: 'workspace', limit: 12.5, unit: 'USD' };
  assert.deepEqual(budgetsIn([good]), { budgets: [good], malformed: 0 });
  assert.deepEqual(budgetsIn([{ period: 'day', limit: 0, unit: 'credits', more: 1 }]), { budgets: [{ period: 'day', scope: 'everything', limit: 0, unit: 'credits' }], malformed: 0 });
  const bad: unknown[] = [null, 7, 'day', [], {}, { ...good, period: 'year' }, { ...good, scope: null }, { ...good, limit: -1 }, { ...good, limit: '5' }, { ...good, limit: Number.NaN }, { ...good, limit: 1e12 }, { ...good, unit: 'EUR' }];
  assert.deepEqual(budgetsIn([...bad, good]), { budgets: [good], malformed: bad.length });
  assert.deepEqual(budgetsIn(undefined), { budgets: [], malformed: 0 });
  assert.deepEqual(budgetsIn({ day: 5 }), { budgets: [], malformed: 1 });
  fc.assert(
    fc.property(fc.anything(), (value) => {
      const { budgets, malformed } = budgetsIn(value);
      if (Array.isArray(value)) assert.equal(budgets.length + malformed, value.length);
      for (const budget of budgets) assert.ok(budgetStates(nothing, [budget], at).every(({ share }) => share >= 0));
    }),
  );
});
