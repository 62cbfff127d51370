import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { startWalk, step, textAt } from '../../../src/webview/panel/composer/promptHistory.ts';

test('a walk goes through the prompts and comes back to what was typed', () => {
  const typed = startWalk('half a th', ['newest', 'oldest']);
  const newest = step(typed, 1, 'half a thought');
  assert.ok(newest);
  assert.equal(textAt(newest), 'newest');
  const oldest = step(newest, 1, 'newest, changed');
  assert.ok(oldest);
  assert.equal(textAt(oldest), 'oldest');
  assert.equal(step(oldest, 1, 'oldest'), undefined);
  const back = step(oldest, -1, 'oldest');
  assert.ok(back);
  assert.equal(textAt(back), 'newest, changed');
  const home = step(back, -1, 'newest, changed');
  assert.ok(home);
  assert.equal(textAt(home), 'half a thought');
  assert.equal(step(home, -1, 'half a thought'), undefined);
});

test('what is typed already is not offered again', () => {
  assert.deepEqual(startWalk('a', ['a', 'b']).entries, ['a', 'b']);
});

test('no walk loses what was typed', () => {
  fc.assert(
    fc.property(fc.string(), fc.array(fc.string()), fc.array(fc.constantFrom(1 as const, -1 as const)), (typed, prompts, ways) => {
      let walk = startWalk(typed, prompts);
      for (const by of ways) walk = step(walk, by, textAt(walk)) ?? walk;
      while (walk.index > 0) walk = step(walk, -1, textAt(walk)) ?? walk;
      assert.equal(textAt(walk), typed);
    }),
  );
});
