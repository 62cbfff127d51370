import { isNowhere, joined, nowhere, type Area, type Raster } from './raster.ts';

// What was painted, step by step. A pixel is painted or not, so a step is the set of pixels that it turned, and turning them once
// more takes it back: one record serves for undo and for redo.

/** One step. `runs`: pairs of where a run of turned pixels begins, counted from the step before it, and its length. `bits`: one bit a pixel of the area, row by row. */
interface Step {
  readonly id: number;
  readonly area: Area;
  readonly turned: { readonly runs: Uint32Array } | { readonly bits: Uint8Array };
}

export interface History {
  /** Notes what has changed since the last note, in an area that has all of it in it; what changed nothing is no step. @returns how many pixels more are painted than before */
  commit(area: Area): number;
  /** Takes back what has changed since the last note. @returns the area where something did */
  revert(area: Area): Area;
  undo(): Turned | undefined;
  redo(): Turned | undefined;
  /** Where in the history it stands: the same number means the same picture. */
  at(): number;
  readonly canUndo: () => boolean;
  readonly canRedo: () => boolean;
  /** What all steps take. */
  readonly bytes: () => number;
}

export interface Turned {
  readonly area: Area;
  /** How many pixels more are painted than before. */
  readonly more: number;
}

/** What a step's own record takes beside its pixels, about. */
const stepBytes = 200;

/** @param most bytes of all steps together: the oldest go first; one step takes at most an eighth of a byte for each pixel */
export function createHistory({ width, height, cells }: Raster, most = 64 * 1024 * 1024): History {
  // As it was when the last step was noted.
  const kept = cells.slice();
  const done: Step[] = [];
  const undone: Step[] = [];
  let last = 0;
  /** The id of what is below the oldest step that is left. */
  let ground = 0;
  let bytes = 0;

  const sizeOf = ({ turned }: Step): number => stepBytes + ('runs' in turned ? turned.runs.byteLength : turned.bits.byteLength);

  function turn({ area, turned }: Step): Turned {
    let more = 0;
    const flip = (at: number): void => {
      const now = cells[at] === 0 ? 1 : 0;
      cells[at] = now;
      kept[at] = now;
      more += now === 1 ? 1 : -1;
    };
    if ('runs' in turned) {
      let at = 0;
      for (let index = 0; index < turned.runs.length; index += 2) {
        at += turned.runs[index] ?? 0;
        const end = at + (turned.runs[index + 1] ?? 0);
        for (; at < end; at++) flip(at);
      }
    } else {
      const wide = area.right - area.left;
      for (let index = 0; index < wide * (area.bottom - area.top); index++) {
        if (((turned.bits[index >> 3] ?? 0) >> (index & 7)) & 1) flip((area.top + Math.floor(index / wide)) * width + area.left + (index % wide));
      }
    }
    return { area, more };
  }

  return {
    commit(area) {
      const { runs, changed, more } = difference(cells, kept, width, area);
      if (isNowhere(changed)) return 0;
      const pixels = (changed.right - changed.left) * (changed.bottom - changed.top);
      const turned = runs && runs.length * 4 <= pixels / 8 ? { runs: Uint32Array.from(runs) } : { bits: bitsOf(cells, kept, width, changed) };
      for (let row = changed.top; row < changed.bottom; row++) kept.set(cells.subarray(row * width + changed.left, row * width + changed.right), row * width + changed.left);
      bytes -= undone.reduce((sum, step) => sum + sizeOf(step), 0);
      undone.length = 0;
      const step: Step = { id: (last += 1), area: changed, turned };
      done.push(step);
      bytes += sizeOf(step);
      while (bytes > most && done.length > 1) {
        const oldest = done.shift();
        if (!oldest) break;
        ground = oldest.id;
        bytes -= sizeOf(oldest);
      }
      return more;
    },
    revert(area) {
      let changed = nowhere;
      for (let row = Math.max(0, area.top); row < Math.min(height, area.bottom); row++) {
        const [from, to] = [row * width + area.left, row * width + area.right];
        cells.set(kept.subarray(from, to), from);
        changed = joined(changed, { left: area.left, top: row, right: area.right, bottom: row + 1 });
      }
      return changed;
    },
    undo() {
      const step = done.pop();
      if (!step) return undefined;
      undone.push(step);
      return turn(step);
    },
    redo() {
      const step = undone.pop();
      if (!step) return undefined;
      done.push(step);
      return turn(step);
    },
    at: () => done.at(-1)?.id ?? ground,
    canUndo: () => done.length > 0,
    canRedo: () => undone.length > 0,
    bytes: () => bytes,
  };
}

/** Where two rasters differ in an area; `more`: how many pixels more are painted in the first; no `runs`: there are so many that bits take less. */
function difference(cells: Uint8Array, kept: Uint8Array, width: number, area: Area): { readonly runs: readonly number[] | undefined; readonly changed: Area; readonly more: number } {
  const runs: number[] = [];
  const mostRuns = ((area.right - area.left) * (area.bottom - area.top)) / 32;
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  let more = 0;
  let end = 0;
  for (let row = area.top; row < area.bottom; row++) {
    const last = row * width + area.right;
    for (let at = row * width + area.left; at < last; at++) {
      if (cells[at] === kept[at]) continue;
      const start = at;
      for (; at < last && cells[at] !== kept[at]; at++) more += cells[at] === 1 ? 1 : -1;
      if (runs.length <= mostRuns) runs.push(start - end, at - start);
      end = at;
      left = Math.min(left, start - row * width);
      right = Math.max(right, at - row * width);
      top = Math.min(top, row);
      bottom = row + 1;
    }
  }
  return { runs: runs.length <= mostRuns ? runs : undefined, changed: right <= left ? nowhere : { left, top, right, bottom }, more };
}

function bitsOf(cells: Uint8Array, kept: Uint8Array, width: number, { left, top, right, bottom }: Area): Uint8Array {
  const wide = right - left;
  const bits = new Uint8Array(Math.ceil((wide * (bottom - top)) / 8));
  for (let row = top, index = 0; row < bottom; row++) {
    for (let at = row * width + left; at < row * width + right; at++, index++) if (cells[at] !== kept[at]) bits[index >> 3] = (bits[index >> 3] ?? 0) | (1 << (index & 7));
  }
  return bits;
}
