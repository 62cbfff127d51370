import type { Translate } from '../../images/words.ts';
import type { Step } from '../../spend/buckets.ts';
import { nextStep } from '../../spend/buckets.ts';
import type { Range, RangeChoice } from '../../spend/range.ts';
import type { Words } from '../show/spendWords.ts';

// Figures, days and names of the spend report in the user's language. Nothing here knows the editor.

type Language = Pick<Words, 't' | 'locale'>;

/** A language that this computer does not know, or that is no language, gives way to English. */
function withLocale<Made>(locale: string, make: (locale: string) => Made): Made {
  try {
    return make(locale);
  } catch {
    return make('en');
  }
}

export const numberText = (value: number, locale: string): string => withLocale(locale, (known) => new Intl.NumberFormat(known).format(value));

/** A part of a whole, in percent; a part that is there is never said to be nothing, nor all where something is missing. */
export function partText(part: number, whole: number, locale: string): string {
  const share = whole === 0 ? 0 : part / whole;
  // 0.1 % and 99.9 %: what is not all is not said to be.
  const shown = share > 0 && share < 0.001 ? 0.001 : share < 1 && share > 0.999 ? 0.999 : share;
  const fine = shown > 0 && (shown < 0.01 || (shown > 0.99 && shown < 1));
  return withLocale(locale, (known) => new Intl.NumberFormat(known, { style: 'percent', maximumFractionDigits: fine ? 1 : 0 }).format(shown));
}

const dateFormats = new Map<string, Intl.DateTimeFormat>();

function dateFormat(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([locale, options]);
  // Making one takes far longer than using it.
  const format = dateFormats.get(key) ?? withLocale(locale, (known) => new Intl.DateTimeFormat(known, options));
  dateFormats.set(key, format);
  return format;
}

export const dayText = (date: Date, locale: string): string => dateFormat(locale, { dateStyle: 'medium' }).format(date);
export const momentText = (date: Date, locale: string): string => dateFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(date);

/** The days of a range, both included. */
export const daysText = ({ from, to }: Range, locale: string): string => dateFormat(locale, { dateStyle: 'medium' }).formatRange(new Date(from), new Date(to - 1));

export function rangeTitle(choice: RangeChoice, t: Translate): string {
  switch (choice.preset) {
    case 'today':
      return t('Today');
    case '7-days':
      return t('Last 7 days');
    case '30-days':
      return t('Last 30 days');
    case 'month':
      return t('This month');
    case 'all':
      return t('All time');
    case 'custom':
      return t('Days of my choice');
  }
}

/** A column's name under it, and in full. */
export function columnText(start: number, step: Step, locale: string): { readonly label: string; readonly name: string } {
  const date = new Date(start);
  switch (step) {
    case 'day':
      return { label: dateFormat(locale, { day: 'numeric', month: 'numeric' }).format(date), name: dateFormat(locale, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' }).format(date) };
    case 'week':
      return { label: dateFormat(locale, { day: 'numeric', month: 'numeric' }).format(date), name: daysText({ from: start, to: nextStep(date, step).getTime() }, locale) };
    case 'month':
      return { label: dateFormat(locale, { month: 'short', year: '2-digit' }).format(date), name: dateFormat(locale, { month: 'long', year: 'numeric' }).format(date) };
    case 'year': {
      const name = dateFormat(locale, { year: 'numeric' }).format(date);
      return { label: name, name };
    }
  }
}

/** The title of a chart with such columns, and what they are called in a table. */
export function stepText(step: Step, t: Translate): { readonly title: string; readonly head: string } {
  switch (step) {
    case 'day':
      return { title: t('Per day'), head: t('Day') };
    case 'week':
      return { title: t('Per week'), head: t('Week') };
    case 'month':
      return { title: t('Per month'), head: t('Month') };
    case 'year':
      return { title: t('Per year'), head: t('Year') };
  }
}

export const requestsText = (count: number, { t, locale }: Language): string => (count === 1 ? t('1 request') : t('{0} requests', numberText(count, locale)));
export const chargesText = (count: number, { t, locale }: Language): string => (count === 1 ? t('1 charge') : t('{0} charges', numberText(count, locale)));
export const picturesText = (count: number, { t, locale }: Language): string => (count === 1 ? t('1 picture') : t('{0} pictures', numberText(count, locale)));

/** `3 requests · 5 pictures` */
export const madeText = ({ charges, pictures }: { readonly charges: number; readonly pictures: number }, language: Language): string => `${requestsText(charges, language)} · ${picturesText(pictures, language)}`;

/** A quality as the interface calls it; one that it does not know, as it is. */
export function qualityText(quality: string, t: Translate): string {
  switch (quality) {
    case 'low':
      return t('Low');
    case 'medium':
      return t('Medium');
    case 'high':
      return t('High');
    case 'auto':
      return t('Automatic');
    default:
      return quality;
  }
}

/** The segments of a URI's path, decoded. */
function segmentsOf(uri: string): readonly string[] {
  const path = uri.replace(/^[a-z][a-z\d+.-]*:(?:\/\/[^/]*)?/i, '').replace(/[?#].*$/s, '');
  return path.split('/').filter((segment) => segment !== '').map((segment) => {
    try {
      return decodeURIComponent(segment);
    } catch {
      return segment;
    }
  });
}

/** The name at the end of a file's URI. */
export const fileName = (uri: string): string => segmentsOf(uri).at(-1) ?? uri;

/** What workspaces are called: by their own names, and where two share one, by that of the folder around it as well. */
export function workspaceNames(uris: readonly string[], t: Translate): ReadonlyMap<string, string> {
  const nameOf = (uri: string, segments: number): string => segmentsOf(uri).slice(-segments).join('/').replace(/\.code-workspace$/, '') || uri;
  const short = uris.map((uri) => nameOf(uri, 1));
  return new Map(uris.map((uri, index) => [uri, uri === '' ? t('No folder was open') : short.filter((name) => name === short[index]).length > 1 ? nameOf(uri, 2) : (short[index] ?? uri)]));
}
