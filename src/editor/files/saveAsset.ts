import { copyFile, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { join } from 'node:path';
import { FileSystemError, Uri, workspace } from 'vscode';
import { FailureError } from '../../images/failure.ts';
import { numbered } from '../../images/naming.ts';
import { copyDurably, stagingIn } from '../../jobs/overwrite.ts';

const hasCode = (error: unknown, ...codes: readonly string[]): boolean => codes.includes((error as NodeJS.ErrnoException).code ?? '');

/** Names taken in one folder before we stop looking for a free one. */
const mostTries = 10_000;

/**
 * Gives `source` the first of `names` that is free in `folder`. The whole file appears at once under its name, or not at all:
 * it is copied beside its place first and linked there, and a link never replaces what is there.
 */
async function placeOnDisk(source: string, folder: string, names: Iterable<string>, isSame: (name: string) => Promise<boolean>, mark?: string): Promise<string | undefined> {
  const staged = await stagingIn(folder, mark);
  try {
    await copyDurably(source, staged);
    for (const name of names) {
      try {
        await link(staged, join(folder, name)).catch(async (error: unknown) => {
          // File systems without hard links (FAT, some network drives): an exclusive copy never overwrites either, though it is seen growing.
          if (!hasCode(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK')) throw error;
          await copyFile(staged, join(folder, name), constants.COPYFILE_EXCL);
        });
        return name;
      } catch (error) {
        if (!hasCode(error, 'EEXIST')) throw error;
        if (await isSame(name)) return name;
      }
    }
    return undefined;
  } finally {
    await rm(staged, { force: true });
  }
}

/** The same on any other file system, through VS Code: written beside, then renamed, which providers refuse where something is. */
async function placeByProvider(source: string, folder: Uri, names: Iterable<string>, isSame: (name: string) => Promise<boolean>, mark: string = randomUUID()): Promise<string | undefined> {
  const staged = Uri.joinPath(folder, `.easel-${mark}.tmp`);
  // The one place that holds a whole picture in memory: a provider takes nothing less.
  await workspace.fs.writeFile(staged, await readFile(source));
  try {
    for (const name of names) {
      try {
        await workspace.fs.rename(staged, Uri.joinPath(folder, name), { overwrite: false });
        return name;
      } catch (error) {
        if (!(error instanceof FileSystemError) || error.code !== 'FileExists') throw error;
        if (!(await isSame(name))) continue;
        await workspace.fs.delete(staged);
        return name;
      }
    }
    await workspace.fs.delete(staged);
    return undefined;
  } catch (error) {
    await Promise.resolve(workspace.fs.delete(staged)).catch(() => undefined);
    throw error;
  }
}

/** Where an asset goes. */
export interface AssetPlace {
  readonly folder: Uri;
  /** Without extension. */
  readonly name: string;
  /** Without a dot. */
  readonly extension: string;
  readonly isSame?: (taken: Uri) => Promise<boolean>;
  /** Whose copy it is while it is on its way: see `stagingIn`. */
  readonly mark?: string;
}

function* candidates(name: string, extension: string): Generator<string> {
  for (let number = 1; number <= mostTries; number += 1) yield `${numbered(name, number)}.${extension}`;
}

/**
 * Puts a picture into a folder, made when missing, under the first free name of `name`, `name-2`, … and resolves to its URI.
 * Never overwrites, also when two windows race.
 * @param source path of the picture on this computer; it stays where it is
 * @param place `isSame`: whether a file whose name is taken is this very picture, put there before: then that is where it is
 * @throws {FailureError} `save-failed`
 */
export async function saveAsset(source: string, { folder, name, extension, isSame = () => Promise.resolve(false), mark }: AssetPlace): Promise<Uri> {
  try {
    if (folder.scheme === 'file') await mkdir(folder.fsPath, { recursive: true });
    else await workspace.fs.createDirectory(folder);
    const names = candidates(name, extension);
    const same = (taken: string): Promise<boolean> => isSame(Uri.joinPath(folder, taken));
    const file = folder.scheme === 'file' ? await placeOnDisk(source, folder.fsPath, names, same, mark) : await placeByProvider(source, folder, names, same, mark);
    if (file === undefined) throw new Error(`no free name for ${name}.${extension}`);
    return Uri.joinPath(folder, file);
  } catch (error) {
    const path = workspace.asRelativePath(folder);
    throw new FailureError({ code: 'save-failed', path, message: error instanceof Error ? error.message : String(error) }, { cause: error });
  }
}

/**
 * Gives `work` a file's own path; of a file that does not lie on this computer, the path of a copy that is deleted afterwards.
 * @param scratch folder for the copy; made when it is needed
 */
export async function withLocalFile<T>(uri: Uri, scratch: string, work: (file: string) => Promise<T>): Promise<T> {
  if (uri.scheme === 'file') return work(uri.fsPath);
  const copy = join(scratch, randomUUID());
  await mkdir(scratch, { recursive: true, mode: 0o700 });
  try {
    await writeFile(copy, await workspace.fs.readFile(uri), { mode: 0o600 });
    return await work(copy);
  } finally {
    await rm(copy, { force: true });
  }
}
