import type { Model } from './model.ts';
import { formatSize, judgeSize, nearestSize, type Size, type SizeFault } from './size.ts';

/** What the size `auto` comes to on an edit of one image. */
export interface Followed {
  /** What is sent: `auto`, or the nearest size that the model draws where it does not draw the image's own. */
  readonly size: string;
  /** What will be drawn, as `WIDTHxHEIGHT`; absent where nobody can tell. */
  readonly drawn?: string;
  /** The rule of the model that the image's own size breaks. */
  readonly fault?: SizeFault;
}

/**
 * What `auto` comes to. OpenAI-HK's document says that `auto` follows the edited image, and not what becomes of an image that breaks
 * the model's rules; so for such a one the nearest valid size is named, and what comes and what it costs is known before. An image
 * whose size is not known (a side of 0) is left to the service, and so is every model whose rules are not known.
 */
export function followedSize(image: Size | undefined, { sizes }: Pick<Model, 'sizes'>): Followed {
  if (!image || !(image.width > 0 && image.height > 0)) return { size: 'auto' };
  const own = formatSize(image.width, image.height);
  const fault = judgeSize(own, sizes);
  if (!fault) return sizes.kind === 'any' ? { size: 'auto' } : { size: 'auto', drawn: own };
  const { width, height } = nearestSize(image.width, image.height, sizes);
  return { size: formatSize(width, height), drawn: formatSize(width, height), fault };
}
