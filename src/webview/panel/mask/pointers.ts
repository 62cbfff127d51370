/// <reference lib="dom" />
import type { Marks } from './marks.ts';
import type { Painting } from './painting.ts';
import { areaBetween, type Dab, type Paint, type Point } from './raster.ts';
import { penRadius } from './view.ts';
import type { Zooming } from './zooming.ts';

export type Tool = 'brush' | 'eraser' | 'rectangle' | 'hand';

/** What a stroke is made with now. */
export interface Brush {
  readonly tool: Tool;
  /** Diameter in the image's pixels. */
  readonly size: number;
}

export interface StageParts {
  readonly viewport: HTMLElement;
  readonly painting: Painting;
  readonly zooming: Zooming;
  readonly marks: Marks;
  readonly brush: () => Brush;
}

/** What pointers are doing now. */
type Act =
  | { readonly kind: 'stroke'; readonly pointer: number; readonly last: Dab; readonly paint: Paint }
  | { readonly kind: 'rectangle'; readonly pointer: number; readonly corner: Point; readonly paint: Paint }
  | { readonly kind: 'pan'; readonly pointer: number; readonly last: Point }
  | { readonly kind: 'pinch'; readonly middle: Point; readonly distance: number };

export interface Pointers {
  /** Whether the pointer was the last to point, and not the keyboard. */
  readonly pointing: () => boolean;
  /** The keyboard points now: the pointer's outline goes. */
  yield(): void;
  /** While it holds, dragging moves the image. */
  grab(holding: boolean): void;
  /** Drops what is under way. @returns whether something was */
  cancel(): boolean;
  dispose(): void;
}

const screenOf = ({ clientX, clientY }: MouseEvent): Point => ({ x: clientX, y: clientY });

/** Paints, and moves the image, with mouse, pen and fingers: the right button and a pen's other end erase, two fingers move and zoom. */
export function listenToPointers({ viewport, painting, zooming, marks, brush }: StageParts): Pointers {
  const fingers = new Map<number, Point>();
  let act: Act | undefined;
  let grabbing = false;
  let pointing = false;
  let at: Point | undefined;

  const dabOf = (event: PointerEvent): Dab => {
    const { size } = brush();
    return { ...zooming.pointAt(screenOf(event)), radius: event.pointerType === 'pen' && event.pressure > 0 ? penRadius(size, event.pressure) : size / 2 };
  };
  const outline = (): void => {
    const { tool, size } = brush();
    marks.brush(pointing && at && (tool === 'brush' || tool === 'eraser') ? zooming.pointAt(at) : undefined, size, false);
  };
  const cancel = (): boolean => {
    const was = act;
    act = undefined;
    marks.band(undefined);
    if (was?.kind === 'stroke') painting.revert();
    return was?.kind === 'stroke' || was?.kind === 'rectangle';
  };
  const pinch = (): Act | undefined => {
    const [a, b] = [...fingers.values()];
    return a && b && { kind: 'pinch', middle: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }, distance: Math.hypot(a.x - b.x, a.y - b.y) };
  };

  function begin(event: PointerEvent): Act | undefined {
    const { tool } = brush();
    const erasing = event.button === 2 || (event.buttons & 32) !== 0;
    if (event.button === 1 || grabbing || tool === 'hand') return { kind: 'pan', pointer: event.pointerId, last: screenOf(event) };
    const dab = dabOf(event);
    if (tool === 'rectangle') return { kind: 'rectangle', pointer: event.pointerId, corner: dab, paint: erasing ? 0 : 1 };
    const paint = erasing || tool === 'eraser' ? 0 : 1;
    painting.stroke(dab, dab, paint);
    return { kind: 'stroke', pointer: event.pointerId, last: dab, paint };
  }

  const down = (event: PointerEvent): void => {
    if (!zooming.isInside(screenOf(event))) return;
    // The middle button would scroll by itself; the focus is set all the same.
    event.preventDefault();
    viewport.focus({ preventScroll: true });
    if (event.pointerType === 'touch') fingers.set(event.pointerId, screenOf(event));
    viewport.setPointerCapture(event.pointerId);
    if (fingers.size === 2) {
      cancel();
      act = pinch();
    } else act ??= begin(event);
  };

  const move = (event: PointerEvent): void => {
    const now = screenOf(event);
    // What the browser makes up after a layout has not moved.
    if (at && now.x === at.x && now.y === at.y && event.pointerType === 'mouse') return;
    at = now;
    pointing = true;
    if (fingers.has(event.pointerId)) fingers.set(event.pointerId, now);
    if (act?.kind === 'pinch') {
      const next = pinch();
      if (next?.kind !== 'pinch') return;
      zooming.panBy(act.middle.x - next.middle.x, act.middle.y - next.middle.y);
      zooming.zoomTo((zooming.zoom() * next.distance) / Math.max(1, act.distance), next.middle);
      act = next;
    } else if (act?.kind === 'pan' && act.pointer === event.pointerId) {
      zooming.panBy(act.last.x - now.x, act.last.y - now.y);
      act = { ...act, last: now };
    } else if (act?.kind === 'stroke' && act.pointer === event.pointerId) {
      // Where the pointer was between two frames: a fast stroke stays round.
      const between = event.getCoalescedEvents();
      for (const one of between.length > 0 ? between : [event]) {
        const dab = dabOf(one);
        painting.stroke(act.last, dab, act.paint);
        act = { ...act, last: dab };
      }
    } else if (act?.kind === 'rectangle' && act.pointer === event.pointerId) {
      marks.band(areaBetween(act.corner, zooming.pointAt(now)));
    }
    outline();
  };

  const up = (event: PointerEvent): void => {
    fingers.delete(event.pointerId);
    if (act?.kind === 'pinch') {
      if (fingers.size === 0) act = undefined;
      return;
    }
    if (act?.pointer !== event.pointerId) return;
    if (act.kind === 'rectangle') painting.area(areaBetween(act.corner, zooming.pointAt(screenOf(event))), act.paint);
    const { kind } = act;
    act = undefined;
    marks.band(undefined);
    if (kind !== 'pan') painting.commit();
  };

  const listening = new AbortController();
  const { signal } = listening;
  viewport.addEventListener('pointerdown', down, { signal });
  viewport.addEventListener('pointermove', move, { signal });
  viewport.addEventListener('pointerup', up, { signal });
  viewport.addEventListener('pointercancel', (event) => { fingers.delete(event.pointerId); cancel(); }, { signal });
  viewport.addEventListener('pointerleave', () => { at = undefined; outline(); }, { signal });
  viewport.addEventListener('contextmenu', (event) => event.preventDefault(), { signal });
  return {
    pointing: () => pointing && at !== undefined,
    yield() {
      pointing = false;
    },
    grab(holding) {
      grabbing = holding;
      viewport.classList.toggle('grabbing', holding);
    },
    cancel,
    dispose: () => listening.abort(),
  };
}
