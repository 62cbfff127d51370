import assert from 'node:assert/strict';
import { test } from 'node:test';
import { followedSize } from '../../../src/images/follow.ts';
import { modelOf } from '../../../src/images/model.ts';

const followed = (model: string, width: number, height: number) => followedSize({ width, height }, modelOf(model));

test('auto is sent for an image whose size the model draws, and comes to that size', () => {
  assert.deepEqual(followed('gpt-image-2', 1024, 768), { size: 'auto', drawn: '1024x768' });
  assert.deepEqual(followed('gpt-image-1', 1536, 1024), { size: 'auto', drawn: '1536x1024' });
});

test('for any other image the nearest size is named, with the rule that its own breaks', () => {
  const off = followed('gpt-image-2', 1000, 700);
  assert.equal(off.size, '1008x704');
  assert.equal(off.drawn, '1008x704');
  assert.equal(off.fault?.rule, 'multiple');
  assert.equal(followed('gpt-image-1', 1000, 700).size, '1536x1024');
  assert.equal(followed('gpt-image-2', 100, 2000).fault?.rule, 'ratio');
});

test('what nobody knows is left to the service', () => {
  assert.deepEqual(followed('gpt-image-2', 0, 0), { size: 'auto' });
  assert.deepEqual(followedSize(undefined, modelOf('gpt-image-2')), { size: 'auto' });
  assert.deepEqual(followed('some-model', 1000, 700), { size: 'auto' });
});
