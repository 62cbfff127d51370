import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crowdAt } from './crowd.ts';

test('eight processes append at once and are killed: nothing is lost or torn into another', async (t) => {
  const { kept, torn } = await crowdAt({ processes: 8, appends: 200, kills: 2, removers: 0 }, 20_261_126);
  t.diagnostic(`${kept} lines were said to be on disk, ${torn} lines were torn`);
  assert.ok(torn > 0, 'the kills hit what they are meant to hit');
});

test('charges are deleted while others are appended: what is not to go stays, whenever anybody is killed', async (t) => {
  const { kept, removals } = await crowdAt({ processes: 4, appends: 150, kills: 1, removers: 2 }, 20_261_127);
  t.diagnostic(`${kept} lines were said to be on disk, ${removals} removals came to their end`);
  assert.ok(removals > 0);
});
