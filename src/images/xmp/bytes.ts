/** Reads `length` bytes of a file from `at` on; fewer where the file ends. */
export type Read = (at: number, length: number) => Promise<Uint8Array>;

/** One change to a file: at byte `at` of the original, `remove` bytes go and `insert` comes. */
export interface Splice {
  readonly at: number;
  readonly remove: number;
  readonly insert: Uint8Array;
}

/** Exactly `length` bytes from `at` on; undefined where the file has fewer. */
export type Look = (at: number, length: number) => Promise<Uint8Array | undefined>;

/** A file of more parts than this is made to keep us busy: the largest real pictures have some thousand. */
export const mostParts = 100_000;

/** Bytes read at once while a file's parts are gone through: large enough for many small parts, small enough to skip what is between large ones. */
const window = 4096;

/** A {@link Look} at a file of `size` bytes that reads ahead, so that many small parts are not as many reads. */
export function lookAt(read: Read, size: number): Look {
  let start = 0;
  let held: Uint8Array = new Uint8Array();
  return async (at, length) => {
    if (at < 0 || at + length > size) return undefined;
    if (at < start || at + length > start + held.length) {
      held = await read(at, Math.min(Math.max(length, window), size - at));
      start = at;
    }
    return at + length > start + held.length ? undefined : held.subarray(at - start, at - start + length);
  };
}

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** undefined: it is no UTF-8. */
export function fromUtf8(bytes: Uint8Array): string | undefined {
  try {
    // A byte order mark at the start is a part of the text, and stays.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Bytes, Latin-1 text and lists of byte values, one after the other. */
export function joined(...parts: readonly (Uint8Array | string | readonly number[])[]): Uint8Array {
  const lists = parts.map((part) => (typeof part === 'string' ? Array.from(part, (character) => character.charCodeAt(0)) : part));
  const bytes = new Uint8Array(lists.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const list of lists) {
    bytes.set(list, at);
    at += list.length;
  }
  return bytes;
}

export const be32 = (value: number): readonly number[] => [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
export const le32 = (value: number): readonly number[] => be32(value).toReversed();
