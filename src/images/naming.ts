import type { ImageFormat } from './header.ts';
import type { Translate } from './words.ts';

/** What is not fit to name a file or a folder, and why. */
export type NameFault =
  | { readonly rule: 'empty' }
  | { readonly rule: 'separator'; readonly name: string }
  | { readonly rule: 'character'; readonly name: string }
  | { readonly rule: 'edge'; readonly name: string }
  | { readonly rule: 'reserved'; readonly name: string }
  | { readonly rule: 'too-long'; readonly most: number }
  | { readonly rule: 'absolute'; readonly path: string }
  | { readonly rule: 'outside'; readonly path: string };

/** Base names in UTF-8 bytes: with a number and an extension they stay under the 255 that file systems take. */
const mostBytes = 200;

/** Characters of a name made from a prompt: what an Explorer row shows. */
const mostCharacters = 60;

/** From here on a name is long enough to end before a word that does not fit, rather than to cut the word. */
const enoughCharacters = 30;

/** What Windows keeps for devices, with any extension, in any case; the superscripts count as digits there. */
const reservedName = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|$)/iu;

/**
 * What no name may hold: Windows' own set without the separators, control characters, lone surrogates, and what cannot be
 * seen or turns the reading direction, for such a name looks like another.
 */
const badCharacter = /[<>:"|?*\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\u2028\u2029\ufff9-\ufffd]/u;

/**
 * A file's base name, without extension, made from a prompt: `a-white-siamese-cat`, `一只白色的猫`. Letters and digits of
 * every script stay, in lower case and NFC; everything else becomes a hyphen. At most 60 code points and 200 UTF-8 bytes,
 * cut between words where that leaves enough, else between graphemes. `image` where nothing is left. Good on every platform.
 */
export function assetName(prompt: string): string {
  // Far more than fits, so that the work does not grow with the prompt.
  const text = prompt.slice(0, 4000).normalize('NFC').toLowerCase().normalize('NFC');
  const plain = text.replaceAll(/[\p{Default_Ignorable_Code_Point}\p{Me}'’]/gu, '');
  const words = plain.match(/[\p{L}\p{Nd}][\p{L}\p{Nd}\p{M}]*/gu) ?? [];

  let name = '';
  for (const word of words) {
    const longer = name === '' ? word : `${name}-${word}`;
    if (!fits(longer)) {
      if (codePoints(name).length < enoughCharacters) name = cut(longer);
      break;
    }
    name = longer;
  }
  if (name === '') return 'image';
  return reservedName.test(name) ? `${name}-image` : name;
}

function fits(name: string): boolean {
  return codePoints(name).length <= mostCharacters && utf8Bytes(name) <= mostBytes;
}

/** The longest beginning that fits, of whole graphemes; of code points where one grapheme alone is too long. */
function cut(name: string): string {
  const graphemes = [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(name)].map(({ segment }) => segment);
  return (longestStart(graphemes) || longestStart(codePoints(name))).replace(/-+$/u, '');
}

function longestStart(parts: readonly string[]): string {
  let start = '';
  for (const part of parts) {
    if (!fits(start + part)) break;
    start += part;
  }
  return start;
}

function codePoints(text: string): readonly string[] {
  return Array.from(text);
}

function utf8Bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

const imageExtension = /\.(?:png|jpe?g|webp|gif|avif|bmp|svg)$/iu;

/**
 * The base name that a caller gives: trimmed, NFC, without the extension of an image, which the real format decides. A
 * name that is not fit everywhere is refused rather than mended, for its caller expects the file under that name.
 */
export function checkedName(name: string): { readonly name: string } | { readonly fault: NameFault } {
  const value = name.trim().normalize('NFC').replace(imageExtension, '');
  if (/[/\\]/u.test(value)) return { fault: { rule: 'separator', name: value } };
  const fault = nameFault(value);
  return fault ? { fault } : { name: value };
}

/**
 * A folder inside the workspace, as `a/b` in NFC; empty is the workspace's own. Takes `\` for `/`, and drops empty
 * segments and `.`. Refuses whatever leads out, is absolute on any platform, or holds a segment not fit for a name.
 */
export function checkedFolder(path: string): { readonly folder: string } | { readonly fault: NameFault } {
  const plain = path.trim().normalize('NFC').replaceAll('\\', '/');
  const segments = plain.split('/').filter((segment) => segment !== '' && segment !== '.');
  // `~` is the home folder to whoever writes it, though not to file systems.
  if (/^(?:\/|[a-z]:|[a-z][a-z\d+.-]+:\/\/)/iu.test(plain) || segments[0] === '~') return { fault: { rule: 'absolute', path: plain } };
  for (const segment of segments) {
    if (segment === '..') return { fault: { rule: 'outside', path: plain } };
    const fault = nameFault(segment);
    if (fault) return { fault };
  }
  return { folder: segments.join('/') };
}

function nameFault(name: string): NameFault | undefined {
  if (name === '') return { rule: 'empty' };
  if (badCharacter.test(name)) return { rule: 'character', name: visible(name) };
  // Windows drops dots and spaces at the end, so `a.` and `a` are one file there; `.` and `..` are no names at all.
  if (/^\s|[.\s]$/u.test(name)) return { rule: 'edge', name };
  if (reservedName.test(name)) return { rule: 'reserved', name };
  if (utf8Bytes(name) > mostBytes) return { rule: 'too-long', most: mostBytes };
  return undefined;
}

/** For a sentence: what cannot be shown is shown as a sign. */
function visible(name: string): string {
  return name.replaceAll(/[\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\u2028\u2029]/gu, '�').slice(0, 80);
}

/** One sentence: what is wrong with the name, and what to do. */
export function nameFaultSentence(fault: NameFault, t: Translate): string {
  switch (fault.rule) {
    case 'empty':
      return t('The name is empty: give a name or leave it out.');
    case 'separator':
      return t('"{0}" is a path: give a name alone, and the folder apart from it.', visible(fault.name));
    case 'character':
      return t('"{0}" has a character that file names cannot hold everywhere: leave it out.', fault.name);
    case 'edge':
      return t('"{0}" begins with a space, or ends with a dot or a space, which not every system keeps: leave it out.', fault.name);
    case 'reserved':
      return t('"{0}" is a name that Windows keeps for itself: choose another.', fault.name);
    case 'too-long':
      return t('The name is too long: at most {0} bytes are taken.', fault.most);
    case 'absolute':
      return t('"{0}" is not inside the workspace: give a folder relative to it, such as assets.', visible(fault.path));
    case 'outside':
      return t('"{0}" leads out of the workspace: give a folder inside it, without "..".', visible(fault.path));
  }
}

/** The `n`th name of a row, from 1: `name`, `name-2`, `name-3`. */
export function numbered(name: string, n: number): string {
  return n <= 1 ? name : `${name}-${n}`;
}

/** The usual file extension, without a dot. */
export function extensionOf(format: ImageFormat): string {
  return format === 'jpeg' ? 'jpg' : format;
}
