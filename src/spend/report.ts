import type { Unit } from '../images/price.ts';
import { stepOf, stepsIn, stepStart, type Step } from './buckets.ts';
import type { Charge } from './entry.ts';
import { dearestOf, grouped, sumOfCharges, sumsBy, timeOf, type Sum } from './groups.ts';
import { startOfDay, type Range } from './range.ts';

/** What was spent in one day, week, month or year. `start`: its first moment, in epoch milliseconds. */
export interface Bucket extends Sum {
  readonly start: number;
  /** Millionths of the unit by model; a model on which nothing was spent is missing. */
  readonly models: ReadonlyMap<string, number>;
}

/** What became of the pictures whose places are known. */
export interface Kept {
  /** What the charges cost whose pictures' places are known. */
  readonly micros: number;
  readonly pictures: number;
  /** Those whose file is there. */
  readonly kept: number;
  /** `micros` for each picture that was kept, to the nearest millionth; absent where none was. */
  readonly each?: number;
}

/** What was spent in one unit. Lists begin with the dearest. */
export interface UnitReport {
  readonly unit: Unit;
  readonly total: Sum;
  readonly measured: Sum;
  readonly estimated: Sum;
  /** Absent where no picture's place is known, or it was not looked which are there. */
  readonly kept?: Kept;
  readonly step: Step;
  /** In order of time, also those without spending. */
  readonly buckets: readonly Bucket[];
  readonly models: readonly (Sum & { readonly model: string })[];
  readonly workspaces: readonly (Sum & { readonly workspace: string })[];
  readonly qualities: readonly (Sum & { readonly model: string; readonly quality: string })[];
  /** The ten dearest requests; of equal ones the newer first. */
  readonly dearest: readonly Charge[];
}

/** What was spent in a range. Units are never added up across: each has a report of its own, that of credits first. */
export interface Report {
  readonly charges: number;
  readonly units: readonly UnitReport[];
}

/** Those of the charges that were made in the range, in the same order. */
export const chargesIn = (charges: readonly Charge[], { from, to }: Range): readonly Charge[] =>
  charges.filter((charge) => {
    const time = timeOf(charge);
    return time >= from && time < to;
  });

/**
 * The span that is drawn: the range, but of one without bounds what there are charges in, and nothing that lies ahead of `now`.
 * At least one charge is given.
 */
function spanOf(times: readonly number[], range: Range, now: Date): Range {
  let [first, last] = [Infinity, -Infinity];
  for (const time of times) {
    first = Math.min(first, time);
    last = Math.max(last, time);
  }
  const from = Number.isNaN(new Date(range.from).getTime()) || stepOf(range.to - range.from) === 'year' ? startOfDay(new Date(first)).getTime() : range.from;
  const to = Math.min(range.to, Math.max(startOfDay(now, 1).getTime(), startOfDay(new Date(last), 1).getTime()));
  return { from, to };
}

function bucketOf(start: number, charges: readonly Charge[]): Bucket {
  const models = new Map<string, number>();
  for (const { model, amount } of charges) models.set(model, (models.get(model) ?? 0) + amount.micros);
  return { start, ...sumOfCharges(charges), models };
}

function bucketsOf(charges: readonly Charge[], range: Range, now: Date): Pick<UnitReport, 'step' | 'buckets'> {
  const times = charges.map(timeOf);
  const span = spanOf(times, range, now);
  const step = stepOf(span.to - span.from);
  // A day's start is asked of the calendar once a day, not once a charge.
  let [start, end] = [NaN, NaN];
  const startFor = (_charge: Charge, index: number): number => {
    const time = times[index] ?? NaN;
    if (!(time >= start && time < end)) {
      start = stepStart(new Date(time), step).getTime();
      end = startOfDay(new Date(time), 1).getTime();
    }
    return start;
  };
  const groups = grouped(charges, startFor);
  return { step, buckets: stepsIn(span, step, new Set(groups.keys())).map((start) => bucketOf(start, groups.get(start) ?? [])) };
}

/** Whether a picture's file, a URI, is there; undefined where that cannot be found out. */
export type IsThere = (file: string) => boolean | undefined;

/** @param owners for each file that is there, the job whose picture it is */
function keptOf(charges: readonly Charge[], isThere: IsThere, owners: ReadonlyMap<string, string>): Kept | undefined {
  const known = charges.filter(({ files }) => files !== undefined && files.length > 0 && files.every((file) => isThere(file) !== undefined));
  if (known.length === 0) return undefined;
  const { micros } = sumOfCharges(known);
  const pictures = known.reduce((sum, { files = [] }) => sum + files.length, 0);
  const kept = known.reduce((sum, { job, files = [] }) => sum + files.filter((file) => owners.get(file) === job).length, 0);
  return { micros, pictures, kept, ...(kept > 0 && { each: Math.round(micros / kept) }) };
}

/** The job whose picture a file is: of several that were put into the same place, the last. */
function ownersOf(charges: readonly Charge[], isThere: IsThere): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const { job, files = [] } of charges) for (const file of files) if (isThere(file) === true) owners.set(file, job);
  return owners;
}

const unitReportOf = (unit: Unit, charges: readonly Charge[], kept: Kept | undefined, columns: Pick<UnitReport, 'step' | 'buckets'>): UnitReport => ({
  unit,
  total: sumOfCharges(charges),
  measured: sumOfCharges(charges.filter(({ measured }) => measured)),
  estimated: sumOfCharges(charges.filter(({ measured }) => !measured)),
  ...(kept && { kept }),
  ...columns,
  models: sumsBy(charges, ({ model }) => model, ({ model }) => ({ model })),
  workspaces: sumsBy(charges, ({ workspace }) => workspace, ({ workspace }) => ({ workspace })),
  qualities: sumsBy(charges, ({ model, quality }) => `${model}\n${quality}`, ({ model, quality }) => ({ model, quality })),
  dearest: dearestOf(charges),
});

/**
 * What was spent in a range.
 * @param all every charge, in the ledger's order: also those outside of the range may have taken a picture's place
 * @param isThere absent: nobody has looked which pictures are there
 */
export function reportOf(all: readonly Charge[], range: Range, { now, isThere }: { readonly now: Date; readonly isThere?: IsThere | undefined }): Report {
  const charges = chargesIn(all, range);
  const owners = isThere && ownersOf(all, isThere);
  const keptIn = (own: readonly Charge[]): Kept | undefined => isThere && owners && keptOf(own, isThere, owners);
  // Always in one order: whoever looks at another range finds the units where they were.
  const units = [...grouped(charges, ({ amount }) => amount.unit)].toSorted(([a], [b]) => (a === b ? 0 : a === 'credits' ? -1 : 1)).map(([unit, own]) => unitReportOf(unit, own, keptIn(own), bucketsOf(own, range, now)));
  return { charges: charges.length, units };
}

/** Round figures, from 0 up to one that is no less than `most`, to read a chart by; all whole. `most`: millionths ≥ 0. */
export function ticksOf(most: number): readonly number[] {
  if (most <= 0) return [0];
  const rough = Math.max(1, most / 4);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, Math.round(([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power));
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, index) => index * step);
}
