import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { styledPrompt } from '../../../src/images/style.ts';

test('a style follows the prompt after a blank line', () => {
  assert.equal(styledPrompt('A cat', 'Watercolour, soft light.'), 'A cat\n\nWatercolour, soft light.');
  assert.equal(styledPrompt('A cat', '  Watercolour \n'), 'A cat\n\nWatercolour');
});

test('a style with a place for the prompt has it there, as often as it says', () => {
  assert.equal(styledPrompt('a cat', 'A photo of {prompt}, 35 mm'), 'A photo of a cat, 35 mm');
  assert.equal(styledPrompt('a cat', '{prompt} beside {prompt}'), 'a cat beside a cat');
});

test('where one of the two is empty the other stands alone', () => {
  assert.equal(styledPrompt('A cat', ' \n'), 'A cat');
  assert.equal(styledPrompt('', 'Watercolour'), 'Watercolour');
});

test('the prompt is there letter by letter, whatever signs are in it', () => {
  assert.equal(styledPrompt("$& $1 $` {prompt} \\n", 'In ink: {prompt}.'), "In ink: $& $1 $` {prompt} \\n.");
  const prompt = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => text.trim() === text && text !== '');
  const words = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('{prompt}'));
  fc.assert(
    fc.property(prompt, words, words, (said, before, after) => {
      assert.ok(styledPrompt(said, `${before}{prompt}${after}`).includes(said));
      assert.ok(styledPrompt(said, before).startsWith(said));
      assert.ok(styledPrompt(said, before).endsWith(before.trim()));
    }),
  );
});
