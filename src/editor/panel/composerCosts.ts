import { modelOf } from '../../images/model.ts';
import type { Measured } from '../../images/price.ts';
import type { ImageRequest } from '../../images/request.ts';
import { formatSize, sizeTable, type Size } from '../../images/size.ts';
import { textTokens } from '../../images/tokens.ts';
import { currency } from '../settings.ts';
import { costOf, type Pricing } from '../show/cost.ts';
import { estimateIn, estimatesIn, samplesIn } from '../show/money.ts';

/** What a request would cost at each size that is offered, in words, by the size. */
export type Costs = Record<string, string>;

/** What a request costs, in words, and what that is known from. */
export function costWords(request: ImageRequest, images: readonly Size[], pricing: Pricing): { readonly cost: string; readonly costFrom?: string } {
  const found = costOf(request, images, pricing);
  const costFrom = samplesIn(found);
  return { cost: estimateIn(found), ...(costFrom !== undefined && { costFrom }) };
}

/** Remembers what it found last: a prompt grows by one letter at a time, and four of them are one token. */
export function createCosts(): (request: ImageRequest, images: readonly Size[], pricing: Pricing) => Costs {
  let last: { readonly key: string; readonly measured: Measured; readonly costs: Costs } | undefined;
  return (request, images, pricing) => {
    const { model, quality, count, inputFidelity, stream } = request;
    const promptTokens = textTokens(request.prompt);
    const key = JSON.stringify([promptTokens, model, quality, count, inputFidelity, stream, images, pricing.rates, currency()]);
    if (last?.key !== key || last.measured !== pricing.measured) {
      const { sizes } = modelOf(model);
      const offered = new Set([...sizeTable.map(({ size }) => size), ...(sizes.kind === 'listed' ? sizes.sizes.map(({ width, height }) => formatSize(width, height)) : [])]);
      const words = estimatesIn();
      last = { key, measured: pricing.measured, costs: Object.fromEntries([...offered].map((size) => [size, words(costOf({ ...request, size, promptTokens }, images, pricing))])) };
    }
    return last.costs;
  };
}
