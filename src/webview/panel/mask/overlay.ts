/// <reference lib="dom" />
import { isNowhere, joined, nowhere, type Area, type Raster } from './raster.ts';

/** What shows a mask over its image. */
export interface Overlay {
  /** Draws an area with the next frame. */
  draw(area: Area): void;
  /** Draws all of it anew: its colours may have changed. */
  redraw(): void;
  dispose(): void;
}

/** Rows that are drawn in one piece: as many as keep what is held for it below some megabytes. */
const rowsAtOnce = 256;

/**
 * Draws painted pixels in stripes of the canvas's own `color` and `caret-color`, or in squares of them with the class `preview`, so
 * that they are told from any picture below; the rest stays transparent.
 * @param canvas of the raster's size in pixels
 * @param unit how wide a stripe is, in pixels
 */
export function createOverlay(canvas: HTMLCanvasElement, raster: Raster, unit: () => number): Overlay {
  const context = canvas.getContext('2d');
  let pending = nowhere;
  let frame = 0;
  let colours = coloursOf(canvas);

  function paint({ left, top, right, bottom }: Area): void {
    const wide = right - left;
    const [one, other] = colours;
    const squares = canvas.classList.contains('preview');
    const step = Math.max(1, Math.round(unit()));
    for (let from = top; from < bottom; from += rowsAtOnce) {
      const to = Math.min(bottom, from + rowsAtOnce);
      const pixels = new Uint32Array(wide * (to - from));
      for (let y = from, at = 0; y < to; y++) {
        const squared = Math.floor(y / step);
        for (let x = left; x < right; x++, at++) {
          if (raster.cells[y * raster.width + x] === 0) continue;
          const odd = squares ? (Math.floor(x / step) + squared) & 1 : Math.floor((x + y) / step) % 3 === 0;
          pixels[at] = odd ? other : one;
        }
      }
      context?.putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), wide, to - from), left, from);
    }
  }

  const flush = (): void => {
    frame = 0;
    const area = pending;
    pending = nowhere;
    if (!isNowhere(area)) paint(area);
  };
  const overlay: Overlay = {
    draw(area) {
      pending = joined(pending, area);
      if (frame === 0) frame = requestAnimationFrame(flush);
    },
    redraw() {
      colours = coloursOf(canvas);
      overlay.draw({ left: 0, top: 0, right: raster.width, bottom: raster.height });
    },
    dispose: () => cancelAnimationFrame(frame),
  };
  return overlay;
}

/** The two colours that the style sheet gives the canvas, as pixels of an `ImageData`. */
function coloursOf(canvas: HTMLCanvasElement): readonly [number, number] {
  const { color, caretColor } = getComputedStyle(canvas);
  const probe = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  const pixel = (css: string): number => {
    if (!probe) return 0;
    probe.fillStyle = css;
    probe.fillRect(0, 0, 1, 1);
    return new Uint32Array(probe.getImageData(0, 0, 1, 1).data.buffer)[0] ?? 0;
  };
  return [pixel(color), pixel(caretColor)];
}
