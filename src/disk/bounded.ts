import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** How much a folder may hold. */
export interface Bounds {
  readonly files: number;
  readonly bytes: number;
}

/**
 * Deletes the files of a folder that were not touched for longest until the rest is within the bounds. Never rejects; what cannot be deleted
 * stays for the next time.
 */
export async function keepWithin(folder: string, { files: mostFiles, bytes: mostBytes }: Bounds): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const found: { readonly path: string; readonly size: number; readonly touched: number }[] = [];
  for (const name of names) {
    const path = join(folder, name);
    const file = await stat(path).catch(() => undefined);
    if (file?.isFile()) found.push({ path, size: file.size, touched: file.mtimeMs });
  }
  let [files, bytes] = [0, 0];
  for (const { path, size } of found.toSorted((a, b) => b.touched - a.touched)) {
    files += 1;
    bytes += size;
    if (files > mostFiles || bytes > mostBytes) await rm(path, { force: true }).catch(() => undefined);
  }
}
