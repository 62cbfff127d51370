import { localDay } from './period.ts';

/** What a report is about: the moments from `from` up to, and without, `to`, in epoch milliseconds. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Ranges that go along with the calendar; `7-days` and `30-days` end with today. */
export const rangePresets = ['today', '7-days', '30-days', 'month', 'all'] as const;
export type RangePreset = (typeof rangePresets)[number];

/** A range as somebody chose it. `from` and `to` are local calendar days, `2026-11-26`, and both belong to it. */
export type RangeChoice = { readonly preset: RangePreset } | { readonly preset: 'custom'; readonly from: string; readonly to: string };

/** The last moment that a `Date` can be. */
const lastMoment = 8.64e15;

/** The first moment of the local day that is `days` after the day of `date`. By the calendar: a day may have 23 or 25 hours. */
export const startOfDay = (date: Date, days = 0): Date => {
  const start = new Date(date);
  start.setHours(0, 0, 0, 0);
  start.setDate(start.getDate() + days);
  // Where the clock is put forward at midnight the day begins later; where it is put back, setDate keeps the hour.
  start.setHours(0, 0, 0, 0);
  return start;
};

/** The first moment of a local day that is written `2026-11-26`; undefined for a day that there is not. */
export function dayIn(text: string): Date | undefined {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  if (year === undefined) return undefined;
  const date = new Date(2000, 0, 1);
  date.setFullYear(Number(year), Number(month) - 1, Number(day));
  const start = startOfDay(date);
  return localDay(start) === text ? start : undefined;
}

/** The range that was chosen, as seen at `now`; undefined where its days are none, or end before they begin. */
export function rangeOf(choice: RangeChoice, now: Date): Range | undefined {
  const until = (from: Date): Range => ({ from: from.getTime(), to: startOfDay(now, 1).getTime() });
  switch (choice.preset) {
    case 'today':
      return until(startOfDay(now));
    case '7-days':
      return until(startOfDay(now, -6));
    case '30-days':
      return until(startOfDay(now, -29));
    case 'month':
      return { from: startOfDay(new Date(now.getFullYear(), now.getMonth(), 1)).getTime(), to: startOfDay(new Date(now.getFullYear(), now.getMonth() + 1, 1)).getTime() };
    case 'all':
      return { from: -lastMoment, to: lastMoment };
    case 'custom': {
      const [first, last] = [dayIn(choice.from), dayIn(choice.to)];
      if (!first || !last || last < first) return undefined;
      return { from: first.getTime(), to: startOfDay(last, 1).getTime() };
    }
  }
}
