import type { Size } from './size.ts';

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
