import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { foundIn, type FoundFile } from './made.ts';

/** What was found in files, by their URI, as it was kept in `file`; what cannot be read is looked into anew. */
export async function readFound(file: string): Promise<Map<string, FoundFile>> {
  const found = new Map<string, FoundFile>();
  try {
    const kept = JSON.parse(await readFile(file, 'utf8')) as { readonly version?: unknown; readonly files?: unknown };
    if (kept.version !== 1 || !Array.isArray(kept.files)) return found;
    for (const [uri, value] of kept.files as [unknown, unknown][]) {
      const one = foundIn(value);
      if (typeof uri === 'string' && one) found.set(uri, one);
    }
  } catch {
    // None was kept, or by nobody we know.
  }
  return found;
}

/** Keeps what was found; the file is the old or the new one at every moment, and of two windows the last one's. @throws errors of the file system */
export async function keepFound(file: string, found: ReadonlyMap<string, FoundFile | 'gone'>): Promise<void> {
  const part = `${file}.${randomUUID()}.part`;
  await mkdir(dirname(file), { recursive: true });
  try {
    await writeFile(part, JSON.stringify({ version: 1, files: [...found].filter(([, one]) => one !== 'gone') }), { mode: 0o600 });
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
