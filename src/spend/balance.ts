import type { Amount } from '../images/price.ts';
import type { Charge } from './entry.ts';

/** What was left at a service, as it was told once. */
export interface Figure {
  readonly amount: Amount;
  /** When it was so, in epoch milliseconds. */
  readonly asOf: number;
  /** Up to when charges are taken off already, in epoch milliseconds; absent: none are. */
  readonly counted?: number;
  /** Who told: the service, or the user. */
  readonly from: 'service' | 'hand';
}

/** What is left of a figure after the charges of that origin, in its unit, since it was told. May be less than nothing. */
export function leftOf({ amount, asOf, counted = asOf }: Figure, charges: readonly Charge[], origin: string): Amount {
  const since = charges.filter((charge) => charge.origin === origin && charge.amount.unit === amount.unit && Date.parse(charge.time) > counted);
  return { ...amount, micros: since.reduce((left, charge) => left - charge.amount.micros, amount.micros) };
}

/** How a service answered when this window asked it last, at `at` in epoch milliseconds. `none`: it does not tell. */
export interface Asked {
  readonly at: number;
  readonly end: 'fetched' | 'none' | 'failed';
}

/** A service is asked unbidden at most so often, in milliseconds: relays count such calls. */
const pause = 3 * 60_000;
/** One that does not tell is asked again only after so long, in milliseconds. */
const longPause = 60 * 60_000;

/** Milliseconds until a service may be asked unbidden. What another window was told counts as well. */
export function waitBefore(figure: Figure | undefined, asked: Asked | undefined, now: number): number {
  const latest = Math.max(asked?.at ?? 0, figure?.asOf ?? 0);
  // A clock that was put back is no reason to wait for hours.
  return latest > now ? pause : Math.max(0, latest + (asked?.end === 'none' ? longPause : pause) - now);
}

/** Whether a figure is not to be relied on. The user's holds until there is another; the service's as long as its last answer is at hand, or another window just had one. */
export function isStale({ asOf, from }: Figure, asked: Asked | undefined, now: number): boolean {
  if (from === 'hand' || asked?.end === 'fetched') return false;
  return asked !== undefined || now - asOf >= pause;
}

/** A figure as it was kept; undefined for what is none. */
export function figureIn(value: unknown): Figure | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { amount, asOf, counted, from } = value as Partial<Record<keyof Figure, unknown>>;
  if (typeof amount !== 'object' || amount === null) return undefined;
  const { micros, unit } = amount as Partial<Record<keyof Amount, unknown>>;
  if (!Number.isSafeInteger(micros) || (unit !== 'credits' && unit !== 'USD')) return undefined;
  if (typeof asOf !== 'number' || !Number.isFinite(asOf) || (from !== 'service' && from !== 'hand')) return undefined;
  return { amount: { micros: Number(micros), unit }, asOf, ...(typeof counted === 'number' && Number.isFinite(counted) && { counted }), from };
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
