import type { SpendTimeline } from '../../protocol/spend.ts';

/** Where everything of the chart goes, in CSS pixels. */
export interface ChartLayout {
  readonly width: number;
  readonly height: number;
  /** Where the columns begin; above and below, where they end. */
  readonly left: number;
  readonly top: number;
  readonly bottom: number;
  /** From a column's edge to the next one's; the width of what is drawn of it. */
  readonly step: number;
  readonly bar: number;
  /** Of so many columns one is named. */
  readonly every: number;
  readonly lines: readonly { readonly y: number; readonly text: string; readonly x: number; readonly anchor: 'start' | 'end'; readonly above: boolean }[];
  /** Of each column its parts, from below. */
  readonly columns: readonly (readonly { readonly series: number; readonly y: number; readonly height: number }[])[];
}

const height = 220;
const below = 24;
/** In a chart that is narrower the axis has no room beside the columns. */
const narrow = 480;
/** About as wide is a character at most, of letters and of Chinese ones. */
const letter = 7;
const wide = 13;

const widthOf = (text: string): number => text.length * letter + (text.match(/[\u{2E80}-\u{10FFFF}]/gu)?.length ?? 0) * (wide - letter);

/** Lays the chart out for a width. Parts that are less than nothing are not drawn: the figures tell them. */
export function layOut({ ticks, columns, series }: SpendTimeline, width: number): ChartLayout {
  const tight = width < narrow;
  const left = tight ? 0 : Math.max(...ticks.map(({ text }) => widthOf(text))) + 8;
  const top = tight ? 20 : 10;
  const bottom = height - below;
  const most = Math.max(1, ticks.at(-1)?.micros ?? 1);
  const step = Math.max(1, (width - left) / Math.max(1, columns.length));
  const scale = (micros: number): number => (Math.max(0, micros) / most) * (bottom - top);
  const label = Math.max(1, ...columns.map(({ label }) => widthOf(label))) + 10;
  return {
    width,
    height,
    left,
    top,
    bottom,
    step,
    bar: Math.max(1, Math.min(48, step - (step > 8 ? 3 : step > 3 ? 1 : 0))),
    every: Math.max(1, Math.ceil(label / step)),
    lines: ticks.map(({ micros, text }, index) => {
      const top = index === ticks.length - 1;
      // Without room beside them only the uppermost is named, above its line where no column reaches.
      return { y: Math.round(bottom - scale(micros)) + 0.5, text: tight && !top ? '' : text, x: tight ? 0 : left - 8, anchor: tight ? 'start' : 'end', above: tight };
    }),
    columns: columns.map(({ parts }) => {
      let y = bottom;
      return parts.flatMap(({ micros }, index) => {
        const tall = scale(micros);
        if (tall <= 0 || index >= series.length) return [];
        // What was spent is to be seen, were it ever so little.
        const drawn = Math.max(1, tall);
        y -= drawn;
        return [{ series: index, y, height: drawn }];
      });
    }),
  };
}
