import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Nothing that works on a temporary file takes so long. */
const dayMs = 86_400_000;

/**
 * Deletes what a crash left in a folder: the entries whose names fit and that nobody has touched for a day. Never rejects; what cannot
 * be deleted stays for the next time.
 */
export async function sweep(folder: string, leftover: RegExp, now: () => Date = () => new Date()): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    if (!leftover.test(name)) continue;
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found && now().getTime() - found.mtimeMs > dayMs) await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}
