import { familyOf, modelOf, type ModelFamily } from './model.ts';
import { referenceTokens } from './reference.ts';
import type { ImageRequest } from './request.ts';
import { baseSizes, freeSizes, nearestSize, parseSize, type Size } from './size.ts';
import { countMargin, drawnQualities, fidelityTokens, leastSamples, partialImageTokens, sampledTokens, tabledTokens, textTokens } from './tokens.ts';
import type { Translate } from './words.ts';

/** Tokens a call was billed for, as the service's `usage` says. All are whole numbers ≥ 0. */
export interface Usage {
  readonly textIn: number;
  readonly imageIn: number;
  readonly imageOut: number;
  /** The service did not take the input apart: all of it is counted under `textIn`, pictures too. */
  readonly unsplit?: true;
}

/** What money is counted in: OpenAI-HK's credits (积分, 10,000 = ¥1) or US dollars. Never summed across. */
export type Unit = 'credits' | 'USD';

/** A sum of money as a whole number of millionths of the unit, so that sums never drift. 783.13 credits = 783_130_000. */
export interface Amount {
  readonly micros: number;
  readonly unit: Unit;
}

/** What one million tokens cost, in the unit: which makes one token cost that many micros. */
export interface Rates {
  readonly unit: Unit;
  readonly textIn: number;
  readonly imageIn: number;
  readonly imageOut: number;
}

/** What a request will cost, before it is sent: never one figure, for nobody knows it. `low.micros ≤ high.micros`. */
export interface Estimate {
  readonly low: Amount;
  readonly high: Amount;
  /** How many measured calls narrowed it; absent where it goes by the tables alone. */
  readonly samples?: number;
}

/**
 * OpenAI-HK's formula: `(text_in*5 + image_in*10 + image_out*40) * 7.1 * 10000 / 1000000` credits. It is in USD per million
 * tokens, at ¥7.1 a dollar and 10,000 credits a yuan, so that a million tokens cost 5 × 71,000, 10 × 71,000 and 40 × 71,000
 * credits. The same for every model there.
 */
export const ratesOpenAiHk: Rates = { unit: 'credits', textIn: 5 * 71_000, imageIn: 10 * 71_000, imageOut: 40 * 71_000 };

const openAiRates: Readonly<Record<ModelFamily, Rates>> = {
  'gpt-image-2': { unit: 'USD', textIn: 5, imageIn: 8, imageOut: 30 },
  'gpt-image-1.5': { unit: 'USD', textIn: 5, imageIn: 8, imageOut: 32 },
  'gpt-image-1': { unit: 'USD', textIn: 5, imageIn: 10, imageOut: 40 },
};

/** OpenAI's own list prices, per family of {@link familyOf}; a name of no family is taken to cost what gpt-image-2 costs. */
export function ratesOpenAi(model: string): Rates {
  return openAiRates[familyOf(model) ?? 'gpt-image-2'];
}

/** What the usage costs at these rates: exact for whole rates, else to the nearest millionth of the unit. */
export function amountOf(usage: Usage, rates: Rates): Amount {
  const micros = usage.textIn * rates.textIn + usage.imageIn * rates.imageIn + usage.imageOut * rates.imageOut;
  return { micros: Math.round(micros), unit: rates.unit };
}

/** What earlier calls have shown, for estimates to go by. */
export interface Measured {
  /** Output tokens of a picture, one figure a call, of calls with exactly this model, size and quality. */
  readonly samplesOf: (request: Pick<ImageRequest, 'model' | 'size' | 'quality'>) => readonly number[];
  /** How what calls were really billed compares with what these rates make of their usage, and how many calls say so; undefined: nothing is known. */
  readonly billedBy: (rates: Rates) => { readonly ratio: number; readonly calls: number } | undefined;
}

/** What an estimate goes by. */
export type Estimated = Pick<ImageRequest, 'prompt' | 'model' | 'size' | 'quality' | 'count' | 'inputFidelity' | 'stream'> & {
  /** Pixels of every picture that is uploaded, the edited one first, the mask as well; a side of 0 is not known. */
  readonly references?: readonly Size[];
  /** What {@link textTokens} makes of the prompt, where that is known already. */
  readonly promptTokens?: number;
};

/**
 * What a request will cost. Nobody publishes what a gateway counts; so the range spans both token tables and a little above, every
 * quality where it is `auto`, and the three base sizes where the size is `auto` (or cannot be read), with the one that an edit's first
 * picture leads to. Where enough calls like it were measured, their counts take the place of the tables. Partial pictures count at the
 * upper end alone, for fewer may come than were asked for; so does a high input fidelity, which gateways may not bill.
 */
export function estimate(request: Estimated, rates: Rates, measured?: Measured): Estimate {
  const { count, references = [] } = request;
  const parsed = parseSize(request.size);
  const automatic = parsed === undefined || parsed === 'auto';
  const table = tabledTokens(automatic ? [...baseSizes, ...followedSize(references[0], request.model)] : [parsed], request.quality === 'auto' ? drawnQualities : [request.quality]);
  // An edit of automatic size follows its picture: those before followed others.
  const samples = automatic && references.length > 0 ? [] : (measured?.samplesOf(request) ?? []);

  const text = request.promptTokens ?? textTokens(request.prompt);
  const uploaded = references.map(referenceTokens);
  const fewestIn = uploaded.reduce((sum, { low }) => sum + low, 0);
  const finer = request.inputFidelity === 'high' ? references.reduce((sum, reference) => sum + fidelityTokens(reference), 0) : 0;
  const mostIn = Math.ceil((uploaded.reduce((sum, { high }) => sum + high, 0) + finer) * countMargin);
  const partials = (request.stream?.partialImages ?? 0) * partialImageTokens;
  const least = (tokens: number, textIn: number): number => amountOf({ textIn, imageIn: fewestIn, imageOut: tokens * count }, rates).micros;
  const most = (tokens: number, textIn: number): number => amountOf({ textIn, imageIn: mostIn, imageOut: (tokens + partials) * count }, rates).micros;

  let low = least(table.low, text);
  let high = most(table.high, text);
  const known = samples.length >= leastSamples ? samples.length : 0;
  if (known > 0) {
    const sampled = sampledTokens(samples, table);
    // How a service cuts a text up is not known, which the width of the tables hides and this does not: a quarter more or less.
    const [sampledLow, sampledHigh] = [least(sampled.low, Math.floor(text * 0.75)), most(sampled.high, Math.ceil(text * 1.25) + 1)];
    low = sampled.low < table.low ? sampledLow : Math.max(low, sampledLow);
    high = sampled.high > table.high ? sampledHigh : Math.min(high, sampledHigh);
  }
  const { ratio, calls } = measured?.billedBy(rates) ?? { ratio: 1, calls: 0 };
  const { unit } = rates;
  const said = Math.max(known, calls);
  return { low: { micros: Math.floor(low * ratio), unit }, high: { micros: Math.ceil(high * ratio), unit }, ...(said > 0 && { samples: said }) };
}

/** The size that `auto` comes to on an edit: the edited picture's, as near as the model draws it. */
function followedSize(first: Size | undefined, model: string): readonly Size[] {
  if (first === undefined || !(first.width > 0 && first.height > 0)) return [];
  const { sizes } = modelOf(model);
  return [nearestSize(first.width, first.height, sizes.kind === 'any' ? freeSizes : sizes)];
}

/** What sums in credits are shown in: as they are, or in yuan, at OpenAI-HK's 10,000 credits a yuan. Dollars are shown in dollars. */
export const currencies = ['credits', 'yuan'] as const;
export type Currency = (typeof currencies)[number];

/** An amount in credits, in yuan: to be shown, never to be reckoned with. */
export const inYuan = ({ micros }: Amount): number => micros / 1e10;

/** `783.13 credits`, `¥0.0783`, `$0.0123`, `$12.30`. `locale` is a BCP 47 tag; one that cannot be read counts as English. */
export function amountText(amount: Amount, t: Translate, locale: string, currency: Currency = 'credits'): string {
  if (amount.unit === 'credits' && currency === 'credits') return t('{0} credits', creditsNumber(amount.micros, locale));
  const value = Math.abs(moneyOf(amount));
  // Cents alone would show a low-quality picture as $0.01 whatever it cost.
  return money(amount, value >= 1 ? 2 : value >= 1e-3 ? 4 : 6, locale);
}

/** `550–820 credits`, `¥0.055–¥0.082`, `$0.0058–$0.0082`: rounded outward, to two digits, for tables know no more, and to three where calls were measured. */
export function estimateText({ low, high, samples }: Estimate, t: Translate, locale: string, currency: Currency = 'credits'): string {
  const digits = samples === undefined ? 2 : 3;
  const from = { ...low, micros: roundOutward(low.micros, digits, Math.floor) };
  const to = { ...high, micros: roundOutward(high.micros, digits, Math.ceil) };
  if (low.unit === 'credits' && currency === 'credits') {
    if (from.micros === to.micros) return amountText(from, t, locale);
    return t('{0}–{1} credits', creditsNumber(from.micros, locale), creditsNumber(to.micros, locale));
  }
  // As many places as the digits need, so that none is rounded inward again.
  const text = (end: Amount): string => money(end, end.micros === 0 ? 2 : Math.min(10, Math.max(2, digits - 1 - Math.floor(Math.log10(moneyOf(end))))), locale);
  return from.micros === to.micros ? text(from) : `${text(from)}–${text(to)}`;
}

function roundOutward(micros: number, digits: number, round: (value: number) => number): number {
  if (micros <= 0) return 0;
  const step = 10 ** Math.max(0, Math.floor(Math.log10(micros)) + 1 - digits);
  return round(micros / step) * step;
}

const creditsNumber = (micros: number, locale: string): string => numberFormat(locale, { maximumFractionDigits: 2 }).format(micros / 1e6);

const moneyOf = (amount: Amount): number => (amount.unit === 'USD' ? amount.micros / 1e6 : inYuan(amount));

/** Dollars, or yuan for credits. */
function money(amount: Amount, maximumFractionDigits: number, locale: string): string {
  const currency = amount.unit === 'USD' ? 'USD' : 'CNY';
  return numberFormat(locale, { style: 'currency', currency, currencyDisplay: 'narrowSymbol', minimumFractionDigits: 2, maximumFractionDigits }).format(moneyOf(amount));
}

const formats = new Map<string, Intl.NumberFormat>();

/** Made once each: a panel shows dozens of sums at every letter that is typed, and making one takes longer than using it a hundred times. */
function numberFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${locale} ${options.currency} ${options.maximumFractionDigits}`;
  let format = formats.get(key);
  if (!format) formats.set(key, (format = madeFormat(locale, options)));
  return format;
}

function madeFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  try {
    return new Intl.NumberFormat(locale, options);
  } catch {
    return new Intl.NumberFormat('en', options);
  }
}
