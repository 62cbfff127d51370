import { importedName, importLines, importsOf } from './imports.ts';
import { addressOf, dotted, type SnippetPicture } from './picture.ts';
import { kindAt, programOf, type Kind } from './region.ts';
import { stylePlace } from './style.ts';
import { attribute, cssText, htmlText, identifierFor, isRooted, jsxText, markdownText, stringBody, stringText, wordsOf, type Quote } from './text.ts';

/** A part of a text that is selected; of a bare cursor both ends are the same. */
export interface Selection {
  readonly start: number;
  readonly end: number;
}

/** What takes the place of a part of a text. */
export interface TextEdit extends Selection {
  readonly text: string;
}

/** A document as it is when pictures are to be inserted. */
export interface SnippetDocument {
  /** VS Code's id of its language. */
  readonly language: string;
  readonly text: string;
  /** None overlaps another. */
  readonly selections: readonly Selection[];
}

/** The text around a cursor, and the language there. */
interface Spot {
  readonly kind: Kind;
  readonly before: string;
  readonly after: string;
  /** What the line of the cursor begins with, as far as the cursor. */
  readonly line: string;
}

/** The quote between two of which a cursor stands, with nothing else. */
function quoteAround({ before, after }: Spot): Quote | undefined {
  const quote = before.at(-1);
  return (quote === '"' || quote === "'" || quote === '`') && after.startsWith(quote) ? quote : undefined;
}

/** How a language calls its strings, by what a document does already. */
const quoteIn = (text: string): Quote => (text.split("'").length > text.split('"').length ? "'" : '"');

/** What belongs between quotes that are there already. */
function bare(picture: SnippetPicture, { kind }: Spot, quote: Quote): string {
  switch (kind) {
    case 'markdown':
    case 'html':
      return attribute(addressOf(picture.path));
    case 'template':
      return attribute(addressOf(dotted(picture.path)));
    case 'style':
    case 'style-lines':
    case 'style-indented':
      return addressOf(picture.path);
    case 'json':
      return JSON.stringify(picture.path).slice(1, -1);
    case 'component':
    case 'script':
      return stringBody(dotted(picture.path), quote);
    case 'plain':
      return picture.path;
    case 'other':
      return stringBody(picture.path, quote);
  }
}

/** Pictures in a style sheet: layers of one value, in brackets and in a declaration of their own as the place needs it. */
function inStyle(pictures: readonly SnippetPicture[], { kind, before, after, line }: Spot): string {
  const indented = kind === 'style-indented';
  const place = indented ? (/^\s+$/.test(line) ? 'declaration' : 'value') : stylePlace(before, kind === 'style-lines');
  const [first] = pictures;
  if (place === 'string' || place === 'url') return first ? (place === 'url' ? `"${addressOf(first.path)}"` : addressOf(first.path)) : '';
  const value = pictures.map(cssText).join(', ');
  if (place === 'value') return value;
  return `background-image: ${value}${indented || /^\s*;/.test(after) ? '' : ';'}`;
}

/** What is written at one cursor. */
function written(pictures: readonly SnippetPicture[], spot: Spot, text: string, { sources, tag }: Imported): string {
  const { kind, before, after, line } = spot;
  const quote = quoteAround(spot);
  if (quote) return pictures.map((picture) => bare(picture, spot, quote)).join(', ');
  const lines = (texts: readonly string[]): string => texts.join(`\n${/^\s*/.exec(line)?.[0] ?? ''}`);
  const literals = (of: (path: string) => string): string => pictures.map(({ path }) => stringText(of(path), quoteIn(text))).join(', ');
  switch (kind) {
    case 'markdown':
      if (before.endsWith('](') && after.startsWith(')')) return pictures.map(({ path }) => addressOf(path)).join(', ');
      return lines(pictures.map(markdownText));
    case 'html':
      return lines(pictures.map((picture) => htmlText(picture)));
    case 'template':
      return lines(pictures.map((picture) => htmlText({ ...picture, path: dotted(picture.path) }, { closed: true })));
    case 'component':
      if (importing.test(line)) return literals(dotted);
      if (isBraced(spot)) return pictures.map(({ path }, index) => sources[index] ?? stringText(path, quoteIn(text))).join(', ');
      return lines(pictures.map((picture, index) => jsxText(picture, sources[index], tag)));
    case 'style':
    case 'style-lines':
    case 'style-indented':
      return inStyle(pictures, spot);
    case 'script':
      return literals(dotted);
    case 'json':
      return pictures.map(({ path }) => JSON.stringify(path)).join(', ');
    case 'plain':
      return lines(pictures.map(({ path }) => path));
    case 'other':
      return pictures.map(({ path }) => stringText(path, '"')).join(', ');
  }
}

/** A line that waits for the place that it imports from. */
const importing = /(?:\bfrom|\bimport|\brequire\(|\bimport\()\s*$/;

/** Between the braces of an attribute, where an expression belongs. */
const isBraced = ({ before, after }: Spot): boolean => /=\s*\{\s*$/.test(before.slice(-200)) && /^\s*\}/.test(after);

/** Whether what is written there refers to imports. */
const imports = (spot: Spot): boolean => spot.kind === 'component' && !importing.test(spot.line) && quoteAround(spot) === undefined;

/**
 * The changes that put pictures at every cursor of a document, each in the words of the language there: all of them together are one
 * change. In components that is an import at the top as well, or the one that is there already. None overlaps another; ordered from
 * the top. Line ends are `\n`, whatever the document's are.
 */
export function insertionsFor(pictures: readonly SnippetPicture[], { language, text, selections }: SnippetDocument): readonly TextEdit[] {
  const spots = selections.map(({ start, end }): Selection & { readonly spot: Spot } => {
    const before = text.slice(0, start);
    return { start, end, spot: { kind: kindAt(language, text, start), before, after: text.slice(end), line: before.slice(before.lastIndexOf('\n') + 1) } };
  });
  const needed = spots.some(({ spot }) => imports(spot));
  const added: Imported = needed ? importsFor(pictures, { language, text, selections }) : { sources: [] };
  const edits = spots.map(({ start, end, spot }): TextEdit => ({ start, end, text: written(pictures, spot, text, added) }));
  const { edit } = added;
  if (!edit) return edits.toSorted((a, b) => a.start - b.start);
  // Where both begin at one place, or the import's place is replaced, they are one.
  const same = edits.findIndex(({ start, end }) => start === edit.start || (start < edit.start && edit.start < end));
  const merged = same < 0 ? [...edits, edit] : edits.map(({ start, end, text: own }, index) => ({ start, end, text: index === same ? edit.text + own : own }));
  return merged.toSorted((a, b) => a.start - b.start);
}

interface Imported {
  /** The expressions for the pictures' addresses; undefined for those that are not imported. */
  readonly sources: readonly (string | undefined)[];
  /** Next.js' component for pictures, where the document uses it: there an imported picture is no address. */
  readonly tag?: string;
  readonly edit?: TextEdit;
}

function importsFor(pictures: readonly SnippetPicture[], { language, text, selections }: SnippetDocument): Imported {
  // What is replaced imports nothing any more.
  const rest = selections.reduce((left, { start, end }) => left.slice(0, start) + left.slice(start, end).replaceAll(/[^\r\n]/g, ' ') + left.slice(end), text);
  const program = programOf(language, rest);
  const found = importsOf(rest, program.from, program.to);
  const taken = wordsOf(text);
  const missing: { readonly picture: SnippetPicture; readonly name: string }[] = [];
  const sources = pictures.map((picture) => {
    if (isRooted(picture)) return undefined;
    const known = importedName(picture, found) ?? missing.find((other) => other.picture.path === picture.path)?.name;
    if (known !== undefined) return program.source(known);
    const name = identifierFor(picture.path, taken);
    taken.add(name);
    missing.push({ picture, name });
    return program.source(name);
  });
  const next = found.names.get('next/image');
  const shared = { sources, ...(next !== undefined && { tag: next }) };
  if (missing.length === 0) return shared;
  const [open = '', close = ''] = program.wrap ?? [];
  const lines = program.wrap ? `${open}${importLines(missing, { ...found, indent: '' }, rest, program.from).trimEnd().replaceAll('\n', `\n${/[^\S\n]*$/.exec(open)?.[0] ?? ''}`)}\n${close}` : importLines(missing, found, rest, program.from);
  return { ...shared, edit: { start: found.at, end: found.at, text: lines } };
}
