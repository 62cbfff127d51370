import { familyOf, modelOf, type ModelFamily } from './model.ts';
import { referenceTokens } from './reference.ts';
import type { ImageRequest } from './request.ts';
import { baseSizes, freeSizes, nearestSize, parseSize, type Size } from './size.ts';
import { drawnQualities, fidelityTokens, olderOutputTokens, outputTokens, partialImageTokens, textTokens } from './tokens.ts';
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

/**
 * By how much a gateway's count may lie above both token tables. OpenAI-HK's own sample bills 275 tokens where the table says
 * 272, and its "about 800 credits" for a low square is 281.
 */
const countMargin = 1.05;

/** What an estimate goes by. */
export type Estimated = Pick<ImageRequest, 'prompt' | 'model' | 'size' | 'quality' | 'count' | 'inputFidelity' | 'stream'> & {
  /** Pixels of every picture that is uploaded, the edited one first, the mask as well; a side of 0 is not known. */
  readonly references?: readonly Size[];
};

/**
 * What a request will cost. Nobody publishes what a gateway counts; so the range spans both token tables and a little above, every quality where it is `auto`, and the three base sizes where the size is `auto` (or
 * cannot be read), with the one that an edit's first picture leads to. Partial pictures count at the upper end alone, for fewer may
 * come than were asked for; so does a high input fidelity, which gateways may not bill.
 */
export function estimate(request: Estimated, rates: Rates): Estimate {
  const parsed = parseSize(request.size);
  const references = request.references ?? [];
  const sizes = parsed === undefined || parsed === 'auto' ? [...baseSizes, ...followedSize(references[0], request.model)] : [parsed];
  const wanted = request.quality === 'auto' ? drawnQualities : [request.quality];
  const perPicture = sizes.flatMap((size) => wanted.flatMap((quality) => [outputTokens(size, quality), olderOutputTokens(size, quality)]));
  const partials = (request.stream?.partialImages ?? 0) * partialImageTokens;

  const textIn = textTokens(request.prompt);
  const uploaded = references.map(referenceTokens);
  const fewestIn = uploaded.reduce((sum, { low }) => sum + low, 0);
  const finer = request.inputFidelity === 'high' ? references.reduce((sum, reference) => sum + fidelityTokens(reference), 0) : 0;
  const mostIn = Math.ceil((uploaded.reduce((sum, { high }) => sum + high, 0) + finer) * countMargin);
  const cost = (imageIn: number, tokens: number) => amountOf({ textIn, imageIn, imageOut: tokens * request.count }, rates);
  return { low: cost(fewestIn, Math.min(...perPicture)), high: cost(mostIn, Math.ceil(Math.max(...perPicture) * countMargin) + partials) };
}

/** The size that `auto` comes to on an edit: the edited picture's, as near as the model draws it. */
function followedSize(first: Size | undefined, model: string): readonly Size[] {
  if (first === undefined || !(first.width > 0 && first.height > 0)) return [];
  const { sizes } = modelOf(model);
  return [nearestSize(first.width, first.height, sizes.kind === 'any' ? freeSizes : sizes)];
}

/** `783.13 credits`, `$0.0123`, `$12.30`. `locale` is a BCP 47 tag; one that cannot be read counts as English. */
export function amountText(amount: Amount, t: Translate, locale: string): string {
  return amount.unit === 'credits' ? t('{0} credits', creditsNumber(amount.micros, locale)) : dollars(amount.micros, locale);
}

/** `550–780 credits`, `$0.0058–$0.0082`: rounded outward to two digits, for an estimate knows no more. */
export function estimateText({ low, high }: Estimate, t: Translate, locale: string): string {
  const from = roundOutward(low.micros, Math.floor);
  const to = roundOutward(high.micros, Math.ceil);
  if (from === to) return amountText({ micros: from, unit: low.unit }, t, locale);
  return low.unit === 'credits'
    ? t('{0}–{1} credits', creditsNumber(from, locale), creditsNumber(to, locale))
    : `${dollars(from, locale)}–${dollars(to, locale)}`;
}

function roundOutward(micros: number, round: (value: number) => number): number {
  if (micros <= 0) return 0;
  const step = 10 ** Math.max(0, Math.floor(Math.log10(micros)) - 1);
  return round(micros / step) * step;
}

function creditsNumber(micros: number, locale: string): string {
  return numberFormat(locale, { maximumFractionDigits: 2 }).format(micros / 1e6);
}

function dollars(micros: number, locale: string): string {
  // Cents alone would show a low-quality picture as $0.01 whatever it cost.
  const maximumFractionDigits = Math.abs(micros) >= 1e6 ? 2 : Math.abs(micros) >= 1e3 ? 4 : 6;
  return numberFormat(locale, {
    style: 'currency',
    currency: 'USD',
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: 2,
    maximumFractionDigits,
  }).format(micros / 1e6);
}

function numberFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  try {
    return new Intl.NumberFormat(locale, options);
  } catch {
    return new Intl.NumberFormat('en', options);
  }
}
