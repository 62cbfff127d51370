import { amountOf, type Measured, type Rates } from '../images/price.ts';
import { leastSamples } from '../images/tokens.ts';
import type { Charge } from './entry.ts';
import type { Roll } from './roll.ts';

/** A service that bills more than twice, or less than half, of what its rates say has other rates: those are a setting, and not to be guessed. */
const mostRatio = 2;

/**
 * What the ledger tells estimates: the tokens that pictures took, by model, size and quality; and, where reconciling has corrected
 * charges, how what is billed differs from the rates. Input tokens are left as they are: no charge says how large its references were.
 */
export function measuredBy({ samples, recent }: Pick<Roll, 'samples' | 'recent'>): Measured {
  // A panel reckons dozens of sizes by the same rates.
  let asked: { readonly rates: Rates; readonly billed: ReturnType<Measured['billedBy']> } | undefined;
  return {
    samplesOf: ({ model, size, quality }) => samples.get(`${model}|${size}|${quality}`) ?? [],
    billedBy: (rates) => (asked?.rates === rates ? asked : (asked = { rates, billed: billedBy(recent, rates) })).billed,
  };
}

/**
 * The middle one of what each of the recent calls was billed, as a multiple of what `rates` make of its usage: from 1/2 to 2. Only calls
 * up to the last that was corrected count, and only those of its service: of later ones nobody has asked the service yet, and an
 * earlier one without a correction was right. The middle, for a single call that was billed twice is no price.
 * @param recent oldest first
 * @returns undefined where fewer than {@link leastSamples} were corrected, or where they were billed as the rates say
 */
function billedBy(recent: readonly Charge[], rates: Rates): ReturnType<Measured['billedBy']> {
  const known = recent.filter(({ measured, usage, amount, job }) => measured && usage && !usage.unsplit && amount.unit === rates.unit && !job.startsWith('row:'));
  const at = known.findLastIndex(isCorrected);
  const last = known[at];
  if (!last) return undefined;
  const asked = known.slice(0, at + 1).filter(({ origin }) => origin === last.origin);
  if (asked.filter(isCorrected).length < leastSamples) return undefined;
  const ratios = asked.flatMap(({ usage, amount }) => {
    const { micros } = usage ? amountOf(usage, rates) : { micros: 0 };
    return micros > 0 ? [amount.micros / micros] : [];
  });
  const ratio = Math.min(mostRatio, Math.max(1 / mostRatio, middleOf(ratios)));
  return ratio === 1 ? undefined : { ratio, calls: ratios.length };
}

const isCorrected = ({ entered }: Charge): boolean => entered !== undefined;

/** 1 where there are none. */
function middleOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [below, above] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return below === undefined || above === undefined ? 1 : (below + above) / 2;
}
