import { formatSize, judgeSize, nearestSize, parseSize, sizeTable, type Size, type SizeRow, type SizeRule } from '../../../images/size.ts';
import type { Translate } from '../../../images/words.ts';

/** How fine the sizes of the table are. */
export type Resolution = SizeRow['k'];
export const resolutions = ['1K', '2K', '4K'] as const satisfies readonly Resolution[];

/** One size to choose by a click. */
export interface SizeTile extends Size {
  /** As it goes over the wire: `1280x720`. */
  readonly size: string;
  readonly ratio: string;
  /** The table's own English word for the ratio; absent off the table. */
  readonly name?: string;
  /** The same ratio in every resolution, the largest first: what the tile is drawn with, to scale. */
  readonly family: readonly Size[];
}

const rowOf = (size: string): SizeRow | undefined => sizeTable.find((row) => row.size === size);

/** The resolution of a size of the table; undefined off the table. */
export const resolutionOf = (size: string): Resolution | undefined => rowOf(size)?.k;

/** The size of the same ratio in another resolution; undefined off the table. */
export function inResolution(size: string, k: Resolution): string | undefined {
  const row = rowOf(size);
  return row && sizeTable.find((other) => other.ratio === row.ratio && other.k === k)?.size;
}

/** The sizes to choose from: those of the table that the model draws, or the model's own where it draws these alone. */
export function tilesOf(rule: SizeRule, k: Resolution): readonly SizeTile[] {
  if (rule.kind === 'listed') {
    return rule.sizes.map(({ width, height }) => ({ width, height, size: formatSize(width, height), ratio: ratioOf(width, height), family: [{ width, height }] }));
  }
  return sizeTable
    .filter((row) => row.k === k && judgeSize(row.size, rule) === undefined)
    .map(({ width, height, size, ratio, name }) => ({ width, height, size, ratio, name, family: sizeTable.filter((row) => row.ratio === ratio).toReversed() }));
}

/** `1536`, `1024` → `3:2`. */
export function ratioOf(width: number, height: number): string {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  const by = divisor(width, height);
  return `${width / by}:${height / by}`;
}

/** What the picker shows as chosen. */
export function chosenOf(size: string, rule: SizeRule): 'auto' | 'tile' | 'custom' {
  const parsed = parseSize(size);
  if (parsed === 'auto') return 'auto';
  if (parsed === undefined) return 'custom';
  const canonical = formatSize(parsed.width, parsed.height);
  const tiles = rule.kind === 'listed' ? tilesOf(rule, '1K') : resolutions.flatMap((k) => tilesOf(rule, k));
  return tiles.some((tile) => tile.size === canonical) ? 'tile' : 'custom';
}

/** Whether a size keeps one of the rules; undefined: what was typed is no size yet. */
export interface RuleCheck {
  readonly rule: 'multiple' | 'longest' | 'ratio' | 'pixels';
  readonly ok: boolean | undefined;
}

/** The four rules of free sizes, each judged by itself. */
export function checksOf(text: string, rule: Extract<SizeRule, { kind: 'free' }>): readonly RuleCheck[] {
  const size = parseSize(text);
  const known = size === undefined || size === 'auto' ? undefined : size;
  const judged = (keeps: (long: number, short: number) => boolean): boolean | undefined => known && keeps(Math.max(known.width, known.height), Math.min(known.width, known.height));
  return [
    { rule: 'multiple', ok: judged((long, short) => long % rule.multipleOf === 0 && short % rule.multipleOf === 0) },
    { rule: 'longest', ok: judged((long) => long <= rule.longest) },
    { rule: 'ratio', ok: judged((long, short) => long <= short * rule.ratio) },
    { rule: 'pixels', ok: judged((long, short) => long * short >= rule.fewestPixels && long * short <= rule.mostPixels) },
  ];
}

/** The nearest size that the model draws, where what was typed is a size that it does not. */
export function nearestTo(text: string, rule: SizeRule): string | undefined {
  const size = parseSize(text);
  if (size === undefined || size === 'auto' || !judgeSize(text, rule)) return undefined;
  const { width, height } = nearestSize(size.width, size.height, rule);
  return formatSize(width, height);
}

/** Where something is on the page: its middle from the left, its top, in CSS pixels. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/**
 * Where a key leads among radios that lie in rows; undefined: the key means nothing here. Left and right go round in their order, up and
 * down go to the next row, as straight as can be, and no further than the last.
 */
export function neighbour(index: number, key: string, places: readonly Place[]): number | undefined {
  switch (key) {
    case 'ArrowRight':
      return (index + 1) % places.length;
    case 'ArrowLeft':
      return (index + places.length - 1) % places.length;
    case 'ArrowDown':
      return nextRow(index, places, 1);
    case 'ArrowUp':
      return nextRow(index, places, -1);
    case 'Home':
      return 0;
    case 'End':
      return places.length - 1;
    default:
      return undefined;
  }
}

function nextRow(index: number, places: readonly Place[], way: 1 | -1): number {
  const from = places[index] ?? { x: 0, y: 0 };
  const ahead = places.map(({ x, y }, at) => ({ at, far: (y - from.y) * way, aside: Math.abs(x - from.x) })).filter(({ far }) => far > 0);
  const [nearest] = ahead.toSorted((a, b) => a.far - b.far || a.aside - b.aside);
  return nearest?.at ?? index;
}

/**
 * Takes the unit out of costs that all have the same, so that it is said once: `550–780 credits` → `550–780`. What is no word, such as `$`, stays.
 * @returns the unit, and each cost without it; an empty unit where they differ
 */
export function withoutUnit(costs: Readonly<Record<string, string>>): { readonly unit: string; readonly short: Readonly<Record<string, string>> } {
  const entries = Object.entries(costs);
  const units = new Set(entries.map(([, cost]) => /\s*(\p{L}[\p{L}\s]*)$/u.exec(cost)?.[1] ?? ''));
  const [unit = ''] = units;
  if (units.size !== 1 || unit === '') return { unit: '', short: costs };
  return { unit, short: Object.fromEntries(entries.map(([size, cost]) => [size, cost.slice(0, -unit.length).trimEnd()])) };
}

/** `1280x720` → `1280 × 720`; what is no size stays as it is. */
export const sizeText = (size: string): string => size.replace(/^(\d+)x(\d+)$/u, '$1 × $2');

/** The table's word for a ratio, in the user's language. */
export function ratioName(name: string, t: Translate): string {
  switch (name) {
    case 'Square':
      return t('Square');
    case 'Widescreen':
      return t('Widescreen');
    case 'Story':
      return t('Story');
    case 'Print':
      return t('Print');
    case 'Feed':
      return t('Feed');
    case 'Classic':
      return t('Classic');
    case 'Vertical':
      return t('Vertical');
    case 'Photo':
      return t('Photo');
    case 'Portrait':
      return t('Portrait');
    case 'Exclusive':
      return t('Exclusive');
    default:
      return name;
  }
}
