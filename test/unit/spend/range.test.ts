import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { nextStep, stepStart, stepsIn } from '../../../src/spend/buckets.ts';
import { localDay } from '../../../src/spend/period.ts';
import { dayIn, rangeOf, startOfDay, type RangeChoice } from '../../../src/spend/range.ts';

const now = new Date(2026, 10, 26, 14, 30);
const daysOf = (choice: RangeChoice, at = now): string[] => {
  const range = rangeOf(choice, at);
  // The last moment belongs to the day before.
  return range ? [localDay(new Date(range.from)), localDay(new Date(range.to - 1))] : [];
};

test('ranges go by the local calendar', () => {
  assert.deepEqual(daysOf({ preset: 'today' }), ['2026-11-26', '2026-11-26']);
  assert.deepEqual(daysOf({ preset: '7-days' }), ['2026-11-20', '2026-11-26']);
  assert.deepEqual(daysOf({ preset: '30-days' }), ['2026-10-28', '2026-11-26']);
  assert.deepEqual(daysOf({ preset: 'month' }), ['2026-11-01', '2026-11-30']);
  assert.deepEqual(daysOf({ preset: 'month' }, new Date(2026, 11, 31, 23, 59)), ['2026-12-01', '2026-12-31']);
  assert.deepEqual(daysOf({ preset: 'custom', from: '2026-02-27', to: '2026-03-01' }), ['2026-02-27', '2026-03-01']);
});

test('all time leaves out nothing', () => {
  const range = rangeOf({ preset: 'all' }, now);
  assert.ok(range && range.from <= Date.parse('-271821-04-20') && range.to >= Date.parse('9999-12-31'));
});

test('days that there are not, and ranges that end before they begin, are none', () => {
  for (const day of ['2026-02-30', '2026-13-01', '2026-1-1', '', 'today', '2026-00-10', '2026-11-26T00:00']) assert.equal(dayIn(day), undefined, day);
  assert.equal(rangeOf({ preset: 'custom', from: '2026-03-02', to: '2026-03-01' }, now), undefined);
  assert.ok(dayIn('0001-01-01'));
});

const moment = fc.date({ min: new Date(1990, 0, 1), max: new Date(2060, 0, 1), noInvalidDate: true });

test('a day is read as it is written', () => {
  fc.assert(
    fc.property(moment, (date) => {
      assert.equal(dayIn(localDay(date))?.getTime(), startOfDay(date).getTime());
    }),
  );
});

test('steps follow each other without a gap, and every moment is in the one that it is counted to', () => {
  fc.assert(
    fc.property(moment, fc.constantFrom('day', 'week', 'month', 'year'), (date, step) => {
      const start = stepStart(date, step);
      const next = nextStep(start, step);
      assert.ok(start <= date && date < next, `${start.toISOString()} ${next.toISOString()}`);
      assert.equal(stepStart(next, step).getTime(), next.getTime());
      assert.equal(stepStart(start, step).getTime(), start.getTime());
      if (step === 'week') assert.equal(start.getDay(), 1);
      assert.deepEqual(stepsIn({ from: start.getTime(), to: next.getTime() + 1 }, step, new Set()), [start.getTime(), next.getTime()]);
    }),
  );
});
