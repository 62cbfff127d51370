import { ascii, u16be, u32be, u8 } from '../formats/bytes.ts';
import { isNamed, longestXmp, namespaces, packet, textOf, xmpmeta } from './xmp.ts';
import { be32, fromUtf8, joined, mostParts, utf8, type Look, type Splice } from './bytes.ts';
import { notSaid, propertiesIn, remainsOf, writtenProperties, type Remains, type WrittenProperty } from './merge.ts';

/** What the contents of an APP1 begin with (XMP specification, part 3, 1.1.3). */
const standard = 'http://ns.adobe.com/xap/1.0/\0';
const extended = 'http://ns.adobe.com/xmp/extension/\0';

/** A segment states its length in two bytes, which count themselves. */
const longestPacket = 0xffff - 2 - standard.length;

/** Bytes of the extended part in one segment, as the specification's own example has it. */
const longestPart = 65_400;

/** How far from the end of a file its end-of-image marker may lie: some writers put something behind it. */
const longestTrailer = 64 * 1024;

/** The MD5 of bytes as 32 upper-case hex digits, which is how a packet names its extended part. */
export type Md5 = (bytes: Uint8Array) => string;

interface Segment {
  readonly at: number;
  readonly end: number;
}

/** A piece of an extended part. */
interface Piece extends Segment {
  readonly id: string;
  readonly total: number;
  readonly offset: number;
}

interface Found {
  /** Whether the segments lead to a scan, past a frame. */
  readonly whole: boolean;
  /** Where a new segment goes: behind those that JFIF and EXIF want first. */
  readonly place: number;
  readonly standard?: Segment;
  readonly pieces: readonly Piece[];
  /** Where a segment lies that counts from its own place to what follows the picture. */
  readonly fixed?: number;
}

/** Goes through the segments in front of the first scan. */
async function segments(look: Look): Promise<Found | undefined> {
  const start = await look(0, 3);
  if (!start || u8(start, 0) !== 0xff || u8(start, 1) !== 0xd8 || u8(start, 2) !== 0xff) return undefined;
  let place = 2;
  let fixed: number | undefined;
  let packetAt: Segment | undefined;
  const pieces: Piece[] = [];
  const found = (whole: boolean): Found => ({ whole, place, pieces, ...(packetAt && { standard: packetAt }), ...(fixed !== undefined && { fixed }) });
  let framed = false;
  for (let [at, parts] = [2, 0]; ; parts += 1) {
    const head = parts < mostParts ? await look(at, 4) : undefined;
    if (!head || u8(head, 0) !== 0xff) return found(false);
    const marker = u8(head, 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === 0xda) return found(framed);
    const end = at + 2 + u16be(head, 2);
    // Markers without a length, and an end without a picture, have no place here.
    if (marker === 0 || marker === 1 || (marker >= 0xd0 && marker <= 0xd9) || end < at + 4 || !(await look(end - 1, 1))) return found(false);
    const name = (await look(at + 4, Math.min(end - at - 4, extended.length + 40))) ?? new Uint8Array();
    if (marker === 0xe1 && ascii(name, 0, standard.length) === standard) packetAt ??= { at, end };
    if (marker === 0xe1 && name.length === extended.length + 40 && ascii(name, 0, extended.length) === extended) {
      pieces.push({ at, end, id: ascii(name, extended.length, 32), total: u32be(name, extended.length + 32), offset: u32be(name, extended.length + 36) });
    }
    if (place === at && (marker === 0xe0 || (marker === 0xe1 && ascii(name, 0, 5) === 'Exif\0'))) place = end;
    if (marker === 0xe2 && ascii(name, 0, 4) === 'MPF\0') fixed ??= at;
    framed ||= marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    at = end;
  }
}

/** The id of the extended part that a packet names. */
function extensionOf(xmp: string): string | undefined {
  return textOf(propertiesIn(xmp).find((property) => isNamed(property, 'xmpNote', 'HasExtendedXMP')));
}

interface Packets {
  readonly main: string;
  /** undefined: there is none. */
  readonly more: { readonly text: string; readonly pieces: readonly Piece[] } | undefined;
}

/** The packet and its extended part; undefined: a part of it cannot be read. */
async function packets({ standard: segment, pieces: all }: Found, look: Look): Promise<Packets | undefined> {
  const bytes = segment && (await look(segment.at + 4 + standard.length, segment.end - segment.at - 4 - standard.length));
  const main = bytes && fromUtf8(bytes);
  if (main === undefined) return undefined;
  const id = extensionOf(main);
  if (id === undefined) return { main, more: undefined };
  const pieces = all.filter((piece) => piece.id === id).toSorted((a, b) => a.offset - b.offset);
  const total = pieces[0]?.total ?? 0;
  if (total === 0 || total > longestXmp) return undefined;
  const whole = new Uint8Array(total);
  let filled = 0;
  for (const { at, end, offset } of pieces) {
    const head = 4 + extended.length + 40;
    const length = end - at - head;
    const part = offset === filled && filled + length <= total ? await look(at + head, length) : undefined;
    if (!part) return undefined;
    whole.set(part, filled);
    filled += length;
  }
  const text = filled === total ? fromUtf8(whole) : undefined;
  return text === undefined ? undefined : { main, more: { text, pieces } };
}

/** The packet, followed by its extended part where it has one. */
export async function findXmpInJpeg(look: Look): Promise<string | undefined> {
  const found = await segments(look);
  const read = found && (await packets(found, look));
  return read && (read.more ? `${read.main}\n${read.more.text}` : read.main);
}

/**
 * The changes that put a packet into a JPEG: in the place of one that is there, else behind what JFIF and EXIF want first. What is too
 * long for one segment goes into an extended part. undefined: the file is odd, or the packet that is there leaves no room.
 */
export async function xmpSplicesOfJpeg(look: Look, size: number, xmp: string, md5: Md5): Promise<readonly Splice[] | undefined> {
  const found = await segments(look);
  if (!found?.whole || !(await ends(look, size))) return undefined;
  const old = found.standard && (await packets(found, look));
  if (found.standard && !old) return undefined;
  // What lies behind this segment is found by its distance from there.
  const place = found.standard ?? { at: found.place, end: found.place };
  const pieces = old?.more?.pieces ?? [];
  if (found.fixed !== undefined && [place, ...pieces].some(({ at }) => at > (found.fixed ?? 0))) return undefined;

  const written = arranged(old, writtenProperties(xmp), xmp, md5);
  if (!written) return undefined;
  const { main, more } = written;
  const insert = joined(segment(joined(standard, utf8(main))), ...(more === 'as it is' ? [] : more));
  const gone = more === 'as it is' ? [] : pieces.map(({ at, end }): Splice => ({ at, remove: end - at, insert: new Uint8Array() }));
  return [{ at: place.at, remove: place.end - place.at, insert }, ...gone].toSorted((a, b) => a.at - b.at);
}

/** Whether a file's end-of-image marker is there; in what a scan has of bytes it cannot come up by chance. */
async function ends(look: Look, size: number): Promise<boolean> {
  const from = Math.max(0, size - longestTrailer);
  const tail = (await look(from, size - from)) ?? new Uint8Array();
  return tail.some((byte, index) => byte === 0xff && tail[index + 1] === 0xd9);
}

interface Arranged {
  readonly main: string;
  /** The segments of the extended part. */
  readonly more: readonly Uint8Array[] | 'as it is';
}

const fits = (main: string): boolean => utf8(main).length <= longestPacket;

const noteOf = (id: string): WrittenProperty => ({ namespace: namespaces.xmpNote, local: 'HasExtendedXMP', text: `<xmpNote:HasExtendedXMP>${id}</xmpNote:HasExtendedXMP>` });

/** Divides what is to be said between the packet and its extended part. */
function arranged(old: Packets | undefined, written: readonly WrittenProperty[], fresh: string, md5: Md5): Arranged | undefined {
  if (!old && fits(fresh)) return { main: fresh, more: [] };
  const main = remainsOf(old?.main ?? packet(''), old?.more && propertiesIn(old.more.text));
  const more = old?.more && remainsOf(old.more.text, propertiesIn(old.main));
  if (!main || (old?.more && !more)) return undefined;
  const ours = notSaid(written, [...main.properties, ...(more?.properties ?? [])]);
  const id = old && extensionOf(old.main);

  const together = main.with([...ours, ...(more && id !== undefined ? [noteOf(id)] : [])]);
  if (!more?.changed && fits(together)) return { main: together, more: 'as it is' };
  const alone = more && more.properties.length > 0 ? undefined : main.with(ours);
  if (alone !== undefined && fits(alone)) return { main: alone, more: [] };

  // The short and general ones stay where every program looks.
  const general = ours.filter(({ namespace }) => namespace === namespaces.xmp);
  return parted(main, general, more ?? remainsOf(xmpmeta('')), ours.filter((property) => !general.includes(property)), md5);
}

function parted(main: Remains, general: readonly WrittenProperty[], more: Remains | undefined, large: readonly WrittenProperty[], md5: Md5): Arranged | undefined {
  if (!more) return undefined;
  const bytes = utf8(more.with(large));
  const id = md5(bytes);
  const head = main.with([...general, noteOf(id)]);
  if (!fits(head) || bytes.length > longestXmp) return undefined;
  const parts = Array.from({ length: Math.ceil(bytes.length / longestPart) }, (_none, index) => {
    const offset = index * longestPart;
    return segment(joined(extended, id, be32(bytes.length), be32(offset), bytes.subarray(offset, offset + longestPart)));
  });
  return { main: head, more: parts };
}

const segment = (contents: Uint8Array): Uint8Array => joined([0xff, 0xe1, (contents.length + 2) >>> 8, (contents.length + 2) & 0xff], contents);
