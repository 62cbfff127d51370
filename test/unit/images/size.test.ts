import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import {
  baseSizes,
  formatSize,
  freeSizes,
  judgeSize,
  nearestSize,
  parseSize,
  sizeFaultSentence,
  sizeRuleSentence,
  sizeTable,
  type Size,
  type SizeRule,
} from '../../../src/images/size.ts';
import { english } from '../../../src/images/words.ts';

const listed: SizeRule = { kind: 'listed', sizes: baseSizes };
const grid = Array.from({ length: 240 }, (_, index) => (index + 1) * 16);

/** Written anew from the customer's document, so that a slip in the code's rules is not repeated here. */
const isValid = ({ width, height }: Size): boolean =>
  width % 16 === 0 &&
  height % 16 === 0 &&
  Math.max(width, height) <= 3840 &&
  Math.max(width, height) <= 3 * Math.min(width, height) &&
  width * height >= 655_360 &&
  width * height <= 8_294_400;

const validSizes = grid.flatMap((width) => grid.map((height) => ({ width, height })).filter(isValid));

/** The nearest of all valid sizes by the definition in `nearestSize`'s comment, the slow way. */
function slowNearest(width: number, height: number): Size {
  const aspect = Math.min(Math.max(width / height, 1 / 3), 3);
  const mostArea = Math.min(8_294_400, 3840 ** 2 / Math.max(aspect, 1 / aspect));
  const area = Math.min(Math.max(width * height, 655_360), mostArea);
  const ideal = { width: Math.sqrt(area * aspect), height: Math.sqrt(area / aspect) };
  const least = Math.min(...validSizes.map((size) => changeOf(size, ideal)));
  const equals = validSizes.filter((size) => changeOf(size, ideal) < least + 1e-11);
  const closest = Math.min(...equals.map((size) => ratioChangeOf(size, ideal)));
  const [nearest] = equals.filter((size) => ratioChangeOf(size, ideal) < closest + 1e-11).toSorted((a, b) => b.width * b.height - a.width * a.height);
  assert.ok(nearest);
  return nearest;
}

const changeOf = (a: Size, b: Size): number => Math.max(Math.abs(Math.log(a.width / b.width)), Math.abs(Math.log(a.height / b.height)));

const ratioChangeOf = (a: Size, b: Size): number => Math.abs(Math.log(a.width / a.height / (b.width / b.height)));

const sides = fc.oneof(
  fc.integer({ min: 1, max: 5000 }),
  fc.double({ min: 0.01, max: 20_000, noNaN: true }),
  fc.constantFrom(16, 464, 480, 576, 672, 816, 1024, 1280, 1402, 2160, 2880, 3824, 3840, 3841),
);

describe('the size table', () => {
  it('has ten ratios in three sizes, each valid and written as it is sent', () => {
    assert.equal(sizeTable.length, 30);
    assert.equal(new Set(sizeTable.map(({ ratio }) => ratio)).size, 10);
    assert.equal(new Set(sizeTable.map(({ size }) => size)).size, 30);
    for (const row of sizeTable) {
      assert.equal(row.size, `${row.width}x${row.height}`);
      assert.ok(isValid(row), row.size);
      assert.equal(judgeSize(row.size, freeSizes), undefined);
    }
  });

  it('reads as the document does', () => {
    assert.deepEqual(sizeTable[3], { ratio: '16:9', name: 'Widescreen', k: '1K', width: 1280, height: 720, size: '1280x720' });
    assert.equal(
      sizeTable.map(({ ratio, name, k, size }) => `${ratio} ${name}${size}${k}`).join('\n'),
      `1:1 Square1024x10241K
1:1 Square2048x20482K
1:1 Square2880x28804K
16:9 Widescreen1280x7201K
16:9 Widescreen2048x11522K
16:9 Widescreen3840x21604K
9:16 Story720x12801K
9:16 Story1152x20482K
9:16 Story2160x38404K
5:4 Print1040x8321K
5:4 Print2080x16642K
5:4 Print3200x25604K
4:5 Feed832x10401K
4:5 Feed1664x20802K
4:5 Feed2560x32004K
4:3 Classic1024x7681K
4:3 Classic2048x15362K
4:3 Classic3264x24484K
3:4 Vertical768x10241K
3:4 Vertical1536x20482K
3:4 Vertical2448x32644K
3:2 Photo1008x6721K
3:2 Photo2064x13762K
3:2 Photo3504x23364K
2:3 Portrait672x10081K
2:3 Portrait1376x20642K
2:3 Portrait2336x35044K
21:9 Exclusive1344x5761K
21:9 Exclusive2016x8642K
21:9 Exclusive3808x16324K`,
    );
  });
});

describe('parseSize', () => {
  it('takes a size as people write it', () => {
    for (const text of ['1024x768', ' 1024 X 768 ', '1024×768', '1024 * 768', '１０２４Ｘ７６８', '１０２４＊７６８', '1024px × 768px', '01024x0768']) {
      assert.deepEqual(parseSize(text), { width: 1024, height: 768 }, text);
    }
    assert.equal(parseSize(' Auto '), 'auto');
    assert.equal(parseSize('ＡＵＴＯ'), 'auto');
  });

  it('takes nothing else', () => {
    for (const text of ['', 'x', '1024', '1024x', 'x768', '0x768', '1024x0', '-1024x768', '1024.5x768', '1024x768x3', '1e3x768', 'autox', '1024 768', `1x${'9'.repeat(16)}`]) {
      assert.equal(parseSize(text), undefined, text);
    }
  });

  it('reads back what formatSize writes, and never throws', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 1, max: 1e9 }), (width, height) => {
        assert.deepEqual(parseSize(formatSize(width, height)), { width, height });
      }),
    );
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseSize(text)));
  });
});

describe('judgeSize', () => {
  it('lets through exactly the sizes that obey the four rules, and auto', () => {
    for (const width of grid) {
      for (const height of grid) {
        assert.equal(judgeSize(formatSize(width, height), freeSizes) === undefined, isValid({ width, height }), formatSize(width, height));
      }
    }
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 5000 }), (width, height) => {
        assert.equal(judgeSize(formatSize(width, height), freeSizes) === undefined, isValid({ width, height }));
      }),
    );
    assert.equal(judgeSize('auto', freeSizes), undefined);
  });

  it('names the rule broken and the nearest valid size', () => {
    const cases: readonly (readonly [string, string, string])[] = [
      ['big', 'syntax', '"big" is not a size: write WIDTHxHEIGHT in pixels, such as 1024x1024, or auto.'],
      ['1920x1080', 'multiple', '1920x1080 is off the grid: both sides must be multiples of 16. The nearest valid size is 1920x1088.'],
      ['4096×2304', 'longest', '4096x2304 is too long: no side may be over 3840 pixels. The nearest valid size is 3840x2160.'],
      ['2048x512', 'ratio', '2048x512 is too narrow: the long side may be at most 3 times the short one. The nearest valid size is 1776x592.'],
      ['512x512', 'too-few-pixels', '512x512 is too small: it has 262144 pixels and at least 655360 are needed. The nearest valid size is 816x816.'],
      ['3840x3840', 'too-many-pixels', '3840x3840 is too large: it has 14745600 pixels and at most 8294400 are allowed. The nearest valid size is 2880x2880.'],
    ];
    for (const [text, rule, sentence] of cases) {
      const fault = judgeSize(text, freeSizes);
      assert.equal(fault?.rule, rule);
      assert.equal(fault && sizeFaultSentence(fault, english), sentence);
      assert.equal(fault && sizeRuleSentence(fault, english), sentence.replace(/ The nearest valid size is .*/, ''));
    }
  });

  it('holds the older models to their list', () => {
    for (const size of ['1024x1024', '1536x1024', '1024x1536', 'auto']) assert.equal(judgeSize(size, listed), undefined);
    const fault = judgeSize('1920x1080', listed);
    assert.equal(fault?.rule, 'not-listed');
    assert.equal(
      fault && sizeFaultSentence(fault, english),
      'This model does not draw 1920x1080: it draws 1024x1024, 1536x1024, 1024x1536 or auto. The nearest valid size is 1536x1024.',
    );
  });

  it('lets an unknown model draw any size, but not what is none', () => {
    assert.equal(judgeSize('17x9999', { kind: 'any' }), undefined);
    assert.equal(judgeSize('17', { kind: 'any' })?.rule, 'syntax');
  });

  it('offers a nearest size that is itself good, whatever was typed', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\d{1,17} ?[x×] ?\d{1,17}$/u)), fc.constantFrom<SizeRule>(freeSizes, listed, { kind: 'any' }), (text, rule) => {
        const fault = judgeSize(text, rule);
        if (!fault) return;
        assert.equal(judgeSize(formatSize(fault.nearest.width, fault.nearest.height), rule), undefined);
        assert.match(sizeFaultSentence(fault, english), new RegExp(formatSize(fault.nearest.width, fault.nearest.height), 'u'));
      }),
    );
  });
});

describe('nearestSize', () => {
  it('is a valid size itself for each of the valid sizes', () => {
    assert.ok(validSizes.length > 20_000);
    for (const size of validSizes) assert.deepEqual(nearestSize(size.width, size.height, freeSizes), size);
  });

  it('is the nearest of all valid sizes, over the whole range', () => {
    fc.assert(
      fc.property(sides, sides, (width, height) => {
        assert.deepEqual(nearestSize(width, height, freeSizes), slowNearest(width, height));
      }),
      { numRuns: 250, examples: [[1, 1], [9000, 1], [2048, 512], [512, 2048], [3000, 1000], [1920, 1080], [3840, 3840], [10_000, 100]] },
    );
  });

  it('keeps a ratio that is allowed to within a grid step', () => {
    fc.assert(
      fc.property(sides, sides, (width, height) => {
        fc.pre(Math.max(width, height) <= 3 * Math.min(width, height));
        const nearest = nearestSize(width, height, freeSizes);
        assert.ok(Math.abs(Math.log(nearest.width / nearest.height / (width / height))) < 0.05);
      }),
    );
  });

  it('turns with the wanted size', () => {
    fc.assert(
      fc.property(sides, sides, (width, height) => {
        const { width: w, height: h } = nearestSize(width, height, freeSizes);
        assert.deepEqual(nearestSize(height, width, freeSizes), { width: h, height: w });
      }),
    );
  });

  it('finds one for absurd sizes', () => {
    const absurd = fc.double({ min: Number.MIN_VALUE, max: Number.MAX_VALUE, noNaN: true });
    fc.assert(
      fc.property(absurd, absurd, (width, height) => {
        assert.ok(isValid(nearestSize(width, height, freeSizes)));
        const { width: w, height: h } = nearestSize(width, height, listed);
        assert.equal(judgeSize(formatSize(w, h), listed), undefined);
      }),
    );
    assert.deepEqual(nearestSize(1, 1, freeSizes), { width: 816, height: 816 });
    assert.deepEqual(nearestSize(Number.MAX_VALUE, Number.MIN_VALUE, freeSizes), { width: 1440, height: 480 });
  });

  it('refuses what is no size', () => {
    for (const side of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => nearestSize(side, 100, freeSizes), RangeError);
      assert.throws(() => nearestSize(100, side, listed), RangeError);
    }
  });

  it('takes the closest ratio of a list', () => {
    assert.deepEqual(nearestSize(300, 290, listed), { width: 1024, height: 1024 });
    assert.deepEqual(nearestSize(9000, 1, listed), { width: 1536, height: 1024 });
    assert.deepEqual(nearestSize(1080, 1920, listed), { width: 1024, height: 1536 });
  });
});
