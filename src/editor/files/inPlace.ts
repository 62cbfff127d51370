import { access, constants } from 'node:fs/promises';
import { dirname, posix } from 'node:path';
import { FilePermission, l10n, workspace, type Uri } from 'vscode';
import type { OutputFormat } from '../../images/request.ts';
import { labelOf } from '../orders/editName.ts';

const formats: Readonly<Record<string, OutputFormat>> = { '.png': 'png', '.jpg': 'jpeg', '.jpeg': 'jpeg', '.webp': 'webp' };

/** The format to ask for so that what comes fits the file's name; undefined: no service draws such files. */
export const formatInPlace = (file: Uri): OutputFormat | undefined => formats[posix.extname(file.path).toLowerCase()];

/** One sentence: why an edit's result cannot take the place of a file; undefined: it can, as far as can be told without writing. */
export async function replaceFault(file: Uri): Promise<string | undefined> {
  if (!formatInPlace(file)) return l10n.t('{0} cannot be replaced: only PNG, JPEG and WebP files can.', labelOf(file));
  return (await isWritable(file)) ? undefined : l10n.t('{0} cannot be replaced, for it cannot be written to: put the result beside it.', labelOf(file));
}

async function isWritable(file: Uri): Promise<boolean> {
  if (workspace.fs.isWritableFileSystem(file.scheme) === false) return false;
  try {
    const { permissions = 0 } = await workspace.fs.stat(file);
    if ((permissions & FilePermission.Readonly) !== 0) return false;
    if (file.scheme !== 'file') return true;
    await access(file.fsPath, constants.W_OK);
    // The new bytes are written beside the file and take its name whole.
    await access(dirname(file.fsPath), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
