import { startOfDay, type Range } from './range.ts';

/** What the columns of a chart stand for, so that there are never too many of them to be told apart. */
export type Step = 'day' | 'week' | 'month' | 'year';

const day = 86_400_000;
/** More columns than this are not all drawn: those in which nothing was spent are left out. Only a clock that ran wild leads there. */
const mostEmpty = 400;

/** The step in which a span of time, in milliseconds, is shown: up to two months by days, about a year by weeks, ten years by months. */
export function stepOf(span: number): Step {
  const days = span / day;
  if (days <= 62.5) return 'day';
  if (days <= 366.5) return 'week';
  return days <= 3660 ? 'month' : 'year';
}

/** The first moment of the day, week, month or year that a moment is in. Weeks begin on Monday. */
export function stepStart(date: Date, step: Step): Date {
  switch (step) {
    case 'day':
      return startOfDay(date);
    case 'week':
      return startOfDay(date, -((date.getDay() + 6) % 7));
    case 'month':
      return startOfDay(date, 1 - date.getDate());
    case 'year': {
      const first = new Date(date);
      first.setMonth(0, 1);
      return startOfDay(first);
    }
  }
}

/** The first moment of the step after the one that begins at `start`. */
export function nextStep(start: Date, step: Step): Date {
  if (step === 'day') return startOfDay(start, 1);
  if (step === 'week') return startOfDay(start, 7);
  const next = new Date(start);
  if (step === 'month') next.setMonth(next.getMonth() + 1, 1);
  else next.setFullYear(next.getFullYear() + 1, 0, 1);
  return startOfDay(next);
}

/**
 * The starts of all steps of a span, in order, with those in which nothing was spent; of very many only those in `used`.
 * @param used the starts, in epoch milliseconds, in which something was spent
 */
export function stepsIn({ from, to }: Range, step: Step, used: ReadonlySet<number>): readonly number[] {
  const starts: number[] = [];
  for (let start = stepStart(new Date(from), step); start.getTime() < to; start = nextStep(start, step)) {
    starts.push(start.getTime());
    if (starts.length > mostEmpty) return [...used].toSorted((a, b) => a - b);
  }
  return starts;
}
