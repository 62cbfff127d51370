import type { Quality } from './request.ts';
import type { Size } from './size.ts';

/** A quality that the service settles on; `auto` is none. */
export type DrawnQuality = Exclude<Quality, 'auto'>;

/** Cheapest first. */
export const drawnQualities = ['low', 'medium', 'high'] as const satisfies readonly DrawnQuality[];

/**
 * Output tokens of one picture by gpt-image-2. A community formula, right on all 13 published readings checked:
 * 1024x1024 takes 196, 1,756 and 7,024 at low, medium and high; 3840x2160 takes 371, 3,336 and 13,342.
 */
export function outputTokens({ width, height }: Size, quality: DrawnQuality): number {
  const q = { low: 16, medium: 48, high: 96 }[quality];
  const long = Math.max(width, height);
  const short = Math.min(width, height);
  const a = Math.floor((2 * q * short + long) / (2 * long));
  return Math.ceil((q * a * (2_000_000 + width * height)) / 4_000_000);
}

const olderTable: Readonly<Record<DrawnQuality, readonly [square: number, portrait: number, landscape: number]>> = {
  low: [272, 408, 400],
  medium: [1056, 1584, 1568],
  high: [4160, 6240, 6208],
};

/**
 * Output tokens of one picture by the models before gpt-image-2. OpenAI's table knows a square, a portrait and a landscape;
 * gateways that go by it bill every size as one of these.
 */
export function olderOutputTokens({ width, height }: Size, quality: DrawnQuality): number {
  const [square, portrait, landscape] = olderTable[quality];
  if (width === height) return square;
  return width < height ? portrait : landscape;
}

/** Output tokens that the service adds for each partial picture it streams. */
export const partialImageTokens = 100;

/** About how many tokens a text has: one a CJK character, one for every four of anything else. */
export function textTokens(text: string): number {
  const cjk = text.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu)?.length ?? 0;
  return cjk + Math.ceil((text.length - cjk) / 4);
}

/**
 * Input tokens that each uploaded picture takes more when an edit asks for a high input fidelity, by OpenAI's guide to vision: 4,160
 * for a square, 6,240 for any other, also for one whose size (0) is not known.
 */
export function fidelityTokens({ width, height }: Size): number {
  return width === height && width > 0 ? 4160 : 6240;
}
