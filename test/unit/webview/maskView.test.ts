import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { allowedZoom, arrowMove, firstSize, fitZoom, leastSize, mostSize, nextSize, penRadius, pixelAt, sizeAt, sliderOf } from '../../../src/webview/panel/mask/view.ts';

const image = fc.record({ width: fc.integer({ min: 1, max: 3840 }), height: fc.integer({ min: 1, max: 3840 }) });
const room = fc.record({ width: fc.integer({ min: 40, max: 2000 }), height: fc.integer({ min: 40, max: 2000 }) });

describe("the mask painter's view", () => {
  it('shows the whole image, and none larger than it is', () => {
    assert.equal(fitZoom({ width: 1000, height: 500 }, { width: 500, height: 400 }, 1), 0.5);
    assert.equal(fitZoom({ width: 100, height: 50 }, { width: 500, height: 400 }, 2), 0.5);
    fc.assert(
      fc.property(image, room, (size, space) => {
        const zoom = fitZoom(size, space, 1);
        assert.ok(size.width * zoom <= space.width * 1.0001 && size.height * zoom <= space.height * 1.0001 && zoom <= 1);
        assert.equal(allowedZoom(zoom, size, space, 1), zoom);
      }),
    );
  });

  it('grows and shrinks the brush until it is at its bound', () => {
    fc.assert(
      fc.property(image, fc.boolean(), (size, big) => {
        let brush = firstSize(size);
        for (let now = brush; (now = nextSize(brush, 1, big, size)) !== brush; brush = now) assert.ok(now > brush);
        assert.equal(brush, mostSize(size));
        for (let now = brush; (now = nextSize(brush, -1, big, size)) !== brush; brush = now) assert.ok(now < brush);
        assert.equal(brush, leastSize);
      }),
    );
  });

  it('has a slider that reaches both bounds', () => {
    fc.assert(
      fc.property(image, (size) => {
        assert.equal(sizeAt(0, size), leastSize);
        assert.equal(sizeAt(100, size), mostSize(size));
        assert.equal(sliderOf(leastSize, size), 0);
        assert.equal(sliderOf(mostSize(size), size), 100);
      }),
    );
  });

  it('keeps a cursor on the middle of a pixel of the image', () => {
    assert.deepEqual(pixelAt({ x: -3, y: 99 }, { width: 10, height: 8 }), { x: 0.5, y: 7.5 });
    assert.deepEqual(pixelAt({ x: 3.9, y: 4 }, { width: 10, height: 8 }), { x: 3.5, y: 4.5 });
  });

  it('moves by one, ten and fifty pixels', () => {
    assert.deepEqual(arrowMove('ArrowLeft', { shift: false, control: false }), { x: -1, y: 0 });
    assert.deepEqual(arrowMove('ArrowDown', { shift: true, control: false }), { x: 0, y: 10 });
    assert.deepEqual(arrowMove('ArrowUp', { shift: true, control: true }), { x: 0, y: -50 });
    assert.equal(arrowMove('a', { shift: false, control: false }), undefined);
  });

  it('paints broader the harder a pen is pressed', () => {
    assert.equal(penRadius(20, 1), 10);
    assert.equal(penRadius(20, 0), 2);
    assert.equal(penRadius(20, 7), 10);
  });
});
