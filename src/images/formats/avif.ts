import type { ImageHeader } from '../header.ts';
import { ascii, u16be, u32be, u8 } from './bytes.ts';

/** A box of the file's structure: its type and where its contents lie; those may be cut short. */
interface Box {
  readonly type: string;
  readonly contents: Uint8Array;
}

/**
 * AVIF: the extent (`ispe`) of the primary item, sides swapped where it is turned by a quarter (`irot`); alpha where any
 * item is an auxiliary one for it (`auxC`). Where the file does not say which item is which, the largest extent counts.
 */
export function avifHeader(bytes: Uint8Array): ImageHeader | undefined {
  const boxes = [...boxesOf(bytes)];
  const brands = boxes[0]?.type === 'ftyp' ? ascii(boxes[0].contents, 0, 256) : '';
  // A brand is four letters, but the second four are a version.
  if (!/^(?:avi[fs]|.{8}(?:.{4})*?avi[fs])/su.test(brands)) return undefined;

  const { all, own } = propertiesOf(boxes);
  const { width, height } = largestExtent(own) ?? largestExtent(all) ?? { width: 0, height: 0 };
  const turned = own.some((box) => box?.type === 'irot' && (u8(box.contents, 0) & 1) === 1);
  const alpha = all.some(({ type, contents }) => type === 'auxC' && /alpha|auxid:1\0/u.test(ascii(contents, 4, 64)));
  return { format: 'avif', width: turned ? height : width, height: turned ? width : height, alpha };
}

/**
 * How the primary item's pixels are to be shown: quarter turns, anticlockwise (`irot`), and then the mirror (`imir`), which swaps
 * top and bottom (`rows`) or left and right (`columns`). After ISO/IEC 23008-12:2022, 6.5.10 and 6.5.12.
 */
export function avifTurn(bytes: Uint8Array): { readonly quarters: number; readonly mirror?: 'rows' | 'columns' } {
  const { own } = propertiesOf([...boxesOf(bytes)]);
  const turn = own.find((box) => box?.type === 'irot');
  const mirror = own.find((box) => box?.type === 'imir');
  return {
    quarters: turn ? u8(turn.contents, 0) & 3 : 0,
    ...(mirror && { mirror: (u8(mirror.contents, 0) & 1) === 0 ? 'rows' : 'columns' }),
  };
}

/** The properties of all items, and those of the primary one. */
function propertiesOf(boxes: readonly Box[]): { readonly all: readonly Box[]; readonly own: readonly (Box | undefined)[] } {
  // `meta` starts with four bytes of version and flags.
  const meta = boxes.find(({ type }) => type === 'meta')?.contents.subarray(4) ?? new Uint8Array();
  const iprp = inside(meta, 'iprp') ?? new Uint8Array();
  const all = [...boxesOf(inside(iprp, 'ipco') ?? new Uint8Array())];
  return { all, own: primaryProperties(inside(meta, 'pitm'), inside(iprp, 'ipma')).map((index) => all[index - 1]) };
}

function* boxesOf(bytes: Uint8Array): Generator<Box> {
  for (let at = 0; at + 8 <= bytes.length; ) {
    const small = u32be(bytes, at);
    // 1: the size follows in 64 bits; 0: to the end.
    const head = small === 1 ? 16 : 8;
    const size = small === 1 ? u32be(bytes, at + 8) * 2 ** 32 + u32be(bytes, at + 12) : small === 0 ? bytes.length - at : small;
    if (size < head) return;
    yield { type: ascii(bytes, at + 4, 4), contents: bytes.subarray(at + head, at + size) };
    at += size;
  }
}

function inside(bytes: Uint8Array, type: string): Uint8Array | undefined {
  for (const box of boxesOf(bytes)) if (box.type === type) return box.contents;
  return undefined;
}

function largestExtent(boxes: readonly (Box | undefined)[]): { width: number; height: number } | undefined {
  return boxes
    .filter((box) => box?.type === 'ispe')
    .map((box) => ({ width: u32be(box?.contents ?? new Uint8Array(), 4), height: u32be(box?.contents ?? new Uint8Array(), 8) }))
    .toSorted((a, b) => b.width * b.height - a.width * a.height)[0];
}

/** Places, from 1, of the primary item's properties among all of the file's: the `ipma` box, read by its version and flags. */
function primaryProperties(pitm: Uint8Array | undefined, ipma: Uint8Array | undefined): readonly number[] {
  if (pitm === undefined || ipma === undefined) return [];
  const primary = u8(pitm, 0) === 0 ? u16be(pitm, 4) : u32be(pitm, 4);
  const longItems = u8(ipma, 0) >= 1;
  const longPlaces = (u8(ipma, 3) & 1) === 1;
  let at = 8;
  for (let left = u32be(ipma, 4); left > 0 && at < ipma.length; left--) {
    const item = longItems ? u32be(ipma, at) : u16be(ipma, at);
    at += longItems ? 4 : 2;
    const count = u8(ipma, at);
    at += 1;
    const width = longPlaces ? 2 : 1;
    if (item === primary) {
      // The upper bit says whether a reader must know the property.
      return Array.from({ length: count }, (_, index) => (longPlaces ? u16be(ipma, at + index * 2) & 0x7fff : u8(ipma, at + index) & 0x7f));
    }
    at += count * width;
  }
  return [];
}
