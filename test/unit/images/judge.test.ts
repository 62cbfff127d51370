import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { familyOf, modelOf, modelSuggestions } from '../../../src/images/model.ts';
import { judgeRequest, requestFaultSentence } from '../../../src/images/judge.ts';
import type { ImageRequest } from '../../../src/images/request.ts';
import { english } from '../../../src/images/words.ts';

const good: ImageRequest = { prompt: 'a white siamese cat', model: 'gpt-image-2', size: '1024x1024', quality: 'low', count: 1 };

const codes = (change: Partial<ImageRequest>): readonly string[] => {
  const request = { ...good, ...change };
  return judgeRequest(request, modelOf(request.model)).map(({ code }) => code);
};

describe('modelOf', () => {
  it('offers gpt-image-2 first', () => {
    assert.deepEqual(modelSuggestions, ['gpt-image-2', 'gpt-image-1.5', 'gpt-image-1']);
  });

  it('finds the family of prefixed and dated names', () => {
    const names = {
      'gpt-image-2': 'gpt-image-2',
      'gpt-image-2-2026-04-20': 'gpt-image-2',
      'GPT-Image-2': 'gpt-image-2',
      'openai/gpt-image-1': 'gpt-image-1',
      'relay/openai/gpt-image-1.5-hd': 'gpt-image-1.5',
      'gpt-image-1-mini': 'gpt-image-1',
      'gpt-image-1@latest': 'gpt-image-1',
    };
    for (const [name, family] of Object.entries(names)) assert.equal(familyOf(name), family, name);
    for (const name of ['gpt-image-2.5', 'gpt-image-20', 'gpt-image-1.55', 'my-gpt-image-2', 'dall-e-3', '']) assert.equal(familyOf(name), undefined, name);
  });

  it('keeps the name as it was written', () => {
    assert.equal(modelOf('openai/GPT-image-1').name, 'openai/GPT-image-1');
  });

  it('knows what each can do', () => {
    const newest = modelOf('gpt-image-2');
    assert.equal(newest.known, true);
    assert.equal(newest.sizes.kind, 'free');
    assert.equal(newest.inputFidelity, false);
    assert.deepEqual(newest.backgrounds, ['auto', 'opaque']);
    for (const name of ['gpt-image-1.5', 'gpt-image-1']) {
      const { sizes, inputFidelity, backgrounds } = modelOf(name);
      assert.equal(sizes.kind, 'listed');
      assert.equal(inputFidelity, true);
      assert.ok(backgrounds.includes('transparent'));
    }
  });

  it('lets an unknown model do whatever any known one does', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        const unknown = modelOf(`new-${name}/x`);
        assert.equal(unknown.known, false);
        for (const known of modelSuggestions.map(modelOf)) {
          assert.ok(known.qualities.every((quality) => unknown.qualities.includes(quality)));
          assert.ok(known.backgrounds.every((background) => unknown.backgrounds.includes(background)));
          assert.ok(unknown.maxCount >= known.maxCount && unknown.maxReferences >= known.maxReferences);
        }
        assert.ok(unknown.inputFidelity && unknown.mask && unknown.streaming && unknown.sizes.kind === 'any');
      }),
    );
  });
});

describe('judgeRequest', () => {
  it('finds nothing wrong with a good request', () => {
    assert.deepEqual(codes({}), []);
    assert.deepEqual(codes({ size: 'auto', quality: 'auto', count: 10, background: 'opaque', format: 'webp', compression: 0, moderation: 'low', stream: { partialImages: 3 } }), []);
    assert.deepEqual(codes({ model: 'gpt-image-1', background: 'transparent' }), []);
    assert.deepEqual(codes({ model: 'anything', size: '7x9', background: 'transparent', format: 'png' }), []);
  });

  it('counts a prompt in Unicode code points', () => {
    assert.deepEqual(codes({ prompt: '😀'.repeat(32_000) }), []);
    assert.deepEqual(codes({ prompt: '😀'.repeat(32_001) }), ['prompt-too-long']);
    assert.deepEqual(codes({ prompt: ' \n\t' }), ['prompt-empty']);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 31_990, max: 32_010 }), (text, length) => {
        const prompt = `a${text}`.padEnd(length, 'x');
        assert.equal(codes({ prompt }).includes('prompt-too-long'), Array.from(prompt).length > 32_000);
      }),
    );
  });

  it('names each thing that is wrong', () => {
    assert.deepEqual(codes({ model: ' ' }), ['model-empty']);
    for (const count of [0, 11, 1.5, -1, Number.NaN, Number.POSITIVE_INFINITY]) assert.deepEqual(codes({ count }), ['count'], String(count));
    assert.deepEqual(codes({ size: '100x100' }), ['size']);
    assert.deepEqual(codes({ model: 'gpt-image-1', size: '2048x2048' }), ['size']);
    assert.deepEqual(codes({ quality: 'hd' as 'high' }), ['quality']);
    assert.deepEqual(codes({ background: 'blue' as 'auto' }), ['background']);
    assert.deepEqual(codes({ format: 'gif' as 'png' }), ['format']);
    assert.deepEqual(codes({ moderation: 'none' as 'low' }), ['moderation']);
    assert.deepEqual(codes({ inputFidelity: 'medium' as 'low', model: 'gpt-image-1' }), ['fidelity']);
    assert.deepEqual(codes({ background: 'transparent' }), ['transparent-model']);
    assert.deepEqual(codes({ model: 'gpt-image-1', background: 'transparent', format: 'jpeg' }), ['transparent-format']);
    for (const compression of [-1, 101, 1.5, Number.NaN]) assert.deepEqual(codes({ format: 'jpeg', compression }), ['compression-range']);
    assert.deepEqual(codes({ format: 'png', compression: 50 }), ['compression-format']);
    assert.deepEqual(codes({ compression: 50 }), ['compression-format']);
    for (const partialImages of [-1, 4, 0.5, Number.NaN]) assert.deepEqual(codes({ stream: { partialImages } }), ['partial-images']);
    assert.deepEqual(
      judgeRequest({ ...good, stream: { partialImages: 1 } }, { ...modelOf('x'), streaming: false }).map(({ code }) => code),
      ['stream-model'],
    );
  });

  it('takes an input fidelity where the model does, and where nobody knows', () => {
    for (const model of ['gpt-image-1', 'gpt-image-1.5', 'gpt-image-1-mini', 'gpt-image-3']) {
      for (const inputFidelity of ['low', 'high'] as const) assert.deepEqual(codes({ model, inputFidelity }), [], model);
    }
    assert.deepEqual(codes({ model: 'openai/gpt-image-2', inputFidelity: 'low' }), ['fidelity-model']);
  });

  it('names them all at once, each with a whole sentence', () => {
    const request: ImageRequest = {
      prompt: '',
      model: 'gpt-image-2',
      size: 'huge',
      quality: 'hd' as 'high',
      count: 99,
      background: 'transparent',
      format: 'jpeg',
      compression: 200,
      moderation: 'none' as 'low',
      inputFidelity: 'high',
      stream: { partialImages: 9 },
    };
    const faults = judgeRequest(request, modelOf(request.model));
    assert.equal(faults.length, 10);
    for (const fault of faults) assert.match(requestFaultSentence(fault, english), /^[\p{Lu}\d"][^{}]*\.$/u);
  });
});
