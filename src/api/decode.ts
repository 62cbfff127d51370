import { createBase64Decoder, type Base64Decoder, type Base64Target } from './base64.ts';

/** What a scan finds on its way. */
export interface ScanFinds {
  /** The first character of picture `index` came: its bytes go to what is returned. -1 stands for the root of an event. */
  picture(index: number): Base64Target;
  /** The text ended. `problem` says why it was not base64. */
  pictureEnd(index: number, problem: string | undefined): void;
  /** The link of picture `index` is complete. */
  url(index: number, url: string): void;
}

/** Takes the pictures out of a JSON document while it arrives. */
export interface Scanner {
  /** Takes the next `chunk[start, end)`. Never throws. */
  push(chunk: Buffer, start?: number, end?: number): void;
  /**
   * The document without its pictures: every one that went to a target left an empty string in its place.
   * `undefined` with a problem where the document is not JSON, is cut short, or is too big beside its pictures.
   */
  end(): { readonly document: unknown; readonly problem?: undefined } | { readonly problem: string; readonly text: string };
}

/** Where pictures lie: in `data[i]` of a reply, or at the root of an event as well. */
export type PicturePlaces = 'reply' | 'event';

/** Most that is kept beside the pictures, in bytes. */
export const residueLimit = 1024 * 1024;

const [inStructure, inString, inKey, inLinkHead, inPicture] = [0, 1, 2, 3, 4];
const [quote, backslash, comma, colon, openBrace, closeBrace, openBracket, closeBracket] = [0x22, 0x5c, 0x2c, 0x3a, 0x7b, 0x7d, 0x5b, 0x5d];
/** What may stand behind a backslash, and what it means; a quote and a backslash are left out, for neither is base64. */
const escapes: Readonly<Record<number, number>> = { 0x2f: 0x2f, 0x62: 8, 0x66: 12, 0x6e: 10, 0x72: 13, 0x74: 9 };
const linkHead = Buffer.from('data:');
/** The longest key that can mean `b64_json`: every character written as \u0000. */
const longestKey = 48;
/** Containers are followed down to here: pictures lie higher. */
const deepest = 3;

/**
 * Only the structure that leads to a picture is followed here; whether the whole is JSON is left to JSON.parse, which gets
 * all but the pictures at the end. So what is invalid can lead this astray, but never to a wrong result.
 */
export function createScanner(places: PicturePlaces, finds: ScanFinds): Scanner {
  const residue = createResidue();
  let state = inStructure;
  let escaped = false;

  // the way from the root: kinds[d], keys[d] and counts[d] belong to the container at depth d, from 1
  let depth = 0;
  const kinds: number[] = [];
  const keys: (string | undefined)[] = [];
  const counts: number[] = [];
  let keyNext = false;
  let keyBytes = '';

  let index = -1;
  let linkStart = -1;
  let matched = 0;
  let decoder: Base64Decoder | undefined;
  let unicode: string | undefined;

  /** The index of the picture whose value starts here, or undefined. */
  const pictureHere = (): number | undefined => {
    const key = keys[depth];
    if (key !== 'b64_json' && key !== 'url') return undefined;
    if (depth === 3 && kinds[1] === openBrace && keys[1] === 'data' && kinds[2] === openBracket) return counts[2];
    return depth === 1 && places === 'event' ? -1 : undefined;
  };

  const startString = (): void => {
    linkStart = -1;
    if (keyNext && depth <= deepest) {
      state = inKey;
      keyBytes = '';
      return;
    }
    const here = depth <= deepest && kinds[depth] === openBrace ? pictureHere() : undefined;
    state = inString;
    if (here === undefined) return;
    index = here;
    if (keys[depth] === 'b64_json') state = inPicture;
    else {
      state = inLinkHead;
      matched = 0;
      linkStart = residue.length;
    }
  };

  const structure = (byte: number): void => {
    if (byte === quote) startString();
    else if (byte === comma) {
      if (depth > deepest) return;
      keyNext = kinds[depth] === openBrace;
      counts[depth] = (counts[depth] ?? 0) + 1;
    } else if (byte === colon) keyNext = false;
    else if (byte === openBrace || byte === openBracket) {
      depth++;
      if (depth > deepest) return;
      kinds[depth] = byte;
      counts[depth] = 0;
      keys[depth] = undefined;
      keyNext = byte === openBrace;
    } else if ((byte === closeBrace || byte === closeBracket) && depth > 0) {
      depth--;
      keyNext = false;
    }
  };

  const endKey = (): void => {
    state = inStructure;
    keys[depth] = keyBytes.length <= longestKey ? plainKey(keyBytes) : undefined;
  };

  const endString = (): void => {
    state = inStructure;
    if (linkStart < 0 || residue.overflowed) return;
    const url = plainKey(residue.text(linkStart));
    if (url !== undefined && url !== '') finds.url(index, url);
  };

  const base64 = (): Base64Decoder => {
    decoder ??= createBase64Decoder(finds.picture(index));
    return decoder;
  };

  const endPicture = (): void => {
    state = inStructure;
    const problem = decoder?.end();
    if (decoder !== undefined) finds.pictureEnd(index, problem);
    decoder = undefined;
  };

  /** Goes on in a picture's text from `at`. @returns where it stopped: behind the closing quote, or at `end`. */
  const picture = (chunk: Buffer, from: number, end: number): number => {
    let at = from;
    let nextQuote = -1;
    let nextBackslash = -1;
    while (at < end) {
      if (unicode !== undefined) {
        unicode += String.fromCharCode(chunk[at++] ?? 0);
        if (unicode.length < 4) continue;
        base64().char(/^[0-9a-f]{4}$/i.test(unicode) ? Number.parseInt(unicode, 16) : 0);
        unicode = undefined;
      } else if (escaped) {
        escaped = false;
        const code = chunk[at++] ?? 0;
        if (code === 0x75) unicode = '';
        else base64().char(escapes[code] ?? 0);
      } else {
        if (nextQuote < at) nextQuote = find(chunk, quote, at, end);
        if (nextBackslash < at) nextBackslash = find(chunk, backslash, at, end);
        const stop = Math.min(nextQuote, nextBackslash);
        if (stop > at) base64().run(chunk, at, stop);
        at = stop + 1;
        if (stop === end) return end;
        if (stop === nextQuote) {
          endPicture();
          return at;
        }
        escaped = true;
      }
    }
    return end;
  };

  return {
    push: (chunk, start = 0, end = chunk.length) => {
      let at = start;
      /** What is behind this and before `at` still has to go to the residue. */
      let kept = start;
      while (at < end) {
        const byte = chunk[at] ?? 0;
        if (state === inPicture) {
          residue.add(chunk, kept, at);
          at = picture(chunk, at, end);
          kept = at;
          // the closing quote; inPicture ends with the text alone
          if (state !== inPicture) kept = at - 1;
        } else if (state === inStructure) {
          if (byte === quote) {
            at++;
            residue.add(chunk, kept, at);
            kept = at;
            structure(byte);
          } else {
            structure(byte);
            at++;
          }
        } else if (state === inLinkHead) {
          if (byte !== linkHead[matched]) {
            residue.add(linkHead, 0, matched);
            kept = at;
            state = inString;
          } else {
            at++;
            kept = at;
            if (++matched < linkHead.length) continue;
            state = inPicture;
            linkStart = -1;
            base64().run(linkHead, 0, linkHead.length);
          }
        } else {
          // a string's text, kept as it is
          at++;
          if (state === inKey && keyBytes.length <= longestKey && (escaped || byte !== quote)) keyBytes += String.fromCharCode(byte);
          if (escaped) escaped = false;
          else if (byte === backslash) escaped = true;
          else if (byte === quote) {
            if (state === inKey) endKey();
            else {
              residue.add(chunk, kept, at - 1);
              kept = at - 1;
              endString();
            }
          }
        }
      }
      if (state !== inPicture) residue.add(chunk, kept, end);
    },
    end: () => {
      const text = residue.text(0);
      if (residue.overflowed) return { problem: `more than ${residueLimit} bytes beside the pictures`, text };
      try {
        return { document: JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text) as unknown };
      } catch (error) {
        return { problem: text.trim() === '' ? 'the answer is empty' : `not JSON: ${error instanceof Error ? error.message : String(error)}`, text };
      }
    },
  };
}

/** `indexOf` that stops at `end`, and gives it for nothing found. */
const find = (chunk: Buffer, byte: number, at: number, end: number): number => {
  const found = chunk.indexOf(byte, at);
  return found < 0 || found > end ? end : found;
};

/** What stands between the quotes of a JSON string, escapes undone; undefined where it is none. */
const plainKey = (raw: string): string | undefined => {
  if (!raw.includes('\\')) return raw;
  try {
    return JSON.parse(`"${raw}"`) as string;
  } catch {
    return undefined;
  }
};

interface Residue {
  readonly length: number;
  readonly overflowed: boolean;
  add(chunk: Buffer, start: number, end: number): void;
  text(from: number): string;
}

const createResidue = (): Residue => {
  let buffer = Buffer.allocUnsafe(4096);
  let length = 0;
  let overflowed = false;
  return {
    get length() {
      return length;
    },
    get overflowed() {
      return overflowed;
    },
    add: (chunk, start, end) => {
      if (end <= start || overflowed) return;
      const wanted = length + end - start;
      if (wanted > residueLimit) {
        overflowed = true;
        return;
      }
      if (wanted > buffer.length) {
        const larger = Buffer.allocUnsafe(Math.max(wanted, buffer.length * 2));
        buffer.copy(larger, 0, 0, length);
        buffer = larger;
      }
      length += chunk.copy(buffer, length, start, end);
    },
    text: (from) => buffer.toString('utf8', from, length),
  };
};
