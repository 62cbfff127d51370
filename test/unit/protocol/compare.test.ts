import assert from 'node:assert/strict';
import { it } from 'node:test';
import { fromCompare, toCompare } from '../../../src/protocol/compare.ts';

const picture = { label: 'Original', name: 'hero.png', facts: '10 × 10', src: 'https://file/hero.png' };
const comparison = {
  before: picture,
  after: { ...picture, label: 'Edited' },
  actions: [{ action: 'undo', title: 'Undo' }],
  texts: { view: 'View', swipe: 'Swipe', sideBySide: 'Side by Side', actualSize: 'Actual Size', divider: 'Divider', dividerValue: '{0} %', broken: 'Broken' },
};

it('the compare panel takes what the editor shows it, and nothing else', () => {
  assert.equal(toCompare.safeParse({ type: 'show', comparison }).success, true);
  for (const message of [undefined, 'show', [], { type: 'show' }, { type: 'hide', comparison }, { type: 'show', comparison: { ...comparison, before: 'hero.png' } }, { type: 'show', comparison: { ...comparison, actions: [{ action: 'delete', title: 'x' }] } }, { type: 'show', comparison, also: 1 }]) {
    assert.equal(toCompare.safeParse(message).success, false, JSON.stringify(message));
  }
});

it('the editor takes its three acts, and nothing else', () => {
  for (const message of [{ type: 'ready' }, ...['keep', 'undo', 'replace'].map((action) => ({ type: 'act', action }))]) assert.equal(fromCompare.safeParse(message).success, true);
  for (const message of [null, {}, { type: 'ready', path: '/' }, { type: 'act' }, { type: 'act', action: 'constructor' }, { type: 'act', action: ['keep'] }]) assert.equal(fromCompare.safeParse(message).success, false, JSON.stringify(message));
});
