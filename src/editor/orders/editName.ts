import { posix } from 'node:path';
import type { Uri } from 'vscode';

/** What a file is called in a title: its name without its folder. */
export const labelOf = (file: Uri): string => posix.basename(file.path);

/** The name, without extension, of what is made from an image and lies beside it: `hero.png` → `hero-edit`, `hero-variation`. */
export function siblingName(image: Uri, kind: 'edit' | 'variation'): string {
  const name = posix.basename(image.path, posix.extname(image.path));
  // The edit of an edit is not `hero-edit-edit`: the numbers tell them apart.
  return new RegExp(`-${kind}(-\\d+)?$`).test(name) ? name.replace(/-\d+$/, '') : `${name}-${kind}`;
}
