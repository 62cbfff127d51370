import { atStart, readOn } from '../disk/tail.ts';
import type { Book } from './book.ts';
import type { Charge, LedgerLine } from './entry.ts';
import { lineIn } from './lineIn.ts';
import type { Roll } from './roll.ts';
import { rollOf, startRolling, take } from './rolling.ts';
import { readSnapshot, snapshotOf, type Rolled } from './snapshot.ts';

export type { Charge } from './entry.ts';

/** Every charge, and what belongs to it, in one file of JSON lines that only grows and that any number of windows append to. */
export interface Ledger {
  /** Resolves once the line is on disk. Lines that mean the same, such as two charges of one job, count once. */
  append(line: LedgerLine): Promise<void>;
  /**
   * Every charge in the order of their lines, with its files and its corrections, other windows' as well. The same array where nothing came. Reads the
   * whole ledger the first time and keeps it: for who needs all of it.
   */
  read(): Promise<readonly Charge[]>;
  /** The ledger rolled up, other windows' lines as well. The same where nothing came. */
  roll(): Promise<Roll>;
  /**
   * Deletes the charges from `from` up to, and without, `to` (epoch milliseconds) with all that belongs to them, for good. What windows append
   * meanwhile is not lost. Resolves with how many charges went.
   */
  remove(from: number, to: number): Promise<number>;
  /** Lines that were not understood: torn by a crash, or of a version to come. They stay in the file. */
  readonly skipped: number;
}

export interface LedgerOptions {
  /** The roll's `recent` has all charges since then, however many and however long ago. */
  readonly since?: Date;
  readonly now?: () => Date;
  /** A snapshot is written when so many lines are in none. */
  readonly snapshotAfter?: number;
}

// What a start does not need is loaded with its first use.

/** What was read so far. */
interface Known extends Rolled {
  readonly book: Book | undefined;
  /** Lines that no snapshot has. */
  readonly fresh: number;
}

function parse(line: string): LedgerLine | undefined {
  try {
    return lineIn(JSON.parse(line));
  } catch {
    return undefined;
  }
}

/**
 * Opens the ledger in `file`, which need not exist yet. Reading starts with the first `read` or `roll`. Beside it lies a snapshot of the roll, which
 * is made again where it is missing or does not fit.
 */
export function openLedger(file: string, { since, now = () => new Date(), snapshotAfter = 150 }: LedgerOptions = {}): Ledger {
  const from = since?.getTime() ?? Number.POSITIVE_INFINITY;
  const snapshot = snapshotOf(file);
  const unread = (book: Book | undefined): Known => ({ mark: atStart, rolling: startRolling(from), book, skipped: 0, fresh: 0 });
  let known: Known | undefined;
  let rolled: Roll | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  };

  /** Reads on from what is known; undefined where that is not what the file says, or not enough. */
  async function readFrom({ mark, rolling, book, ...before }: Known): Promise<Known | undefined> {
    let { skipped, fresh } = before;
    let enough = true;
    // Where this is broken off its lines are taken again: each counts once all the same.
    const end = await readOn(file, mark, (text) => {
      const line = parse(text);
      fresh += 1;
      if (!line) skipped += 1;
      else {
        enough = take(rolling, line) && enough;
        book?.take(line);
      }
    });
    return end && enough ? { mark: end, rolling, book, skipped, fresh } : undefined;
  }

  /** @param whole every charge is wanted */
  async function readAll(whole: boolean): Promise<Known> {
    const before = known ?? (whole ? undefined : await readSnapshot(snapshot, from).then((found) => found && { ...found, book: undefined, fresh: 0 }));
    const enough = before && (!whole || before.book) ? await readFrom(before) : undefined;
    const book = whole || before?.book ? (await import('./book.ts')).createBook() : undefined;
    const next = enough ?? (await readFrom(unread(book)));
    if (!next) throw new Error(`${file} cannot be read`);
    if (next.mark !== known?.mark) rolled = undefined;
    known = next;
    // In the background, and without it all is as well, only slower.
    if (next.fresh >= snapshotAfter) void inTurn(writeDown).catch(() => undefined);
    return next;
  }

  async function writeDown(): Promise<void> {
    const { snapshotBytes, writeSnapshot } = await import('./snapshotWrite.ts');
    if (!known || known.fresh < snapshotAfter) return;
    const { mark } = known;
    const bytes = snapshotBytes(known, now().getTime());
    known = { ...known, fresh: 0 };
    void writeSnapshot(snapshot, bytes, file, mark).catch(() => undefined);
  }

  return {
    append: async (line) => (await import('../disk/append.ts')).appendLine(file, line),
    read: () => inTurn(async () => (await readAll(true)).book?.charges() ?? []),
    roll: () =>
      inTurn(async () => {
        const { rolling } = await readAll(false);
        return (rolled ??= rollOf(rolling, now().getTime()));
      }),
    remove: async (first, end) => (await import('./remove.ts')).removeCharges(file, snapshot, first, end),
    get skipped() {
      return known?.skipped ?? 0;
    },
  };
}
