import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killHosts } from './kills.ts';

test('a hundred killed extension hosts lose nothing that had arrived, and send nothing again', async () => {
  const seed = Date.now() % 1_000_000;
  const { kills, requests, recovered } = await killHosts(100, seed);
  console.log(`${kills} kills, ${requests} requests, ${recovered} pictures recovered, seed ${seed}`);
  assert.ok(recovered > 0, 'some kills came in the middle');
});
