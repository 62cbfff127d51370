import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
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
export interface Ledger {
  /** Resolves once the line is on disk. */
  append(charge: Charge): Promise<void>;
  /** Reads what has come since the last call, from this window or another, and returns all charges, in file order. */
  read(): Promise<readonly Charge[]>;
  /** Lines that are no charge: torn by a crash or of another version. They stay in the file. */
  readonly skipped: number;
}

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
function parseCharge(line: string): Charge | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
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

/** Opens the ledger in `file`, which need not exist yet. Reading starts with the first {@link Ledger.read}. */
export function openLedger(file: string): Ledger {
  let charges: readonly Charge[] = [];
  let offset = 0;
  let skipped = 0;
  let reading: Promise<void> = Promise.resolve();

  async function readOn(): Promise<void> {
    let handle: FileHandle;
    try {
      handle = await open(file, 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      throw error;
    }
    try {
      const { size } = await handle.stat();
      if (size < offset) {
        // Somebody replaced or cut the file: what was read is no longer what it says.
        charges = [];
        offset = 0;
        skipped = 0;
      }
      const bytes = Buffer.alloc(size - offset);
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, offset);
      // A line is complete at its newline; what follows the last one is read next time.
      const end = bytes.subarray(0, bytesRead).lastIndexOf('\n') + 1;
      const lines = bytes.toString('utf8', 0, end).split('\n').filter((line) => line !== '');
      const fresh = lines.map(parseCharge).filter((charge) => charge !== undefined);
      skipped += lines.length - fresh.length;
      offset += end;
      if (fresh.length > 0) charges = [...charges, ...fresh];
    } finally {
      await handle.close();
    }
  }

  return {
    async append(charge) {
      await mkdir(dirname(file), { recursive: true });
      const handle = await open(file, 'a');
      try {
        // One write in append mode lands whole beside other windows' writes; the newline before it ends a line that a crash tore.
        await handle.write(`\n${JSON.stringify(charge)}\n`);
        await handle.sync();
      } finally {
        await handle.close();
      }
    },
    async read() {
      reading = reading.catch(() => undefined).then(readOn);
      await reading;
      return charges;
    },
    get skipped() {
      return skipped;
    },
  };
}
