import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { amountOf, amountText, estimate, estimateText, inYuan, ratesOpenAi, ratesOpenAiHk, type Amount, type Usage } from '../../../src/images/price.ts';
import { qualities, type ImageRequest } from '../../../src/images/request.ts';
import { sizeTable } from '../../../src/images/size.ts';
import { drawnQualities, olderOutputTokens, outputTokens, textTokens } from '../../../src/images/tokens.ts';
import { english } from '../../../src/images/words.ts';

const request: ImageRequest = { prompt: 'a white siamese cat', model: 'gpt-image-2', size: '1024x1024', quality: 'low', count: 1 };
const credits = (value: number): Amount => ({ micros: value * 1e6, unit: 'credits' });
const dollars = (value: number): Amount => ({ micros: value * 1e6, unit: 'USD' });

describe('amountOf', () => {
  it('bills the sample of the customer\'s document to the hundredth', () => {
    const amount = amountOf({ textIn: 6, imageIn: 0, imageOut: 275 }, ratesOpenAiHk);
    assert.deepEqual(amount, { micros: 783_130_000, unit: 'credits' });
    assert.equal(amountText(amount, english, 'en'), '783.13 credits');
  });

  it('is the customer\'s formula, exactly, for any usage', () => {
    const tokens = fc.integer({ min: 0, max: 1_000_000 });
    fc.assert(
      fc.property(tokens, tokens, tokens, (textIn, imageIn, imageOut) => {
        const { micros } = amountOf({ textIn, imageIn, imageOut }, ratesOpenAiHk);
        // (a*5 + b*10 + c*40) * 7.1 * 10000 / 1000000 credits, in millionths and whole numbers.
        assert.equal(BigInt(micros), (BigInt(textIn) * 5n + BigInt(imageIn) * 10n + BigInt(imageOut) * 40n) * 71_000n);
      }),
    );
  });

  it('bills OpenAI\'s list prices by family', () => {
    const usage: Usage = { textIn: 1_000_000, imageIn: 1_000_000, imageOut: 1_000_000 };
    assert.deepEqual(amountOf(usage, ratesOpenAi('gpt-image-2')), dollars(43));
    assert.deepEqual(amountOf(usage, ratesOpenAi('gpt-image-1.5')), dollars(45));
    assert.deepEqual(amountOf(usage, ratesOpenAi('gpt-image-1')), dollars(55));
    assert.deepEqual(ratesOpenAi('whatever'), ratesOpenAi('gpt-image-2'));
  });

  it('rounds rates that are not whole', () => {
    assert.equal(amountOf({ textIn: 3, imageIn: 0, imageOut: 0 }, { unit: 'USD', textIn: 0.5, imageIn: 0, imageOut: 0 }).micros, 2);
  });
});

describe('output tokens', () => {
  it('agree with the published readings', () => {
    const published = {
      '1024x1024': [196, 1756, 7024],
      '1536x1024': [158, 1372, 5488],
      '2048x2048': [397, 3568, 14_272],
      '3840x2160': [371, 3336, 13_342],
    };
    for (const [size, readings] of Object.entries(published)) {
      const [width = 0, height = 0] = size.split('x').map(Number);
      assert.deepEqual(drawnQualities.map((quality) => outputTokens({ width, height }, quality)), readings, size);
    }
  });

  it('of the older models are their table, by shape alone', () => {
    const of = (width: number, height: number) => drawnQualities.map((quality) => olderOutputTokens({ width, height }, quality));
    assert.deepEqual(of(1024, 1024), [272, 1056, 4160]);
    assert.deepEqual(of(1024, 1536), [408, 1584, 6240]);
    assert.deepEqual(of(1536, 1024), [400, 1568, 6208]);
    assert.deepEqual(of(2048, 2048), [272, 1056, 4160]);
    assert.deepEqual(of(1280, 720), [400, 1568, 6208]);
  });
});

describe('textTokens', () => {
  it('counts four letters or one CJK character a token', () => {
    assert.equal(textTokens(''), 0);
    assert.equal(textTokens('a white siamese cat'), 5);
    assert.equal(textTokens('一只白色的暹罗猫'), 8);
    assert.equal(textTokens('白猫 cat'), 3);
  });
});

describe('estimate', () => {
  it('spans both tables and a little above, and so the bill of the customer\'s sample and its "about 800"', () => {
    const { low, high } = estimate(request, ratesOpenAiHk);
    assert.deepEqual(low, amountOf({ textIn: 5, imageIn: 0, imageOut: 196 }, ratesOpenAiHk));
    assert.deepEqual(high, amountOf({ textIn: 5, imageIn: 0, imageOut: 286 }, ratesOpenAiHk));
    for (const bill of [783.13, 800]) assert.ok(low.micros <= bill * 1e6 && bill * 1e6 <= high.micros, String(bill));
  });

  it('spans what auto leaves open', () => {
    const { low, high } = estimate({ ...request, size: 'auto', quality: 'auto' }, ratesOpenAiHk);
    assert.equal(low.micros, amountOf({ textIn: 5, imageIn: 0, imageOut: 158 }, ratesOpenAiHk).micros);
    assert.equal(high.micros, amountOf({ textIn: 5, imageIn: 0, imageOut: 7376 }, ratesOpenAiHk).micros);
  });

  it('counts partial pictures at its upper end, for each picture', () => {
    const plain = estimate({ ...request, count: 2 }, ratesOpenAiHk);
    const streamed = estimate({ ...request, count: 2, stream: { partialImages: 3 } }, ratesOpenAiHk);
    assert.deepEqual(streamed.low, plain.low);
    assert.equal(streamed.high.micros - plain.high.micros, 2 * 300 * ratesOpenAiHk.imageOut);
  });

  it('counts what a high input fidelity adds at its upper end, by the shape of each picture', () => {
    const references = [{ width: 512, height: 512 }, { width: 300, height: 400 }, { width: 0, height: 0 }];
    const plain = estimate({ ...request, references }, ratesOpenAiHk);
    const high = estimate({ ...request, references, inputFidelity: 'high' }, ratesOpenAiHk);
    assert.deepEqual(high.low, plain.low);
    const more = (high.high.micros - plain.high.micros) / ratesOpenAiHk.imageIn;
    assert.ok(Math.abs(more - (4160 + 6240 + 6240) * 1.05) <= 1, String(more));
    assert.deepEqual(estimate({ ...request, references, inputFidelity: 'low' }, ratesOpenAiHk), plain);
    assert.deepEqual(estimate({ ...request, inputFidelity: 'high' }, ratesOpenAiHk), estimate(request, ratesOpenAiHk));
  });

  it('is about what the customer\'s document says: 800 low and 3,000 medium at 1024x1024, a factor of two either way', () => {
    for (const [quality, about] of [['low', 800], ['medium', 3000]] as const) {
      const { low, high } = estimate({ ...request, quality }, ratesOpenAiHk);
      assert.ok(low.micros < about * 1e6 * 1.05 && high.micros > about * 1e6 * 0.95, quality);
    }
  });

  it('holds its ends in order, contains its parts, and grows with the count', () => {
    const sizes = fc.oneof(fc.constantFrom('auto', 'nonsense', ...sizeTable.map(({ size }) => size)), fc.stringMatching(/^[1-9]\d{0,3}x[1-9]\d{0,3}$/u));
    fc.assert(
      fc.property(fc.string(), sizes, fc.constantFrom(...qualities), fc.integer({ min: 1, max: 10 }), (prompt, size, quality, count) => {
        const whole = estimate({ ...request, prompt, size, quality, count }, ratesOpenAiHk);
        assert.ok(Number.isSafeInteger(whole.low.micros) && Number.isSafeInteger(whole.high.micros));
        assert.ok(whole.low.micros > 0 || prompt === '');
        assert.ok(whole.low.micros <= whole.high.micros);
        for (const part of drawnQualities) {
          if (quality !== 'auto') continue;
          const { low, high } = estimate({ ...request, prompt, size, quality: part, count }, ratesOpenAiHk);
          assert.ok(whole.low.micros <= low.micros && high.micros <= whole.high.micros);
        }
        const more = estimate({ ...request, prompt, size, quality, count: count + 1 }, ratesOpenAiHk);
        assert.ok(more.high.micros >= whole.high.micros);
      }),
    );
  });
});

describe('words for money', () => {
  it('says amounts with the digits that matter', () => {
    const text = (amount: Amount, locale = 'en') => amountText(amount, english, locale);
    assert.equal(text(credits(12_345.678)), '12,345.68 credits');
    assert.equal(text(credits(0)), '0 credits');
    assert.equal(text(dollars(0.0123)), '$0.0123');
    assert.equal(text(dollars(0.000_12)), '$0.00012');
    assert.equal(text(dollars(12.3)), '$12.30');
    assert.equal(text(dollars(0)), '$0.00');
    assert.equal(text(dollars(0.5), 'zh-cn'), '$0.50');
    assert.equal(text(credits(1234.5), 'de'), '1.234,5 credits');
  });

  it('survives a locale that is none', () => {
    assert.equal(amountText(credits(1234), english, 'not a locale'), '1,234 credits');
    assert.equal(amountText(credits(1234), english, ''), '1,234 credits');
  });

  it('rounds estimates outward', () => {
    assert.equal(estimateText(estimate(request, ratesOpenAiHk), english, 'en'), '550–820 credits');
    assert.equal(estimateText({ low: credits(560), high: credits(3054) }, english, 'en'), '560–3,100 credits');
    assert.equal(estimateText(estimate(request, ratesOpenAi('gpt-image-2')), english, 'en'), '$0.0059–$0.0087');
    assert.equal(estimateText({ low: credits(500), high: credits(500) }, english, 'en'), '500 credits');
    assert.equal(estimateText({ low: credits(0), high: credits(0) }, english, 'en'), '0 credits');
  });

  it('never shows a narrower range than it has', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e12 }), fc.integer({ min: 0, max: 1e12 }), (a, b) => {
        const low = Math.min(a, b);
        const high = Math.max(a, b);
        const shown = estimateText({ low: { micros: low, unit: 'credits' }, high: { micros: high, unit: 'credits' } }, english, 'en');
        const [from = Number.NaN, to = from] = shown.replace(' credits', '').replaceAll(',', '').split('–').map(Number);
        // Two digits after the point are shown.
        assert.ok(from <= low / 1e6 + 0.005 && to >= high / 1e6 - 0.005, `${low} ${high} ${shown}`);
      }),
    );
  });

  it('shows credits in yuan where wanted, 10,000 a yuan, and never dollars', () => {
    assert.equal(inYuan(credits(10_000)), 1);
    const text = (amount: Amount, locale = 'en') => amountText(amount, english, locale, 'yuan').replaceAll('\u00A0', ' ');
    assert.equal(text(credits(783.13)), '¥0.0783');
    assert.equal(text(credits(783.13), 'zh-cn'), '¥0.0783');
    assert.equal(text(credits(783.13), 'de'), '0,0783 ¥');
    assert.equal(text(credits(12_345_678)), '¥1,234.57');
    assert.equal(text(credits(12_345_678), 'de'), '1.234,57 ¥');
    assert.equal(text(credits(1)), '¥0.0001');
    assert.equal(text(credits(0.5)), '¥0.00005');
    assert.equal(text(credits(0)), '¥0.00');
    assert.equal(text(dollars(12.3)), '$12.30');
    assert.equal(text(dollars(0.0123), 'zh-cn'), '$0.0123');
  });

  it('shows estimates in yuan, rounded as in credits', () => {
    const text = (low: number, high: number, locale = 'en', samples?: number) =>
      estimateText({ low: credits(low), high: credits(high), ...(samples !== undefined && { samples }) }, english, locale, 'yuan').replaceAll('\u00A0', ' ');
    assert.equal(text(558.5, 813.9), '¥0.055–¥0.082');
    assert.equal(text(558.5, 813.9, 'zh-cn'), '¥0.055–¥0.082');
    assert.equal(text(558.5, 813.9, 'de'), '0,055 ¥–0,082 ¥');
    assert.equal(text(767.865, 798.04, 'en', 3), '¥0.0767–¥0.0799');
    assert.equal(text(0, 0), '¥0.00');
    assert.equal(text(20_000, 20_000), '¥2.00');
    assert.equal(estimateText(estimate(request, ratesOpenAi('gpt-image-2')), english, 'en', 'yuan'), '$0.0059–$0.0087');
  });

  it('says three digits where calls were measured, outward, in every currency', () => {
    assert.equal(estimateText({ low: credits(767.865), high: credits(798.04), samples: 3 }, english, 'en'), '767–799 credits');
    assert.equal(estimateText({ low: dollars(0.005_874), high: dollars(0.005_911), samples: 9 }, english, 'en'), '$0.00587–$0.00592');
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e12 }), fc.integer({ min: 1, max: 1e12 }), fc.constantFrom('USD' as const, 'credits' as const), fc.constantFrom(undefined, 3), (a, b, unit, samples) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const shown = estimateText({ low: { micros: low, unit }, high: { micros: high, unit }, ...(samples && { samples }) }, english, 'en', 'yuan');
        const [from = Number.NaN, to = from] = shown.replaceAll(/[¥$,]/gu, '').split('–').map(Number);
        const [least, most] = [low, high].map((micros) => micros / (unit === 'USD' ? 1e6 : 1e10));
        assert.ok(from <= (least ?? 0) * (1 + 1e-12) && to >= (most ?? 0) * (1 - 1e-12), shown);
      }),
    );
  });
});
