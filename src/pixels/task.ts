import type { ImageHeader } from '../images/header.ts';
import type { MaskFacts, MaskMend } from '../images/mask.ts';
import type { OutputFormat } from '../images/request.ts';
import type { Size } from '../images/size.ts';
import type { PixelsErrorCode } from './error.ts';

/** How a picture is brought to a size: `fill` stretches it, `cover` crops what stands over. */
export type Fit = 'fill' | 'cover';

/** One thing for the thread to do. Files are absolute paths. */
export type Task =
  | { readonly kind: 'convert'; readonly source: string; readonly target: string; readonly format: OutputFormat }
  | { readonly kind: 'resize'; readonly source: string; readonly target: string; readonly format: OutputFormat; readonly size: Size; readonly fit: Fit }
  | { readonly kind: 'mend'; readonly source: string; readonly target: string; readonly mend: MaskMend }
  | { readonly kind: 'inspect'; readonly source: string };

/** What came of a task that writes: the header of what was written, and how many pictures the source holds (animations: more than 1). */
export interface Written {
  readonly header: ImageHeader;
  readonly frames: number;
}

/** What the thread answers. */
export type Answer =
  | { readonly kind: 'written'; readonly written: Written }
  | { readonly kind: 'facts'; readonly facts: MaskFacts }
  /** `spent`: a codec threw, and may not be whole any more. */
  | { readonly kind: 'error'; readonly code: PixelsErrorCode; readonly message: string; readonly spent: boolean };
