import { posix } from 'node:path';
import type { Uri } from 'vscode';

/** The name of an edit's result beside its image: `hero.png` → `hero-edit`, and what the image is called in a title. */
export function editName(image: Uri): { readonly name: string; readonly label: string } {
  const label = posix.basename(image.path);
  const name = posix.basename(image.path, posix.extname(image.path));
  // The edit of an edit is not `hero-edit-edit`: the numbers tell them apart.
  return { name: /-edit(-\d+)?$/.test(name) ? name.replace(/-\d+$/, '') : `${name}-edit`, label };
}
