import type { Amount, Unit, Usage } from '../images/price.ts';
import type { Charge, Correction, Doubt, Files, LedgerLine, Release, Reservation } from './entry.ts';

// Judged by hand rather than by a schema: the ledger is read at start-up, where no schema library is loaded.

type Members<T> = Partial<Record<keyof T, unknown>>;

const isText = (value: unknown): value is string => typeof value === 'string';
const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every(isText);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const isTime = (value: unknown): value is string => isText(value) && !Number.isNaN(Date.parse(value));
const isUnit = (value: unknown): value is Unit => value === 'credits' || value === 'USD';

/** A member that may be missing. */
const maybe = (value: unknown, is: (value: unknown) => boolean): boolean => value === undefined || is(value);

function isUsage(value: unknown): value is Usage {
  if (typeof value !== 'object' || value === null) return false;
  const { textIn, imageIn, imageOut } = value as Members<Usage>;
  return isCount(textIn) && isCount(imageIn) && isCount(imageOut);
}

function isAmount(value: unknown): value is Amount {
  if (typeof value !== 'object' || value === null) return false;
  const { micros, unit } = value as Members<Amount>;
  return isCount(micros) && isUnit(unit);
}

function isCharge(charge: Members<Charge>): boolean {
  const { job, time, workspace, service, origin, model, size, quality, count, received, usage, amount, measured, edit, partials, prompt } = charge;
  return (
    [job, workspace, service, origin, model, size, quality].every(isText) &&
    isTime(time) &&
    isCount(count) &&
    isCount(received) &&
    maybe(usage, isUsage) &&
    isAmount(amount) &&
    typeof measured === 'boolean' &&
    maybe(edit, (value) => value === true) &&
    maybe(partials, isCount) &&
    maybe(prompt, isText)
  );
}

/** What is joined to a charge when it is read is not believed where a line says it. */
function asCharge(value: object): Charge {
  if (!('files' in value || 'entered' in value)) return value as Charge;
  const { files: _files, entered: _entered, ...charge } = value as Charge;
  return charge;
}

const isCorrection = ({ id, job, time, micros, unit, row }: Members<Correction>): boolean => isText(id) && isText(job) && isTime(time) && Number.isSafeInteger(micros) && isUnit(unit) && maybe(row, isText);

const isReservation = ({ job, time, workspace, service, origin, amount, window }: Members<Reservation>): boolean =>
  [job, workspace, service, origin].every(isText) && isTime(time) && isAmount(amount) && maybe(window, isText);

const isFiles = ({ job, files }: Members<Files>): boolean => isText(job) && isTexts(files);

const isOfJob = ({ job }: Members<Release | Doubt>): boolean => isText(job);

/** What a line of the ledger holds, which may be anything; undefined: it is none of ours, or of a version to come. */
export function lineIn(value: unknown): LedgerLine | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { version, kind } = value as { readonly version?: unknown; readonly kind?: unknown };
  if (version !== 1) return undefined;
  switch (kind) {
    case undefined:
      return isCharge(value) ? asCharge(value) : undefined;
    case 'files':
      return isFiles(value) ? (value as Files) : undefined;
    case 'correction':
      return isCorrection(value) ? (value as Correction) : undefined;
    case 'reserve':
      return isReservation(value) ? (value as Reservation) : undefined;
    case 'release':
    case 'doubt':
      return isOfJob(value) ? (value as Release | Doubt) : undefined;
    default:
      return undefined;
  }
}
