import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { imageHeader } from '../../../src/images/format.ts';
import { endsWhole, tailBytes } from '../../../src/images/whole.ts';
import { createPainter } from '../../gateway/pictures.ts';
import type { PictureFormat } from '../../gateway/rules.ts';

const formats = ['png', 'jpeg', 'webp'] as const satisfies readonly PictureFormat[];
const files = new Map<PictureFormat, Buffer>();

before(async () => {
  const paint = createPainter();
  for (const format of formats) files.set(format, await paint({ prompt: 'a cat', model: 'gpt-image-2', index: 0, size: { width: 64, height: 48 }, format, compression: 80, transparent: false, references: [], mask: undefined, finish: 1 }));
});

const judge = (bytes: Buffer): boolean => {
  const header = imageHeader(bytes);
  return header !== undefined && endsWhole(header.format, bytes.subarray(0, 12), bytes.subarray(-tailBytes), bytes.length);
};

for (const format of formats) {
  test(`a ${format} file is whole at its last byte, and not before`, () => {
    const bytes = files.get(format);
    assert.ok(bytes && bytes.length > 100);
    assert.ok(judge(bytes));
    for (let length = 0; length < bytes.length; length += length < 40 || length > bytes.length - 40 ? 1 : 7) assert.ok(!judge(bytes.subarray(0, length)), `${length} of ${bytes.length}`);
  });
}

test('what is written over with zeros, as a power cut leaves it, is not whole', () => {
  for (const format of ['png', 'jpeg'] as const) {
    const bytes = Buffer.from(files.get(format) ?? []);
    bytes.fill(0, Math.floor(bytes.length / 2));
    assert.ok(!judge(bytes), format);
  }
});

test('formats that do not tell their length count as not whole', () => {
  for (const format of ['gif', 'avif', 'bmp', 'svg'] as const) assert.ok(!endsWhole(format, new Uint8Array(12), new Uint8Array(12), 100), format);
});
