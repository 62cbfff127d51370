import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import type { ImageFormat, ImageHeader } from '../../../src/images/header.ts';
import { modelOf } from '../../../src/images/model.ts';
import { estimate, ratesOpenAi, ratesOpenAiHk } from '../../../src/images/price.ts';
import { judgeReferences, maskLimit, referenceFaultSentence, referenceFormats, referenceLimit, referenceTokens, type Reference, type ReferenceFault } from '../../../src/images/reference.ts';
import { english } from '../../../src/images/words.ts';
import { referenceTokens as gatewayTokens } from '../../gateway/tokens.ts';

const model = modelOf('gpt-image-2');
const header = (format: ImageFormat = 'png', width = 640, height = 480, alpha = false): ImageHeader => ({ format, width, height, alpha });
const image = (name: string, more: Partial<Reference> = {}): Reference => ({ role: 'image', name, bytes: 1000, header: header(), ...more });
const mask = (more: Partial<Reference> = {}): Reference => ({ role: 'mask', name: 'mask.png', bytes: 1000, header: header('png', 640, 480, true), ...more });
const codes = (...references: Reference[]): string[] => judgeReferences(references, model).map(({ code }) => code);

describe('judgeReferences', () => {
  it('lets through what the service takes', () => {
    for (const format of referenceFormats) assert.deepEqual(codes(image('a', { header: header(format) })), []);
    assert.deepEqual(codes(...Array.from({ length: 16 }, (_, index) => image(`${index}`, { bytes: referenceLimit - 1 })), mask({ bytes: maskLimit - 1 })), []);
    assert.deepEqual(codes(image('a'), image('b', { header: header('webp', 1, 1) }), mask()), [], 'the mask goes by the first image alone');
    assert.deepEqual(codes(mask(), image('a')), [], 'wherever the mask stands');
  });

  it('wants 1 to 16 pictures and at most one mask', () => {
    assert.deepEqual(codes(), ['none']);
    assert.deepEqual(codes(mask()), ['none']);
    assert.deepEqual(judgeReferences(Array.from({ length: 17 }, () => image('a')), model), [{ code: 'too-many', count: 17, most: 16 }]);
    assert.deepEqual(codes(image('a'), mask(), mask()), ['two-masks']);
    assert.deepEqual(judgeReferences([image('a'), mask()], { ...model, mask: false }), [{ code: 'mask-model', model: 'gpt-image-2' }]);
  });

  it('names each file that cannot be sent, in order, with one reason', () => {
    const faults = judgeReferences(
      [image('empty.png', { bytes: 0, header: undefined }), image('notes.png', { header: undefined }), image('a.gif', { header: header('gif') }), image('a.svg', { header: header('svg'), trouble: 'svg-text' }), image('ok'), image('big.png', { bytes: referenceLimit })],
      model,
    );
    assert.deepEqual(faults, [
      { code: 'empty', name: 'empty.png' },
      { code: 'no-picture', name: 'notes.png' },
      { code: 'format', name: 'a.gif', format: 'gif' },
      { code: 'svg-text', name: 'a.svg' },
      { code: 'too-large', name: 'big.png', bytes: referenceLimit, most: referenceLimit },
    ]);
  });

  it('judges a mask by its format, weight, transparency and size', () => {
    const faults = (more: Partial<Reference>) => judgeReferences([image('hero.png'), mask(more)], model);
    assert.deepEqual(faults({ bytes: 0 }), [{ code: 'empty', name: 'mask.png' }]);
    assert.deepEqual(faults({ header: undefined }), [{ code: 'no-picture', name: 'mask.png' }]);
    assert.deepEqual(faults({ header: header('webp', 640, 480, true) }), [{ code: 'mask-format', name: 'mask.png' }]);
    assert.deepEqual(faults({ bytes: maskLimit }), [{ code: 'mask-too-large', name: 'mask.png', bytes: maskLimit, most: maskLimit }]);
    assert.deepEqual(faults({ header: header('png', 640, 480, false) }), [{ code: 'mask-opaque', name: 'mask.png' }]);
    const facts = { size: { width: 640, height: 480 }, transparent: 0.5, opaque: 0.5, clear: 0.5, black: 1, white: 0, light: 0, edge: 0 };
    assert.deepEqual(faults({ mask: facts }), []);
    assert.deepEqual(faults({ mask: { ...facts, transparent: 0 } }), [{ code: 'mask-opaque', name: 'mask.png' }], 'a channel of which no pixel makes use');
    assert.deepEqual(faults({ mask: { ...facts, transparent: 1 } }), [{ code: 'mask-empty', name: 'mask.png' }]);
    assert.deepEqual(faults({ trouble: 'broken' }), [{ code: 'broken', name: 'mask.png' }]);
    assert.deepEqual(faults({ header: header('png', 480, 640, true) }), [{ code: 'mask-size', name: 'mask.png', mask: '480x640', image: '640x480' }]);
  });

  it('leaves a size that is not known to the service', () => {
    assert.deepEqual(codes(image('a.jpg', { header: header('jpeg', 0, 0) }), mask()), []);
  });

  it('finds, for any files, a fault exactly where a rule is broken, and names the file in its sentence', () => {
    const formats: readonly ImageFormat[] = ['png', 'jpeg', 'webp', 'gif', 'avif', 'bmp', 'svg'];
    const side = fc.integer({ min: 1, max: 3 });
    const reference = fc.record({
      role: fc.constantFrom<Reference['role'][]>('image', 'image', 'mask'),
      name: fc.stringMatching(/^[a-z]{1,8}\.png$/),
      bytes: fc.oneof(fc.constantFrom(0, 1, maskLimit - 1, maskLimit, referenceLimit - 1, referenceLimit), fc.nat()),
      header: fc.option(fc.record({ format: fc.constantFrom(...formats), width: side, height: side, alpha: fc.boolean() }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(reference, { maxLength: 20 }), (references) => {
        const faults = judgeReferences(references, model);
        const images = references.filter(({ role }) => role === 'image');
        const masks = references.filter(({ role }) => role === 'mask');
        const first = images[0]?.header;
        const goodImage = ({ bytes, header: at }: Reference): boolean => bytes > 0 && bytes < referenceLimit && at !== undefined && ['png', 'jpeg', 'webp'].includes(at.format);
        const goodMask = ({ bytes, header: at }: Reference): boolean =>
          bytes > 0 && bytes < maskLimit && at?.format === 'png' && at.alpha && (first === undefined || (first.width === at.width && first.height === at.height));
        const good = images.length >= 1 && images.length <= 16 && masks.length <= 1 && images.every(goodImage) && masks.every(goodMask);
        assert.equal(faults.length === 0, good);
        assert.ok(faults.length <= references.length + 2, 'one a file, and two for their number');
        for (const fault of faults) if ('name' in fault) assert.ok(referenceFaultSentence(fault, english).includes(fault.name));
      }),
    );
  });
});

describe('referenceFaultSentence', () => {
  it('has one sentence for each, with figures that show what is over', () => {
    const faults: readonly ReferenceFault[] = [
      { code: 'none' },
      { code: 'too-many', count: 17, most: 16 },
      { code: 'empty', name: 'a.png' },
      { code: 'no-picture', name: 'a.png' },
      { code: 'format', name: 'a.gif', format: 'gif' },
      { code: 'too-large', name: 'a.png', bytes: referenceLimit + 1, most: referenceLimit },
      { code: 'two-masks', count: 2 },
      { code: 'mask-model', model: 'm' },
      { code: 'mask-format', name: 'm.jpg' },
      { code: 'mask-too-large', name: 'm.png', bytes: maskLimit, most: maskLimit },
      { code: 'mask-opaque', name: 'm.png' },
      { code: 'mask-size', name: 'm.png', mask: '1x2', image: '2x1' },
      { code: 'mask-empty', name: 'm.png' },
      { code: 'broken', name: 'a.png' },
      { code: 'too-many-pixels', name: 'a.png' },
      { code: 'svg-text', name: 'a.svg' },
      { code: 'svg-links', name: 'a.svg' },
    ];
    const sentences = faults.map((fault) => referenceFaultSentence(fault, english));
    for (const sentence of sentences) assert.match(sentence, /^[^{}]+: [^{}]+\.$/);
    assert.equal(new Set(sentences).size, faults.length);
    assert.equal(sentences[4], 'a.gif is a GIF file, which edits do not take: convert it to PNG, JPEG or WebP.');
    assert.equal(sentences[5], 'a.png has 50.1 MB and must have less than 50: scale it down, or save it as JPEG or WebP.');
  });
});

describe('referenceTokens', () => {
  it('spans what both kinds of model count', () => {
    assert.deepEqual(referenceTokens({ width: 1024, height: 1024 }), { low: 194, high: 1024 });
    assert.deepEqual(referenceTokens({ width: 4000, height: 4000 }), { low: 194, high: 1536 });
    assert.deepEqual(referenceTokens({ width: 32, height: 32 }), { low: 1, high: 194 });
    const side = fc.integer({ min: 1, max: 8192 });
    fc.assert(
      fc.property(side, side, (width, height) => {
        const { low, high } = referenceTokens({ width, height });
        assert.ok(low >= 1 && Number.isInteger(low) && Number.isInteger(high));
        assert.ok(low <= gatewayTokens('gpt-image-2', width, height) && gatewayTokens('gpt-image-2', width, height) <= high);
      }),
    );
    const power = fc.integer({ min: 5, max: 13 }).map((exponent) => 2 ** exponent);
    fc.assert(
      fc.property(power, power, (width, height) => {
        const counts = ['gpt-image-1', 'gpt-image-2'].map((name) => gatewayTokens(name, width, height));
        assert.deepEqual(referenceTokens({ width, height }), { low: Math.min(...counts), high: Math.max(...counts) });
      }),
    );
  });

  it('is whole for a size that is not known', () => {
    assert.deepEqual(referenceTokens({ width: 0, height: 0 }), { low: 1, high: 1536 });
  });
});

describe('the estimate of an edit', () => {
  const request = { prompt: 'a cat', model: 'gpt-image-2', size: '1024x1024', quality: 'low', count: 2 } as const;

  it('adds the uploads to both ends, once however many pictures are made', () => {
    for (const count of [1, 2]) {
      const without = estimate({ ...request, count }, ratesOpenAiHk);
      assert.deepEqual(estimate({ ...request, count, references: [] }, ratesOpenAiHk), without);
      const edit = estimate({ ...request, count, references: [{ width: 1024, height: 1024 }, { width: 32, height: 32 }] }, ratesOpenAiHk);
      assert.equal(edit.low.micros - without.low.micros, (194 + 1) * ratesOpenAiHk.imageIn);
      assert.equal(edit.high.micros - without.high.micros, Math.ceil((1024 + 194) * 1.05) * ratesOpenAiHk.imageIn);
    }
  });

  it('counts with the size that auto comes to, which may be greater than any base size', () => {
    const edit = { ...request, size: 'auto', quality: 'high', references: [{ width: 3840, height: 2160 }] } as const;
    const rates = ratesOpenAi('gpt-image-2');
    assert.ok(estimate(edit, rates).high.micros >= 2 * 13_342 * rates.imageOut);
    const older = { ...edit, model: 'gpt-image-1' };
    assert.ok(estimate(older, rates).high.micros < 2 * 8000 * rates.imageOut, 'the older models draw no such size');
    assert.deepEqual(estimate({ ...edit, references: [{ width: 0, height: 0 }] }, rates).low, estimate({ ...edit, references: [{ width: 32, height: 0 }] }, rates).low);
  });
});
