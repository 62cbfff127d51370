import type { Point } from './raster.ts';

// How much of the image is seen: sizes in CSS pixels, places in the image's own.

export interface Extent {
  readonly width: number;
  readonly height: number;
}

/** Most screen pixels that one of the image is drawn as. */
export const mostZoom = 32;
/** Each press on + or - makes it so much larger or smaller. */
export const zoomStep = 1.25;

/** The zoom at which the whole image is just seen: CSS pixels for one of the image; never larger than one of the screen. */
export function fitZoom(image: Extent, room: Extent, pixelRatio: number): number {
  return Math.min(room.width / image.width, room.height / image.height, 1 / pixelRatio);
}

/** A zoom that may be had: from the whole image, or half of its size, to single pixels. */
export function allowedZoom(zoom: number, image: Extent, room: Extent, pixelRatio: number): number {
  const least = Math.min(fitZoom(image, room, pixelRatio), 0.5 / pixelRatio);
  return Math.min(mostZoom / pixelRatio, Math.max(least, zoom));
}

/** Brush sizes: the diameter in the image's pixels. */
export const leastSize = 1;
export const mostSize = (image: Extent): number => Math.max(64, Math.round(Math.min(image.width, image.height) / 2));

/** A size that a brush may have, in whole pixels. */
export const allowedSize = (size: number, image: Extent): number => Math.min(mostSize(image), Math.max(leastSize, Math.round(size)));

/** The next size: a tenth larger or smaller, a third with `big`, and always at least by one pixel. */
export function nextSize(size: number, direction: 1 | -1, big: boolean, image: Extent): number {
  const step = Math.max(1, Math.round(size * (big ? 1 / 3 : 0.1)));
  return allowedSize(size + direction * step, image);
}

/** A first size that suits the image: a thirtieth of its shorter side. */
export const firstSize = (image: Extent): number => allowedSize(Math.max(8, Math.min(image.width, image.height) / 30), image);

/** Where a slider from 0 to 100 stands for a size, so that small sizes have as much room as large ones. */
export const sliderOf = (size: number, image: Extent): number => Math.round((Math.log(size) / Math.log(mostSize(image))) * 100);
export const sizeAt = (slider: number, image: Extent): number => allowedSize(mostSize(image) ** (slider / 100), image);

/** A pen pressed at all paints with a fifth of the size, and with all of it when pressed hard. */
export const penRadius = (size: number, pressure: number): number => (size / 2) * (0.2 + 0.8 * Math.min(1, Math.max(0, pressure)));

/** The middle of a pixel of the image, the nearest to a place. */
export const pixelAt = ({ x, y }: Point, { width, height }: Extent): Point => ({
  x: Math.min(width - 1, Math.max(0, Math.floor(x))) + 0.5,
  y: Math.min(height - 1, Math.max(0, Math.floor(y))) + 0.5,
});

/** How far an arrow key moves, in pixels; undefined: the key is none. */
export function arrowMove(key: string, { shift, control }: { readonly shift: boolean; readonly control: boolean }): Point | undefined {
  const step = control ? 50 : shift ? 10 : 1;
  switch (key) {
    case 'ArrowLeft':
      return { x: -step, y: 0 };
    case 'ArrowRight':
      return { x: step, y: 0 };
    case 'ArrowUp':
      return { x: 0, y: -step };
    case 'ArrowDown':
      return { x: 0, y: step };
    default:
      return undefined;
  }
}
