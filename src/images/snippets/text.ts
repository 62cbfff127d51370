import { addressOf, dotted, type SnippetPicture } from './picture.ts';

/** Text between the double quotes of an attribute, in HTML, JSX, Vue and Svelte alike: braces stand for themselves in all of them as entities alone. */
export const attribute = (text: string): string =>
  text.replaceAll(/[&"<>{}]/g, (character) => ({ '&': '&amp;', '"': '&quot;', '<': '&lt;', '>': '&gt;' })[character] ?? `&#${character.charCodeAt(0)};`);

/** `![alt](address)`. Whatever Markdown, or MDX, would read as more than text is escaped. */
export const markdownText = ({ path, alt }: SnippetPicture): string => `![${alt.replaceAll(/[\\`*_[\]<&|$~{}]/g, String.raw`\$&`)}](${addressOf(path)})`;

/** `<img src="address" alt="…" width="…" height="…">`; closed by itself where `closed`, as XML's kin wants it. */
export function htmlText({ path, width, height, alt }: SnippetPicture, { closed = false }: { readonly closed?: boolean } = {}): string {
  const sides = width > 0 && height > 0 ? ` width="${width}" height="${height}"` : '';
  return `<img src="${attribute(addressOf(path))}" alt="${attribute(alt)}"${sides}${closed ? ' />' : '>'}`;
}

/** `url("address")`. What could end the string is percent-encoded, and so needs no escape of CSS's own. */
export const cssText = ({ path }: SnippetPicture): string => `url("${addressOf(path)}")`;

/**
 * `<img src={source} alt="…" width={…} height={…} />`.
 * @param source an expression; absent: the picture's own address
 * @param tag a component in the place of `img`, which knows the sides of what is imported
 */
export function jsxText({ path, width, height, alt }: SnippetPicture, source?: string, tag?: string): string {
  const sides = width > 0 && height > 0 && (tag === undefined || source === undefined) ? ` width={${width}} height={${height}}` : '';
  return `<${tag ?? 'img'} src=${source === undefined ? `"${attribute(addressOf(path))}"` : `{${source}}`} alt="${attribute(alt)}"${sides} />`;
}

/** Whether a picture is referred to from the root of its web site, where nothing is imported. */
export const isRooted = ({ path }: SnippetPicture): boolean => path.startsWith('/');

export type Quote = '"' | "'" | '`';

/** What stands between the quotes of a string of JavaScript, and of most languages like it. */
export function stringBody(text: string, quote: Quote): string {
  const named: Readonly<Record<string, string>> = { '\n': String.raw`\n`, '\r': String.raw`\r`, '\t': String.raw`\t` };
  return text
    .replaceAll(quote === '`' ? /[\\`]|\$(?=\{)/g : quote === '"' ? /[\\"]/g : /[\\']/g, String.raw`\$&`)
    .replaceAll(/[\p{Cc}\u2028\u2029]/gu, (character) => named[character] ?? String.raw`\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

export const stringText = (text: string, quote: Quote): string => `${quote}${stringBody(text, quote)}${quote}`;

/** `import heroImage from './assets/hero.png';` */
export const importText = ({ path }: SnippetPicture, identifier: string, { quote, semicolon }: { readonly quote: Quote; readonly semicolon: boolean }): string =>
  `import ${identifier} from ${stringText(dotted(path), quote)}${semicolon ? ';' : ''}`;

/** A picture for a module that knows nothing of it yet: its import, and the element. */
export function moduleText(picture: SnippetPicture): string {
  if (isRooted(picture)) return jsxText(picture);
  const name = identifierFor(picture.path, new Set());
  return `${importText(picture, name, { quote: "'", semicolon: true })}\n\n${jsxText(picture, name)}`;
}

/** Every word of a program that could be a name, and many that are none: whoever is not among them is free. */
export const wordsOf = (text: string): Set<string> => new Set(text.match(/[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/gu));

/**
 * A name for a picture in a program, made from its file's: `hero-shot.png` → `heroShotImage`, and a number after it where that is taken.
 * An identifier of ECMAScript 5 and later, in letters of every script, and never a reserved word: all end with `Image`, are `image`, or begin with it.
 */
export function identifierFor(path: string, taken: ReadonlySet<string>): string {
  const name = path.replace(/^.*\//s, '').replace(/\.[^.]*$/, '');
  const words = name.normalize('NFC').match(/[\p{L}\p{Nl}\p{Nd}\p{M}]+/gu) ?? [];
  const camel = words.map((word, index) => (index === 0 ? word.replace(/^\p{Lu}(?!\p{Lu})/u, (letter) => letter.toLowerCase()) : word.replace(/^\p{L}/u, (letter) => letter.toUpperCase()))).join('');
  const valid = camel.replaceAll(/\P{ID_Continue}/gu, '');
  const started = /^\p{ID_Start}/u.test(valid) ? valid : `image${valid}`;
  const base = /image\d*$/i.test(started) || started.startsWith('image') ? started : `${started}Image`;
  for (let number = 1; ; number += 1) {
    const identifier = number === 1 ? base : `${base}${/\d$/.test(base) ? '_' : ''}${number}`;
    if (!taken.has(identifier)) return identifier;
  }
}
