import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Script } from 'node:vm';
import { transformSync } from 'esbuild';
import * as fc from 'fast-check';
import { insertionsFor, type Selection, type TextEdit } from '../../../src/images/snippets/insertions.ts';
import { addressOf, altText, type SnippetPicture } from '../../../src/images/snippets/picture.ts';
import { cssText, htmlText, identifierFor, markdownText, moduleText, wordsOf } from '../../../src/images/snippets/text.ts';

const hero: SnippetPicture = { path: 'assets/hero.png', width: 1024, height: 768, alt: 'A white cat' };

/** Reads `‸` as a cursor and `⟦…⟧` as a selection. */
function marked(text: string): { readonly text: string; readonly selections: readonly Selection[] } {
  const selections: Selection[] = [];
  let plain = '';
  for (const part of text.split(/(‸|⟦[^⟧]*⟧)/)) {
    const selected = part === '‸' ? '' : part.startsWith('⟦') ? part.slice(1, -1) : undefined;
    if (selected !== undefined) selections.push({ start: plain.length, end: plain.length + selected.length });
    plain += selected ?? part;
  }
  return { text: plain, selections };
}

/** What a document is after the edits, which are checked to be in order and apart. */
function applied(text: string, edits: readonly TextEdit[]): string {
  let [result, at] = ['', 0];
  for (const { start, end, text: inserted } of edits) {
    assert.ok(at <= start && start <= end, 'in order and apart');
    result += text.slice(at, start) + inserted;
    at = end;
  }
  return result + text.slice(at);
}

function inserted(language: string, document: string, ...pictures: readonly SnippetPicture[]): string {
  const { text, selections } = marked(document);
  return applied(text, insertionsFor(pictures.length === 0 ? [hero] : pictures, { language, text, selections }));
}

const picture = (path: string, alt = 'A'): SnippetPicture => ({ path, alt, width: 0, height: 0 });

describe('altText', () => {
  it('is the beginning of the prompt, on one line, cut between words', () => {
    assert.equal(altText('  A cat,\n\tlooking   out ', 'x.png'), 'A cat, looking out');
    const long = altText('many words '.repeat(30), 'x.png');
    assert.match(long, /^(?:many words )+many…$|^(?:many words ?)+…$/);
    assert.ok(long.length <= 125);
    assert.equal(altText('猫'.repeat(300), 'x.png'), `${'猫'.repeat(124)}…`);
  });

  it('is made of the file’s name where there is no prompt', () => {
    assert.equal(altText(undefined, 'hero-shot_2.png'), 'hero shot 2');
    assert.equal(altText(' \n', '一只猫.webp'), '一只猫');
  });

  it('is one line of whole characters, whatever the prompt', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (prompt) => {
        const alt = altText(prompt, 'a.png');
        assert.ok(!/[\n\r\p{Cc}\p{Cs}]/u.test(alt));
        assert.ok(alt.length <= 125 || Array.from(new Intl.Segmenter().segment(alt)).length <= 125);
      }),
    );
  });
});

describe('addressOf', () => {
  it('encodes what means something in an address, and leaves letters as they are', () => {
    assert.equal(addressOf('../art/hero (2).png'), '../art/hero%20%282%29.png');
    assert.equal(addressOf('一只猫.png'), '一只猫.png');
    assert.equal(addressOf('a#b?c%d&e.png'), 'a%23b%3Fc%25d%26e.png');
    assert.equal(addressOf('a:b.png'), './a:b.png');
    assert.equal(addressOf('/hero.png'), '/hero.png');
    assert.equal(addressOf('//host/hero.png'), '/host/hero.png');
  });

  it('leads to the same file from the same place, as a browser reads it', () => {
    const segment = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((name) => !name.includes('/') && !/\p{Cs}/u.test(name) && name !== '.' && name !== '..');
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 4 }), (segments) => {
        const url = new URL(addressOf(segments.join('/')), 'https://example.org/docs/page.html');
        assert.equal(url.origin, 'https://example.org');
        assert.equal(decodeURIComponent(url.pathname), `/docs/${segments.join('/')}`);
        assert.equal(url.search + url.hash, '');
      }),
    );
  });
});

describe('copied', () => {
  it('as each kind', () => {
    assert.equal(markdownText({ ...hero, alt: 'A [white] *cat*' }), String.raw`![A \[white\] \*cat\*](assets/hero.png)`);
    assert.equal(htmlText({ ...hero, alt: 'A "white" <cat> & {more}' }), '<img src="assets/hero.png" alt="A &quot;white&quot; &lt;cat&gt; &amp; &#123;more&#125;" width="1024" height="768">');
    assert.equal(cssText({ ...hero, path: `a "b' (c)\\d.png` }), 'url("a%20%22b%27%20%28c%29%5Cd.png")');
    assert.equal(moduleText(hero), `import heroImage from './assets/hero.png';\n\n<img src={heroImage} alt="A white cat" width={1024} height={768} />`);
    assert.equal(moduleText({ ...hero, path: '/hero.png' }), `<img src="/hero.png" alt="A white cat" width={1024} height={768} />`);
  });
});

describe('identifierFor', () => {
  it('is made from the file’s name', () => {
    const names = { 'hero.png': 'heroImage', 'a/b/hero-shot.png': 'heroShotImage', 'Hero Shot 2.png': 'heroShot2Image', 'image.png': 'image', 'my-image.png': 'myImage', '404.png': 'image404', '一只猫.png': '一只猫Image', '----.png': 'image', 'class.png': 'classImage', 'URL.png': 'URLImage' };
    for (const [path, name] of Object.entries(names)) assert.equal(identifierFor(path, new Set()), name, path);
    assert.equal(identifierFor('hero.png', new Set(['heroImage', 'heroImage2'])), 'heroImage3');
  });

  it('is free and can be declared, whatever the file is called and the document holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.constantFrom<string>('image', 'heroImage', 'heroImage2', 'aImage', 'image1')), (path, words) => {
        const name = identifierFor(path, wordsOf(words.join(' ')));
        assert.ok(!words.includes(name));
        assert.ok(new Script(`"use strict"; let ${name} = 1;`));
      }),
      { numRuns: 60 },
    );
  });
});

describe('inserted', () => {
  it('into Markdown', () => {
    assert.equal(inserted('markdown', 'Look: ‸!'), 'Look: ![A white cat](assets/hero.png)!');
    assert.equal(inserted('markdown', '![mine](‸)'), '![mine](assets/hero.png)');
    assert.equal(inserted('markdown', '<img src="‸">'), '<img src="assets/hero.png">');
    assert.equal(inserted('markdown', '- ⟦old⟧\n- ‸'), '- ![A white cat](assets/hero.png)\n- ![A white cat](assets/hero.png)');
    assert.equal(inserted('markdown', '‸', hero, picture('b (1).png', 'B')), '![A white cat](assets/hero.png)\n![B](b%20%281%29.png)');
  });

  it('into HTML, and what lies in it', () => {
    const img = '<img src="assets/hero.png" alt="A white cat" width="1024" height="768">';
    assert.equal(inserted('html', '<p>‸</p>'), `<p>${img}</p>`);
    assert.equal(inserted('html', '<img src="‸" alt="">'), '<img src="assets/hero.png" alt="">');
    assert.equal(inserted('html', "<img src='⟦old.png⟧'>"), "<img src='assets/hero.png'>");
    assert.equal(inserted('html', '<style>\n  p { ‸ }\n</style>'), '<style>\n  p { background-image: url("assets/hero.png"); }\n</style>');
    assert.equal(inserted('html', '<script>\n  const a = ‸\n</script>'), "<script>\n  const a = './assets/hero.png'\n</script>".replaceAll("'", '"'));
    assert.equal(inserted('html', '<style>p {}</style>\n‸'), `<style>p {}</style>\n${img}`);
    assert.equal(inserted('html', '<!-- <style> -->‸'), `<!-- <style> -->${img}`);
    assert.equal(inserted('html', '  ‸', hero, hero), `  ${img}\n  ${img}`);
    assert.equal(inserted('php', '<p>‸</p><?php $a = 1; ?>'), `<p>${img}</p><?php $a = 1; ?>`);
    assert.equal(inserted('php', '<?php $a = ‸;'), '<?php $a = "assets/hero.png";');
  });

  it('into style sheets', () => {
    const url = 'url("assets/hero.png")';
    const rows: readonly (readonly [language: string, before: string, after: string])[] = [
      ['css', 'p {\n  ‸\n}', `p {\n  background-image: ${url};\n}`],
      ['css', 'p {\n  color: red;\n  ‸\n}', `p {\n  color: red;\n  background-image: ${url};\n}`],
      ['css', 'p {\n  background: ‸;\n}', `p {\n  background: ${url};\n}`],
      ['css', 'p { background: ⟦url(old.png)⟧ no-repeat }', `p { background: ${url} no-repeat }`],
      ['css', 'p { ‸; }', `p { background-image: ${url}; }`],
      ['css', '‸', url],
      ['css', '@import ‸;', `@import ${url};`],
      ['css', 'p { /* { */ ‸ }', `p { /* { */ background-image: ${url}; }`],
      ['css', 'p { content: "};{"; ‸ }', `p { content: "};{"; background-image: ${url}; }`],
      ['css', '@media print {\n  ‸\n}', `@media print {\n  ${url}\n}`],
      ['css', '@media print { p { ‸ } }', `@media print { p { background-image: ${url}; } }`],
      ['css', '@keyframes a { from { ‸ } }', `@keyframes a { from { background-image: ${url}; } }`],
      ['css', 'p { background: url(‸) }', 'p { background: url("assets/hero.png") }'],
      ['css', 'p { background: url("‸") }', 'p { background: url("assets/hero.png") }'],
      ['css', 'p { background: url(//host/a.png); ‸ }', `p { background: url(//host/a.png); background-image: ${url}; }`],
      ['css', 'p { color: red //; ‸ }', `p { color: red //; background-image: ${url}; }`],
      ['scss', "p { // it's\n  ‸\n}", `p { // it's\n  background-image: ${url};\n}`],
      ['scss', '.a { .b { color: red } ‸ }', `.a { .b { color: red } background-image: ${url}; }`],
      ['scss', '$hero: ‸;', `$hero: ${url};`],
      ['less', '@hero: ‸;', `@hero: ${url};`],
      ['sass', 'p\n  ‸', `p\n  background-image: ${url}`],
      ['sass', 'p\n  background: ‸', `p\n  background: ${url}`],
      ['vue', '<style scoped lang="scss">\n// {\np { ‸ }\n</style>', `<style scoped lang="scss">\n// {\np { background-image: ${url}; }\n</style>`],
    ];
    for (const [language, before, after] of rows) assert.equal(inserted(language, before), after, before);
    assert.equal(inserted('css', 'p { ‸ }', hero, picture('b.png')), `p { background-image: ${url}, url("b.png"); }`);
  });

  it('into TSX, with an import', () => {
    const element = (name: string): string => `<img src={${name}} alt="A white cat" width={1024} height={768} />`;
    const rows: readonly (readonly [before: string, after: string])[] = [
      ['‸', `import heroImage from './assets/hero.png';\n\n${element('heroImage')}`],
      [
        `import { useState } from 'react';\nimport './app.css';\n\nexport const App = () => <p>‸</p>;\n`,
        `import { useState } from 'react';\nimport './app.css';\nimport heroImage from './assets/hero.png';\n\nexport const App = () => <p>${element('heroImage')}</p>;\n`,
      ],
      [`import a from "a"\n\nconst b = ‸\n`, `import a from "a"\nimport heroImage from "./assets/hero.png"\n\nconst b = ${element('heroImage')}\n`],
      [`import pic from './assets/hero.png';\n\nconst b = ‸;\n`, `import pic from './assets/hero.png';\n\nconst b = ${element('pic')};\n`],
      [`'use client';\n\nconst b = ‸;\n`, `'use client';\n\nimport heroImage from './assets/hero.png';\n\nconst b = ${element('heroImage')};\n`],
      [`// Licence\n\nconst heroImage = 1;\nconst b = ‸;\n`, `// Licence\n\nimport heroImage2 from './assets/hero.png';\n\nconst heroImage = 1;\nconst b = ${element('heroImage2')};\n`],
      [`/** What it is. */\nconst b = ‸;\n`, `import heroImage from './assets/hero.png';\n\n/** What it is. */\nconst b = ${element('heroImage')};\n`],
      [`import {\n  a,\n  b,\n} from 'x'; // both\nconst c = <>‸⟦old⟧</>;`, `import {\n  a,\n  b,\n} from 'x'; // both\nimport heroImage from './assets/hero.png';\nconst c = <>${element('heroImage')}${element('heroImage')}</>;`],
      [`import type { A } from './a';\nconst c = <img src={‸} />;`, `import type { A } from './a';\nimport heroImage from './assets/hero.png';\nconst c = <img src={heroImage} />;`],
      [`const c = <img src="‸" />;`, `const c = <img src="./assets/hero.png" />;`],
      [`import hero from ‸;`, `import hero from "./assets/hero.png";`],
      [`import hero from '‸';`, `import hero from './assets/hero.png';`],
      [`⟦import hero from './assets/hero.png';\nhero;⟧`, `import heroImage from './assets/hero.png';\n\n${element('heroImage')}`],
      [`/*\nimport old from './assets/hero.png';\n*/\nconst c = ‸;`, `import heroImage from './assets/hero.png';\n\n/*\nimport old from './assets/hero.png';\n*/\nconst c = ${element('heroImage')};`],
      [`import all, { a } from './assets/hero.png';\n‸`, `import all, { a } from './assets/hero.png';\n${element('all')}`],
      [`import Image from 'next/image';\n\nconst c = ‸;`, `import Image from 'next/image';\nimport heroImage from './assets/hero.png';\n\nconst c = <Image src={heroImage} alt="A white cat" />;`],
      [`import * as all from './assets/hero.png';\n‸`, `import * as all from './assets/hero.png';\nimport heroImage from './assets/hero.png';\n${element('heroImage')}`],
    ];
    for (const [before, after] of rows) assert.equal(inserted('typescriptreact', before), after, before);
    assert.equal(inserted('javascriptreact', '‸', { ...hero, path: '/hero.png' }), '<img src="/hero.png" alt="A white cat" width={1024} height={768} />');
    assert.equal(inserted('typescriptreact', '‸', picture('a/hero.png'), picture('b/hero.png'), picture('a/hero.png')), "import heroImage from './a/hero.png';\nimport heroImage2 from './b/hero.png';\n\n<img src={heroImage} alt=\"A\" />\n<img src={heroImage2} alt=\"A\" />\n<img src={heroImage} alt=\"A\" />");
  });

  it('into components of one file', () => {
    assert.equal(inserted('vue', '<template>\n  ‸\n</template>\n'), '<template>\n  <img src="./assets/hero.png" alt="A white cat" width="1024" height="768" />\n</template>\n');
    assert.equal(inserted('vue', "<script setup>\nconst a = ‸\nconst b = ''\n</script>"), "<script setup>\nconst a = './assets/hero.png'\nconst b = ''\n</script>");
    const element = '<img src={heroImage} alt="A white cat" width={1024} height={768} />';
    assert.equal(inserted('svelte', '<script>\n\timport a from "a";\n</script>\n\n‸'), `<script>\n\timport a from "a";\n\timport heroImage from "./assets/hero.png";\n</script>\n\n${element}`);
    assert.equal(inserted('svelte', '<script lang="ts">\n  let a = 1;\n</script>\n‸'), `<script lang="ts">\n  import heroImage from './assets/hero.png';\n  let a = 1;\n</script>\n${element}`);
    assert.equal(inserted('svelte', '<p>‸</p>'), `<script>\n  import heroImage from './assets/hero.png';\n</script>\n\n<p>${element}</p>`);
    assert.equal(inserted('svelte', '<script context="module">\n  let b;\n</script>\n‸'), `<script>\n  import heroImage from './assets/hero.png';\n</script>\n\n<script context="module">\n  let b;\n</script>\n${element}`);
    assert.equal(inserted('astro', "---\nimport a from 'a';\n---\n<p>‸</p>"), `---\nimport a from 'a';\nimport heroImage from './assets/hero.png';\n---\n<p>${element.replace('heroImage', 'heroImage.src')}</p>`);
    assert.equal(inserted('astro', '<p>‸</p>'), `---\nimport heroImage from './assets/hero.png';\n---\n\n<p>${element.replace('heroImage', 'heroImage.src')}</p>`);
    assert.equal(inserted('mdx', '# A\n\n‸'), '# A\n\n![A white cat](assets/hero.png)');
  });

  it('into anything else as a string', () => {
    assert.equal(inserted('typescript', "const a = 'b';\nconst c = ‸;"), "const a = 'b';\nconst c = './assets/hero.png';");
    assert.equal(inserted('javascript', 'load("a", ‸)'), 'load("a", "./assets/hero.png")');
    assert.equal(inserted('javascript', 'load(`‸`)', picture('a`${b}.png')), 'load(`./a\\`\\${b}.png`)');
    assert.equal(inserted('json', '{ "a": ‸ }', picture('a"b.png')), String.raw`{ "a": "a\"b.png" }`);
    assert.equal(inserted('json', '{ "a": "‸" }', picture('a"b.png')), String.raw`{ "a": "a\"b.png" }`);
    assert.equal(inserted('python', 'a = ‸'), 'a = "assets/hero.png"');
    assert.equal(inserted('python', "a = '‸'"), "a = 'assets/hero.png'");
    assert.equal(inserted('constructor', '‸'), '"assets/hero.png"');
    assert.equal(inserted('plaintext', '‸'), 'assets/hero.png');
    assert.equal(inserted('typescript', '[‸]', hero, picture('b.png')), '["./assets/hero.png", "./b.png"]');
  });

  const path = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => !/\p{Cs}/u.test(text) && !/^\/|[\0]/.test(text));
  const anyPicture = fc.record({ path, alt: fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => altText(text, 'a.png')), width: fc.nat(4000), height: fc.nat(4000) });

  it('leaves TSX that compiles, whatever the picture is called', () => {
    fc.assert(
      fc.property(fc.array(anyPicture, { minLength: 1, maxLength: 3 }), fc.constantFrom('const a = <p>‸</p>;', "import b from 'b';\nconst a = <p>‸ and ‸</p>;", '‸', "'use client'\nconst heroImage = <img src={‸}/>;"), (pictures, document) => {
        // Between the braces of an attribute there is room for one.
        const { code } = transformSync(inserted('typescriptreact', document, ...(document.includes('={') ? pictures.slice(0, 1) : document === '‸' ? pictures.slice(0, 1) : pictures)), { loader: 'tsx', jsx: 'preserve' });
        assert.match(code, /import \S+ from/);
      }),
      { numRuns: 80 },
    );
  });

  it('leaves CSS that a parser reads without a warning', () => {
    fc.assert(
      fc.property(anyPicture, fc.constantFrom('p { ‸ }', 'p { background: ‸; }', 'p { background: url(‸) }', 'p { color: red; ‸; }'), (one, document) => {
        const { warnings } = transformSync(inserted('css', document, one), { loader: 'css' });
        assert.deepEqual(warnings, []);
      }),
      { numRuns: 80 },
    );
  });

  it('changes nothing but what is selected, and never throws, whatever the document is', () => {
    const documents = fc.string({ unit: fc.constantFrom('"', "'", '`', '{', '}', '(', ')', ';', ':', '<', '>', '/', '*', '-', '\n', ' ', 'a', '---\n', '<script>', '</script>', '<style>', 'import ', ' from ', 'url(', '<?', '<!--'), maxLength: 40 });
    const languages = fc.constantFrom('markdown', 'html', 'vue', 'svelte', 'astro', 'css', 'scss', 'sass', 'typescriptreact', 'typescript', 'json', 'php', 'python', '__proto__');
    fc.assert(
      fc.property(documents, languages, fc.nat(40), fc.nat(5), (text, language, from, length) => {
        const start = Math.min(from, text.length);
        const end = Math.min(start + length, text.length);
        const edits = insertionsFor([hero], { language, text, selections: [{ start, end }] });
        assert.ok(edits.length === 1 || edits.length === 2);
        const result = applied(text, edits);
        const added = edits.reduce((sum, edit) => sum + edit.text.length, 0);
        assert.equal(result.length, text.length - (end - start) + added);
        assert.ok(result.includes('hero'));
      }),
      { numRuns: 500 },
    );
  });
});
