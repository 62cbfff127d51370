/// <reference lib="dom" />
import type { JSX } from 'preact';

/** What is drawn over a series' colour, so that colour is not all that tells it from the others; the first is plain. In a square of 8 by 8. */
const marks: readonly string[] = ['', 'M-2 2 2-2M0 8 8 0M6 10 10 6', 'M0 4H8', 'M-2 6 2 10M0 0 8 8M6-2 10 2', 'M4 0V8', 'M0 4H8M4 0V8', 'M0 0 8 8M0 8 8 0'];

/** How many series can be told apart. */
export const seriesCount = marks.length;

/** The series' fills, which charts and legends refer to; not to be seen itself. */
export const Patterns = (): JSX.Element => (
  <svg class="patterns" width="0" height="0" aria-hidden="true">
    <defs>
      {marks.map((mark, index) => (
        <pattern key={index} id={`series-${index}`} class={`series-${index}`} width="8" height="8" patternUnits="userSpaceOnUse">
          <rect width="8" height="8" fill="currentColor" />
          {mark !== '' && <path d={mark} class="mark" />}
        </pattern>
      ))}
    </defs>
  </svg>
);

/** A series' fill beside its name. */
export const Swatch = ({ series }: { readonly series: number }): JSX.Element => (
  <svg class={`swatch series-${series}`} width="14" height="14" aria-hidden="true">
    <rect x="0.5" y="0.5" width="13" height="13" rx="2" fill={`url(#series-${series})`} stroke="currentColor" />
  </svg>
);
