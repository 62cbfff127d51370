import { appendLine } from './append.ts';
import { atStart, readOn } from './tail.ts';

/** A file of JSON lines that only grows and that any number of windows append to. */
export interface LineFile<T> {
  /** Resolves once the line is on disk. */
  append(value: T): Promise<void>;
  /** Reads what has come since the last call, from this window or another, and returns everything, in file order. The same array where nothing came. */
  read(): Promise<readonly T[]>;
  /** Lines that were not understood: torn by a crash, or of another version. They stay in the file. */
  readonly skipped: number;
}

/**
 * Opens the lines in `file`, which need not exist yet; it, private to the user, and its folder are made with the first one. Reading starts with the first
 * {@link LineFile.read}.
 * @param valueOf judges what a line holds, which may be anything; undefined: it is none of ours
 */
export function openLineFile<T>(file: string, valueOf: (value: unknown) => T | undefined): LineFile<T> {
  let values: readonly T[] = [];
  let mark = atStart;
  let skipped = 0;
  let reading: Promise<void> = Promise.resolve();

  const parse = (line: string): T | undefined => {
    try {
      return valueOf(JSON.parse(line));
    } catch {
      return undefined;
    }
  };

  async function goOn(): Promise<void> {
    const fresh: T[] = [];
    let strange = 0;
    const end = await readOn(file, mark, (line) => {
      const value = parse(line);
      if (value === undefined) strange += 1;
      else fresh.push(value);
    });
    if (!end) {
      // Somebody replaced or cut the file: what was read is no longer what it says.
      [values, mark, skipped] = [[], atStart, 0];
      return goOn();
    }
    mark = end;
    skipped += strange;
    if (fresh.length > 0) values = [...values, ...fresh];
  }

  return {
    append: (value) => appendLine(file, value),
    async read() {
      reading = reading.catch(() => undefined).then(goOn);
      await reading;
      return values;
    },
    get skipped() {
      return skipped;
    },
  };
}
