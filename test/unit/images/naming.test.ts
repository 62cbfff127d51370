import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { assetName, checkedFolder, checkedName, extensionOf, nameFaultSentence, numbered, type NameFault } from '../../../src/images/naming.ts';
import { english } from '../../../src/images/words.ts';

const utf8 = (text: string): number => Buffer.byteLength(text, 'utf8');
const invisible = /[\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}]/u;
const device = /^(?:con|prn|aux|nul|(?:com|lpt)[0-9¹²³])(?:\.|$)/iu;

/** Prompts with what hurts: other scripts, marks, emoji, bidi, control characters, separators, lone surrogates. */
const nasty = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('con', 'aux', 'com1', '..', '/', '\\', ' ', '.', '一只白色的暹罗猫', '👩‍👩‍👧‍👦', '\u202e', '\u0000', '\ud800', 'e\u0301', '\u0301', 'é', '1️⃣', 'İ', 'ﷺ', 'a'.repeat(70)),
    ),
  )
  .map((parts) => parts.join(' '));

describe('assetName', () => {
  it('is the prompt in kebab case', () => {
    const names = {
      'A White, Siamese Cat!': 'a-white-siamese-cat',
      "The cat's café — 2nd floor": 'the-cats-café-2nd-floor',
      '一只白色的暹罗猫，坐在窗边': '一只白色的暹罗猫-坐在窗边',
      'Кот на окне': 'кот-на-окне',
      'قطة بيضاء': 'قطة-بيضاء',
      'हिन्दी बिल्ली': 'हिन्दी-बिल्ली',
      'e\u0301t\u0301e\u0301': 'ét́é',
      '../../etc/passwd': 'etc-passwd',
      'C:\\Windows\\cat.png': 'c-windows-cat-png',
      'a\u202ecat\u200b': 'acat',
      '': 'image',
      '👩‍👩‍👧‍👦 🎉': 'image',
      '... ???': 'image',
      '\u0301\u0301': 'image',
      '\u3164': 'image',
      CON: 'con-image',
      'aux.': 'aux-image',
      'Com1': 'com1-image',
      'com10': 'com10',
      'console': 'console',
    };
    for (const [prompt, name] of Object.entries(names)) assert.equal(assetName(prompt), name, prompt);
  });

  it('ends between words where it can, else between graphemes', () => {
    const long = assetName('a photorealistic image of a gift basket on a white background labeled relax and unwind');
    assert.equal(long, 'a-photorealistic-image-of-a-gift-basket-on-a-white');
    assert.equal(assetName('猫'.repeat(100)), '猫'.repeat(60));
    assert.equal(assetName(`a ${'b'.repeat(100)}`), `a-${'b'.repeat(58)}`);
    assert.equal(assetName('நி'.repeat(100)), 'நி'.repeat(30));
    assert.equal(assetName('𠀀'.repeat(60)), '𠀀'.repeat(50));
    // One grapheme with more marks than fit.
    assert.ok(assetName(`a${'\u0323'.repeat(1000)}`).startsWith('ạ'));
  });

  it('is fit for every platform, whatever the prompt', () => {
    fc.assert(
      fc.property(nasty, (prompt) => {
        const name = assetName(prompt);
        assert.match(name, /^[\p{L}\p{Nd}][\p{L}\p{Nd}\p{M}-]*$/u);
        assert.doesNotMatch(name, /--|-$/u);
        assert.doesNotMatch(name, invisible);
        assert.doesNotMatch(name, device);
        assert.equal(name, name.normalize('NFC'));
        assert.ok(Array.from(name).length <= 60 && utf8(name) <= 200);
        assert.deepEqual(checkedName(name), { name });
      }),
      { numRuns: 1000 },
    );
  });
});

describe('checkedName', () => {
  it('takes a good name as it is, without an image extension', () => {
    for (const [given, name] of [['Hero', 'Hero'], [' hero.png ', 'hero'], ['hero.JPG', 'hero'], ['a b', 'a b'], ['v1.2', 'v1.2'], ['图', '图'], ['.hidden', '.hidden'], ['a..b', 'a..b'], ['cafe\u0301', 'café']] as const) {
      assert.deepEqual(checkedName(given), { name }, given);
    }
  });

  it('refuses what is not fit everywhere, with a sentence', () => {
    const names: Readonly<Record<string, NameFault['rule']>> = {
      '': 'empty',
      '.png': 'empty',
      'a/b': 'separator',
      'a\\b': 'separator',
      '../a': 'separator',
      '..': 'edge',
      '.': 'edge',
      'a.': 'edge',
      'a .png': 'edge',
      'a:b': 'character',
      'a*': 'character',
      'a\u0000b': 'character',
      'a\u202eb': 'character',
      '\ud800': 'character',
      NUL: 'reserved',
      'con.tar': 'reserved',
      'aux.png': 'reserved',
      'lpt¹': 'reserved',
      ['x'.repeat(201)]: 'too-long',
    };
    for (const [name, rule] of Object.entries(names)) {
      const checked = checkedName(name);
      assert.ok('fault' in checked, name);
      assert.equal(checked.fault.rule, rule, JSON.stringify(name));
      const sentence = nameFaultSentence(checked.fault, english);
      assert.match(sentence, /\.$/u);
      assert.doesNotMatch(sentence, invisible);
    }
  });

  it('lets nothing through that leads elsewhere', () => {
    fc.assert(
      fc.property(nasty, (given) => {
        const checked = checkedName(given);
        if ('fault' in checked) return;
        assert.doesNotMatch(checked.name, /[/\\<>:"|?*]|[.\s]$/u);
        assert.doesNotMatch(checked.name, invisible);
        assert.doesNotMatch(checked.name, device);
        assert.ok(checked.name.length > 0);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('checkedFolder', () => {
  it('makes a path inside the workspace plain', () => {
    for (const [given, folder] of [['assets', 'assets'], ['', ''], ['.', ''], ['./a//b/', 'a/b'], ['a\\b', 'a/b'], ['素材/图', '素材/图'], ['a b/c', 'a b/c'], ['~a', '~a'], [' a ', 'a'], ['.github/img', '.github/img']] as const) {
      assert.deepEqual(checkedFolder(given), { folder }, given);
    }
  });

  it('refuses every way out', () => {
    const paths: Readonly<Record<string, NameFault['rule']>> = {
      '/etc': 'absolute',
      '\\windows': 'absolute',
      '\\\\server\\share': 'absolute',
      '//server/share': 'absolute',
      'C:\\a': 'absolute',
      'c:a': 'absolute',
      'file:///etc': 'absolute',
      '~/a': 'absolute',
      '~': 'absolute',
      '..': 'outside',
      'a/../../b': 'outside',
      'a\\..\\b': 'outside',
      'a/con/b': 'reserved',
      'a/nul.txt': 'reserved',
      'a./b': 'edge',
      'a/.../b': 'edge',
      'a /b': 'edge',
      'a/ b': 'edge',
      './~/a': 'absolute',
      'a\u0000/b': 'character',
      'a/b:stream': 'character',
      ['a/'.concat('x'.repeat(201))]: 'too-long',
    };
    for (const [path, rule] of Object.entries(paths)) {
      const checked = checkedFolder(path);
      assert.ok('fault' in checked, path);
      assert.equal(checked.fault.rule, rule, path);
      assert.match(nameFaultSentence(checked.fault, english), /\.$/u);
    }
  });

  it('lets nothing through that leads out, and leaves what it made as it is', () => {
    const paths = fc.array(fc.oneof(nasty, fc.constantFrom('..', '.', '', 'a', 'C:', '~', 'con')), { maxLength: 5 }).map((parts) => parts.join('/'));
    fc.assert(
      fc.property(paths, (path) => {
        const checked = checkedFolder(path);
        if ('fault' in checked) return;
        for (const segment of checked.folder.split('/').filter(Boolean)) {
          assert.doesNotMatch(segment, /[<>"|?*]|^\s|[.\s]$/u);
          assert.doesNotMatch(segment, invisible);
          assert.doesNotMatch(segment, device);
          assert.ok(utf8(segment) <= 200);
        }
        assert.doesNotMatch(checked.folder, /^\/|\/\/|\/$|\\|(?:^|\/)\.\.?(?:\/|$)|:/u);
        assert.deepEqual(checkedFolder(checked.folder), checked);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('numbered and extensionOf', () => {
  it('count from the second on', () => {
    assert.deepEqual([1, 2, 10].map((n) => numbered('cat', n)), ['cat', 'cat-2', 'cat-10']);
  });

  it('use the usual extensions', () => {
    assert.deepEqual((['png', 'jpeg', 'webp', 'svg'] as const).map(extensionOf), ['png', 'jpg', 'webp', 'svg']);
  });
});
