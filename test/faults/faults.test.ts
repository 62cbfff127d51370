import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { casesOf, complaintsOf, names, playAll, strayRows } from './matrix.ts';
import { makeSamples, type Samples } from './samples.ts';

let samples: Samples;
before(async () => {
  samples = await makeSamples();
});

describe('every fault, by every call and transport', { concurrency: 4 }, () => {
  for (const name of names) {
    test(name, async () => {
      const verdicts = await playAll(casesOf(name), samples, 12);
      const complaints = verdicts.flatMap((verdict) => complaintsOf(verdict).map((complaint) => `${verdict.played.call} ${verdict.played.transport}: ${complaint}`));
      assert.deepEqual(complaints, []);
    });
  }
});

test('every row has its fault', () => assert.deepEqual(strayRows(), []));
