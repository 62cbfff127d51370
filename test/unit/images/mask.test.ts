import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isSameMend, maskDoubts, mendsFor, mendTitle, referenceDoubtSentence, type MaskFacts, type MaskMend } from '../../../src/images/mask.ts';
import { english } from '../../../src/images/words.ts';

const size = { width: 640, height: 480 };
const image = { width: 800, height: 600 };
/** A good mask: a third of it open, in the middle. */
const facts = (more: Partial<MaskFacts> = {}): MaskFacts => ({ size, transparent: 0.3, opaque: 0.7, clear: 0.3, black: 1, white: 0, light: 0, edge: 0, ...more });
const opaque = (more: Partial<MaskFacts> = {}): MaskFacts => facts({ transparent: 0, opaque: 1, clear: 0, ...more });

describe('maskDoubts', () => {
  it('doubts an opaque island in what would change', () => {
    assert.deepEqual(maskDoubts('m.png', facts({ transparent: 0.8, edge: 1 })), [{ code: 'mask-inverted', name: 'm.png', transparent: 0.8 }]);
    for (const fine of [facts(), facts({ transparent: 0.8, edge: 0.6 }), facts({ transparent: 0.4, edge: 1 }), facts({ transparent: 1, edge: 1 }), opaque()]) assert.deepEqual(maskDoubts('m.png', fine), []);
    assert.match(referenceDoubtSentence({ code: 'mask-inverted', name: 'm.png', transparent: 0.816 }, english), /m\.png lets 82 % .*: if .*\.$/);
  });
});

describe('mendsFor', () => {
  it('scales what has alpha, and offers to turn round what looks so', () => {
    assert.deepEqual(mendsFor(facts(), image), [{ size: image }]);
    assert.deepEqual(mendsFor(facts(), size), [{}]);
    assert.deepEqual(mendsFor(facts(), undefined), [{}]);
    assert.deepEqual(mendsFor(facts({ transparent: 0.8, edge: 1 }), image), [{ size: image }, { size: image, alpha: 'invert' }]);
    assert.deepEqual(mendsFor(opaque({ opaque: 0.5, clear: 0.4 }), size), [{}], 'what is half transparent is decided');
  });

  it('takes alpha from two colours where there is none', () => {
    const painted = { black: 0.6, white: 0.35, light: 0.37 };
    const both = (more: MaskMend): readonly MaskMend[] => [{ ...more, alpha: 'from-white' }, { ...more, alpha: 'from-black' }];
    assert.deepEqual(mendsFor(opaque(painted), size), both({}));
    assert.deepEqual(mendsFor(opaque(painted), image), both({ size: image }));
    assert.deepEqual(mendsFor(facts({ ...painted, transparent: 1, clear: 1, opaque: 0 }), size), both({}));
  });

  it('has nothing to offer for a photograph, or for one colour', () => {
    assert.deepEqual(mendsFor(opaque({ black: 0.3, white: 0.3, light: 0.5 }), image), []);
    assert.deepEqual(mendsFor(opaque({ black: 1, white: 0, light: 0 }), image), []);
    assert.deepEqual(mendsFor(opaque({ black: 0, white: 1, light: 1 }), image), []);
  });
});

describe('mendTitle', () => {
  it('is another one for each mend', () => {
    const alphas = ['from-white', 'from-black', 'invert'] as const;
    const mends: readonly MaskMend[] = [{}, { size }, ...alphas.map((alpha) => ({ alpha })), ...alphas.map((alpha) => ({ alpha, size }))];
    const titles = mends.map((mend) => mendTitle(mend, english));
    assert.equal(new Set(titles).size, 8);
    for (const [index, title] of titles.entries()) assert.equal(title.includes('640x480'), mends[index]?.size !== undefined);
    for (const a of mends) for (const b of mends) assert.equal(isSameMend(a, b), a === b);
  });
});
