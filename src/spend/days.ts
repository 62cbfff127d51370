import type { Unit } from '../images/price.ts';
import { isWithin, type DaySpan } from './period.ts';
import { noTable, sumsOn, type Table } from './table.ts';

/** What was spent in one workspace, in one unit. */
export interface SpendSum {
  readonly workspace: string;
  readonly unit: Unit;
  /** Whole millionths of the unit. */
  readonly micros: number;
  readonly charges: number;
}

/** What was spent on each local calendar day, `2026-11-26`. */
export interface Days {
  /** Every day with a sum, the earliest first. */
  names(): readonly string[];
  /** One sum for each workspace and unit; none for a day without any. */
  of(day: string): readonly SpendSum[];
  /** The sums of each day of a span, the earliest first; of all time one for each workspace and unit, in the order of first spending. */
  within(span: DaySpan | undefined): readonly SpendSum[];
}

/** The same while more is spent. */
export interface GrowingDays extends Days {
  add(day: string, more: SpendSum): void;
  /** The days as they are now. */
  copy(): Days;
}

/** What {@link daysFrom} goes on from. */
export interface KeptDays {
  /** Read where it lies, a day when that is asked for: to make objects of three years' sums would be a third of a start. */
  readonly table: Table;
  /** The sums of all time, as {@link Days.within} gives them. */
  readonly whole: readonly SpendSum[];
}

function withMore(sums: readonly SpendSum[], more: SpendSum): readonly SpendSum[] {
  const place = sums.findIndex(({ workspace, unit }) => workspace === more.workspace && unit === more.unit);
  const sum = sums[place];
  return sum ? sums.with(place, { ...sum, micros: sum.micros + more.micros, charges: sum.charges + more.charges }) : [...sums, more];
}

function daysOf({ table, whole }: KeptDays, changed: ReadonlyMap<string, readonly SpendSum[]>): Days {
  const of = (day: string): readonly SpendSum[] => changed.get(day) ?? sumsOn(table, day);
  const names = (span?: DaySpan): readonly string[] => [...new Set([...table.names.days, ...changed.keys()].filter((day) => isWithin(day, span)))].toSorted();
  return { names: () => names(), of, within: (span) => (span === undefined ? whole : names(span).flatMap(of)) };
}

/** Goes on from what was kept, which stays as it is. */
export function daysFrom(kept: KeptDays = { table: noTable, whole: [] }): GrowingDays {
  const { table } = kept;
  let { whole } = kept;
  const changed = new Map<string, readonly SpendSum[]>();
  const now = (): Days => daysOf({ table, whole }, changed);
  return {
    names: () => now().names(),
    of: (day) => now().of(day),
    within: (span) => now().within(span),
    add(day, more) {
      changed.set(day, withMore(changed.get(day) ?? sumsOn(table, day), more));
      whole = withMore(whole, more);
    },
    copy: () => daysOf({ table, whole }, new Map(changed)),
  };
}
