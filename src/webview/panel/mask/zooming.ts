/// <reference lib="dom" />
import type { Point } from './raster.ts';
import { allowedZoom, fitZoom, type Extent } from './view.ts';

/** Which part of the image is seen, and how large. Places on the screen are in CSS pixels of the window. */
export interface Zooming {
  /** CSS pixels for one of the image. */
  readonly zoom: () => number;
  /** The place of the image that is at a place of the screen. */
  pointAt(screen: Point): Point;
  /** @param anchor what is there stays there; absent: the middle */
  zoomTo(zoom: number, anchor?: Point): void;
  /** The whole image, also when the room for it changes. */
  fit(): void;
  /** One pixel of the image is one of the screen. */
  actual(): void;
  panBy(x: number, y: number): void;
  /** Scrolls so far that a place of the image is seen. */
  reveal(point: Point): void;
  /** Whether a place of the screen is on the viewport and not on its scroll bars. */
  isInside(screen: Point): boolean;
  dispose(): void;
}

/**
 * @param viewport scrolls what is larger than it
 * @param world holds the image, and whatever lies over it; gets its size
 * @param changed hears of each new zoom
 */
export function createZooming(viewport: HTMLElement, world: HTMLElement, image: Extent, changed: (zoom: number) => void): Zooming {
  let zoom = 1;
  let fitting = true;

  // While the whole image is seen there are no scroll bars; a pixel less, so that rounding brings none.
  const room = (): Extent => ({ width: Math.max(1, viewport.offsetWidth - 3), height: Math.max(1, viewport.offsetHeight - 3) });
  const middle = (): Point => {
    const { left, top } = viewport.getBoundingClientRect();
    return { x: left + viewport.clientWidth / 2, y: top + viewport.clientHeight / 2 };
  };
  const pointAt = ({ x, y }: Point): Point => {
    const { left, top } = world.getBoundingClientRect();
    return { x: (x - left) / zoom, y: (y - top) / zoom };
  };
  const set = (next: number, anchor: Point): void => {
    const kept = pointAt(anchor);
    zoom = next;
    world.style.width = `${image.width * zoom}px`;
    world.style.height = `${image.height * zoom}px`;
    const { left, top } = world.getBoundingClientRect();
    viewport.scrollBy({ left: left + kept.x * zoom - anchor.x, top: top + kept.y * zoom - anchor.y, behavior: 'instant' });
    changed(zoom);
  };
  const fit = (): void => {
    fitting = true;
    set(fitZoom(image, room(), devicePixelRatio), middle());
  };
  const zoomTo: Zooming['zoomTo'] = (wanted, anchor = middle()) => {
    fitting = false;
    set(allowedZoom(wanted, image, room(), devicePixelRatio), anchor);
  };
  const resized = new ResizeObserver(() => {
    if (fitting) fit();
  });
  fit();
  resized.observe(viewport);

  return {
    zoom: () => zoom,
    pointAt,
    zoomTo,
    fit,
    actual: () => zoomTo(1 / devicePixelRatio),
    panBy: (left, top) => viewport.scrollBy({ left, top, behavior: 'instant' }),
    reveal({ x, y }) {
      const [frame, inner] = [viewport.getBoundingClientRect(), world.getBoundingClientRect()];
      const margin = 24;
      const beyond = (at: number, start: number, length: number): number => Math.min(0, at - start - margin) + Math.max(0, at - start - length + margin);
      viewport.scrollBy({ left: beyond(inner.left + x * zoom, frame.left, viewport.clientWidth), top: beyond(inner.top + y * zoom, frame.top, viewport.clientHeight), behavior: 'instant' });
    },
    isInside({ x, y }) {
      const { left, top } = viewport.getBoundingClientRect();
      return x - left < viewport.clientLeft + viewport.clientWidth && y - top < viewport.clientTop + viewport.clientHeight;
    },
    dispose: () => resized.disconnect(),
  };
}
