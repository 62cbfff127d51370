import fs from 'node:fs';
import path from 'node:path';

// What Easel keeps in a VS Code's user data, read while it works there: what goes meanwhile is not there.

/** Easel's own folder. */
export const storageIn = (userDataDir: string): string => path.join(userDataDir, 'User/globalStorage/easel.easel');

function unlessGone<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
    return otherwise;
  }
}

export const namesIn = (folder: string): string[] => unlessGone(() => fs.readdirSync(folder), []);
export const textOf = (file: string): string => unlessGone(() => fs.readFileSync(file, 'utf8'), '');

/** All files below a folder, as absolute paths. */
export function filesIn(folder: string): string[] {
  const entries = unlessGone(() => fs.readdirSync(folder, { withFileTypes: true }), []);
  return entries.flatMap((entry) => (entry.isDirectory() ? filesIn(path.join(folder, entry.name)) : [path.join(folder, entry.name)]));
}

/** The folder of the journal, and in it one for each job. */
export const journalIn = (userDataDir: string): string => path.join(storageIn(userDataDir), 'journal');
export const jobsIn = (userDataDir: string): string[] => namesIn(journalIn(userDataDir)).filter((name) => !name.endsWith('.door'));

/** Everything that the lines of all jobs in the journal say. */
export const journalLines = (userDataDir: string): string => jobsIn(userDataDir).map((job) => textOf(path.join(journalIn(userDataDir), job, 'job.jsonl'))).join('');

/** The ledger's charges, of all windows; its other lines tell of them. */
export function chargesIn(userDataDir: string): readonly { readonly job: string; readonly amount: { readonly micros: number }; readonly measured: boolean }[] {
  const lines = textOf(path.join(storageIn(userDataDir), 'ledger.jsonl')).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as ReturnType<typeof chargesIn>[number]).filter((line) => !('kind' in line));
}
