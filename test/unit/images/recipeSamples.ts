import * as fc from 'fast-check';
import type { Recipe } from '../../../src/images/recipe.ts';

/** A recipe with every member. */
export const fullRecipe: Recipe = {
  version: 1,
  job: '1c2d7c4e-8a53-4c7e-9df0-6c5f5ad0d3f4',
  picture: 2,
  prompt: 'A cat & a <dog>, "at night"\nwith 猫 and 🎨',
  revisedPrompt: 'A cat and a dog under the moon',
  model: 'gpt-image-2',
  size: '1024x768',
  quality: 'medium',
  count: 3,
  background: 'opaque',
  format: 'png',
  references: [
    { role: 'image', name: 'art/hero.png', sha256: 'a1'.repeat(32) },
    { role: 'mask', name: 'art/遮罩 1.png', sha256: 'b2'.repeat(32) },
  ],
  service: 'OpenAI-HK',
  date: '2026-11-24T01:50:54.123Z',
  charge: { amount: { micros: 783_130_000, unit: 'credits' }, measured: true },
};

/** What is hard to carry in XML: markup, control characters, halves of characters, what looks like an escape, and any UTF-16 at all. */
const hardPiece = fc.oneof(
  fc.constantFrom(']]>', '<', '&amp;', '&#x0;', '"', "'", '\r', '\n', '\r\n', '\t', '\0', '\u0001', '\u0085', '\u2028', '\ufeff', '\ufffe', '\uffff', '\ud83c', '\udfa8', '🎨', '_x0041_', '_x005F_', '_x00', '_', 'x0001', '<?xpacket end="w"?>', '<!--', '-->', '漢', ' '),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 6 }).map((units) => String.fromCharCode(...units)),
);
export const hardText = fc.array(hardPiece, { maxLength: 20 }).map((pieces) => pieces.join(''));

const segment = fc.oneof(fc.constantFrom('art', '图', 'a b', '...', '_x0041_', 'C&A', '🎨'), fc.stringMatching(/^[\w -]{1,12}$/)).filter((name) => name.trim() !== '');
const plain = { noNullPrototype: true } as const;
const reference = fc.record(
  {
    role: fc.constantFrom('image' as const, 'mask' as const),
    name: fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join('/')),
    sha256: fc.stringMatching(/^[\da-f]{64}$/),
  },
  plain,
);

/** Any recipe that a job can make. */
export const anyRecipe: fc.Arbitrary<Recipe> = fc.record(
  {
    version: fc.constant(1 as const),
    job: fc.uuid(),
    picture: fc.integer({ min: 1, max: 10 }),
    prompt: hardText,
    revisedPrompt: hardText,
    model: hardText,
    size: fc.oneof(fc.constant('auto'), fc.tuple(fc.integer({ min: 1, max: 4096 }), fc.integer({ min: 1, max: 4096 })).map((sides) => sides.join('x'))),
    quality: fc.constantFrom('auto' as const, 'low' as const, 'medium' as const, 'high' as const),
    count: fc.integer({ min: 1, max: 10 }),
    background: fc.constantFrom('auto' as const, 'opaque' as const, 'transparent' as const),
    format: fc.constantFrom('png' as const, 'jpeg' as const, 'webp' as const),
    compression: fc.integer({ min: 0, max: 100 }),
    inputFidelity: fc.constantFrom('low' as const, 'high' as const),
    references: fc.array(reference, { maxLength: 17 }),
    service: hardText,
    date: fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }).map((date) => date.toISOString()),
    charge: fc.record({ amount: fc.record({ micros: fc.maxSafeNat(), unit: fc.constantFrom('credits' as const, 'USD' as const) }, plain), measured: fc.boolean() }, plain),
  },
  { ...plain, requiredKeys: ['version', 'job', 'picture', 'prompt', 'model', 'size', 'quality', 'count', 'service', 'date'] },
);

/** As many CJK characters as a prompt may have: 96 kB, more than one segment of a JPEG holds. */
export const longestPrompt = '漢字と仮名。'.repeat(6000).slice(0, 32_000);
