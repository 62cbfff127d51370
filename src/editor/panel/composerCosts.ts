import { env, l10n } from 'vscode';
import { followedSize } from '../../images/follow.ts';
import { modelOf } from '../../images/model.ts';
import { estimate, estimateText, type Estimate, type Rates } from '../../images/price.ts';
import type { ImageRequest } from '../../images/request.ts';
import { formatSize, sizeTable, type Size } from '../../images/size.ts';
import { textTokens } from '../../images/tokens.ts';

/** What a request would cost at each size that is offered, in words, by the size. */
export type Costs = Record<string, string>;

const plus = ({ low, high }: Estimate, micros: number): Estimate => ({
  low: { ...low, micros: low.micros + micros },
  high: { ...high, micros: high.micros + micros },
});

const cost = (request: ImageRequest, images: readonly Size[], rates: Rates): Estimate => estimate({ ...request, ...(images.length > 0 && { references: images }) }, rates);

/** What a request costs, in words. */
export const costText = (request: ImageRequest, images: readonly Size[], rates: Rates): string => {
  const size = request.size === 'auto' ? followedSize(images[0], modelOf(request.model)).size : request.size;
  return estimateText(cost({ ...request, size }, images, rates), l10n.t, env.language);
};

/** Remembers what it found last: a prompt grows by one letter at a time, and four of them are one token. */
export function createCosts(): (request: ImageRequest, images: readonly Size[], rates: Rates) => Costs {
  let pictures: { readonly key: string; readonly estimates: readonly (readonly [size: string, Estimate])[] } | undefined;
  let words: { readonly key: string; readonly costs: Costs } | undefined;
  return (request, images, rates) => {
    const { model, quality, count, inputFidelity, stream } = request;
    const key = JSON.stringify([model, quality, count, inputFidelity, stream, images, rates]);
    if (pictures?.key !== key) {
      const { sizes } = modelOf(model);
      const offered = new Set([...sizeTable.map(({ size }) => size), ...(sizes.kind === 'listed' ? sizes.sizes.map(({ width, height }) => formatSize(width, height)) : [])]);
      pictures = { key, estimates: [...offered].map((size) => [size, cost({ ...request, prompt: '', size }, images, rates)]) };
    }
    const tokens = textTokens(request.prompt);
    const both = `${tokens} ${key}`;
    if (words?.key !== both) words = { key: both, costs: Object.fromEntries(pictures.estimates.map(([size, found]) => [size, estimateText(plus(found, tokens * rates.textIn), l10n.t, env.language)])) };
    return words.costs;
  };
}
