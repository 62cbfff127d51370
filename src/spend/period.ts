/** What a budget is for: a local calendar day, a week that begins on Monday, a calendar month, or everything that was ever spent. */
export const periods = ['day', 'week', 'month', 'all'] as const;
export type Period = (typeof periods)[number];

/** Local calendar days, both included, as `2026-11-26`: which sort as they follow each other. */
export interface DaySpan {
  readonly from: string;
  readonly to: string;
}

const digits = (value: number, length: number): string => String(value).padStart(length, '0');

/** The local calendar day of a moment: `2026-11-26`. */
export const localDay = (time: Date): string => `${digits(time.getFullYear(), 4)}-${digits(time.getMonth() + 1, 2)}-${digits(time.getDate(), 2)}`;

/**
 * The days of the period that `now` lies in. Counted by the calendar, not by hours: a day on which the clocks change has 23 or 25 of
 * them. Undefined: all time.
 */
export function periodOf(period: Period, now: Date): DaySpan | undefined {
  const [year, month, day] = [now.getFullYear(), now.getMonth(), now.getDate()];
  // At noon, which every day has: there are places whose clocks go forward at midnight.
  const dayAt = (monthOf: number, dayOf: number): string => localDay(new Date(year, monthOf, dayOf, 12));
  switch (period) {
    case 'day':
      return { from: localDay(now), to: localDay(now) };
    case 'week': {
      const monday = day - ((now.getDay() + 6) % 7);
      return { from: dayAt(month, monday), to: dayAt(month, monday + 6) };
    }
    case 'month':
      return { from: dayAt(month, 1), to: dayAt(month + 1, 0) };
    case 'all':
      return undefined;
  }
}

/** Whether a local calendar day lies in the span; every day lies in all time. */
export const isWithin = (day: string, span: DaySpan | undefined): boolean => span === undefined || (day >= span.from && day <= span.to);
