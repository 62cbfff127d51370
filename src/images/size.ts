import type { Translate } from './words.ts';

/** Pixels; whole numbers ≥ 1. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** One row of OpenAI-HK's table of common sizes. `name` is the table's own English word for the ratio. */
export interface SizeRow extends Size {
  readonly ratio: string;
  readonly name: string;
  readonly k: '1K' | '2K' | '4K';
  /** As it goes over the wire: `1280x720`. */
  readonly size: string;
}

const ratioRows = [
  ['1:1', 'Square', [1024, 1024], [2048, 2048], [2880, 2880]],
  ['16:9', 'Widescreen', [1280, 720], [2048, 1152], [3840, 2160]],
  ['9:16', 'Story', [720, 1280], [1152, 2048], [2160, 3840]],
  ['5:4', 'Print', [1040, 832], [2080, 1664], [3200, 2560]],
  ['4:5', 'Feed', [832, 1040], [1664, 2080], [2560, 3200]],
  ['4:3', 'Classic', [1024, 768], [2048, 1536], [3264, 2448]],
  ['3:4', 'Vertical', [768, 1024], [1536, 2048], [2448, 3264]],
  ['3:2', 'Photo', [1008, 672], [2064, 1376], [3504, 2336]],
  ['2:3', 'Portrait', [672, 1008], [1376, 2064], [2336, 3504]],
  ['21:9', 'Exclusive', [1344, 576], [2016, 864], [3808, 1632]],
] as const;

/** All 30 rows of OpenAI-HK's table: ten ratios, each in 1K, 2K and 4K. Every one obeys {@link freeSizes}. */
export const sizeTable: readonly SizeRow[] = ratioRows.flatMap(([ratio, name, ...sizes]) =>
  (['1K', '2K', '4K'] as const).map((k, index) => {
    const [width, height] = sizes[index] ?? sizes[0];
    return { ratio, name, k, width, height, size: formatSize(width, height) };
  }),
);

/**
 * Which sizes a model draws. `free`: any that obeys all four rules; `listed`: these alone; `any`: nothing is known, so
 * every size is let through to the service. `auto` is good everywhere.
 */
export type SizeRule =
  | {
      readonly kind: 'free';
      /** Both sides, in pixels. */
      readonly multipleOf: number;
      /** The longer side, in pixels. */
      readonly longest: number;
      /** Longer side : shorter side. */
      readonly ratio: number;
      readonly fewestPixels: number;
      readonly mostPixels: number;
    }
  | { readonly kind: 'listed'; readonly sizes: readonly [Size, ...Size[]] }
  | { readonly kind: 'any' };

type FreeRule = Extract<SizeRule, { kind: 'free' }>;

/** What gpt-image-2 draws. */
export const freeSizes: FreeRule = {
  kind: 'free',
  multipleOf: 16,
  longest: 3840,
  ratio: 3,
  fewestPixels: 655_360,
  mostPixels: 8_294_400,
};

/** What gpt-image-1.5 and gpt-image-1 draw: also the three sizes their token table is measured at. */
export const baseSizes = [
  { width: 1024, height: 1024 },
  { width: 1536, height: 1024 },
  { width: 1024, height: 1536 },
] as const satisfies readonly Size[];

/** The canonical text of a size, as the service takes it. */
export function formatSize(width: number, height: number): string {
  return `${width}x${height}`;
}

/**
 * Reads what a person typed: `1024x768`, ` 1024 × 768 px`, `1024*768`, `１０２４Ｘ７６８`, `Auto`.
 * `undefined` is neither a size nor `auto`. Sides of up to 15 digits are read, so that absurd ones are judged by rule.
 */
export function parseSize(text: string): Size | 'auto' | undefined {
  const plain = text.normalize('NFKC').trim().toLowerCase();
  if (plain === 'auto') return 'auto';
  const sides = /^(\d{1,15})\s*(?:px)?\s*[x×*✕✖х]\s*(\d{1,15})\s*(?:px)?$/u.exec(plain);
  const width = Number(sides?.[1]);
  const height = Number(sides?.[2]);
  return width >= 1 && height >= 1 ? { width, height } : undefined;
}

interface FaultyBase {
  /** What was asked for: canonical where it could be read, else as it was typed. */
  readonly size: string;
  readonly nearest: Size;
}

/** The one rule that a size breaks; where it breaks several, the one that says most. `limit` is the rule's own figure. */
export type SizeFault =
  | (FaultyBase & { readonly rule: 'syntax' })
  | (FaultyBase & { readonly rule: 'longest' | 'ratio' | 'multiple'; readonly limit: number })
  | (FaultyBase & { readonly rule: 'too-few-pixels' | 'too-many-pixels'; readonly pixels: number; readonly limit: number })
  | (FaultyBase & { readonly rule: 'not-listed'; readonly sizes: readonly Size[] });

/** What is wrong with a size as typed, for a model with this rule; `undefined` is good. */
export function judgeSize(text: string, rule: SizeRule): SizeFault | undefined {
  const parsed = parseSize(text);
  if (parsed === 'auto') return undefined;
  if (parsed === undefined) return { rule: 'syntax', size: text, nearest: nearestSize(1024, 1024, rule) };
  const broken = brokenRule(parsed, rule);
  return (
    broken && {
      ...broken,
      size: formatSize(parsed.width, parsed.height),
      nearest: nearestSize(parsed.width, parsed.height, rule),
    }
  );
}

type WithoutBase<Fault> = Fault extends SizeFault ? Omit<Fault, keyof FaultyBase> : never;

function brokenRule(size: Size, rule: SizeRule): WithoutBase<SizeFault> | undefined {
  if (rule.kind === 'any') return undefined;
  if (rule.kind === 'listed') {
    const listed = rule.sizes.some(({ width, height }) => width === size.width && height === size.height);
    return listed ? undefined : { rule: 'not-listed', sizes: rule.sizes };
  }
  const long = Math.max(size.width, size.height);
  const short = Math.min(size.width, size.height);
  const pixels = long * short;
  if (long > rule.longest) return { rule: 'longest', limit: rule.longest };
  if (long > short * rule.ratio) return { rule: 'ratio', limit: rule.ratio };
  if (pixels < rule.fewestPixels) return { rule: 'too-few-pixels', pixels, limit: rule.fewestPixels };
  if (pixels > rule.mostPixels) return { rule: 'too-many-pixels', pixels, limit: rule.mostPixels };
  if (long % rule.multipleOf !== 0 || short % rule.multipleOf !== 0) return { rule: 'multiple', limit: rule.multipleOf };
  return undefined;
}

/** Names the rule broken, and after it the nearest valid size; what is no size at all is near to none. */
export function sizeFaultSentence(fault: SizeFault, t: Translate): string {
  if (fault.rule === 'syntax') return sizeRuleSentence(fault, t);
  return t('{0} The nearest valid size is {1}.', sizeRuleSentence(fault, t), formatSize(fault.nearest.width, fault.nearest.height));
}

/** One sentence that names the rule broken, for where the nearest valid size is shown already. */
export function sizeRuleSentence(fault: SizeFault, t: Translate): string {
  switch (fault.rule) {
    case 'syntax':
      return t('"{0}" is not a size: write WIDTHxHEIGHT in pixels, such as {1}, or auto.', fault.size.trim(), formatSize(fault.nearest.width, fault.nearest.height));
    case 'longest':
      return t('{0} is too long: no side may be over {1} pixels.', fault.size, fault.limit);
    case 'ratio':
      return t('{0} is too narrow: the long side may be at most {1} times the short one.', fault.size, fault.limit);
    case 'multiple':
      return t('{0} is off the grid: both sides must be multiples of {1}.', fault.size, fault.limit);
    case 'too-few-pixels':
      return t('{0} is too small: it has {1} pixels and at least {2} are needed.', fault.size, fault.pixels, fault.limit);
    case 'too-many-pixels':
      return t('{0} is too large: it has {1} pixels and at most {2} are allowed.', fault.size, fault.pixels, fault.limit);
    case 'not-listed':
      return t('This model does not draw {0}: it draws {1} or auto.', fault.size, fault.sizes.map(({ width, height }) => formatSize(width, height)).join(', '));
  }
}

/**
 * The nearest valid size for any wanted one, whole or not, however absurd.
 *
 * For free sizes nearest means: first the wanted rectangle is brought within the rules as if there were no grid (its
 * aspect ratio is kept, or brought to the rule's limit; then its area is kept, or brought to the nearest allowed); then
 * the valid size is taken whose sides differ least from that, by the larger of both sides' relative changes. Equals go to
 * the closer ratio, then to the greater area. A valid size is its own nearest. For listed sizes: the closest ratio, then
 * the closest area.
 *
 * @throws {RangeError} for a side that is not finite and above 0.
 */
export function nearestSize(width: number, height: number, rule: SizeRule): Size {
  if (!(width > 0 && height > 0 && Number.isFinite(width) && Number.isFinite(height))) {
    throw new RangeError(`no size is near to ${width}x${height}`);
  }
  switch (rule.kind) {
    case 'any':
      return { width: clamp(Math.round(width), 1, longestRead), height: clamp(Math.round(height), 1, longestRead) };
    case 'listed':
      return nearestOf(rule.sizes, Math.log(width), Math.log(height));
    case 'free':
      return nearestFree(Math.log(width), Math.log(height), rule);
  }
}

function nearestOf(sizes: readonly [Size, ...Size[]], logWidth: number, logHeight: number): Size {
  const distance = (size: Size): readonly [number, number] => {
    const dx = Math.log(size.width) - logWidth;
    const dy = Math.log(size.height) - logHeight;
    return [Math.abs(dx - dy), Math.abs(dx + dy)];
  };
  return sizes.reduce((best, size) => {
    const [aspect, area] = distance(size);
    const [bestAspect, bestArea] = distance(best);
    return aspect < bestAspect - epsilon || (aspect < bestAspect + epsilon && area < bestArea) ? size : best;
  });
}

/** Logarithms of equal things differ by rounding; those of unequal sizes by 1e-8 and more. */
const epsilon = 1e-12;

/** Works in logarithms of sides: there an aspect ratio and an area are a difference and a sum, and nothing overflows. */
function nearestFree(logWidth: number, logHeight: number, rule: FreeRule): Size {
  const aspect = clamp(logWidth - logHeight, -Math.log(rule.ratio), Math.log(rule.ratio));
  const mostArea = Math.min(Math.log(rule.mostPixels), 2 * Math.log(rule.longest) - Math.abs(aspect));
  const area = clamp(logWidth + logHeight, Math.log(rule.fewestPixels), mostArea);
  const idealX = (area + aspect) / 2;
  const idealY = (area - aspect) / 2;

  let best: { size: Size; far: number; off: number; pixels: number } | undefined;
  for (const width of gridAround(Math.exp(idealX), rule.multipleOf)) {
    for (const height of gridAround(Math.exp(idealY), rule.multipleOf)) {
      const size = { width, height };
      if (brokenRule(size, rule) !== undefined) continue;
      const dx = Math.log(width) - idealX;
      const dy = Math.log(height) - idealY;
      const next = { size, far: Math.max(Math.abs(dx), Math.abs(dy)), off: Math.abs(dx - dy), pixels: width * height };
      if (best === undefined || isNearer(next, best)) best = next;
    }
  }
  if (best === undefined) throw new RangeError('these rules leave no size');
  return best.size;
}

interface Distance {
  readonly far: number;
  readonly off: number;
  readonly pixels: number;
}

function isNearer(a: Distance, b: Distance): boolean {
  if (Math.abs(a.far - b.far) > epsilon) return a.far < b.far;
  if (Math.abs(a.off - b.off) > epsilon) return a.off < b.off;
  return a.pixels > b.pixels;
}

/** The longest side that {@link parseSize} reads. */
const longestRead = 999_999_999_999_999;

/** How far from the ideal the best valid size can lie, in grid steps: 2, as the tests hold against all 57,600 sizes. */
const reach = 2;

function gridAround(ideal: number, step: number): readonly number[] {
  const first = Math.floor(ideal / step) - reach;
  return Array.from({ length: 2 * reach + 2 }, (_, index) => (first + index) * step).filter((side) => side > 0);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
