import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killAtRandom } from '../../kill/random.ts';

test('whatever the moment a job is killed at: nothing is lost, nothing is sent twice, the ledger is right', async (t) => {
  const { kills, recovered, unknown, finished } = await killAtRandom(24, 20_261_124);
  t.diagnostic(`${kills} kills: ${recovered} pictures recovered, ${unknown} answers unknown, ${finished} were over`);
  assert.ok(recovered > 0 && unknown > 0, 'the kills hit what they are meant to hit');
});
