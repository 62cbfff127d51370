// The painted area of a mask, pixel by pixel at the image's full size. Hard edges only: what is half transparent is read in
// different ways by different services. Knows nothing of a page, so that it is tested without one.

/** Where a picture changes. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  /** One byte a pixel, row by row: 1 where it is painted, 0 elsewhere. */
  readonly cells: Uint8Array;
}

/** A part of a raster in whole pixels: `right` and `bottom` are behind its last ones. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A place in the image, in its pixels: a pixel's middle is at a half. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A place where the brush was, and how large: the radius in pixels. */
export interface Dab extends Point {
  readonly radius: number;
}

/** 1 paints, 0 erases. */
export type Paint = 0 | 1;

export const createRaster = (width: number, height: number): Raster => ({ width, height, cells: new Uint8Array(width * height) });

export const nowhere: Area = { left: 0, top: 0, right: 0, bottom: 0 };
export const everywhere = ({ width, height }: Pick<Raster, 'width' | 'height'>): Area => ({ left: 0, top: 0, right: width, bottom: height });
export const isNowhere = ({ left, top, right, bottom }: Area): boolean => right <= left || bottom <= top;

/** The smallest area that has both in it. */
export function joined(a: Area, b: Area): Area {
  if (isNowhere(a)) return b;
  if (isNowhere(b)) return a;
  return { left: Math.min(a.left, b.left), top: Math.min(a.top, b.top), right: Math.max(a.right, b.right), bottom: Math.max(a.bottom, b.bottom) };
}

/** The part of an area that is on the raster, in whole pixels; nowhere when there is none. */
export function within({ left, top, right, bottom }: Area, { width, height }: Pick<Raster, 'width' | 'height'>): Area {
  const area = { left: Math.max(0, Math.floor(left)), top: Math.max(0, Math.floor(top)), right: Math.min(width, Math.ceil(right)), bottom: Math.min(height, Math.ceil(bottom)) };
  return isNowhere(area) ? nowhere : area;
}

/** A brush is never smaller: wherever its middle is, one pixel's middle is no further away than half of that pixel's diagonal. */
export const leastRadius = Math.SQRT1_2;

const grown = ({ x, y, radius }: Dab): Dab => ({ x, y, radius: Math.max(leastRadius, radius) });

/**
 * Paints everything that the brush covers on its way in a straight line from one place to another, growing or shrinking evenly. A
 * pixel is covered when its middle is. @returns the area that it may have changed
 */
export function paintStroke(raster: Raster, from: Dab, to: Dab, paint: Paint): Area {
  const [a, b] = [grown(from), grown(to)];
  const area = within(
    { left: Math.min(a.x - a.radius, b.x - b.radius), top: Math.min(a.y - a.radius, b.y - b.radius), right: Math.max(a.x + a.radius, b.x + b.radius), bottom: Math.max(a.y + a.radius, b.y + b.radius) },
    raster,
  );
  const flanks = flanksOf(a, b);
  for (let row = area.top; row < area.bottom; row++) {
    const y = row + 0.5;
    // What the brush covers is convex, so that each row of it is one run.
    let [left, right] = [Infinity, -Infinity];
    for (const { x, y: middle, radius } of [a, b]) {
      const half = Math.sqrt(radius ** 2 - (y - middle) ** 2);
      if (Number.isNaN(half)) continue;
      left = Math.min(left, x - half);
      right = Math.max(right, x + half);
    }
    for (const [start, end] of flanks) {
      if ((start.y > y) === (end.y > y)) continue;
      const x = start.x + ((y - start.y) / (end.y - start.y)) * (end.x - start.x);
      left = Math.min(left, x);
      right = Math.max(right, x);
    }
    fillRun(raster, row, Math.ceil(left - 0.5), Math.floor(right - 0.5) + 1, paint);
  }
  return area;
}

/** The two straight lines that touch both circles from outside; none where one circle lies in the other. */
function flanksOf(a: Dab, b: Dab): readonly (readonly [Point, Point])[] {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const distance = Math.hypot(dx, dy);
  if (distance <= Math.abs(a.radius - b.radius)) return [];
  const along = (a.radius - b.radius) / distance;
  const across = Math.sqrt(1 - along ** 2);
  return [1, -1].map((side) => {
    const [x, y] = [(dx * along - side * dy * across) / distance, (dy * along + side * dx * across) / distance];
    return [{ x: a.x + a.radius * x, y: a.y + a.radius * y }, { x: b.x + b.radius * x, y: b.y + b.radius * y }] as const;
  });
}

function fillRun({ width, cells }: Raster, row: number, left: number, right: number, paint: Paint): void {
  const [from, to] = [Math.max(0, left), Math.min(width, right)];
  if (to > from) cells.fill(paint, row * width + from, row * width + to);
}

/** Paints a rectangle. @returns the part of it that is on the raster */
export function paintArea(raster: Raster, wanted: Area, paint: Paint): Area {
  const area = within(wanted, raster);
  for (let row = area.top; row < area.bottom; row++) fillRun(raster, row, area.left, area.right, paint);
  return area;
}

/** The rectangle between two corners: the pixels that they are in belong to it. */
export const areaBetween = (a: Point, b: Point): Area => ({
  left: Math.floor(Math.min(a.x, b.x)),
  top: Math.floor(Math.min(a.y, b.y)),
  right: Math.floor(Math.max(a.x, b.x)) + 1,
  bottom: Math.floor(Math.max(a.y, b.y)) + 1,
});

/** Paints what is not painted, and erases the rest. */
export function invert(raster: Raster): Area {
  const { cells } = raster;
  for (let at = 0; at < cells.length; at++) cells[at] = cells[at] === 0 ? 1 : 0;
  return everywhere(raster);
}

/** How many pixels of an area are painted. */
export function paintedIn({ width, cells }: Raster, { left, top, right, bottom }: Area): number {
  let painted = 0;
  for (let row = top; row < bottom; row++) for (let at = row * width + left; at < row * width + right; at++) painted += cells[at] ?? 0;
  return painted;
}

/** Paints where an RGBA picture of the raster's width is rather transparent, from the row `top` on. */
export function paintFromAlpha({ width, cells }: Raster, rgba: Uint8ClampedArray, top: number): void {
  for (let pixel = 0; pixel * 4 < rgba.length; pixel++) cells[top * width + pixel] = (rgba[pixel * 4 + 3] ?? 255) < 128 ? 1 : 0;
}

/** The bytes of an RGBA picture of rows of a mask: transparent where it is painted, black and opaque elsewhere. */
export function maskPixels({ width, cells }: Raster, top: number, bottom: number): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray((bottom - top) * width * 4);
  for (let pixel = 0, from = top * width; pixel < (bottom - top) * width; pixel++) if (cells[from + pixel] === 0) rgba[pixel * 4 + 3] = 255;
  return rgba;
}
