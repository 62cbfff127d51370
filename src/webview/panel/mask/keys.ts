/// <reference lib="dom" />
import type { Pointers, StageParts } from './pointers.ts';
import { areaBetween, type Paint, type Point } from './raster.ts';
import { arrowMove, pixelAt } from './view.ts';

export interface Keys {
  /** Where the keyboard points: the middle of a pixel of the image. */
  readonly cursor: () => Point;
  /** Drops what is under way. @returns whether something was */
  cancel(): boolean;
  /** Draws what it shows anew, for the brush may be another. */
  refresh(): void;
  dispose(): void;
}

/**
 * Paints by the keyboard alone: arrow keys move a cursor, Space and Enter paint at it for as long as they are held, or set one corner
 * of a rectangle and then the other; with Shift, Enter erases.
 * @param told hears when the cursor has moved or a corner was set
 */
export function listenToKeys({ viewport, painting, zooming, marks, brush }: StageParts, pointers: Pointers, told: () => void): Keys {
  const { raster } = painting;
  let cursor = pixelAt({ x: raster.width / 2, y: raster.height / 2 }, raster);
  let holding: Paint | undefined;
  let corner: { readonly at: Point; readonly paint: Paint } | undefined;

  const dab = (at: Point) => ({ ...at, radius: brush().size / 2 });
  const refresh = (): void => {
    const { tool, size } = brush();
    if (!pointers.pointing()) marks.brush(tool !== 'hand' && viewport.ownerDocument.activeElement === viewport ? cursor : undefined, tool === 'rectangle' ? 1 : size, true);
    if (corner) marks.band(areaBetween(corner.at, cursor));
  };
  const point = (): void => {
    pointers.yield();
    refresh();
    told();
  };
  const cancel = (): boolean => {
    const was = corner !== undefined || holding !== undefined;
    if (holding !== undefined) painting.revert();
    holding = corner = undefined;
    marks.band(undefined);
    return was;
  };

  function press(erasing: boolean): void {
    const { tool } = brush();
    if (tool === 'rectangle') {
      if (corner) painting.area(areaBetween(corner.at, cursor), corner.paint);
      const ended = corner !== undefined;
      corner = ended ? undefined : { at: cursor, paint: erasing ? 0 : 1 };
      marks.band(undefined);
      if (ended) painting.commit();
    } else if (tool !== 'hand') {
      holding = erasing || tool === 'eraser' ? 0 : 1;
      painting.stroke(dab(cursor), dab(cursor), holding);
    }
    point();
  }

  /** @returns whether the key was for painting */
  function pressed(event: KeyboardEvent): boolean {
    if (event.altKey) return false;
    const move = arrowMove(event.key, { shift: event.shiftKey, control: event.ctrlKey || event.metaKey });
    if (move) {
      if (brush().tool === 'hand') {
        const reach = event.shiftKey ? 10 : 40;
        zooming.panBy(Math.sign(move.x) * reach, Math.sign(move.y) * reach);
        return true;
      }
      const before = cursor;
      cursor = pixelAt({ x: cursor.x + move.x, y: cursor.y + move.y }, raster);
      if (holding !== undefined) painting.stroke(dab(before), dab(cursor), holding);
      zooming.reveal(cursor);
      point();
      return true;
    }
    if (event.ctrlKey || event.metaKey) return false;
    if (event.key === ' ' && pointers.pointing()) {
      pointers.grab(true);
      return true;
    }
    if (event.key === 'Enter' || event.key === ' ') {
      if (!event.repeat && holding === undefined) press(event.shiftKey);
      return true;
    }
    return event.key === 'Escape' && (cancel() || pointers.cancel());
  }

  const ended = (): void => {
    pointers.grab(false);
    if (holding === undefined) return;
    holding = undefined;
    painting.commit();
    told();
  };

  const listening = new AbortController();
  const { signal } = listening;
  viewport.addEventListener(
    'keydown',
    (event) => {
      if (!pressed(event)) return;
      // Neither the dialog nor the workbench is to hear of it.
      event.preventDefault();
      event.stopPropagation();
    },
    { signal },
  );
  viewport.addEventListener('keyup', ({ key }) => { if (key === ' ' || key === 'Enter') ended(); }, { signal });
  viewport.addEventListener('focus', refresh, { signal });
  viewport.addEventListener('blur', () => { ended(); refresh(); }, { signal });
  return { cursor: () => cursor, cancel, refresh, dispose: () => listening.abort() };
}
