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

/** Namespaces in force at one place. Real packets have about twenty. */
const mostNamespaces = 256;

const xmlNamespace = 'http://www.w3.org/XML/1998/namespace';

interface Scope {
  readonly prefix: string;
  readonly namespace: string;
  readonly outer: Scope | undefined;
  readonly count: number;
}

interface Open {
  readonly element: Omit<XmlElement, 'end' | 'contentEnd' | 'text' | 'children'>;
  readonly scope: Scope | undefined;
  readonly children: XmlElement[];
  text: string;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Text with its references resolved; undefined where one is not known: there is no DOCTYPE to declare more. */
function resolved(raw: string): string | undefined {
  if (!raw.includes('&')) return raw;
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
    if (attribute === undefined) return undefined;
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
  return { element: { ...own, attributes, start, tag: tag.tag }, scope, children: [], text: '' };
}

/**
 * Reads the part of XML that XMP is written in: no DOCTYPE, no other entities than XML's five. Text outside of the elements is passed over,
 * and several elements may stand side by side. undefined: not well-formed, or deeper than any XMP. Work and memory grow with the text alone.
 */
export function parseXml(text: string): readonly XmlElement[] | undefined {
  const roots: XmlElement[] = [];
  const open: Open[] = [];
  const close = ({ element, children, text: own }: Open, contentEnd: number | undefined, end: number): void => {
    (open.at(-1)?.children ?? roots).push({ ...element, children, text: own, contentEnd, end });
  };

  for (let at = 0; ; ) {
    const next = text.indexOf('<', at);
    const inner = open.at(-1);
    if (inner) {
      const own = next === -1 ? undefined : resolved(text.slice(at, next).replaceAll(/\r\n?/g, '\n'));
      if (own === undefined) return undefined;
      inner.text += own;
    }
    if (next === -1) return roots;
    const skipTo = (start: string, mark: string): number | undefined => {
      if (!text.startsWith(start, next)) return undefined;
      const found = text.indexOf(mark, next + start.length);
      return found === -1 ? -1 : found;
    };
    const comment = skipTo('<!--', '-->');
    const cdata = skipTo('<![CDATA[', ']]>');
    const instruction = skipTo('<?', '?>');
    if (comment === -1 || cdata === -1 || instruction === -1) return undefined;
    if (comment !== undefined) at = comment + 3;
    else if (instruction !== undefined) at = instruction + 2;
    else if (cdata !== undefined) {
      if (inner) inner.text += text.slice(next + 9, cdata);
      at = cdata + 3;
    } else if (text.startsWith('</', next)) {
      const end = text.indexOf('>', next);
      if (!inner || end === -1 || text.slice(next + 2, end).trimEnd() !== inner.element.tag) return undefined;
      open.pop();
      close(inner, next, end + 1);
      at = end + 1;
    } else {
      const tag = openingTag(text, next);
      const element = tag && begun(tag, next, inner?.scope);
      if (!tag || !element || open.length >= mostDepth) return undefined;
      if (tag.selfClosing) close(element, undefined, tag.end);
      else open.push(element);
      at = tag.end;
    }
  }
}
