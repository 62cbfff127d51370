import type { Unit } from '../../images/price.ts';
import type { SpendAmount, SpendDear, SpendRow, SpendSection, SpendTimeline } from '../../protocol/spend.ts';
import type { Charge } from '../../spend/entry.ts';
import type { Sum } from '../../spend/groups.ts';
import { ticksOf, type Report, type UnitReport } from '../../spend/report.ts';
import type { Words } from '../show/spendWords.ts';
import { columnText, fileName, madeText, momentText, numberText, partText, picturesText, qualityText, requestsText, stepText, workspaceNames } from './reportWords.ts';

/** What a report is put into words with. */
export interface ReportWords extends Words {
  /** Credits are shown in yuan. */
  readonly inYuan: boolean;
  /** A workspace's place, for a person. */
  readonly placeOf: (uri: string) => string;
  /** The id by which the page names a picture. */
  readonly idOf: (uri: string) => string;
  /** Whether a picture's file is there; absent, or undefined: nobody has looked, or could. */
  readonly isThere?: ((uri: string) => boolean | undefined) | undefined;
}

/** Models that have a pattern of their own; the others share one. */
const mostSeries = 6;

function titleOf(unit: Unit, { t, inYuan }: ReportWords): string {
  if (unit === 'USD') return t('US dollars');
  return inYuan ? t('Credits, in yuan') : t('Credits');
}

/** The report as the page shows it, one section for each unit. */
export const sectionsOf = ({ units }: Report, words: ReportWords): SpendSection[] => units.map((unit) => sectionOf(unit, words));

function sectionOf(report: UnitReport, words: ReportWords): SpendSection {
  const { unit, total } = report;
  const amount = (micros: number): SpendAmount => ({ micros, text: words.amount({ micros, unit }) });
  const row = (sum: Sum, label: string, about?: string): SpendRow => ({
    label,
    ...(about !== undefined && about !== label && { about }),
    sum: amount(sum.micros),
    share: partText(sum.micros, total.micros, words.locale),
    made: madeText(sum, words),
    charges: sum.charges,
    pictures: sum.pictures,
  });
  const names = workspaceNames(report.workspaces.map(({ workspace }) => workspace), words.t);
  const nameOf = (workspace: string): string => names.get(workspace) ?? workspace;
  return {
    unit,
    title: titleOf(unit, words),
    facts: factsOf(report, words),
    timeline: timelineOf(report, words, amount),
    workspaces: report.workspaces.map((sum) => row(sum, nameOf(sum.workspace), sum.workspace === '' ? undefined : words.placeOf(sum.workspace))),
    qualities: report.qualities.map((sum) => row(sum, `${sum.model} · ${qualityText(sum.quality, words.t)}`)),
    dearest: report.dearest.map((charge) => dearOf(charge, nameOf(charge.workspace), words, amount)),
  };
}

function factsOf({ unit, total, measured, estimated, kept }: UnitReport, words: ReportWords): SpendSection['facts'] {
  const { t, locale } = words;
  const number = (value: number): string => numberText(value, locale);
  const sum = (micros: number): string => words.amount({ micros, unit });
  return [
    { label: t('Spent'), value: sum(total.micros) },
    { label: t('Requests'), value: number(total.charges) },
    { label: t('Pictures made'), value: number(total.pictures) },
    ...(kept
      ? [
          {
            label: t('Pictures kept'),
            value: number(kept.kept),
            // Charges of before their pictures' places were noted.
            note: kept.pictures === total.pictures ? t('{0} of {1} are still in their place', number(kept.kept), number(kept.pictures)) : t('{0} of {1} whose place is known are still there', number(kept.kept), number(kept.pictures)),
          },
          ...(kept.each === undefined ? [] : [{ label: t('Cost per kept picture'), value: sum(kept.each) }]),
        ]
      : []),
    {
      label: t('Measured'),
      value: partText(measured.micros, total.micros, locale),
      note: estimated.charges === 0 ? t('The service said what each request cost') : t('{0} in {1} are estimated', sum(estimated.micros), requestsText(estimated.charges, words)),
    },
  ];
}

function timelineOf({ step, buckets, models }: UnitReport, words: ReportWords, amount: (micros: number) => SpendAmount): SpendTimeline {
  const { t } = words;
  const named = models.slice(0, models.length > mostSeries ? mostSeries - 1 : mostSeries);
  const others = models.slice(named.length);
  const rest = (of: (model: string) => number): number => others.reduce((sum, { model }) => sum + of(model), 0);
  const own = new Map(models.map(({ model, micros }) => [model, micros]));
  const parts = (of: ReadonlyMap<string, number>): number[] => {
    const micros = (model: string): number => of.get(model) ?? 0;
    return [...named.map(({ model }) => micros(model)), ...(others.length > 0 ? [rest(micros)] : [])];
  };
  const titles = [...named.map(({ model }) => model), ...(others.length > 0 ? [t('Other models')] : [])];
  return {
    ...stepText(step, t),
    series: parts(own).map((micros, index) => ({ name: titles[index] ?? '', sum: amount(micros) })),
    columns: buckets.map((bucket) => ({
      ...columnText(bucket.start, step, words.locale),
      sum: amount(bucket.micros),
      made: madeText(bucket, words),
      charges: bucket.charges,
      parts: parts(bucket.models).map(amount),
    })),
    ticks: ticksOf(buckets.reduce((most, { micros }) => Math.max(most, micros), 0)).map(amount),
  };
}

function dearOf(charge: Charge, workspace: string, words: ReportWords, amount: (micros: number) => SpendAmount): SpendDear {
  const { time, model, size, quality, received, amount: cost, measured, prompt, files = [] } = charge;
  const { t, locale, isThere } = words;
  return {
    time: momentText(new Date(time), locale),
    about: [model, ...(/^\d+x\d+$/.test(size) ? [size.replace('x', ' × ')] : []), qualityText(quality, t)].join(' · '),
    workspace,
    sum: amount(cost.micros),
    made: picturesText(received, words),
    basis: measured ? t('measured') : t('estimated'),
    ...(prompt !== undefined && { prompt }),
    pictures: files.map((file) => ({ id: words.idOf(file), name: fileName(file), there: isThere?.(file) ?? true })),
  };
}
