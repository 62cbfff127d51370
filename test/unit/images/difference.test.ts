import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { differences, differenceSentence, type Difference } from '../../../src/images/difference.ts';
import type { ImageHeader } from '../../../src/images/header.ts';
import { english, type Translate } from '../../../src/images/words.ts';
import chinese from '../../../l10n/bundle.l10n.zh-cn.json' with { type: 'json' };

const header = (over: Partial<ImageHeader> = {}): ImageHeader => ({ format: 'png', width: 1024, height: 768, alpha: true, ...over });
const inChinese: Translate = (sentence, ...values) => english((chinese as Readonly<Record<string, string>>)[sentence] ?? sentence, ...values);

describe('differences', () => {
  it('finds none where everything came as asked', () => {
    assert.deepEqual(differences({ count: 2, size: '1024x768', format: 'png', background: 'transparent' }, [header(), header()]), []);
    assert.deepEqual(differences({ count: 1, size: 'auto' }, [header({ width: 1254, height: 1254, alpha: false })]), []);
  });

  it('holds an automatic size against what was shown, and nothing else', () => {
    const asked = { count: 1, size: 'auto', expected: '1024x768' } as const;
    assert.deepEqual(differences(asked, [header()]), []);
    assert.deepEqual(differences(asked, [header({ width: 1024, height: 1024 })]), [{ kind: 'followed', picture: 1, expected: '1024x768', got: '1024x1024' }]);
    assert.deepEqual(differences(asked, [header({ width: 0, height: 0 })]), [], 'what the bytes do not tell is not judged');
    assert.deepEqual(differences({ ...asked, size: '1024x1024' }, [header({ width: 1024, height: 1024 })]), [], 'a size that was chosen counts');
  });

  it('finds each, by the number of its picture', () => {
    const found = differences({ count: 3, size: '1024x768', format: 'webp', background: 'transparent' }, [header({ format: 'webp' }), header({ width: 768, height: 1024, alpha: false })]);
    assert.deepEqual(found, [
      { kind: 'fewer', asked: 3, got: 2 },
      { kind: 'size', picture: 2, asked: '1024x768', got: '768x1024' },
      { kind: 'format', picture: 2, asked: 'webp', got: 'png' },
      { kind: 'opaque', picture: 2 },
    ]);
  });

  it('has a sentence of its own for each, in both languages', () => {
    const all: readonly Difference[] = [
      { kind: 'fewer', asked: 3, got: 1 },
      { kind: 'size', picture: 2, asked: '1024x768', got: '768x1024' },
      { kind: 'followed', picture: 2, expected: '1024x768', got: '768x1024' },
      { kind: 'format', picture: 2, asked: 'webp', got: 'png' },
      { kind: 'opaque', picture: 2 },
    ];
    for (const t of [english, inChinese]) {
      const sentences = all.map((difference) => differenceSentence(difference, t));
      assert.equal(new Set(sentences).size, all.length);
      for (const sentence of sentences) assert.doesNotMatch(sentence, /[{}]|undefined/u);
    }
    for (const difference of all) assert.match(differenceSentence(difference, inChinese), /\p{Script=Han}/u);
    assert.match(differenceSentence({ kind: 'followed', picture: 2, expected: '1024x768', got: '768x1024' }, english), /Picture 2 is 768x1024, although .* 1024x768\./u);
  });
});
