import type { ImageHeader } from '../images/header.ts';
import type { MaskFacts, MaskMend } from '../images/mask.ts';
import type { OutputFormat } from '../images/request.ts';
import type { Size } from '../images/size.ts';

/**
 * Decodes, scales and encodes pictures, file to file, outside the extension host's thread. Every target is written whole or not at
 * all, and never the source. Loads its codecs on first use.
 */
export interface Pixels {
  /** Writes the (first) picture of `source`, in any format that Easel knows, as `format`. */
  convert(source: string, target: string, format: OutputFormat): Promise<ImageHeader>;
  /** Brings a picture to exactly `size`: `fill` stretches it, `cover` crops what stands over, evenly on both sides. */
  resize(source: string, target: string, options: { readonly size: Size; readonly fit: 'fill' | 'cover'; readonly format: OutputFormat }): Promise<ImageHeader>;
  inspectMask(file: string): Promise<MaskFacts>;
  /** Writes a PNG with alpha. */
  mendMask(source: string, target: string, mend: MaskMend): Promise<ImageHeader>;
  /** Ends the thread. */
  close(): Promise<void>;
}

/** @param worker absolute path of the bundled worker */
export function createPixels(worker: string): Pixels {
  throw new Error(`under construction: ${worker}`);
}
