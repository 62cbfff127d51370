import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

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
  let offset = 0;
  let skipped = 0;
  let reading: Promise<void> = Promise.resolve();

  const parse = (line: string): T | undefined => {
    try {
      return valueOf(JSON.parse(line));
    } catch {
      return undefined;
    }
  };

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
        values = [];
        offset = 0;
        skipped = 0;
      }
      if (size === offset) return;
      const bytes = Buffer.alloc(size - offset);
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, offset);
      // A line is complete at its newline; what follows the last one is read next time.
      const end = bytes.subarray(0, bytesRead).lastIndexOf('\n') + 1;
      const lines = bytes.toString('utf8', 0, end).split('\n').filter((line) => line !== '');
      const fresh = lines.map(parse).filter((value) => value !== undefined);
      skipped += lines.length - fresh.length;
      offset += end;
      if (fresh.length > 0) values = [...values, ...fresh];
    } finally {
      await handle.close();
    }
  }

  return {
    async append(value) {
      await mkdir(dirname(file), { recursive: true });
      const handle = await open(file, 'a', 0o600);
      try {
        // One write in append mode lands whole beside other windows' writes; the newline before it ends a line that a crash tore.
        const line = Buffer.from(`\n${JSON.stringify(value)}\n`);
        const { bytesWritten } = await handle.write(line);
        if (bytesWritten < line.length) throw new Error(`only ${bytesWritten} of ${line.length} bytes of a line were written`);
        await handle.sync();
      } finally {
        await handle.close();
      }
    },
    async read() {
      reading = reading.catch(() => undefined).then(readOn);
      await reading;
      return values;
    },
    get skipped() {
      return skipped;
    },
  };
}
