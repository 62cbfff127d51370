import type { Amount } from '../images/price.ts';
import type { Charge } from './entry.ts';
import { sumOf } from './totals.ts';

/** A cell: text, which may be anybody's, or a number of ours. */
export type Cell = string | number | { readonly figure: string };

/**
 * What spreadsheets take for the beginning of a formula, the wide forms of Chinese and Japanese keyboards among them. An apostrophe
 * before it makes it text; one that was there already gets another, so that taking away the first always leads back.
 */
const formula = /^'*[=+\-@\t\r\n＝＋－＠]/;

/** Text that no spreadsheet takes for a formula. */
export const guarded = (text: string): string => (formula.test(text) ? `'${text}` : text);

/** The text that was guarded. */
export const unguarded = (text: string): string => (text.startsWith("'") && formula.test(text.slice(1)) ? text.slice(1) : text);

/** An amount as a plain decimal number of its unit, exact: `783.13`, `-0.000001`. */
export function decimalOf({ micros }: Amount): string {
  const digits = String(Math.abs(micros)).padStart(7, '0');
  const fraction = digits.slice(-6).replace(/0+$/, '');
  return `${micros < 0 ? '-' : ''}${digits.slice(0, -6)}${fraction === '' ? '' : `.${fraction}`}`;
}

/** A cell in writing. Numbers of ours stay numbers, negative ones too. */
function written(cell: Cell): string {
  if (typeof cell === 'number') return String(cell);
  if (typeof cell !== 'string') return cell.figure;
  const text = guarded(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * CSV by RFC 4180: every record ends with CRLF, and what has a comma, a quote or a line's end in it is in quotes. The first record
 * has the names.
 */
export const csvOf = (names: readonly string[], records: readonly (readonly Cell[])[]): string => [names, ...records].map((cells) => `${cells.map(written).join(',')}\r\n`).join('');

const columns = {
  time: ({ time }) => time,
  workspace: ({ workspace }) => workspace,
  service: ({ service }) => service,
  origin: ({ origin }) => origin,
  model: ({ model }) => model,
  size: ({ size }) => size,
  quality: ({ quality }) => quality,
  kind: ({ edit }) => (edit === true ? 'edit' : 'generation'),
  asked: ({ count }) => count,
  received: ({ received }) => received,
  text_in: ({ usage }) => usage?.textIn ?? '',
  image_in: ({ usage }) => usage?.imageIn ?? '',
  image_out: ({ usage }) => usage?.imageOut ?? '',
  amount: ({ amount }) => ({ figure: decimalOf(amount) }),
  unit: ({ amount }) => amount.unit,
  entered: ({ entered }) => (entered === undefined ? '' : { figure: decimalOf(entered) }),
  basis: ({ measured }) => (measured ? 'measured' : 'estimated'),
  job: ({ job }) => job,
  files: ({ files = [] }) => files.join('\n'),
  prompt: ({ prompt }) => prompt ?? '',
} as const satisfies Readonly<Record<string, (charge: Charge) => Cell>>;

/** The names of the columns of {@link chargesCsv}, which are the same in every language: programs read them. */
export const csvColumns: readonly string[] = Object.keys(columns);

/**
 * Charges as CSV, one record each, in the ledger's order. Times are ISO 8601 in UTC; `amount` is in the unit beside it, `entered` is what it was before corrections.
 *
 * With a byte order mark: without it Excel reads the file in the system's own code page, and whatever is not English in it is garbled.
 */
export const chargesCsv = (charges: readonly Charge[]): string => `\u{FEFF}${csvOf(csvColumns, charges.map((charge) => Object.values(columns).map((cell) => cell(charge))))}`;

/**
 * Charges as JSON: `{easel: 'spend', version: 1, totals, charges}`, the charges as the ledger has them, their amounts in whole
 * millionths of the unit. No byte order mark: JSON has none.
 */
export const chargesJson = (charges: readonly Charge[]): string => `${JSON.stringify({ easel: 'spend', version: 1, totals: sumOf(charges), charges }, undefined, 2)}\n`;
