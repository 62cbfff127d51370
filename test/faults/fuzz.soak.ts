import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzz } from './fuzz/fuzz.ts';

test('20,000 replies of any kind, others at every run, each end in a failure with a name or in pictures', async (t) => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  t.diagnostic(`from seed ${seed}`);
  const { complaints, grown, peak } = await fuzz({ seed, cases: 20_000, atOnce: 24 });
  t.diagnostic(`${(grown / 2 ** 20).toFixed(1)} MiB more held than before, ${(peak / 2 ** 20).toFixed(1)} MiB more taken at the most`);
  assert.deepEqual(complaints, []);
});
