/** The image formats that Easel knows by their first bytes. */
export type ImageFormat = 'png' | 'jpeg' | 'webp' | 'gif' | 'avif' | 'bmp' | 'svg';

/** What the first bytes of a picture tell. */
export interface ImageHeader {
  readonly format: ImageFormat;
  /** Pixels, after the file's own orientation is applied where the header has one; 0 where the bytes do not tell. */
  readonly width: number;
  readonly height: number;
  /** Whether the file can carry transparency (a channel or a transparent colour), not whether any pixel is transparent. */
  readonly alpha: boolean;
}
