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

/** Tokens from the fewest to the most: whole numbers, `low ≤ high`. */
export interface TokenRange {
  readonly low: number;
  readonly high: number;
}

/**
 * By how much a gateway's count may lie above both token tables. OpenAI-HK's own sample bills 275 tokens where the table says
 * 272, and its "about 800 credits" for a low square is 281.
 */
export const countMargin = 1.05;

/** Output tokens of one picture of any of the sizes and qualities, by both tables and a little above. At least one of each is given. */
export function tabledTokens(sizes: readonly Size[], qualities: readonly DrawnQuality[]): TokenRange {
  const counts = sizes.flatMap((size) => qualities.flatMap((quality) => [outputTokens(size, quality), olderOutputTokens(size, quality)]));
  return { low: Math.min(...counts), high: Math.ceil(Math.max(...counts) * countMargin) };
}

/** Fewer measured calls than these say nothing. */
export const leastSamples = 3;

/**
 * Output tokens of one more picture, by those of at least {@link leastSamples} like it: from their fewest to their most, and a little beyond.
 * Were they spread evenly between two ends, each end would lie their range / (n − 1) beyond the outermost of n, on average; and where
 * few are all the same, the next may still be another, so that it is at least what is allowed above the tables, divided by n. Both shrink
 * with each sample. What the tables hold for impossible is not made possible by this, unless a sample lies out there itself.
 * @param samples whole or not, above 0
 */
export function sampledTokens(samples: readonly number[], table: TokenRange): TokenRange {
  const fewest = Math.min(...samples);
  const most = Math.max(...samples);
  const beyond = Math.max((most - fewest) / (samples.length - 1), (most * (countMargin - 1)) / samples.length);
  const low = Math.max(1, Math.floor(fewest - beyond));
  const high = Math.ceil(most + beyond);
  return { low: fewest < table.low ? low : Math.max(low, table.low), high: most > table.high ? high : Math.min(high, table.high) };
}
