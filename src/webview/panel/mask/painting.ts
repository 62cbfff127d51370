import { createHistory, type Turned } from './history.ts';
import { everywhere, invert, isNowhere, joined, nowhere, paintArea, paintedIn, paintStroke, type Area, type Dab, type Paint, type Raster } from './raster.ts';

/** A mask being painted: its raster, and what was done to it. */
export interface Painting {
  readonly raster: Raster;
  /** Paints on; it is no step of the history before `commit`. */
  stroke(from: Dab, to: Dab, paint: Paint): void;
  area(area: Area, paint: Paint): void;
  /** Makes what was painted since the last step a step. */
  commit(): void;
  /** Takes back what was painted since the last step. */
  revert(): void;
  invert(): void;
  clear(): void;
  undo(): void;
  redo(): void;
  readonly facts: () => PaintingFacts;
}

export interface PaintingFacts {
  /** Painted pixels, without what is no step yet. */
  readonly painted: number;
  readonly pixels: number;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** The same number means the same picture. */
  readonly at: number;
}

/**
 * @param raster what there is to begin with
 * @param drawn hears of each area whose pixels have changed
 * @param stepped hears when a step was made, taken back, or made again
 */
export function createPainting(raster: Raster, { drawn, stepped }: { readonly drawn: (area: Area) => void; readonly stepped: () => void }): Painting {
  const history = createHistory(raster);
  let painted = paintedIn(raster, everywhere(raster));
  let open = nowhere;

  const change = (area: Area): void => {
    if (isNowhere(area)) return;
    open = joined(open, area);
    drawn(area);
  };
  const turned = (step: Turned | undefined): void => {
    if (!step) return;
    painted += step.more;
    drawn(step.area);
    stepped();
  };
  const painting: Painting = {
    raster,
    stroke: (from, to, paint) => change(paintStroke(raster, from, to, paint)),
    area: (area, paint) => change(paintArea(raster, area, paint)),
    commit() {
      painted += history.commit(open);
      open = nowhere;
      stepped();
    },
    revert() {
      drawn(history.revert(open));
      open = nowhere;
    },
    invert() {
      painting.commit();
      change(invert(raster));
      painting.commit();
    },
    clear() {
      painting.commit();
      change(paintArea(raster, everywhere(raster), 0));
      painting.commit();
    },
    undo() {
      painting.revert();
      turned(history.undo());
    },
    redo() {
      painting.revert();
      turned(history.redo());
    },
    facts: () => ({ painted, pixels: raster.cells.length, canUndo: history.canUndo(), canRedo: history.canRedo(), at: history.at() }),
  };
  return painting;
}
