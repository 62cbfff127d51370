import { ascii, u32be } from '../formats/bytes.ts';
import { mergedXmp } from './merge.ts';
import { longestXmp } from './xmp.ts';
import { be32, fromUtf8, joined, mostParts, utf8, type Look, type Splice } from './bytes.ts';

/** What precedes the text: keyword, not compressed, no language, no translated keyword (PNG specification, 11.3.3.4; XMP part 3, 1.1.5). */
const keyword = 'XML:com.adobe.xmp\0';
const plain = `${keyword}\0\0\0\0`;

/** IHDR stands first and has always the same length: what follows it starts here. */
const afterHeader = 33;

interface Chunk {
  readonly at: number;
  readonly type: string;
  /** Of its contents. */
  readonly length: number;
}

/** The chunks of a PNG, as far as they are whole. The last is IEND where the file is. */
async function* chunks(look: Look): AsyncGenerator<Chunk> {
  const start = await look(0, 16);
  if (!start || ascii(start, 0, 8) !== '\x89PNG\r\n\x1a\n' || ascii(start, 12, 4) !== 'IHDR' || u32be(start, 8) !== 13) return;
  for (let [at, parts] = [8, 0]; parts < mostParts; parts += 1) {
    const head = await look(at, 8);
    if (!head) return;
    const chunk = { at, length: u32be(head, 0), type: ascii(head, 4, 4) };
    const end = at + 12 + chunk.length;
    // Its last byte must be there, else so much is missing.
    if (!/^[A-Za-z]{4}$/.test(chunk.type) || !(await look(end - 1, 1))) return;
    yield chunk;
    if (chunk.type === 'IEND') return;
    at = end;
  }
}

const isXmp = async ({ type, at, length }: Chunk, look: Look): Promise<boolean> =>
  type === 'iTXt' && length >= keyword.length && ascii((await look(at + 8, keyword.length)) ?? new Uint8Array(), 0, keyword.length) === keyword;

/** The packet in a chunk. Compressed ones, which nobody writes, are not read: a pure room has no inflate. */
async function packetIn({ at, length }: Chunk, look: Look): Promise<string | undefined> {
  if (length < plain.length || length > longestXmp) return undefined;
  const bytes = await look(at + 8, length);
  return bytes && ascii(bytes, 0, plain.length) === plain ? fromUtf8(bytes.subarray(plain.length)) : undefined;
}

export async function findXmpInPng(look: Look): Promise<string | undefined> {
  for await (const chunk of chunks(look)) if (await isXmp(chunk, look)) return packetIn(chunk, look);
  return undefined;
}

/** The changes that put a packet into a PNG: its chunk in the place of one that is there, else behind IHDR. undefined: the file is odd. */
export async function xmpSplicesOfPng(look: Look, xmp: string): Promise<readonly Splice[] | undefined> {
  let old: Chunk | undefined;
  let last = '';
  for await (const chunk of chunks(look)) {
    if (!old && (await isXmp(chunk, look))) old = chunk;
    last = chunk.type;
  }
  if (last !== 'IEND') return undefined;
  if (!old) return [{ at: afterHeader, remove: 0, insert: textChunk(xmp) }];
  const existing = await packetIn(old, look);
  const merged = existing === undefined ? undefined : mergedXmp(existing, xmp);
  return merged === undefined ? undefined : [{ at: old.at, remove: 12 + old.length, insert: textChunk(merged) }];
}

function textChunk(text: string): Uint8Array {
  const body = joined('iTXt', plain, utf8(text));
  return joined(be32(body.length - 4), body, be32(crc32(body)));
}

/** The remainders of one byte each, for the polynomial of PNG, ISO 3309. */
const remainders = Uint32Array.from({ length: 256 }, (_none, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = (rest & 1) === 0 ? rest >>> 1 : 0xedb88320 ^ (rest >>> 1);
  return rest;
});

function crc32(bytes: Uint8Array): number {
  let rest = 0xffff_ffff;
  for (const byte of bytes) rest = (remainders[(rest ^ byte) & 0xff] ?? 0) ^ (rest >>> 8);
  return ~rest >>> 0;
}
