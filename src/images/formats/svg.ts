import type { ImageHeader } from '../header.ts';

/** SVG: the root element's `width` and `height` in CSS pixels, where absolute; else its `viewBox`, or what of both is there. */
export function svgHeader(bytes: Uint8Array): ImageHeader | undefined {
  if (!mayBeText(bytes)) return undefined;
  const attributes = rootAttributes(decode(bytes));
  if (attributes === undefined) return undefined;
  const box = (attributes.get('viewBox') ?? '').trim().split(/[\s,]+/u).map(Number);
  const boxWidth = positive(box[2]);
  const boxHeight = positive(box[3]);
  const width = pixels(attributes.get('width'));
  const height = pixels(attributes.get('height'));
  const ratio = boxWidth > 0 && boxHeight > 0 ? boxWidth / boxHeight : 0;
  const known = width > 0 || height > 0;
  return {
    format: 'svg',
    width: whole(width || (known ? height * ratio : boxWidth)),
    height: whole(height || (known && ratio > 0 ? width / ratio : known ? 0 : boxHeight)),
    alpha: true,
  };
}

/** Spares decoding: markup starts with `<`, white space, or a byte order mark. */
function mayBeText(bytes: Uint8Array): boolean {
  const first = bytes[0] ?? 0;
  return first === 0x3c || first === 0x20 || (first >= 0x09 && first <= 0x0d) || first === 0xef || first === 0xff || first === 0xfe;
}

function decode(bytes: Uint8Array): string {
  const mark = (bytes[0] ?? 0) * 0x100 + (bytes[1] ?? 0);
  const encoding = mark === 0xfffe ? 'utf-16le' : mark === 0xfeff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}

/** What may stand before the root element: white space, declarations, comments, and a doctype with or without entities in it. */
const before = /\s+|<\?[^>]*>|<!--[^]*?-->|<!DOCTYPE(?:[^>[]|\[[^\]]*\])*>/iuy;
const root = /<(?:[\w.-]+:)?svg(?=[\s/>])/uy;
const attribute = /\s*([^\s=<>/"']+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/uy;

/** The attributes of the root element where it is `svg`, whatever its prefix; without the last where the text is cut in it. */
function rootAttributes(text: string): ReadonlyMap<string, string> | undefined {
  let at = 0;
  for (let skipped = matchAt(before, text, at); skipped; skipped = matchAt(before, text, at)) at += skipped[0].length;
  const tag = matchAt(root, text, at);
  if (!tag) return undefined;
  at += tag[0].length;
  const attributes = new Map<string, string>();
  for (let found = matchAt(attribute, text, at); found; found = matchAt(attribute, text, at)) {
    at += found[0].length;
    if (found[1] !== undefined) attributes.set(found[1], found[2] ?? found[3] ?? '');
  }
  return attributes;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** CSS pixels in a unit, at 96 to the inch, and with the usual 16-pixel letter. */
const units: Readonly<Record<string, number>> = {
  '': 1,
  px: 1,
  pt: 96 / 72,
  pc: 16,
  in: 96,
  cm: 96 / 2.54,
  mm: 96 / 25.4,
  q: 96 / 101.6,
  em: 16,
  rem: 16,
  ex: 8,
};

/** 0 for what is absent, relative (`100%`), or no length. */
function pixels(length: string | undefined): number {
  const [, amount, unit] = /^\s*\+?(\d{0,9}\.?\d{0,9}(?:e[+-]?\d{1,2})?)\s*([a-z]*)\s*$/iu.exec(length ?? '') ?? [];
  return positive(Number(amount === '' ? Number.NaN : amount) * (units[(unit ?? '').toLowerCase()] ?? Number.NaN));
}

function positive(value: number | undefined): number {
  return value !== undefined && Number.isFinite(value) && value > 0 ? value : 0;
}

/** Beyond it a number of pixels is a slip, and nobody's picture. */
const mostWhole = 1e9;

function whole(value: number): number {
  return value > 0 && value <= mostWhole ? Math.max(1, Math.round(value)) : 0;
}
