import { mkdir, open, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { whenUnlocked } from './lock.ts';

/** A file that is put in this one's place all the time is not one to write to. */
const mostTries = 100;

/** Adds text to a file, with no regard to whether that is still in its place. */
export async function addText(handle: FileHandle, text: string): Promise<void> {
  // One write in append mode lands whole beside other windows' writes; the newline before it ends a line that a crash tore.
  const bytes = Buffer.from(`\n${text}\n`);
  const { bytesWritten } = await handle.write(bytes);
  if (bytesWritten < bytes.length) throw new Error(`only ${bytesWritten} of ${bytes.length} bytes of a line were written`);
  await handle.sync();
}

/** Opens a file to append to; it, private to the user, and its folder are made where they are missing. */
async function openToAppend(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'a', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await mkdir(dirname(file), { recursive: true });
    return open(file, 'a', 0o600);
  }
}

/** Appends once. False where another file has taken this one's place meanwhile, maybe without the line. */
async function appendOnce(file: string, text: string): Promise<boolean> {
  const handle = await openToAppend(file);
  try {
    await addText(handle, text);
    const mine = await handle.stat({ bigint: true });
    // Windows replaces no file that is open. Elsewhere the number of one that is open is no other's.
    if (process.platform === 'win32') await handle.close();
    // In this order: who has put a file in its place by now has done so before it is looked for.
    await whenUnlocked(file);
    const there = await stat(file, { bigint: true }).catch(() => undefined);
    return there !== undefined && there.ino === mine.ino && there.dev === mine.dev;
  } finally {
    await handle.close();
  }
}

/**
 * Appends a value as a line of JSON to a file, which is made, private to the user, with its folder. Resolves once the line is on disk.
 *
 * Another window may be writing the file anew meanwhile (rewrite.ts), and have read it before the line was there. So it is waited for, and where
 * another file is in its place then, the line is written to that one as well: it may come twice, and is never lost.
 */
export async function appendLine(file: string, value: unknown): Promise<void> {
  const text = JSON.stringify(value);
  for (let tries = 0; tries < mostTries; tries += 1) if (await appendOnce(file, text)) return;
  throw new Error(`${file} does not stay in its place`);
}
