import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { amountOf, estimate, estimateText, ratesOpenAi, ratesOpenAiHk, type Estimate, type Measured } from '../../../src/images/price.ts';
import { qualities, type ImageRequest, type Quality } from '../../../src/images/request.ts';
import { sizeTable } from '../../../src/images/size.ts';
import { drawnQualities, sampledTokens, tabledTokens } from '../../../src/images/tokens.ts';
import { english } from '../../../src/images/words.ts';
import { measuredBy } from '../../../src/spend/calibration.ts';
import type { Charge } from '../../../src/spend/entry.ts';
import { sampleCharge } from './charges.ts';

const request: ImageRequest = { prompt: 'a white siamese cat', model: 'gpt-image-2', size: '1024x1024', quality: 'low', count: 1 };
const from = (samples: Readonly<Record<string, readonly number[]>>, recent: readonly Charge[] = []): Measured => measuredBy({ samples: new Map(Object.entries(samples)), recent });
const text = (found: Estimate): string => estimateText(found, english, 'en');
const likeIt = 'gpt-image-2|1024x1024|low';

describe('estimates from measured calls', () => {
  it('narrow to what three calls took, and further with each that agrees', () => {
    assert.equal(text(estimate(request, ratesOpenAiHk)), '550–820 credits');
    const spans = [3, 10, 50].map((n) => {
      const found = estimate(request, ratesOpenAiHk, from({ [likeIt]: Array<number>(n).fill(275) }));
      assert.equal(found.samples, n);
      assert.ok(found.low.micros <= 783_130_000 && 783_130_000 <= found.high.micros);
      return text(found);
    });
    assert.deepEqual(spans, ['767–799 credits', '776–790 credits', '779–787 credits']);
  });

  it('say nothing of fewer than three, of another model, size or quality, or of none', () => {
    const plain = estimate(request, ratesOpenAiHk);
    const all = [275, 275, 275];
    for (const samples of [{}, { [likeIt]: [275, 275] }, { 'gpt-image-1|1024x1024|low': all }, { 'gpt-image-2|1280x720|low': all }, { 'gpt-image-2|1024x1024|medium': all }]) assert.deepEqual(estimate(request, ratesOpenAiHk, from(samples)), plain);
    assert.equal('samples' in plain, false);
  });

  it('take what the service chose only from calls where it chose', () => {
    const measured = from({ [likeIt]: [275, 275, 275], 'gpt-image-2|auto|auto': [272, 1056, 4160] });
    const whole = estimate({ ...request, size: 'auto', quality: 'auto' }, ratesOpenAiHk, measured);
    assert.equal(whole.samples, 3);
    assert.ok(whole.high.micros >= amountOf({ textIn: 5, imageIn: 0, imageOut: 4160 }, ratesOpenAiHk).micros);
    assert.deepEqual(estimate({ ...request, quality: 'auto' }, ratesOpenAiHk, measured), estimate({ ...request, quality: 'auto' }, ratesOpenAiHk));
  });

  it('leave an edit that follows its picture to the tables, for those before followed others', () => {
    const edit = { ...request, size: 'auto', references: [{ width: 3840, height: 2160 }] };
    assert.deepEqual(estimate(edit, ratesOpenAiHk, from({ 'gpt-image-2|auto|low': [275, 275, 275] })), estimate(edit, ratesOpenAiHk));
    const sized = { ...edit, size: '1024x1024' };
    assert.equal(estimate(sized, ratesOpenAiHk, from({ [likeIt]: [275, 275, 275] })).samples, 3);
  });

  it('count partial pictures and uploads on top, as ever', () => {
    const measured = from({ [likeIt]: [275, 275, 275] });
    const plain = estimate({ ...request, count: 2 }, ratesOpenAiHk, measured);
    const streamed = estimate({ ...request, count: 2, stream: { partialImages: 3 } }, ratesOpenAiHk, measured);
    assert.deepEqual([streamed.low, streamed.high.micros - plain.high.micros], [plain.low, 2 * 300 * ratesOpenAiHk.imageOut]);
    const edit = estimate({ ...request, count: 2, references: [{ width: 512, height: 512 }] }, ratesOpenAiHk, measured);
    assert.ok(edit.low.micros > plain.low.micros && edit.high.micros > plain.high.micros);
  });

  const tokens = fc.array(fc.oneof(fc.integer({ min: 1, max: 20_000 }), fc.double({ min: 0.5, max: 20_000, noNaN: true })), { minLength: 3, maxLength: 50 });
  const tabled = fc.tuple(fc.constantFrom(...sizeTable), fc.constantFrom(...drawnQualities)).map(([{ size }, quality]) => {
    const [width = 0, height = 0] = size.split('x').map(Number);
    return tabledTokens([{ width, height }], [quality]);
  });

  it('hold every sample, in whole numbers in their order, and nothing that the tables hold for impossible unless a sample is there', () => {
    fc.assert(
      fc.property(tokens, tabled, (samples, table) => {
        const { low, high } = sampledTokens(samples, table);
        assert.ok(Number.isSafeInteger(low) && Number.isSafeInteger(high) && low <= high);
        assert.ok(samples.every((sample) => Math.min(sample, 1) <= low || low <= sample) && low <= Math.max(1, Math.min(...samples)) && Math.max(...samples) <= high);
        if (Math.min(...samples) >= table.low) assert.ok(low >= table.low);
        if (Math.max(...samples) <= table.high) assert.ok(high <= table.high);
      }),
    );
  });

  it('narrow, or stay, with every sample inside the others', () => {
    fc.assert(
      fc.property(tokens, fc.double({ min: 0, max: 1, noNaN: true }), tabled, (samples, share, table) => {
        const [fewest, most] = [Math.min(...samples), Math.max(...samples)];
        const before = sampledTokens(samples, table);
        const after = sampledTokens([...samples, Math.min(most, fewest + share * (most - fewest))], table);
        assert.ok(before.low <= after.low && after.high <= before.high);
      }),
    );
  });

  it('are never wider in money either, and hold what each of the samples cost', () => {
    const anyRequest = fc.record({ prompt: fc.string({ maxLength: 400 }), size: fc.constantFrom('auto', ...sizeTable.map(({ size }) => size)), quality: fc.constantFrom<Quality>(...qualities), count: fc.integer({ min: 1, max: 10 }) });
    fc.assert(
      fc.property(anyRequest, tokens, fc.integer({ min: -20, max: 20 }), fc.constantFrom(ratesOpenAiHk, ratesOpenAi('gpt-image-2')), (over, samples, percent, rates) => {
        const asked = { ...request, ...over, promptTokens: over.prompt.length };
        const plain = estimate(asked, rates);
        const { low, high, samples: n } = estimate(asked, rates, from({ [`gpt-image-2|${over.size}|${over.quality}`]: samples }));
        assert.equal(n, samples.length);
        assert.ok(Number.isSafeInteger(low.micros) && Number.isSafeInteger(high.micros) && low.micros <= high.micros);
        const costs = samples.map((sample) => amountOf({ textIn: asked.promptTokens, imageIn: 0, imageOut: sample * asked.count }, rates).micros);
        // Below one token a picture there is nothing to hold.
        assert.ok(costs.every((cost, at) => ((samples[at] ?? 0) < 1 || low.micros <= cost) && cost <= high.micros));
        if (costs.every((cost) => plain.low.micros <= cost && cost <= plain.high.micros)) assert.ok(plain.low.micros <= low.micros && high.micros <= plain.high.micros);
        // A text that takes a fifth more or fewer tokens than was thought is inside wherever the samples are far from the tables' ends.
        const really = amountOf({ textIn: Math.round((asked.promptTokens * (100 + percent)) / 100), imageIn: 0, imageOut: (samples[0] ?? 0) * asked.count }, rates).micros;
        if ((samples[0] ?? 0) >= 1 && plain.low.micros <= really && really <= plain.high.micros) assert.ok(low.micros <= really && really <= high.micros);
      }),
    );
  });
});

describe('estimates after corrections', () => {
  const { amount } = sampleCharge();
  const corrected = (share: number, over: Partial<Charge> = {}): Charge => sampleCharge({ amount: { ...amount, micros: Math.round(amount.micros * share) }, entered: amount, ...over });
  const ratio = (recent: readonly Charge[], rates = ratesOpenAiHk) => from({}, recent).billedBy(rates);

  it('follow what calls were really billed, from three on, and say how many', () => {
    assert.equal(ratio([corrected(1.2), corrected(1.2)]), undefined);
    const billed = ratio([corrected(1.2), corrected(1.2), corrected(1.2)]);
    assert.equal(billed?.calls, 3);
    assert.ok(Math.abs((billed?.ratio ?? 0) - 1.2) < 1e-6);
    const plain = estimate(request, ratesOpenAiHk);
    const found = estimate(request, ratesOpenAiHk, from({}, [corrected(1.2), corrected(1.2), corrected(1.2)]));
    assert.equal(found.samples, 3);
    assert.ok(Math.abs(found.low.micros / plain.low.micros - 1.2) < 1e-6 && Math.abs(found.high.micros / plain.high.micros - 1.2) < 1e-6);
  });

  it('take no single slip for a price, nor what was billed as entered', () => {
    const right = Array<Charge>(9).fill(sampleCharge());
    assert.equal(ratio([...right, corrected(2), corrected(2), corrected(2)]), undefined, 'nine of twelve were right');
    assert.equal(ratio([...right, corrected(1), corrected(1), corrected(1)]), undefined);
    assert.ok(ratio([corrected(1.5), corrected(1.5), corrected(1.5), ...right]), 'of what came later nobody has asked');
  });

  it('keep between a half and twice', () => {
    assert.equal(ratio(Array<Charge>(3).fill(corrected(40)))?.ratio, 2);
    assert.equal(ratio(Array<Charge>(3).fill(corrected(0)))?.ratio, 0.5);
  });

  it('keep services, units and unsure usages apart', () => {
    const three = Array<Charge>(3).fill(corrected(1.5));
    assert.equal(ratio(three, ratesOpenAi('gpt-image-2')), undefined);
    const elsewhere = Array<Charge>(20).fill(sampleCharge({ origin: 'https://images.example.com' }));
    assert.equal(ratio([...elsewhere, ...three])?.calls, 3);
    for (const over of [{ measured: false }, { job: 'row:7' }, { usage: { textIn: 6, imageIn: 0, imageOut: 275, unsplit: true as const } }]) assert.equal(ratio(Array<Charge>(3).fill(corrected(1.5, over))), undefined);
    assert.equal(ratio(Array<Charge>(3).fill(corrected(1.5, { usage: { textIn: 0, imageIn: 0, imageOut: 0 } }))), undefined);
  });
});
