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
