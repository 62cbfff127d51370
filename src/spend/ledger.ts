import { appendLine } from '../disk/append.ts';
import { atStart, readOn, type Mark } from '../disk/tail.ts';
import { createBook, type Book } from './book.ts';
import type { Charge, LedgerLine } from './entry.ts';
import { lineIn } from './lineIn.ts';
import type { Roll } from './roll.ts';
import { rollOf, startRolling, take, type Rolling } from './rolling.ts';

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
}

/** What was read so far. */
interface Known {
  readonly mark: Mark;
  readonly rolling: Rolling;
  readonly book: Book | undefined;
  readonly skipped: number;
}

function parse(line: string): LedgerLine | undefined {
  try {
    return lineIn(JSON.parse(line));
  } catch {
    return undefined;
  }
}

/** Opens the ledger in `file`, which need not exist yet. Reading starts with the first `read` or `roll`. */
export function openLedger(file: string, { since, now = () => new Date() }: LedgerOptions = {}): Ledger {
  const fresh = (book: Book | undefined): Known => ({ mark: atStart, rolling: startRolling(since?.getTime() ?? Number.POSITIVE_INFINITY), book, skipped: 0 });
  let known = fresh(undefined);
  let rolled: Roll | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  /** Reads on from what is known. @returns false where that is not what the file says, or not enough */
  async function goOn({ mark, rolling, book, skipped: before }: Known): Promise<boolean> {
    let enough = true;
    let skipped = before;
    const end = await readOn(file, mark, (text) => {
      const line = parse(text);
      if (!line) skipped += 1;
      else {
        enough = take(rolling, line) && enough;
        book?.take(line);
      }
    });
    if (!end || !enough) return false;
    if (end !== mark) rolled = undefined;
    known = { mark: end, rolling, book, skipped };
    return true;
  }

  async function readAll(whole: boolean): Promise<void> {
    if (!(whole && !known.book) && (await goOn(known))) return;
    rolled = undefined;
    await goOn(fresh(whole || known.book ? createBook() : undefined));
  }

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  };

  return {
    append: (line) => appendLine(file, line),
    read: () =>
      inTurn(async () => {
        await readAll(true);
        return known.book?.charges() ?? [];
      }),
    roll: () =>
      inTurn(async () => {
        await readAll(false);
        return (rolled ??= rollOf(known.rolling, now().getTime()));
      }),
    remove: () => Promise.reject(new Error('not yet')),
    get skipped() {
      return known.skipped;
    },
  };
}
