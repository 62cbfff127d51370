import { backgrounds, inputFidelities, outputFormats, qualities } from '../request.ts';
import type { Recipe, RecipeReference } from '../recipe.ts';
import { escaped, unescaped, xmlText } from './text.ts';
import { parseXml, type XmlAttribute, type XmlElement, type XmlName } from './tree.ts';

/** The namespaces of what a recipe is written in; `easel` is our own. */
export const namespaces = {
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  easel: 'urn:easel:recipe#',
  dc: 'http://purl.org/dc/elements/1.1/',
  xmp: 'http://ns.adobe.com/xap/1.0/',
  xmpNote: 'http://ns.adobe.com/xmp/note/',
} as const;

/** A packet of more bytes than this is neither read nor written. Photoshop's longest have about one million. */
export const longestXmp = 4 * 1024 * 1024;

/** What a packet says of its picture: one property, where it is written, and as what. */
export type XmpProperty = XmlAttribute | XmlElement;

const declarations = (prefixes: readonly (keyof typeof namespaces)[]): string => prefixes.map((prefix) => ` xmlns:${prefix}="${namespaces[prefix]}"`).join('');

/** An `rdf:Description` that stands in any packet. `properties` are written as they are. */
export const description = (properties: string, about = ''): string =>
  `<rdf:Description${declarations(['rdf', 'easel', 'dc', 'xmp', 'xmpNote'])} rdf:about="${xmlText(about)}">${properties}</rdf:Description>`;

/** The RDF around descriptions, as JPEG's extended part has it: without the marks that begin and end a packet. */
export const xmpmeta = (descriptions: string): string => `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF${declarations(['rdf'])}>${descriptions}</rdf:RDF></x:xmpmeta>`;

/** The id in the first mark is the same in every packet (XMP specification, part 1, 7.3.2). */
export const packet = (descriptions: string): string => `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>${xmpmeta(descriptions)}<?xpacket end="w"?>`;

/** A whole number of millionths as a decimal number: 783_130_000 → `783.13`. */
function decimal(micros: number): string {
  const digits = String(micros).padStart(7, '0');
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`.replace(/\.?0+$/, '');
}

/** The last name of a path, for what must not be told: where a file lies on somebody's computer. */
const told = (name: string): string => (isInside(name) ? name : (name.split(/[/\\:]/).findLast((segment) => isInside(segment)) ?? 'image'));

function properties(recipe: Recipe): string {
  const own = (name: string, value: string | number | undefined): string => (value === undefined ? '' : `<easel:${name}>${xmlText(escaped(String(value)))}</easel:${name}>`);
  const { charge, references } = recipe;
  const reference = ({ role, name, sha256 }: RecipeReference): string => `<rdf:li rdf:parseType="Resource">${own('role', role)}${own('name', told(name))}${own('sha256', sha256)}</rdf:li>`;
  return [
    `<dc:description><rdf:Alt><rdf:li xml:lang="x-default">${xmlText(recipe.prompt)}</rdf:li></rdf:Alt></dc:description>`,
    '<xmp:CreatorTool>Easel</xmp:CreatorTool>',
    `<xmp:CreateDate>${xmlText(recipe.date)}</xmp:CreateDate>`,
    own('version', recipe.version),
    own('job', recipe.job),
    own('picture', recipe.picture),
    own('prompt', recipe.prompt),
    own('revisedPrompt', recipe.revisedPrompt),
    own('model', recipe.model),
    own('size', recipe.size),
    own('quality', recipe.quality),
    own('count', recipe.count),
    own('background', recipe.background),
    own('format', recipe.format),
    own('compression', recipe.compression),
    own('inputFidelity', recipe.inputFidelity),
    references ? `<easel:references><rdf:Seq>${references.map(reference).join('')}</rdf:Seq></easel:references>` : '',
    own('service', recipe.service),
    own('date', recipe.date),
    charge
      ? `<easel:charge rdf:parseType="Resource">${own('amount', decimal(charge.amount.micros))}${own('unit', charge.amount.unit)}${own('measured', charge.measured ? 'True' : 'False')}</easel:charge>`
      : '',
  ].join('');
}

/**
 * The recipe as an XMP packet: every member in a namespace of our own, and the prompt, the tool and the date also under the standard's
 * names, so that other programs show them. Of a reference that lies outside of the workspace the name alone is written.
 */
export const recipeXmp = (recipe: Recipe): string => packet(description(properties(recipe)));

/** Whether something is named so. */
export const isNamed = (found: XmlName, prefix: keyof typeof namespaces, local?: string): boolean =>
  found.namespace === namespaces[prefix] && (local === undefined || found.local === local);

/** The `rdf:RDF` elements of a packet, with or without an `x:xmpmeta` around them. */
export const rdfOf = (roots: readonly XmlElement[]): readonly XmlElement[] => roots.flatMap((root) => [root, ...root.children]).filter((element) => isNamed(element, 'rdf', 'RDF'));

export const descriptionsOf = (rdf: XmlElement): readonly XmlElement[] => rdf.children.filter((child) => isNamed(child, 'rdf', 'Description'));

/** The properties of a resource, which stand as attributes or as elements. */
export const propertiesOf = ({ attributes, children }: XmlElement): readonly XmpProperty[] => [...attributes, ...children].filter(({ namespace }) => namespace !== '' && namespace !== namespaces.rdf && !namespace.startsWith('http://www.w3.org/XML/'));

/** A property's text; undefined where it is no simple one. */
export function textOf(property: XmpProperty | undefined): string | undefined {
  if (property === undefined) return undefined;
  if ('value' in property) return property.value;
  return property.children.length === 0 ? property.text : undefined;
}

/** Our own members of a resource, by name; the first where one stands twice. */
function ownOf(resources: readonly XmlElement[]): ReadonlyMap<string, XmpProperty> {
  const found = new Map<string, XmpProperty>();
  for (const property of resources.flatMap(propertiesOf)) if (isNamed(property, 'easel') && !found.has(property.local)) found.set(property.local, property);
  return found;
}

/** A structure's members, in each of the ways to write one. */
function structure(property: XmpProperty): ReadonlyMap<string, XmpProperty> {
  if ('value' in property) return new Map();
  return ownOf([property, ...descriptionsOf(property)]);
}

/** More files than any edit takes. */
const mostReferences = 64;

/** Names that stay inside a folder on every platform. */
export function isInside(name: string): boolean {
  const segments = name.split('/');
  return name.length <= 4096 && !/^[a-z]:|[\\\p{Cc}]/iu.test(name) && segments.every((segment) => segment !== '' && segment !== '.' && segment !== '..');
}

const own = (members: ReadonlyMap<string, XmpProperty>, name: string): string | undefined => {
  const text = textOf(members.get(name));
  return text === undefined ? undefined : unescaped(text);
};

const oneOf = <T extends string>(list: readonly T[], value: string | undefined): T | undefined => list.find((item) => item === value);

function wholeNumber(text: string | undefined, most: number): number | undefined {
  return text !== undefined && /^(?:0|[1-9]\d{0,3})$/.test(text) && Number(text) <= most ? Number(text) : undefined;
}

function referencesIn(property: XmpProperty): readonly RecipeReference[] | undefined {
  if ('value' in property) return undefined;
  const items = property.children.filter((child) => isNamed(child, 'rdf', 'Seq')).flatMap(({ children }) => children);
  if (items.length > mostReferences) return undefined;
  const references: RecipeReference[] = [];
  for (const item of items) {
    const members = structure(item);
    const role = oneOf(['image', 'mask'], own(members, 'role'));
    const name = own(members, 'name');
    const sha256 = own(members, 'sha256');
    if (!role || name === undefined || !isInside(name) || sha256 === undefined || !/^[\da-f]{64}$/.test(sha256)) return undefined;
    references.push({ role, name, sha256 });
  }
  return references;
}

function chargeIn(property: XmpProperty): Recipe['charge'] {
  const members = structure(property);
  const [, whole = '', fraction = ''] = /^(\d{1,10})(?:\.(\d{1,6}))?$/.exec(own(members, 'amount') ?? '') ?? [];
  const micros = Number(whole + fraction.padEnd(6, '0'));
  const unit = oneOf(['credits', 'USD'], own(members, 'unit'));
  const measured = oneOf(['True', 'False'], own(members, 'measured'));
  return whole !== '' && Number.isSafeInteger(micros) && unit && measured ? { amount: { micros, unit }, measured: measured === 'True' } : undefined;
}

/**
 * Reads a recipe out of XMP, whichever program has rewritten the packet meanwhile. Trusts nothing: what is hostile, foreign, incomplete
 * or of a later version gives undefined. Names of references are relative and do not lead upwards. Never throws; the work grows with
 * the text, which is not looked at above {@link longestXmp}.
 */
export function recipeFromXmp(xmp: string): Recipe | undefined {
  if (xmp.length > longestXmp) return undefined;
  const roots = parseXml(xmp);
  if (!roots) return undefined;
  const members = ownOf(rdfOf(roots).flatMap(descriptionsOf));
  const text = (name: string): string | undefined => own(members, name);

  const [job, prompt, model, service] = [text('job'), text('prompt'), text('model'), text('service')];
  const picture = wholeNumber(text('picture'), 1000);
  const count = wholeNumber(text('count'), 1000);
  const size = text('size');
  const quality = oneOf(qualities, text('quality'));
  const date = text('date');
  if (text('version') !== '1' || job === undefined || prompt === undefined || model === undefined || service === undefined || !picture || !count || !quality) return undefined;
  if (size === undefined || !/^(?:auto|[1-9]\d{0,14}x[1-9]\d{0,14})$/.test(size)) return undefined;
  if (date === undefined || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/.test(date)) return undefined;

  // What may be absent must be sound where it is there: half a recipe would make another picture.
  const revisedPrompt = text('revisedPrompt');
  const background = oneOf(backgrounds, text('background'));
  const format = oneOf(outputFormats, text('format'));
  const compression = wholeNumber(text('compression'), 100);
  const inputFidelity = oneOf(inputFidelities, text('inputFidelity'));
  const [references, charge] = [members.get('references'), members.get('charge')];
  const files = references && referencesIn(references);
  const paid = charge && chargeIn(charge);
  if ((members.has('compression') && compression === undefined) || (members.has('inputFidelity') && !inputFidelity)) return undefined;
  if ((members.has('background') && !background) || (members.has('format') && !format) || (references && !files) || (charge && !paid)) return undefined;
  return {
    version: 1,
    job,
    picture,
    prompt,
    ...(revisedPrompt !== undefined && { revisedPrompt }),
    model,
    size,
    quality,
    count,
    ...(background && { background }),
    ...(format && { format }),
    ...(compression !== undefined && { compression }),
    ...(inputFidelity && { inputFidelity }),
    ...(files && { references: files }),
    service,
    date,
    ...(paid && { charge: paid }),
  };
}
