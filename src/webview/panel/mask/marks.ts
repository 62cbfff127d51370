/// <reference lib="dom" />
import type { Area, Point } from './raster.ts';

/** What lies over the image beside the mask: the brush's outline, and a rectangle that is being drawn. */
export interface Marks {
  /** Shows where the brush is. `crossed`: with a cross, for who moves it by keys. */
  brush(at: Point | undefined, diameter: number, crossed: boolean): void;
  band(area: Area | undefined): void;
  /** Draws both anew in another zoom. */
  redraw(): void;
}

/** @param zoom CSS pixels for one of the image */
export function createMarks(ring: HTMLElement, band: HTMLElement, zoom: () => number): Marks {
  let brush: { readonly at: Point; readonly diameter: number; readonly crossed: boolean } | undefined;
  let area: Area | undefined;

  const place = (element: HTMLElement, left: number, top: number, width: number, height: number): void => {
    element.style.transform = `translate(${left * zoom()}px, ${top * zoom()}px)`;
    element.style.width = `${width * zoom()}px`;
    element.style.height = `${height * zoom()}px`;
  };
  const redraw = (): void => {
    ring.hidden = brush === undefined;
    if (brush) {
      const { at, diameter, crossed } = brush;
      ring.classList.toggle('crossed', crossed);
      place(ring, at.x - diameter / 2, at.y - diameter / 2, diameter, diameter);
    }
    band.hidden = area === undefined;
    if (area) place(band, area.left, area.top, area.right - area.left, area.bottom - area.top);
  };
  return {
    brush(at, diameter, crossed) {
      brush = at && { at, diameter, crossed };
      redraw();
    },
    band(next) {
      area = next;
      redraw();
    },
    redraw,
  };
}
