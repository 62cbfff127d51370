import type { Amount } from '../images/price.ts';
import type { Charge } from './entry.ts';

/** What was left at a service, as it was told once. */
export interface Figure {
  readonly amount: Amount;
  /** When it was so, in epoch milliseconds. */
  readonly asOf: number;
  /** Who told: the service, or the user. */
  readonly from: 'service' | 'hand';
}

/** What is left of a figure after the charges of that origin, in its unit, since it was told. May be less than nothing. */
export function leftOf({ amount, asOf }: Figure, charges: readonly Charge[], origin: string): Amount {
  const since = charges.filter((charge) => charge.origin === origin && charge.amount.unit === amount.unit && Date.parse(charge.time) > asOf);
  return { ...amount, micros: since.reduce((left, charge) => left - charge.amount.micros, amount.micros) };
}

/** A figure as it was kept; undefined for what is none. */
export function figureIn(value: unknown): Figure | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { amount, asOf, from } = value as Partial<Record<keyof Figure, unknown>>;
  if (typeof amount !== 'object' || amount === null) return undefined;
  const { micros, unit } = amount as Partial<Record<keyof Amount, unknown>>;
  if (!Number.isSafeInteger(micros) || (unit !== 'credits' && unit !== 'USD')) return undefined;
  if (typeof asOf !== 'number' || !Number.isFinite(asOf) || (from !== 'service' && from !== 'hand')) return undefined;
  return { amount: { micros: Number(micros), unit }, asOf, from };
}

/** The most that a balance comes to, in whole units; beyond it a figure is a slip of the keyboard. */
const mostUnits = 1_000_000_000;

/**
 * What a person typed as an amount, in millionths: digits with separators between thousands or none, and up to six places behind a point. `low`:
 * less than nothing; `high`: over 1,000,000,000.
 */
export function readFigure(text: string): { readonly micros: number } | { readonly fault: 'empty' | 'not-a-number' | 'low' | 'high' } {
  // As typed in Chinese too, whose keyboards give the wide digits and signs.
  const plain = text.normalize('NFKC').replaceAll(/[\s$¥_']/gu, '');
  if (plain === '') return { fault: 'empty' };
  const [, sign = '', whole = '', fraction = ''] = /^([-−]?)((?:\d{1,3}(?:,\d{3})+)|\d+)(?:\.(\d{0,6}))?$/u.exec(plain) ?? [];
  if (whole === '') return { fault: 'not-a-number' };
  const digits = whole.replaceAll(',', '').replace(/^0+(?=\d)/, '');
  if (sign !== '') return { fault: 'low' };
  if (digits.length > 10 || Number(digits) > mostUnits || (Number(digits) === mostUnits && /[1-9]/.test(fraction))) return { fault: 'high' };
  return { micros: Number(digits) * 1e6 + Number(fraction.padEnd(6, '0')) };
}
