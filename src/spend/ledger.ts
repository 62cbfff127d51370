import { openLineFile, type LineFile } from '../disk/lineFile.ts';
import type { Amount, Usage } from '../images/price.ts';

/** What one job cost: a line of the ledger. Holds no prompt and no key. */
export interface Charge {
  readonly version: 1;
  /** The job that was charged. */
  readonly job: string;
  /** ISO 8601, UTC, the moment the answer was read. */
  readonly time: string;
  /** URI of the workspace file or of the first folder; empty where none was open. */
  readonly workspace: string;
  /** The profile's id, and the origin that was paid. */
  readonly service: string;
  readonly origin: string;
  readonly model: string;
  readonly size: string;
  readonly quality: string;
  /** Pictures asked for, and pictures that came. */
  readonly count: number;
  readonly received: number;
  /** Absent where the service did not say: then the amount is estimated. */
  readonly usage?: Usage;
  readonly amount: Amount;
  readonly measured: boolean;
}

/** Every charge, in one file of JSON lines that only grows and that any number of windows append to. */
export type Ledger = LineFile<Charge>;

const isText = (value: unknown): value is string => typeof value === 'string';
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

const isUsage = (value: unknown): value is Usage => {
  if (typeof value !== 'object' || value === null) return false;
  const { textIn, imageIn, imageOut } = value as Partial<Usage>;
  return isCount(textIn) && isCount(imageIn) && isCount(imageOut);
};

const isAmount = (value: unknown): value is Amount => {
  if (typeof value !== 'object' || value === null) return false;
  const { micros, unit } = value as Partial<Amount>;
  return isCount(micros) && (unit === 'credits' || unit === 'USD');
};

/** Judged by hand rather than by a schema: the ledger is read at start-up, where no schema library is loaded. */
function chargeIn(value: unknown): Charge | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const charge = value as Partial<Record<keyof Charge, unknown>>;
  const texts = [charge.job, charge.time, charge.workspace, charge.service, charge.origin, charge.model, charge.size, charge.quality];
  const sound =
    charge.version === 1 &&
    texts.every(isText) &&
    !Number.isNaN(Date.parse(String(charge.time))) &&
    isCount(charge.count) &&
    isCount(charge.received) &&
    (charge.usage === undefined || isUsage(charge.usage)) &&
    isAmount(charge.amount) &&
    typeof charge.measured === 'boolean';
  return sound ? (value as Charge) : undefined;
}

/** Opens the ledger in `file`, which need not exist yet. Reading starts with the first `read`. */
export const openLedger = (file: string): Ledger => openLineFile(file, chargeIn);
