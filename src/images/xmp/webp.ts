import { ascii, u32le, u8 } from '../formats/bytes.ts';
import { webpHeader } from '../formats/webp.ts';
import { mergedXmp } from './merge.ts';
import { longestXmp } from './xmp.ts';
import { fromUtf8, joined, le32, mostParts, utf8, type Look, type Splice } from './bytes.ts';

/** Bits of VP8X's first byte (WebP Container Specification, Extended File Format). */
const alphaFlag = 0x10;
const xmpFlag = 0x04;

/** RIFF's own limit on the size that it states. */
const largest = 0xffff_fffe;

interface Chunk {
  readonly at: number;
  readonly type: string;
  /** Of its contents, without the byte that makes it even. */
  readonly length: number;
}

/** Where the RIFF container ends; undefined: the file is no WebP, or not whole. */
async function endOf(look: Look): Promise<number | undefined> {
  const start = await look(0, 12);
  if (!start || ascii(start, 0, 4) !== 'RIFF' || ascii(start, 8, 4) !== 'WEBP') return undefined;
  const end = 8 + u32le(start, 4);
  return (await look(end - 1, 1)) && end;
}

async function* chunks(look: Look, end: number): AsyncGenerator<Chunk> {
  for (let [at, parts] = [12, 0]; at + 8 <= end && parts < mostParts; parts += 1) {
    const head = await look(at, 8);
    if (!head) return;
    const chunk = { at, type: ascii(head, 0, 4), length: u32le(head, 4) };
    if (at + 8 + chunk.length > end) return;
    yield chunk;
    at += 8 + even(chunk.length);
  }
}

const even = (length: number): number => length + (length & 1);

async function packetIn({ at, length }: Chunk, look: Look): Promise<string | undefined> {
  const bytes = length <= longestXmp ? await look(at + 8, length) : undefined;
  return bytes && fromUtf8(bytes);
}

export async function findXmpInWebp(look: Look): Promise<string | undefined> {
  const end = await endOf(look);
  if (end === undefined) return undefined;
  for await (const chunk of chunks(look, end)) if (chunk.type === 'XMP ') return packetIn(chunk, look);
  return undefined;
}

/**
 * The changes that put a packet into a WebP: its chunk in the place of one that is there, else at the end; the flag that tells of it;
 * and the container's new size. A simple file becomes an extended one. undefined: the file is odd.
 */
export async function xmpSplicesOfWebp(look: Look, xmp: string): Promise<readonly Splice[] | undefined> {
  const end = await endOf(look);
  if (end === undefined) return undefined;
  let [first, old, last]: (Chunk | undefined)[] = [];
  let drawn = false;
  for await (const chunk of chunks(look, end)) {
    first ??= chunk;
    if (chunk.type === 'XMP ') old ??= chunk;
    drawn ||= chunk.type === 'VP8 ' || chunk.type === 'VP8L' || chunk.type === 'ANMF';
    last = chunk;
  }
  // The last chunk ends where the container says, save for a byte that makes it even and that some writers leave out or do not count.
  if (!first || !last || !drawn || Math.abs(last.at + 8 + even(last.length) - end) > 1) return undefined;

  const head = await extension(first, look);
  const existing = old && (await packetIn(old, look));
  const merged = old ? existing !== undefined && mergedXmp(existing, xmp) : xmp;
  if (!head || merged === undefined || merged === false) return undefined;
  const text = utf8(merged);
  const chunk = joined('XMP ', le32(text.length), text, text.length % 2 === 0 ? [] : [0]);
  const body = old ? { at: old.at, remove: Math.min(8 + even(old.length), end - old.at), insert: chunk } : { at: end, remove: 0, insert: end % 2 === 0 ? chunk : joined([0], chunk) };

  const grown = [head, body].reduce((sum, { insert, remove }) => sum + insert.length - remove, 0);
  const size = end - 8 + grown;
  return size > largest ? undefined : [{ at: 4, remove: 4, insert: joined(le32(size)) }, head, body];
}

/** The change that makes an extended header say that there is XMP, or puts one before a simple file's only chunk. */
async function extension(first: Chunk, look: Look): Promise<Splice | undefined> {
  const bytes = await look(0, 30);
  if (!bytes) return undefined;
  if (first.type === 'VP8X') return first.length < 10 ? undefined : { at: 20, remove: 1, insert: joined([u8(bytes, 20) | xmpFlag]) };
  const header = webpHeader(bytes);
  if (!header || header.width === 0 || header.height === 0 || (first.type !== 'VP8 ' && first.type !== 'VP8L')) return undefined;
  const side = (pixels: number): readonly number[] => le32(pixels - 1).slice(0, 3);
  return { at: 12, remove: 0, insert: joined('VP8X', le32(10), [xmpFlag | (header.alpha ? alphaFlag : 0), 0, 0, 0], side(header.width), side(header.height)) };
}
