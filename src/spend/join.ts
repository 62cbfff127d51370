import type { Charge, Correction } from './entry.ts';

/** What a correction does to its charge. */
type Change = Pick<Correction, 'micros' | 'unit' | 'row'>;

/** What was said of a job before its charge was found. */
export interface Waiting {
  readonly files: readonly string[];
  readonly corrections: readonly Change[];
}

export const nothingWaits: Waiting = { files: [], corrections: [] };

export const waitingFor = ({ files, corrections }: Waiting, line: { readonly files: readonly string[] } | Correction): Waiting =>
  'files' in line ? { files: [...files, ...line.files], corrections } : { files, corrections: [...corrections, { micros: line.micros, unit: line.unit, ...(line.row !== undefined && { row: line.row }) }] };

/** A charge with more of its files; one that it has already is not had twice. */
export const withFiles = (charge: Charge, files: readonly string[]): Charge => (files.length === 0 ? charge : { ...charge, files: [...new Set([...(charge.files ?? []), ...files])] });

/** A charge with an amount corrected by so much; what a row of the service's log says is measured. A correction in another unit says nothing about it. */
export const corrected = (charge: Charge, { micros, unit, row }: Change): Charge =>
  unit === charge.amount.unit ? { ...charge, amount: { micros: charge.amount.micros + micros, unit }, measured: charge.measured || row !== undefined, entered: charge.entered ?? charge.amount } : charge;

/** A charge with all that was waiting for it. */
export const joined = (charge: Charge, { files, corrections }: Waiting): Charge => corrections.reduce(corrected, withFiles(charge, files));
