import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { modelOf } from '../../../src/images/model.ts';
import { freeSizes, judgeSize, sizeTable } from '../../../src/images/size.ts';
import { checksOf, chosenOf, inResolution, nearestTo, neighbour, ratioOf, resolutionOf, sizeText, tilesOf, withoutUnit } from '../../../src/webview/panel/composer/sizeChoice.ts';

const listed = modelOf('gpt-image-1').sizes;

test('the tiles are the ten ratios in one resolution, or a model’s own sizes', () => {
  assert.deepEqual(
    tilesOf(freeSizes, '4K').map(({ size }) => size),
    sizeTable.filter(({ k }) => k === '4K').map(({ size }) => size),
  );
  assert.equal(tilesOf({ kind: 'any' }, '1K').length, 10);
  assert.deepEqual(
    tilesOf(listed, '4K').map(({ size, ratio }) => [size, ratio]),
    [
      ['1024x1024', '1:1'],
      ['1536x1024', '3:2'],
      ['1024x1536', '2:3'],
    ],
  );
});

test('a tile is drawn with its ratio in every resolution, the largest first', () => {
  for (const { family } of tilesOf(freeSizes, '1K')) {
    assert.equal(family.length, 3);
    assert.deepEqual(
      family.map(({ width }) => width),
      family.map(({ width }) => width).toSorted((a, b) => b - a),
    );
  }
});

test('another resolution keeps the ratio', () => {
  assert.equal(resolutionOf('1280x720'), '1K');
  assert.equal(inResolution('1280x720', '4K'), '3840x2160');
  assert.equal(resolutionOf('1200x640'), undefined);
  assert.equal(inResolution('1200x640', '4K'), undefined);
});

test('what is chosen follows from the size and the model', () => {
  assert.equal(chosenOf('auto', freeSizes), 'auto');
  assert.equal(chosenOf('1280 × 720', freeSizes), 'tile');
  assert.equal(chosenOf('1280x720', listed), 'custom');
  assert.equal(chosenOf('1536x1024', listed), 'tile');
  assert.equal(chosenOf('1536x1024', freeSizes), 'custom');
  assert.equal(chosenOf('12', freeSizes), 'custom');
});

test('a size keeps all four rules exactly when it is drawn', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 5000 }), (width, height) => {
      const size = `${width}x${height}`;
      assert.equal(checksOf(size, freeSizes).every(({ ok }) => ok === true), judgeSize(size, freeSizes) === undefined);
    }),
  );
  assert.ok(checksOf('1280x', freeSizes).every(({ ok }) => ok === undefined));
});

test('the nearest is offered only for a size that is not drawn', () => {
  assert.equal(nearestTo('1283x719', freeSizes), '1280x720');
  assert.equal(nearestTo('1280x720', freeSizes), undefined);
  assert.equal(nearestTo('12', freeSizes), undefined);
  assert.equal(nearestTo('1280x720', listed), '1536x1024');
  assert.equal(nearestTo('17x4', { kind: 'any' }), undefined);
});

test('arrow keys go through the rows and never leave the group', () => {
  // two wide ones, then three rows of four, four and two
  const places = [{ x: 100, y: 0 }, { x: 300, y: 0 }, ...Array.from({ length: 10 }, (_, index) => ({ x: 50 + 100 * (index % 4), y: 50 + 80 * Math.floor(index / 4) }))];
  assert.equal(neighbour(0, 'ArrowLeft', places), 11);
  assert.equal(neighbour(11, 'ArrowRight', places), 0);
  assert.equal(neighbour(1, 'ArrowDown', places), 4);
  assert.equal(neighbour(4, 'ArrowDown', places), 8);
  assert.equal(neighbour(9, 'ArrowDown', places), 11);
  assert.equal(neighbour(11, 'ArrowDown', places), 11);
  assert.equal(neighbour(2, 'ArrowUp', places), 0);
  assert.equal(neighbour(1, 'ArrowUp', places), 1);
  assert.equal(neighbour(5, 'Home', places), 0);
  assert.equal(neighbour(5, 'End', places), 11);
  assert.equal(neighbour(5, 'x', places), undefined);
});

test('the unit that all costs share is said once', () => {
  assert.deepEqual(withoutUnit({ a: '550–780 credits', b: '1,200 credits' }), { unit: 'credits', short: { a: '550–780', b: '1,200' } });
  assert.deepEqual(withoutUnit({ a: '550–780 积分' }), { unit: '积分', short: { a: '550–780' } });
  const dollars = { a: '$0.0058–$0.0082', b: '$0.01' };
  assert.deepEqual(withoutUnit(dollars), { unit: '', short: dollars });
  assert.deepEqual(withoutUnit({}), { unit: '', short: {} });
});

test('ratios and sizes as a person writes them', () => {
  assert.equal(ratioOf(3840, 2160), '16:9');
  assert.equal(sizeText('1280x720'), '1280 × 720');
  assert.equal(sizeText('auto'), 'auto');
});
