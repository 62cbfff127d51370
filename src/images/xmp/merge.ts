import { description, descriptionsOf, isNamed, propertiesOf, rdfOf, textOf, type XmpProperty } from './xmp.ts';
import { shown, unescaped } from './text.ts';
import { parseXml, type XmlElement } from './tree.ts';

/** One property as it is written, to be put elsewhere. */
export interface WrittenProperty {
  readonly namespace: string;
  readonly local: string;
  readonly text: string;
}

/** A packet without what is being replaced. */
export interface Remains {
  readonly text: string;
  /** Whether anything was taken out. */
  readonly changed: boolean;
  /** What it still says of its picture. */
  readonly properties: readonly XmpProperty[];
  /** The packet with one more description, whose properties are these. */
  readonly with: (properties: readonly WrittenProperty[]) => string;
}

/** The properties of a packet that {@link description} has written. */
export function writtenProperties(xmp: string): readonly WrittenProperty[] {
  return (parseXml(xmp) ?? [])
    .flatMap((root) => rdfOf([root]))
    .flatMap(descriptionsOf)
    .flatMap(({ children }) => children)
    .map(({ namespace, local, start, end }) => ({ namespace, local, text: xmp.slice(start, end) }));
}

/** A property's text, or that of its first language. */
const saying = (property: XmpProperty): string | undefined => textOf(property) ?? ('value' in property ? undefined : textOf(property.children[0]?.children[0]));

/** Which properties an earlier recipe has written: our own, and the standard ones as long as they say the same. */
function earlier(properties: readonly XmpProperty[]): (property: XmpProperty) => boolean {
  const own = (local: string): string | undefined => {
    const text = textOf(properties.find((property) => isNamed(property, 'easel', local)));
    return text === undefined ? undefined : shown(unescaped(text));
  };
  const [prompt, date] = [own('prompt'), own('date')];
  const says = (property: XmpProperty, text: string | undefined): boolean => text !== undefined && saying(property) === text;
  return (property) =>
    isNamed(property, 'easel') ||
    (isNamed(property, 'dc', 'description') && says(property, prompt)) ||
    (isNamed(property, 'xmp', 'CreateDate') && says(property, date)) ||
    (isNamed(property, 'xmp', 'CreatorTool') && says(property, prompt && 'Easel'));
}

function without(text: string, cuts: readonly { readonly start: number; readonly end: number }[]): string {
  let left = '';
  let at = 0;
  for (const { start, end } of cuts.toSorted((a, b) => a.start - b.start)) {
    left += text.slice(at, start);
    at = end;
  }
  return left + text.slice(at);
}

/** Everything that a packet says of its picture; nothing where it cannot be understood. */
export const propertiesIn = (xmp: string): readonly XmpProperty[] => rdfOf(parseXml(xmp) ?? []).flatMap(descriptionsOf).flatMap(propertiesOf);

/**
 * Takes an earlier recipe, and JPEG's note of an extended part, out of a packet; everything else stays to the byte.
 * undefined: it is no packet that can be understood.
 * @param beside what the picture's other packet says
 */
export function remainsOf(xmp: string, beside: readonly XmpProperty[] = []): Remains | undefined {
  const roots = parseXml(xmp);
  const rdf = roots && rdfOf(roots)[0];
  if (!rdf) return undefined;
  const descriptions = descriptionsOf(rdf);
  const all = descriptions.flatMap(propertiesOf);
  const isEarlier = earlier([...all, ...beside]);
  const goes = (property: XmpProperty): boolean => isEarlier(property) || isNamed(property, 'xmpNote', 'HasExtendedXMP');
  const cuts = descriptions.flatMap((element): readonly { readonly start: number; readonly end: number }[] => {
    const properties = propertiesOf(element);
    const going = properties.filter(goes);
    return going.length > 0 && going.length === properties.length ? [element] : going;
  });
  const text = without(xmp, cuts);
  return {
    text,
    changed: cuts.length > 0,
    properties: all.filter((property) => !goes(property)),
    with: (properties) => added(text, aboutOf(descriptions), properties),
  };
}

/** All descriptions of a packet are about the same thing, and must say so in the same words. */
const aboutOf = (descriptions: readonly XmlElement[]): string => descriptions[0]?.attributes.find((attribute) => isNamed(attribute, 'rdf', 'about'))?.value ?? '';

function added(text: string, about: string, properties: readonly WrittenProperty[]): string {
  const [rdf] = rdfOf(parseXml(text) ?? []);
  if (!rdf || properties.length === 0) return text;
  const more = description(properties.map((property) => property.text).join(''), about);
  if (rdf.contentEnd !== undefined) return text.slice(0, rdf.contentEnd) + more + text.slice(rdf.contentEnd);
  const open = text.slice(rdf.start, rdf.end).replace(/\/>$/, '>');
  return `${text.slice(0, rdf.start)}${open}${more}</${rdf.tag}>${text.slice(rdf.end)}`;
}

/** Those of `ours` that a packet does not say already in its own words, which are not ours to change. */
export const notSaid = (ours: readonly WrittenProperty[], said: readonly XmpProperty[]): readonly WrittenProperty[] =>
  ours.filter(({ namespace, local }) => !said.some((property) => property.namespace === namespace && property.local === local));

/** An existing packet with a recipe's packet put into it, in the place of an earlier one. undefined: the existing one is not to be understood. */
export function mergedXmp(existing: string, ours: string): string | undefined {
  const remains = remainsOf(existing);
  return remains?.with(notSaid(writtenProperties(ours), remains.properties));
}
