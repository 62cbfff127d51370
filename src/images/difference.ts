import type { ImageHeader } from './header.ts';
import type { ImageRequest } from './request.ts';
import type { Translate } from './words.ts';

/** What a service did otherwise than asked. Said to the user, never a failure: the pictures are paid for. */
export type Difference =
  | { readonly kind: 'fewer'; readonly asked: number; readonly got: number }
  | { readonly kind: 'size'; readonly picture: number; readonly asked: string; readonly got: string }
  /** `auto` was asked for, and does not come to what the user was shown. */
  | { readonly kind: 'followed'; readonly picture: number; readonly expected: string; readonly got: string }
  | { readonly kind: 'format'; readonly picture: number; readonly asked: string; readonly got: string }
  | { readonly kind: 'opaque'; readonly picture: number };

/**
 * Holds what came against what was asked. `headers` are the pictures' real headers, in order; a picture's number counts from 1.
 * A size of 0 × 0 means that the bytes do not tell, and is not judged. `alpha` is false where no pixel is transparent, as far as pixels were looked at.
 */
export function differences(request: Pick<ImageRequest, 'count' | 'size' | 'expected' | 'format' | 'background'>, headers: readonly ImageHeader[]): readonly Difference[] {
  const found: Difference[] = [];
  if (headers.length < request.count) found.push({ kind: 'fewer', asked: request.count, got: headers.length });
  headers.forEach(({ format, width, height, alpha }, index) => {
    const picture = index + 1;
    const got = `${width}x${height}`;
    if (request.size !== 'auto' && width > 0 && request.size !== got) found.push({ kind: 'size', picture, asked: request.size, got });
    if (request.size === 'auto' && width > 0 && request.expected !== undefined && request.expected !== got) found.push({ kind: 'followed', picture, expected: request.expected, got });
    if (request.format !== undefined && request.format !== format) found.push({ kind: 'format', picture, asked: request.format, got: format });
    if (request.background === 'transparent' && !alpha) found.push({ kind: 'opaque', picture });
  });
  return found;
}

/** One sentence for the user. */
export function differenceSentence(difference: Difference, t: Translate): string {
  switch (difference.kind) {
    case 'fewer':
      return t('{0} pictures were asked for and {1} came; the charge is what the service counted.', difference.asked, difference.got);
    case 'size':
      return t('Picture {0} is {2}, not {1} as asked.', difference.picture, difference.asked, difference.got);
    case 'followed':
      return t('Picture {0} is {2}, although it was to follow the size of the edited image, {1}.', difference.picture, difference.expected, difference.got);
    case 'format':
      return t('Picture {0} is a {2} file, not {1} as asked.', difference.picture, difference.asked, difference.got);
    case 'opaque':
      return t('Picture {0} has no transparency, although it was asked for.', difference.picture);
  }
}
