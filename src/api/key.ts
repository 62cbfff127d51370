import type { Failure } from '../images/failure.ts';

/** Why a text cannot be an API key. */
export type KeyFault = 'empty' | 'not-ascii' | 'blank-inside';

/**
 * Makes a key of what a person pasted: trims it, strips a leading `Bearer ` or `Authorization: Bearer ` and one pair of quotes.
 * What a header cannot carry is refused: a key with a control or non-ASCII character was copied wrong.
 */
export function cleanKey(text: string): { readonly key: string } | { readonly fault: KeyFault } {
  const key = text
    .trim()
    .replace(/^authorization:\s*/i, '')
    .replace(/^bearer(\s+|$)/i, '')
    .replace(/^(["'])(.*)\1$/, '$2')
    .trim();
  if (key === '') return { fault: 'empty' };
  if (/\s/.test(key)) return { fault: 'blank-inside' };
  if (!/^[\x21-\x7e]+$/.test(key)) return { fault: 'not-ascii' };
  return { key };
}

/** The shortest beginning of a key that tells too much of it. */
const tellingLength = 8;

/** The same failure without the key, which services repeat in what they say: whole, or in part where their words were cut off. */
export function withoutKey(failure: Failure, key: string): Failure {
  const plain = (text: string): string => {
    const without = text.replaceAll(key, '…');
    for (let kept = key.length - 1; kept >= tellingLength; kept--) {
      if (without.endsWith(`${key.slice(0, kept)}…`)) return `${without.slice(0, -kept - 1)}…`;
    }
    return without;
  };
  // as short as this it is no key, and may be a part of any word
  if (key.length <= 3) return failure;
  return Object.fromEntries(Object.entries(failure).map(([name, value]) => [name, typeof value === 'string' && name !== 'code' ? plain(value) : value])) as Failure;
}
