import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killHosts } from './kills.ts';

// A few of what `npm run test:soak` does a hundred times.

test('a killed extension host loses nothing that had arrived, and sends nothing again', async () => {
  const { kills, requests } = await killHosts(4, 1);
  assert.equal(kills, 4);
  assert.ok(requests > 0, 'requests were under way');
});
