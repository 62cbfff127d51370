import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { pieceSize, readAhead, type Pieces } from '../../../src/api/pieces.ts';

/** Pieces of these lengths, each filled with its number. */
const numbered = (lengths: readonly number[], made: Buffer[] = []) =>
  async function* source(pieces: Pieces): AsyncGenerator<Buffer> {
    for (const [index, length] of lengths.entries()) {
      const piece = pieces.take(length);
      await Promise.resolve();
      made.push(piece.fill(index + 1));
      yield piece;
    }
  };

/**
 * Takes pieces as a socket does: holds on to each, and waits for all of them to be gone only behind one that is more than it likes to
 * hold. What it still holds must be what it was given.
 */
const send = async (body: AsyncIterable<Buffer>, likes: number): Promise<number[]> => {
  const lengths: number[] = [];
  let held: { readonly piece: Buffer; readonly number: number }[] = [];
  for await (const piece of body) {
    lengths.push(piece.length);
    held.push({ piece, number: lengths.length });
    await new Promise((resolve) => setImmediate(resolve));
    for (const one of held) assert.ok(one.piece.every((byte) => byte === one.number), `piece ${one.number} was written over`);
    if (held.reduce((sum, one) => sum + one.piece.length, 0) >= likes) held = [];
  }
  return lengths;
};

test('whatever the lengths of the pieces, none is written over before it is out', async () => {
  const length = fc.oneof(fc.constant(pieceSize), fc.constantFrom(pieceSize - 1, 64 * 1024, 16 * 1024), fc.integer({ min: 1, max: 2000 }));
  await fc.assert(
    fc.asyncProperty(fc.array(length, { maxLength: 12 }), fc.constantFrom(16 * 1024, 64 * 1024, pieceSize), async (lengths, likes) => {
      assert.deepEqual(await send(readAhead(numbered(lengths)), likes), lengths);
    }),
    { numRuns: 40 },
  );
});

test('however many full pieces there are, they share the memory of four', async () => {
  const made: Buffer[] = [];
  await send(readAhead(numbered(Array<number>(60).fill(pieceSize), made)), 16 * 1024);
  assert.equal(made.length, 60);
  assert.ok(new Set(made.map(({ buffer }) => buffer)).size <= 4);
});

test('no more than two pieces are made ahead of the one that goes out', async () => {
  const made: Buffer[] = [];
  const pieces = readAhead(numbered(Array<number>(20).fill(1000), made))[Symbol.asyncIterator]();
  for (let taken = 1; taken <= 5; taken++) {
    await pieces.next();
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(made.length, taken + 2);
  }
});

test('what a piece that is not there yet ends in comes in its turn, and disturbs nobody who left before', async () => {
  const source = async function* source(): AsyncGenerator<Buffer> {
    yield Buffer.from('a');
    await Promise.resolve();
    throw new Error('gone');
  };
  const pieces = readAhead(source)[Symbol.asyncIterator]();
  assert.equal((await pieces.next()).value?.toString(), 'a');
  await assert.rejects(pieces.next(), /gone/);
  assert.equal((await pieces.next()).done, true);

  let ended = false;
  const watched = async function* watched(): AsyncGenerator<Buffer> {
    try {
      yield* source();
    } finally {
      ended = true;
    }
  };
  for await (const piece of readAhead(watched)) {
    assert.equal(piece.toString(), 'a');
    break;
  }
  assert.ok(ended);
});
