import { daysFrom, type Days, type SpendSum } from '../../../src/spend/days.ts';
import type { Roll } from '../../../src/spend/roll.ts';

/** Days on which so much was spent. */
export function daysWith(sums: readonly (readonly [day: string, sum: SpendSum])[]): Days {
  const days = daysFrom();
  for (const [day, sum] of sums) days.add(day, sum);
  return days;
}

/** All that days tell, to be compared. */
export const daysTold = (days: Days): unknown => ({ each: days.names().map((day) => [day, days.of(day)]), whole: days.within(undefined) });

/** All that a roll tells, to be compared. */
export const rollTold = ({ days, ...roll }: Roll): unknown => ({ ...roll, days: daysTold(days) });
