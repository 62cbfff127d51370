/** A picture as a document refers to it. */
export interface SnippetPicture {
  /** With `/`, nothing of it escaped: from the document's folder, such as `../art/hero (2).png`, or from the root of a web site, such as `/hero.png`. */
  readonly path: string;
  /** Pixels; 0: not known, and left out. */
  readonly width: number;
  readonly height: number;
  /** One line. */
  readonly alt: string;
}

/** Halves of characters, which no address and no file can hold, become what stands for a broken one. */
const wellFormed = (text: string): string => text.replaceAll(/\p{Cs}/gu, '\ufffd');

/** Longer texts for those who do not see the picture tire who hears them: what screen readers' users ask for. */
const mostAlt = 125;

/**
 * What a picture shows, in words, for those who do not see it: the beginning of its prompt on one line, at most 125 characters, cut
 * between words; without a prompt the words of its file's name.
 */
export function altText(prompt: string | undefined, name: string): string {
  const line = wellFormed((prompt ?? '').slice(0, 4000)).replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
  if (line === '') return wellFormed(name.replace(/\.[^.]*$/, '')).replaceAll(/[\s\p{Cc}_-]+/gu, ' ').trim();
  if (line.length <= mostAlt) return line;
  const characters = Array.from(new Intl.Segmenter().segment(line), ({ segment }) => segment);
  if (characters.length <= mostAlt) return line;
  const start = characters.slice(0, mostAlt - 1).join('');
  const words = start.replace(/\s+\S*$/u, '');
  // Scripts without spaces have no words to cut between.
  return `${(words.length > start.length / 2 ? words : start).replace(/[\s\p{P}]+$/u, '')}…`;
}

/** What a path cannot hold as it is where an address stands: what ends or changes an address, and what ends a place for one in Markdown, HTML, CSS and their like. */
const unsafe = /[\p{Cc}\p{Z}"'#%&()*<>?[\\\]^`{|}]/gu;

/** A path as a relative address (RFC 3986): what has a meaning of its own there is percent-encoded, letters of every script stay readable. */
export function addressOf(path: string): string {
  const address = wellFormed(path).replaceAll(unsafe, (character) => {
    const encoded = encodeURIComponent(character);
    return encoded === character ? `%${character.charCodeAt(0).toString(16).toUpperCase()}` : encoded;
  });
  // `a:b.png` would be of a scheme `a`, `//a` of a host.
  if (/^[^/]*:/.test(address)) return `./${address}`;
  return address.replace(/^\/+/, '/');
}

/** A path that says of itself that it is relative, which programs want that look names up elsewhere. */
export const dotted = (path: string): string => (/^(?:\/|\.\.?\/)/.test(path) ? path : `./${path}`);
