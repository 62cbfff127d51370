import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzz } from './fuzz/fuzz.ts';

test('1,000 replies of any kind each end in a failure with a name or in pictures, and leave nothing', async (t) => {
  const { complaints, endings, grown, peak } = await fuzz({ seed: 1, cases: 1000, atOnce: 24 });
  t.diagnostic([...endings].toSorted(([, a], [, b]) => b - a).map(([ending, count]) => `${ending} ${count}`).join(', '));
  t.diagnostic(`${(grown / 2 ** 20).toFixed(1)} MiB more held than before, ${(peak / 2 ** 20).toFixed(1)} MiB more taken at the most`);
  assert.deepEqual(complaints, []);
  assert.ok((endings.get('pictures') ?? 0) > 100, 'so spoilt that hardly a picture came');
});
