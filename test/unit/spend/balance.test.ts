import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { figureIn, isStale, leftOf, readFigure, waitBefore, type Figure } from '../../../src/spend/balance.ts';
import { sampleCharge } from './charges.ts';

const asOf = Date.parse('2026-11-23T10:00:00Z');
const origin = 'https://api.openai-hk.com';
const figure: Figure = { amount: { micros: 5_000_000_000, unit: 'credits' }, asOf, from: 'service' };
const minute = 60_000;
const at = (after: number, over: Parameters<typeof sampleCharge>[0] = {}) => sampleCharge({ time: new Date(asOf + after).toISOString(), ...over });

test('a figure counts down by the charges of its origin and unit since', () => {
  const charges = [at(-1), at(0), at(1), at(minute), at(minute, { origin: 'https://else.example' }), at(minute, { amount: { micros: 5, unit: 'USD' } })];
  assert.deepEqual(leftOf(figure, charges, origin), { micros: 5_000_000_000 - 2 * 783_130_000, unit: 'credits' });
  assert.deepEqual(leftOf({ ...figure, counted: asOf + 1 }, charges, origin), { micros: 5_000_000_000 - 783_130_000, unit: 'credits' }, 'what was taken off is not taken off again');
  assert.deepEqual(leftOf({ ...figure, amount: { micros: 1, unit: 'credits' } }, charges, origin).micros, 1 - 2 * 783_130_000, 'a debt is told');
});

test('a figure that is held before charges go is the same after', () => {
  const charge = fc.record({ after: fc.integer({ min: -minute, max: minute }), micros: fc.nat(2_000_000_000) }).map(({ after, micros }) => at(after, { amount: { micros, unit: 'credits' } }));
  fc.assert(
    fc.property(fc.array(charge), fc.integer({ min: 0, max: minute }), (charges, held) => {
      const known = charges.filter(({ time }) => Date.parse(time) <= asOf + held);
      const kept: Figure = { ...figure, amount: leftOf(figure, known, origin), counted: asOf + held };
      assert.deepEqual(leftOf(kept, charges.filter((one) => !known.includes(one)), origin), leftOf(figure, charges, origin));
    }),
  );
});

test('what was kept is read as it was; anything else is none', () => {
  for (const kept of [figure, { ...figure, counted: asOf + 5, from: 'hand' }, { ...figure, amount: { micros: -5, unit: 'USD' } }]) assert.deepEqual(figureIn(JSON.parse(JSON.stringify(kept))), kept);
  for (const none of [undefined, null, 5, [], {}, { ...figure, amount: 5 }, { ...figure, amount: { micros: 1.5, unit: 'credits' } }, { ...figure, amount: { micros: 1, unit: 'EUR' } }, { ...figure, asOf: '2026' }, { ...figure, asOf: Number.NaN }, { ...figure, from: 'air' }]) assert.equal(figureIn(none), undefined, JSON.stringify(none));
});

test('a service is asked unbidden every three minutes, and one that does not tell every hour', () => {
  const now = asOf + minute;
  assert.equal(waitBefore(undefined, undefined, now), 0);
  assert.equal(waitBefore(figure, undefined, now), 2 * minute, 'another window asked a minute ago');
  assert.equal(waitBefore(undefined, { at: asOf, end: 'failed' }, now), 2 * minute);
  assert.equal(waitBefore(figure, { at: asOf - minute, end: 'fetched' }, now), 2 * minute);
  assert.equal(waitBefore(undefined, { at: asOf, end: 'none' }, now), 59 * minute);
  assert.equal(waitBefore(figure, { at: asOf, end: 'fetched' }, now + 60 * minute), 0);
  assert.equal(waitBefore(figure, undefined, asOf - 24 * 60 * minute), 3 * minute, 'a clock that was put back');
});

test('a figure is stale where the service could not be asked since, or told an earlier window', () => {
  const stale = (asked: Parameters<typeof isStale>[1], after: number, from: Figure['from'] = 'service'): boolean => isStale({ ...figure, from }, asked, asOf + after);
  assert.deepEqual([stale(undefined, minute), stale(undefined, 3 * minute)], [false, true]);
  assert.equal(stale({ at: asOf, end: 'fetched' }, 60 * minute), false);
  for (const end of ['failed', 'none'] as const) assert.equal(stale({ at: asOf + minute, end }, minute), true, end);
  assert.equal(stale({ at: asOf + minute, end: 'failed' }, 60 * minute, 'hand'), false);
});

test('a figure is read as people write it, exactly', () => {
  for (const [text, micros] of [['12500', 12_500_000_000], [' 12,500.5 ', 12_500_500_000], ['12 500', 12_500_000_000], ['$12.50', 12_500_000], ['¥0.000001', 1], ['0', 0], ['007', 7_000_000], ['１２．５', 12_500_000], ['1,000,000,000', 1e15], ['12.', 12_000_000]] as const) assert.deepEqual(readFigure(text), { micros }, text);
  const faults = { empty: ['', '  ', '$'], 'not-a-number': ['much', '1e5', '12,50', '1.2.3', '0x10', '1.1234567', '.5', '12-5', '٣'], low: ['-5', '−1'], high: ['1000000001', '1000000000.1', '9'.repeat(40)] };
  for (const [fault, texts] of Object.entries(faults)) for (const text of texts) assert.deepEqual(readFigure(text), { fault }, text);
  fc.assert(
    fc.property(fc.nat(999_999_999), fc.nat(999_999), (whole, part) => {
      const read = readFigure(`${whole.toLocaleString('en')}.${String(part).padStart(6, '0')}`);
      return 'micros' in read && read.micros === whole * 1e6 + part;
    }),
  );
  fc.assert(fc.property(fc.string(), (text) => 'fault' in readFigure(text) || /\d/.test(text.normalize('NFKC'))));
});
