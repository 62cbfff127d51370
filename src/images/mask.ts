import { formatSize, type Size } from './size.ts';
import type { Translate } from './words.ts';

/** What a mask's pixels tell. Shares are 0 to 1, of all pixels. */
export interface MaskFacts {
  readonly size: Size;
  /** Wholly transparent pixels (alpha 0): where the picture is to change. */
  readonly transparent: number;
  /** Wholly opaque pixels (alpha 255): where it is to stay. */
  readonly opaque: number;
  /** Pixels that are rather transparent than opaque (alpha below 128): what mending makes wholly transparent. */
  readonly clear: number;
  /** Pixels that are near black, and near white, whatever their alpha. */
  readonly black: number;
  readonly white: number;
  /** Pixels rather light than dark, whatever their alpha. */
  readonly light: number;
  /** The wholly transparent share of the outermost pixels, the mask's own edge. */
  readonly edge: number;
}

/** How a mask is put right: scaled to a size, and its alpha taken from its colours or turned round. `{}`: only saved anew, as a PNG of wholly transparent and wholly opaque pixels. */
export interface MaskMend {
  readonly size?: Size;
  /** `from-white`: white becomes transparent (white = paint here); `from-black`: black does; `invert`: alpha is turned round. */
  readonly alpha?: 'from-white' | 'from-black' | 'invert';
}

/** Something about a mask that may be meant, and is worth a word before it is paid for. */
export type ReferenceDoubt = { readonly code: 'mask-inverted'; readonly name: string; /** Of the picture that would change, 0 to 1. */ readonly transparent: number };

/** So much of a mask's edge must be transparent for it to look turned round. */
const openEdge = 0.9;

/**
 * What may be wrong with a mask that has no fault. It looks turned round when more than half of it is transparent and its edge is
 * so almost everywhere: an opaque island. That is what painting over the part to change makes, and what asks the service to change
 * all but that part. Who wants a new background means just that; so it is a doubt.
 */
export function maskDoubts(name: string, facts: MaskFacts): readonly ReferenceDoubt[] {
  return looksInverted(facts) ? [{ code: 'mask-inverted', name, transparent: facts.transparent }] : [];
}

const looksInverted = ({ transparent, edge }: MaskFacts): boolean => transparent > 0.5 && transparent < 1 && edge >= openEdge;

/** So much of a mask must be near black or near white for its colours to be its meaning; the rest are soft edges and JPEG's traces. */
const twoColours = 0.9;

/**
 * What would put a mask right, the likeliest first; each is whole, and leaves no fault behind. What its pixels say counts for its
 * alpha, and where that says nothing, its colours: white for what is to change comes first, as most programs paint masks so.
 *
 * @param facts of the file as it is, not mended
 * @param image the edited picture's size; undefined: not known
 */
export function mendsFor(facts: MaskFacts, image: Size | undefined): readonly MaskMend[] {
  const size = image === undefined || (image.width === facts.size.width && image.height === facts.size.height) ? {} : { size: image };
  if (facts.clear > 0 && facts.clear < 1) return looksInverted(facts) ? [size, { ...size, alpha: 'invert' }] : [size];
  if (facts.black + facts.white >= twoColours && facts.light > 0 && facts.light < 1) return [{ ...size, alpha: 'from-white' }, { ...size, alpha: 'from-black' }];
  return [];
}

export function referenceDoubtSentence(doubt: ReferenceDoubt, t: Translate): string {
  return t('The mask {0} lets {1} % of the picture change and keeps an island in it: if only the island should change, invert the mask.', doubt.name, Math.round(doubt.transparent * 100));
}

/** The words of a button or an entry that mends a mask. */
export function mendTitle({ size, alpha }: MaskMend, t: Translate): string {
  const scaled = size && formatSize(size.width, size.height);
  switch (alpha ?? 'as it is') {
    case 'from-white':
      return scaled ? t('Change What Is White, Scale to {0}', scaled) : t('Change What Is White');
    case 'from-black':
      return scaled ? t('Change What Is Black, Scale to {0}', scaled) : t('Change What Is Black');
    case 'invert':
      return scaled ? t('Invert the Mask, Scale to {0}', scaled) : t('Invert the Mask');
    case 'as it is':
      return scaled ? t('Scale the Mask to {0}', scaled) : t('Save the Mask as PNG with Clear Edges');
  }
}

/** Whether two mends do the same. */
export const isSameMend = (a: MaskMend, b: MaskMend): boolean => a.alpha === b.alpha && a.size?.width === b.size?.width && a.size?.height === b.size?.height;
