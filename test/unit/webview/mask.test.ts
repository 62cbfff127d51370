import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { createHistory, type History } from '../../../src/webview/panel/mask/history.ts';
import {
  areaBetween,
  createRaster,
  everywhere,
  invert,
  joined,
  leastRadius,
  maskPixels,
  nowhere,
  paintArea,
  paintedIn,
  paintFromAlpha,
  paintStroke,
  within,
  type Area,
  type Dab,
  type Paint,
  type Raster,
} from '../../../src/webview/panel/mask/raster.ts';

/** A raster as text, `#` where it is painted. */
const drawn = ({ width, height, cells }: Raster): readonly string[] =>
  Array.from({ length: height }, (_, row) => Array.from(cells.subarray(row * width, (row + 1) * width), (cell) => (cell === 1 ? '#' : '.')).join(''));

const [width, height] = [40, 30];
const place = fc.double({ min: -10, max: 50, noNaN: true });
const dab = fc.record({ x: place, y: place, radius: fc.double({ min: 0.1, max: 25, noNaN: true }) });
const corner = fc.record({ x: place, y: place });
const paint = fc.constantFrom<Paint>(0, 1);

/** How far a point is outside of what a brush covers on its way (inside: below 0): the least distance to any of its places, which is convex in how far it has come. */
function outside(x: number, y: number, a: Dab, b: Dab): number {
  const at = (share: number): number => {
    const radius = Math.max(leastRadius, a.radius) * (1 - share) + Math.max(leastRadius, b.radius) * share;
    return Math.hypot(x - (a.x + (b.x - a.x) * share), y - (a.y + (b.y - a.y) * share)) - radius;
  };
  let [low, high] = [0, 1];
  for (let step = 0; step < 60; step++) {
    const [left, right] = [low + (high - low) / 3, high - (high - low) / 3];
    if (at(left) < at(right)) high = right;
    else low = left;
  }
  return at((low + high) / 2);
}

describe('painting', () => {
  it('paints the pixels whose middles the brush covers', () => {
    const raster = createRaster(9, 5);
    const middle = { x: 2.5, y: 2.5, radius: 1.5 };
    assert.deepEqual(paintStroke(raster, middle, middle, 1), { left: 1, top: 1, right: 4, bottom: 4 });
    paintStroke(raster, { x: 6.5, y: 0.5, radius: 0.5 }, { x: 6.5, y: 3.5, radius: 0.5 }, 1);
    assert.deepEqual(drawn(raster), ['......#..', '.###..#..', '.###..#..', '.###..#..', '.........']);
    paintStroke(raster, { x: 0.5, y: 2.5, radius: 0.5 }, { x: 8.5, y: 2.5, radius: 0.5 }, 0);
    assert.deepEqual(drawn(raster), ['......#..', '.###..#..', '.........', '.###..#..', '.........']);
  });

  it('covers exactly what lies under the brush on its way, and changes nothing else', () => {
    fc.assert(
      fc.property(dab, dab, (a, b) => {
        const raster = createRaster(width, height);
        const area = paintStroke(raster, a, b, 1);
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) {
            const far = outside(x + 0.5, y + 0.5, a, b);
            // At the very edge rounding may decide.
            if (Math.abs(far) < 1e-6) continue;
            assert.equal(raster.cells[y * width + x], far < 0 ? 1 : 0, `pixel ${x}, ${y} is ${far} outside`);
            if (far < 0) assert.ok(x >= area.left && x < area.right && y >= area.top && y < area.bottom, 'the area that it tells has it in it');
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('never misses: the smallest brush paints at least one pixel wherever it is', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: width, noNaN: true, maxExcluded: true }), fc.double({ min: 0, max: height, noNaN: true, maxExcluded: true }), (x, y) => {
        const raster = createRaster(width, height);
        paintStroke(raster, { x, y, radius: 0.5 }, { x, y, radius: 0.5 }, 1);
        assert.ok(paintedIn(raster, everywhere(raster)) > 0);
      }),
    );
  });

  it('makes a rectangle of all pixels between its corners, on the image alone', () => {
    const raster = createRaster(6, 4);
    assert.deepEqual(paintArea(raster, areaBetween({ x: 4.5, y: 2.9 }, { x: 2.1, y: 1 }), 1), { left: 2, top: 1, right: 5, bottom: 3 });
    assert.deepEqual(drawn(raster), ['......', '..###.', '..###.', '......']);
    assert.deepEqual(paintArea(raster, areaBetween({ x: -90, y: 3.5 }, { x: 0.5, y: 900 }), 1), { left: 0, top: 3, right: 1, bottom: 4 });
    assert.equal(paintArea(raster, areaBetween({ x: -90, y: -5 }, { x: -1, y: 900 }), 1), nowhere);
    assert.deepEqual(drawn(raster), ['......', '..###.', '..###.', '#.....']);
  });

  it('inverts, and twice is as before', () => {
    fc.assert(
      fc.property(dab, dab, (a, b) => {
        const raster = createRaster(width, height);
        paintStroke(raster, a, b, 1);
        const [before, painted] = [raster.cells.slice(), paintedIn(raster, everywhere(raster))];
        assert.equal(paintedIn(raster, invert(raster)), width * height - painted);
        invert(raster);
        assert.deepEqual(raster.cells, before);
      }),
    );
  });

  it('becomes transparent where it is painted and black elsewhere, and comes back from it', () => {
    const raster = createRaster(3, 2);
    paintArea(raster, { left: 1, top: 0, right: 3, bottom: 1 }, 1);
    assert.deepEqual([...maskPixels(raster, 0, 2)], [0, 0, 0, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255]);
    const again = createRaster(3, 2);
    for (const row of [0, 1]) paintFromAlpha(again, maskPixels(raster, row, row + 1), row);
    assert.deepEqual(again, raster);
  });

  it('takes what is rather transparent than opaque for painted', () => {
    const raster = createRaster(2, 1);
    paintFromAlpha(raster, Uint8ClampedArray.of(9, 9, 9, 127, 9, 9, 9, 128), 0);
    assert.deepEqual([...raster.cells], [1, 0]);
  });

  it('joins areas, of which nowhere is none', () => {
    const area: Area = { left: 3, top: 4, right: 5, bottom: 6 };
    assert.deepEqual(joined(nowhere, area), area);
    assert.deepEqual(joined({ left: 0, top: 5, right: 1, bottom: 9 }, area), { left: 0, top: 4, right: 5, bottom: 9 });
    assert.equal(within({ left: 50, top: 0, right: 60, bottom: 5 }, { width: 40, height: 30 }), nowhere);
  });
});

describe('the history of a mask', () => {
  /** Something that a user does, in words of the raster. */
  const deed = fc.oneof(
    fc.record({ a: dab, b: dab, paint }).map(({ a, b, paint: how }) => (raster: Raster) => paintStroke(raster, a, b, how)),
    fc.record({ a: corner, b: corner, paint }).map(({ a, b, paint: how }) => (raster: Raster) => paintArea(raster, areaBetween(a, b), how)),
    fc.constant((raster: Raster) => invert(raster)),
    fc.constant((raster: Raster) => paintArea(raster, everywhere(raster), 0)),
    // So many runs that a bit for each pixel takes less.
    fc.array(fc.nat(width * height - 1), { minLength: 300, maxLength: 600 }).map((pixels) => (raster: Raster) => {
      for (const pixel of pixels) raster.cells[pixel] = 1;
      return everywhere(raster);
    }),
  );

  it('goes back to the beginning and forth to the end, and counts what is painted', () => {
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 12 }), (deeds) => {
        const raster = createRaster(width, height);
        const history = createHistory(raster);
        const painted = (): number => paintedIn(raster, everywhere(raster));
        const states = new Map([[history.at(), raster.cells.slice()]]);
        let count = 0;
        for (const act of deeds) {
          count += history.commit(act(raster));
          assert.equal(count, painted());
          states.set(history.at(), raster.cells.slice());
        }
        for (const [step, more] of [['undo', history.canUndo], ['redo', history.canRedo], ['undo', history.canUndo]] as const) {
          while (more()) {
            count += history[step]()?.more ?? 0;
            assert.deepEqual(raster.cells, states.get(history.at()));
            assert.equal(count, painted());
          }
        }
        assert.equal(count, 0);
        assert.equal(history.undo(), undefined);
      }),
    );
  });

  it('notes nothing when nothing has changed', () => {
    const raster = createRaster(width, height);
    const history = createHistory(raster);
    assert.equal(history.commit(paintArea(raster, { left: 1, top: 1, right: 4, bottom: 4 }, 0)), 0);
    assert.equal(history.canUndo(), false);
    assert.equal(history.commit(nowhere), 0);
  });

  it('forgets what was undone once something new is painted', () => {
    const raster = createRaster(width, height);
    const history = createHistory(raster);
    history.commit(invert(raster));
    history.undo();
    history.commit(paintArea(raster, { left: 1, top: 1, right: 4, bottom: 4 }, 1));
    assert.equal(history.canRedo(), false);
    assert.notEqual(history.at(), 1);
  });

  it('takes back what is not noted yet', () => {
    const raster = createRaster(width, height);
    const history = createHistory(raster);
    history.commit(paintArea(raster, { left: 1, top: 1, right: 9, bottom: 4 }, 1));
    const before = raster.cells.slice();
    history.revert(paintStroke(raster, { x: 3, y: 3, radius: 2 }, { x: 30, y: 20, radius: 9 }, 1));
    assert.deepEqual(raster.cells, before);
  });

  it('stays within its bytes by forgetting the oldest steps, and can still tell what it has seen', () => {
    const raster = createRaster(width, height);
    const most = 4000;
    const history: History = createHistory(raster, most);
    const step = (left: number): void => void history.commit(paintArea(raster, { left, top: 0, right: left + 1, bottom: height }, 1));
    step(0);
    const first = history.at();
    for (let left = 1; left < width; left++) {
      step(left);
      assert.ok(history.bytes() <= most);
    }
    while (history.canUndo()) history.undo();
    assert.ok(paintedIn(raster, everywhere(raster)) > 0, 'the oldest cannot be undone any more');
    assert.notEqual(history.at(), first);
  });

  it('needs a few hundred kilobytes for the worst step on the largest picture', () => {
    const raster = createRaster(3840, 2160);
    const history = createHistory(raster);
    for (let at = 0; at < raster.cells.length; at += 2) raster.cells[at] = 1;
    assert.equal(history.commit(everywhere(raster)), raster.cells.length / 2);
    assert.ok(history.bytes() < 1_100_000);
    assert.deepEqual(history.undo()?.more, -raster.cells.length / 2);
    assert.equal(paintedIn(raster, everywhere(raster)), 0);
  });
});
