import { test } from 'node:test';
import { killAtRandom } from './random.ts';

test('300 kills at random moments: nothing is lost, nothing is sent twice, the ledger is right', async (t) => {
  const seed = Date.now() % 2 ** 31;
  const { kills, recovered, unknown, finished } = await killAtRandom(300, seed);
  t.diagnostic(`seed ${seed}, ${kills} kills: ${recovered} pictures recovered, ${unknown} answers unknown, ${finished} were over`);
});
