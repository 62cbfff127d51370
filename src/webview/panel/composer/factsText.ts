import type { PanelReference } from '../../../protocol/panel.ts';

/** Pixels and bytes, as far as they are known: `1024 × 768, 1.2 MB`. */
export function factsText({ width, height, bytes }: PanelReference, locale: string): string {
  const [amount, unit] = bytes < 1_000_000 ? [bytes / 1000, 'kilobyte'] : [bytes / 1_000_000, 'megabyte'];
  const size = new Intl.NumberFormat(locale, { style: 'unit', unit, maximumSignificantDigits: 2 }).format(amount);
  return [...(width > 0 && height > 0 ? [`${width} × ${height}`] : []), size].join(', ');
}
