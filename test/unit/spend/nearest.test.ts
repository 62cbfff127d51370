import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { pairNearest, type Moment } from '../../../src/spend/nearest.ts';

const near = 10;
const moments = (times: readonly number[]): readonly Moment<number>[] => times.map((at, value) => ({ at, value }));
const pairs = (ones: readonly number[], others: readonly number[]): readonly (readonly [number, number])[] => pairNearest(moments(ones), moments(others), near);

test('what can be paired with one alone is, however far within reach', () => {
  assert.deepEqual(pairs([0], [10]), [[0, 0]]);
  assert.deepEqual(pairs([0], [11]), []);
  assert.deepEqual(pairs([], [1]), []);
  assert.deepEqual(pairs([5, 0], [6, 1]), [[1, 1], [0, 0]], 'in the order of time');
});

test('among equals the nearest, without crossing', () => {
  assert.deepEqual(pairs([0, 4], [3]), [[1, 0]]);
  assert.deepEqual(pairs([0, 4], [2, 6]), [[0, 0], [1, 1]]);
  assert.deepEqual(pairs([0, 0, 0], [1, 1]).length, 2);
  assert.deepEqual(pairs([0, 9], [9, 18]), [[1, 0]], 'one that is right is worth more than two that are far off');
});

const times = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 6 });
const costOf = (count: number, all: number, apart: number): number => apart + ((all - 2 * count) * near) / 2;

/** The least cost of any pairing at all, crossing or not, by trying them all. */
function least(ones: readonly number[], others: readonly number[]): number {
  const [one, ...rest] = ones;
  if (one === undefined) return (others.length * near) / 2;
  const tries = others.flatMap((other, place) => (Math.abs(one - other) <= near ? [Math.abs(one - other) + least(rest, others.toSpliced(place, 1))] : []));
  return Math.min(near / 2 + least(rest, others), ...tries);
}

test('no other pairing is better, each is used once, and none cross', () => {
  fc.assert(
    fc.property(times, times, (ones, others) => {
      const found = pairs(ones, others);
      assert.equal(new Set(found.map(([one]) => one)).size, found.length);
      assert.equal(new Set(found.map(([, other]) => other)).size, found.length);
      const at = found.map(([one, other]) => [ones[one] ?? 0, others[other] ?? 0] as const);
      for (const [one, other] of at) {
        assert.ok(Math.abs(one - other) <= near);
        for (const [a, b] of at) assert.ok(!(a < one && b > other), 'crossing');
      }
      const apart = at.reduce((sum, [one, other]) => sum + Math.abs(one - other), 0);
      assert.equal(costOf(found.length, ones.length + others.length, apart), least(ones, others));
    }),
    { numRuns: 500 },
  );
});

test('thousands of the same are paired in their order', () => {
  const many = Array.from({ length: 3000 }, (_, index) => index);
  const found = pairNearest(moments(many), moments(many.map((at) => at + 0.4)), near);
  assert.deepEqual(found, many.map((index) => [index, index]));
});
