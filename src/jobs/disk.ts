import { access, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Appends to a file, made when missing and private to the user; resolves once it would survive a power cut. */
export async function appendDurably(file: string, text: string): Promise<void> {
  const handle = await open(file, 'a', 0o600);
  try {
    await handle.write(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Brings what was written to a file, or the names in a folder, through to the disk: a power cut must not take it back. */
export async function toDisk(path: string): Promise<void> {
  // Windows opens no folders, and gives none of the rights that flushing asks for to a file that is open for reading.
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** When a folder or something in it was last written, in epoch milliseconds; undefined where there is no such folder. */
export async function newest(path: string): Promise<number | undefined> {
  try {
    const files = await readdir(path);
    const times = await Promise.all(['', ...files].map(async (file) => (await stat(join(path, file))).mtimeMs));
    return Math.max(...times);
  } catch {
    return undefined;
  }
}

/** Whether there is something at a path. */
export const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
