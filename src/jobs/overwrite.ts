import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, chmod, copyFile, mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sweep } from './sweep.ts';

/** Brings what was written to a file or folder to the disk. */
export async function sync(path: string, flags: 'r' | 'r+'): Promise<void> {
  const handle = await open(path, flags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Copies `source` to a path where nothing is; resolves once the copy would survive a crash.
 * @param mode the copy's permissions; absent = those of any new file, for the source's own are as private as the journal
 */
export async function copyDurably(source: string, target: string, mode?: number): Promise<void> {
  const handle = await open(target, 'wx');
  const { mode: usual } = await handle.stat();
  await handle.close();
  await copyFile(source, target, constants.COPYFILE_FICLONE);
  await chmod(target, usual);
  await sync(target, 'r+');
  if (mode !== undefined) await chmod(target, mode & 0o7777);
}

/**
 * The path of what is copied beside its place; nothing is there. What a crash left of such in the folder is deleted: after a day, or at once what
 * has the same mark.
 * @param mark says whose copy it is, so that whoever goes on after a crash finds it: a job and the number of its picture
 */
export async function stagingIn(folder: string, mark: string = randomUUID()): Promise<string> {
  await sweep(folder, /^\.easel-[\da-f-]{36}(?:-\d+)?\.tmp$/);
  const staged = join(folder, `.easel-${mark}.tmp`);
  await rm(staged, { force: true });
  return staged;
}

/**
 * Writes the bytes of `source` over a file: at every moment it is the old or the new one, and keeps its permissions. A symbolic link
 * stays one. Where nothing is, the file and its folder are made.
 * @param mayWrite asked right before the new bytes take the name; false leaves everything as it is
 * @param mark see {@link stagingIn}
 * @returns whether it was written
 */
export async function overwrite(file: string, source: string, mayWrite: () => Promise<boolean>, mark?: string): Promise<boolean> {
  const target = await realpath(file).catch(() => file);
  const mode = await stat(target).then(
    (found) => found.mode,
    () => undefined,
  );
  // A rename asks the folder alone: a file that its user made read-only stays as it is.
  if (mode !== undefined) await access(target, constants.W_OK);
  else await mkdir(dirname(target), { recursive: true });
  const staged = await stagingIn(dirname(target), mark);
  try {
    await copyDurably(source, staged, mode);
    if (!(await mayWrite())) return false;
    await rename(staged, target);
    return true;
  } finally {
    await rm(staged, { force: true });
  }
}
