import { env, l10n } from 'vscode';
import type { Quality } from '../../images/request.ts';

/** A size as people read it: `1024 × 768`. */
export const sizeText = (size: string): string => (size === 'auto' ? l10n.t('Automatic') : size.replace('x', ' × '));

export function qualityText(quality: Quality): string {
  switch (quality) {
    case 'auto':
      return l10n.t('Automatic');
    case 'low':
      return l10n.t('Low');
    case 'medium':
      return l10n.t('Medium');
    case 'high':
      return l10n.t('High');
  }
}

/** `820 kB`, `1.2 MB`: thousands of bytes, as file managers count. */
export function bytesText(bytes: number): string {
  const [value, unit] = bytes < 1e6 ? [Math.ceil(bytes / 1e3), 'kilobyte'] : [bytes / 1e6, 'megabyte'];
  return new Intl.NumberFormat(env.language, { style: 'unit', unit, maximumFractionDigits: 1 }).format(value);
}
