/** What a place in a document is written in. */
export type Kind =
  | 'markdown'
  /** HTML, and templates that become HTML. */
  | 'html'
  /** Templates of components whose tags close themselves, and whose compiler finds what `./` begins. */
  | 'template'
  /** Elements that take their pictures from imports. */
  | 'component'
  | 'style'
  /** The same with `//` for comments. */
  | 'style-lines'
  /** The same without braces and semicolons. */
  | 'style-indented'
  | 'script'
  | 'json'
  | 'plain'
  | 'other';

const kinds: Readonly<Record<string, Kind>> = {
  markdown: 'markdown',
  mdx: 'markdown',
  quarto: 'markdown',
  html: 'html',
  'django-html': 'html',
  'jinja-html': 'html',
  blade: 'html',
  ejs: 'html',
  erb: 'html',
  handlebars: 'html',
  liquid: 'html',
  php: 'html',
  razor: 'html',
  aspnetcorerazor: 'html',
  twig: 'html',
  vue: 'template',
  svelte: 'component',
  astro: 'component',
  javascriptreact: 'component',
  typescriptreact: 'component',
  css: 'style',
  postcss: 'style',
  tailwindcss: 'style',
  scss: 'style-lines',
  less: 'style-lines',
  sass: 'style-indented',
  stylus: 'style-indented',
  javascript: 'script',
  typescript: 'script',
  json: 'json',
  jsonc: 'json',
  jsonl: 'json',
  plaintext: 'plain',
};

/** A part of a document, by positions in its text. */
export interface Region {
  readonly from: number;
  readonly to: number;
}

/** What a template holds of other languages, each whole or open to the end; comments, so that nothing in them counts. */
const embedded = /<!--[^]*?(?:-->|$)|<(script|style)\b((?:"[^"]*"|'[^']*'|[^>"'])*)>([^]*?)(?=<\/\1\s*>|$(?![^]))|<\?(?:php\b|=)?[^]*?(?:\?>|$(?![^]))/gi;

/** The part of an Astro component between the two lines of `---`, which is a program. */
const fence = /^\s*---[^\S\n]*\r?\n([^]*?)(?=^---[^\S\n]*$)/m;

function fenced(text: string): Region | undefined {
  const found = fence.exec(text);
  if (!found || found.index !== 0) return undefined;
  const from = found[0].length - (found[1]?.length ?? 0);
  return { from, to: found[0].length };
}

const holds = ({ from, to }: Region, at: number): boolean => from <= at && at <= to;

/** What is written at a position of a document. @param language VS Code's id of it */
export function kindAt(language: string, text: string, at: number): Kind {
  const kind = Object.hasOwn(kinds, language) ? (kinds[language] ?? 'other') : 'other';
  if (language === 'astro') {
    const program = fenced(text);
    if (program && holds(program, at)) return 'script';
  }
  const mixed = kind === 'html' || language === 'vue' || language === 'svelte' || language === 'astro';
  if (!mixed) return kind;
  for (const { 0: all, 1: tag, 2: attributes = '', 3: content = '', index } of text.matchAll(embedded)) {
    if (index >= at) break;
    const to = index + all.length;
    const from = to - content.length;
    if (tag === undefined) {
      if (all.startsWith('<?') && at < to) return 'other';
      continue;
    }
    if (!holds({ from, to }, at)) continue;
    if (tag.toLowerCase() === 'script') return 'script';
    return /\blang\s*=\s*["']?(?:scss|less)\b/i.test(attributes) ? 'style-lines' : /\blang\s*=\s*["']?(?:sass|stylus?)\b/i.test(attributes) ? 'style-indented' : 'style';
  }
  return kind;
}

/** Where the imports of a component go. `wrap`: what has to stand around them, for there is no program yet. */
export interface Program extends Region {
  readonly wrap?: readonly [before: string, after: string];
  /** What an imported picture's address is, as an expression. */
  readonly source: (name: string) => string;
}

export function programOf(language: string, text: string): Program {
  const source = (name: string): string => name;
  if (language === 'astro') {
    const found = fenced(text);
    const address = (name: string): string => `${name}.src`;
    return found ? { ...found, source: address } : { from: 0, to: 0, wrap: ['---\n', '---\n\n'], source: address };
  }
  if (language !== 'svelte') return { from: 0, to: text.length, source };
  for (const { 0: all, 1: tag, 2: attributes = '', 3: content = '', index } of text.matchAll(embedded)) {
    // What a module script imports is for all instances together; the other is where components import.
    if (tag?.toLowerCase() !== 'script' || /\bmodule\b/.test(attributes)) continue;
    const to = index + all.length;
    return { from: to - content.length, to, source };
  }
  return { from: 0, to: 0, wrap: ['<script>\n  ', '</script>\n\n'], source };
}
