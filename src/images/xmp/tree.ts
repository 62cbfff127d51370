/** A name with its namespace's URI; empty where it has none. */
export interface XmlName {
  readonly namespace: string;
  readonly local: string;
}

/** `start` to `end` is its place in the text: of an attribute with the space before it, of an element from `<` to behind its closing tag. */
interface Placed {
  readonly start: number;
  readonly end: number;
}

export interface XmlAttribute extends XmlName, Placed {
  readonly value: string;
}

export interface XmlElement extends XmlName, Placed {
  /** Without the declarations of namespaces. */
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly XmlElement[];
  /** The text that stands directly in it. */
  readonly text: string;
  /** As written, with its prefix. */
  readonly tag: string;
  /** Where its content ends: at the `<` of its closing tag; undefined where it closes itself. */
  readonly contentEnd: number | undefined;
}

/** Deeper than any XMP; what is deeper is hostile. */
const mostDepth = 64;

/** More elements and attributes than any XMP has, all together and of one element. */
const mostParts = 200_000;
const mostAttributes = 2000;

/** Namespaces in force at one place. Real packets have about twenty. */
const mostNamespaces = 256;

const xmlNamespace = 'http://www.w3.org/XML/1998/namespace';

interface Scope {
  readonly prefix: string;
  readonly namespace: string;
  readonly outer: Scope | undefined;
  readonly count: number;
}

/** An element that is being read. */
interface Open {
  readonly element: { -readonly [K in keyof XmlElement]: XmlElement[K] } & { readonly children: XmlElement[] };
  readonly scope: Scope | undefined;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Text with its references resolved; undefined where one is not known: there is no DOCTYPE to declare more. */
function resolved(raw: string): string | undefined {
  if (!raw.includes('&')) return raw;
  if (/&(?!#|[a-z]{2,4};)/.test(raw)) return undefined;
  let sound = true;
  const text = raw.replaceAll(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,4}));|&/gi, (_match, decimal?: string, hex?: string, name?: string) => {
    const code = decimal === undefined ? (hex === undefined ? undefined : Number.parseInt(hex, 16)) : Number(decimal);
    const found = code === undefined ? entities[name ?? ''] : code <= 0x10_ffff ? String.fromCodePoint(code) : undefined;
    sound &&= found !== undefined;
    return found ?? '';
  });
  return sound ? text : undefined;
}

function lookUp(tag: string, scope: Scope | undefined, isAttribute: boolean): XmlName | undefined {
  const colon = tag.indexOf(':');
  const prefix = colon === -1 ? '' : tag.slice(0, colon);
  const local = tag.slice(colon + 1);
  if (prefix === 'xml') return { namespace: xmlNamespace, local };
  if (prefix === '' && isAttribute) return { namespace: '', local };
  for (let at = scope; at; at = at.outer) if (at.prefix === prefix) return { namespace: at.namespace, local };
  return prefix === '' ? { namespace: '', local } : undefined;
}

const whitespace = /[ \t\r\n]*/y;
const name = /[^\s<>/='"&!?]+/y;

/** Matches a sticky expression at a place. */
function match(expression: RegExp, text: string, at: number): string | undefined {
  expression.lastIndex = at;
  return expression.exec(text)?.[0];
}

interface Tag {
  readonly tag: string;
  readonly attributes: readonly (Placed & { readonly tag: string; readonly value: string })[];
  readonly selfClosing: boolean;
  readonly end: number;
}

/** Reads an opening tag, from its `<`. */
function openingTag(text: string, start: number): Tag | undefined {
  const tag = match(name, text, start + 1);
  if (tag === undefined) return undefined;
  const attributes = [];
  for (let at = start + 1 + tag.length; ; ) {
    const space = match(whitespace, text, at) ?? '';
    const next = at + space.length;
    if (text[next] === '>') return { tag, attributes, selfClosing: false, end: next + 1 };
    if (text.startsWith('/>', next)) return { tag, attributes, selfClosing: true, end: next + 2 };
    const attribute = space === '' ? undefined : match(name, text, next);
    if (attribute === undefined || attributes.length >= mostAttributes) return undefined;
    const equals = next + attribute.length + (match(whitespace, text, next + attribute.length) ?? '').length;
    const open = equals + 1 + (match(whitespace, text, equals + 1) ?? '').length;
    const quote = text[open];
    if (text[equals] !== '=' || (quote !== '"' && quote !== "'")) return undefined;
    const close = text.indexOf(quote, open + 1);
    const value = close === -1 ? undefined : resolved(text.slice(open + 1, close).replaceAll(/\r\n|[\t\r\n]/g, ' '));
    if (value === undefined) return undefined;
    attributes.push({ tag: attribute, value, start: at, end: close + 1 });
    at = close + 1;
  }
}

function declared(tag: Tag, outer: Scope | undefined): Scope | undefined {
  let scope = outer;
  for (const { tag: attribute, value } of tag.attributes) {
    if (attribute !== 'xmlns' && !attribute.startsWith('xmlns:')) continue;
    scope = { prefix: attribute.slice(6), namespace: value, outer: scope, count: (scope?.count ?? 0) + 1 };
  }
  return scope;
}

function begun(tag: Tag, start: number, outer: Scope | undefined): Open | undefined {
  const scope = declared(tag, outer);
  const own = lookUp(tag.tag, scope, false);
  if (!own || (scope?.count ?? 0) > mostNamespaces) return undefined;
  const attributes: XmlAttribute[] = [];
  for (const { tag: attribute, ...rest } of tag.attributes) {
    if (attribute === 'xmlns' || attribute.startsWith('xmlns:')) continue;
    const found = lookUp(attribute, scope, true);
    if (!found) return undefined;
    attributes.push({ ...found, ...rest });
  }
  return { element: { namespace: own.namespace, local: own.local, attributes, children: [], text: '', tag: tag.tag, start, end: tag.end, contentEnd: undefined }, scope };
}

/**
 * Reads the part of XML that XMP is written in: no DOCTYPE, no other entities than XML's five. Text outside of the elements is passed over,
 * and several elements may stand side by side. undefined: not well-formed, or deeper than any XMP. Work and memory grow with the text alone.
 */
export function parseXml(text: string): readonly XmlElement[] | undefined {
  const roots: XmlElement[] = [];
  const open: Open[] = [];
  let parts = 0;
  for (let at = 0; ; ) {
    const next = text.indexOf('<', at);
    const inner = open.at(-1);
    if (inner && next !== at) {
      const own = next === -1 ? undefined : resolved(text.slice(at, next).replaceAll(/\r\n?/g, '\n'));
      if (own === undefined) return undefined;
      inner.element.text += own;
    }
    if (next === -1) return roots;
    const mark = text[next + 1];
    if (mark === '!' || mark === '?') {
      const passed = pass(text, next);
      if (!passed) return undefined;
      if (inner) inner.element.text += passed.text;
      at = passed.end;
    } else if (mark === '/') {
      const end = text.indexOf('>', next);
      if (!inner || end === -1 || text.slice(next + 2, end).trimEnd() !== inner.element.tag) return undefined;
      inner.element.contentEnd = next;
      inner.element.end = end + 1;
      open.pop();
      at = end + 1;
    } else {
      const tag = openingTag(text, next);
      const begins = tag && begun(tag, next, inner?.scope);
      parts += 1 + (tag?.attributes.length ?? 0);
      if (!begins || open.length >= mostDepth || parts > mostParts) return undefined;
      (inner?.element.children ?? roots).push(begins.element);
      if (!tag.selfClosing) open.push(begins);
      at = tag.end;
    }
  }
}

/** A comment, an instruction or a piece of text as it is: where it ends, and the text in it. */
function pass(text: string, start: number): { readonly end: number; readonly text: string } | undefined {
  const [opening, closing] = [['<!--', '-->'] as const, ['<![CDATA[', ']]>'] as const, ['<?', '?>'] as const].find(([mark]) => text.startsWith(mark, start)) ?? [];
  const end = opening === undefined || closing === undefined ? -1 : text.indexOf(closing, start + opening.length);
  if (opening === undefined || closing === undefined || end === -1) return undefined;
  return { end: end + closing.length, text: opening === '<![CDATA[' ? text.slice(start + opening.length, end) : '' };
}
