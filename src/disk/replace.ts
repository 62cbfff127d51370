import { randomUUID } from 'node:crypto';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

// What write-file-atomic does for a whole string is needed here for what is written piece by piece as well.

/** A name beside a file for what will take its place. */
export const besideOf = (file: string): string => `${file}.${randomUUID()}.new`;

/** How long Windows is asked again while another window, a virus scanner or an indexer has the file open, in milliseconds. */
const patience = 10_000;

/** Puts a file in the place of another, in one step: whoever opens it sees the one or the other. */
export async function putInPlace(fresh: string, file: string): Promise<void> {
  const since = Date.now();
  for (;;) {
    try {
      return await rename(fresh, file);
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (process.platform !== 'win32' || !['EPERM', 'EACCES', 'EBUSY'].includes(code) || Date.now() - since > patience) throw error;
      await pause(20);
    }
  }
}

/** Brings the names in the folder of a file through to the disk. */
export async function syncNames(file: string): Promise<void> {
  // Windows opens no folders.
  if (process.platform === 'win32') return;
  const handle = await open(dirname(file), 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Deletes what was to take the place of a file and did not come to it, where nobody has written to it for so long, in milliseconds. */
export async function sweepBeside(file: string, untouched: number): Promise<void> {
  const name = basename(file);
  for (const entry of await readdir(dirname(file)).catch(() => [])) {
    if (!(entry.startsWith(`${name}.`) && entry.endsWith('.new'))) continue;
    const path = join(dirname(file), entry);
    const found = await stat(path).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs >= untouched) await rm(path, { force: true }).catch(() => undefined);
  }
}
