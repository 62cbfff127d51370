import { dotted, type SnippetPicture } from './picture.ts';
import { importText, type Quote } from './text.ts';

/** The import statements that a module begins with. */
export interface Imports {
  /** Names of default imports, by what they are imported from. */
  readonly names: ReadonlyMap<string, string>;
  /** Where one more goes: a position in the text. */
  readonly at: number;
  /** Whether there is one already, which the new one follows. */
  readonly some: boolean;
  readonly indent: string;
  readonly quote: Quote;
  readonly semicolon: boolean;
}

/** A statement as far as it matters here; the words between `import` and `from` hold no quotes, no brackets of calls and no semicolon. */
const statement = /import(?=[\s{*'"])(?:[^'"`;()]*?\bfrom)?\s*(['"])((?:\\.|(?!\1)[^\\\n])*)\1(?:\s*(?:with|assert)\s*\{[^}]*\})?[^\S\n]*(;?)(?:[^\S\n]*\/\/[^\n]*)?/y;
const defaultName = /^import\s+(?!type\s+[\p{ID_Start}$_{*])([\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*)\s*(?:,|from\b)/u;
/** `#!/usr/bin/env node`, `'use client';` */
const opening = /#![^\n]*|(['"])use [^'"\n]*\1[^\S\n]*;?/y;
const comment = /\/\/[^\n]*|\/\*[^]*?\*\//y;
const space = /\s+/y;

/** The end of what `pattern` matches at a position; undefined: nothing. */
function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  const sticky = new RegExp(pattern);
  sticky.lastIndex = at;
  return sticky.exec(text) ?? undefined;
}

/** Looks through the beginning of a module, up to the first statement that imports nothing. @param from where its program begins; `to`: where it ends */
export function importsOf(whole: string, from = 0, to = whole.length): Imports {
  const text = whole.slice(0, to);
  const names = new Map<string, string>();
  const quotes = { '"': 0, "'": 0 };
  let [at, semicolon, some] = [from, true, false];
  // Inside of a tag the program is indented as it is already.
  let indent = text[from - 1] === '>' ? (/\n([^\S\n]*)\S/.exec(text.slice(from))?.[1] ?? '  ') : '';
  for (let position = from; position < text.length; ) {
    const found = matchAt(statement, text, position);
    if (found) {
      const [all, quote, source, end] = found;
      const name = defaultName.exec(all)?.[1];
      if (name !== undefined && source !== undefined) names.set(source, name);
      quotes[quote as '"' | "'"] += 1;
      semicolon = end === ';';
      some = true;
      indent = /[^\S\n]*$/.exec(text.slice(0, position))?.[0] ?? '';
      position += all.length;
      at = position;
      continue;
    }
    const opened = some ? undefined : matchAt(opening, text, position);
    const skipped = opened ?? matchAt(comment, text, position) ?? matchAt(space, text, position);
    if (!skipped) break;
    position += skipped[0].length;
    // A comment with an empty line below it is about the file, any other about what follows it.
    if (opened || (!some && /^\/[/*]/.test(skipped[0]) && /^[^\S\n]*\n[^\S\n]*\r?\n/.test(text.slice(position)))) at = position;
  }
  const rest = text.slice(from);
  const counted = some ? quotes : { '"': rest.split('"').length, "'": rest.split("'").length };
  return { names, at, some, indent, semicolon, quote: counted['"'] > counted["'"] ? '"' : "'" };
}

/** The name under which a module imports a picture already. */
export const importedName = ({ path }: SnippetPicture, { names }: Imports): string | undefined => names.get(dotted(path)) ?? names.get(path);

/** One or more statements as the text to insert at {@link Imports.at}. @param from where the program begins in `text` */
export function importLines(pictures: readonly { readonly picture: SnippetPicture; readonly name: string }[], imports: Imports, text: string, from: number): string {
  const lines = pictures.map(({ picture, name }) => `${imports.indent}${importText(picture, name, imports)}`).join('\n');
  if (imports.some) return `\n${lines}`;
  // An empty line sets them apart from what stands before and after, unless that is the tag that the program begins with.
  const { at } = imports;
  if (at > 0 && text[at - 1] !== '\n') return `${at === from ? '\n' : '\n\n'}${lines}`;
  return `${lines}${/^\r?\n/.test(text.slice(at)) ? '\n' : '\n\n'}`;
}
