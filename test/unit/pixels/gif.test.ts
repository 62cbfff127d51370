import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { PixelsError } from '../../../src/pixels/error.ts';
import { decodeGif } from '../../../src/pixels/gif.ts';
import { packedGif } from './files.ts';

/** The greys of a decoded picture. */
const greys = (bytes: Buffer): readonly number[] => {
  const { data } = decodeGif(bytes).picture;
  return Array.from({ length: data.length / 4 }, (_, pixel) => data[pixel * 4] ?? 0);
};

describe('decodeGif', () => {
  it('unpacks what was packed, whatever it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 900 }), (width, values) => {
        const height = Math.ceil(values.length / width);
        const indices = Array.from({ length: width * height }, (_, at) => (values[at] ?? 0) * 60);
        assert.deepEqual(greys(packedGif(width, height, indices)), indices);
      }),
    );
  });

  it('goes on where the table of strings is full and is not cleared', () => {
    // Noise of three greys makes far more strings than the table takes, and uses them again, the last one too.
    let noise = 2;
    const indices = Array.from({ length: 300 * 300 }, () => {
      noise = (noise * 48_271) % 2_147_483_647;
      return (noise >> 8) % 3;
    });
    assert.deepEqual(greys(packedGif(300, 300, indices)), indices);
  });

  it('ends in a picture or in its own error for any bytes', () => {
    const good = packedGif(8, 8, Array.from({ length: 64 }, (_, at) => at % 5));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 9 }), (changes) => {
        const changed = Buffer.from(good);
        // The sides stay: that they are bounded is judged before.
        for (const [at, value] of changes) if (at < 6 || at > 9) changed[at] = value;
        try {
          assert.equal(decodeGif(changed).picture.data.length, 8 * 8 * 4);
        } catch (error) {
          assert.ok(error instanceof PixelsError, String(error));
        }
      }),
    );
  });
});
