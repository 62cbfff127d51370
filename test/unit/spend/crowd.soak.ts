import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crowdAt } from './crowd.ts';

test('eight processes append 10,000 lines each and are killed: nothing is lost or torn into another', async (t) => {
  const seed = Date.now() % 2 ** 31;
  const { kept, torn } = await crowdAt({ processes: 8, appends: 10_000, kills: 10, removers: 0 }, seed);
  t.diagnostic(`seed ${seed}: ${kept} lines were said to be on disk, ${torn} lines were torn`);
  assert.ok(kept >= 80_000 && torn > 0);
});

test('charges are deleted while eight processes append 300 lines each: what is not to go stays, whenever anybody is killed', async (t) => {
  const seed = Date.now() % 2 ** 31;
  const { kept, removals } = await crowdAt({ processes: 8, appends: 300, kills: 4, removers: 2 }, seed);
  t.diagnostic(`seed ${seed}: ${kept} lines were said to be on disk, ${removals} removals came to their end`);
  assert.ok(removals > 0);
});
