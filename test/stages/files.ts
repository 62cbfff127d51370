import fs from 'node:fs';
import path from 'node:path';

/** The project's folder. */
export const root = path.resolve(import.meta.dirname, '../..');

/** Where stages leave what they make; not in version control. */
export const out = path.join(root, 'out');

/** All files below a folder whose names end so, sorted; installed packages left out. None when there is no such folder. */
export function filesBelow(folder: string, ending: string): string[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesBelow(file, ending);
      return entry.name.endsWith(ending) ? [file] : [];
    })
    .toSorted();
}
