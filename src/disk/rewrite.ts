import { open, rm, type FileHandle } from 'node:fs/promises';
import { addText } from './append.ts';
import { takeLock } from './lock.ts';
import { besideOf, putInPlace, sweepBeside, syncNames } from './replace.ts';
import { linesFrom, openThere } from './tail.ts';

/** Which lines of a file stay. */
export interface Choice {
  /** Hears every line first, before any of them is asked for. */
  survey(line: string): void;
  /** Whether anything goes: asked once, after the survey. */
  readonly any: () => boolean;
  /** Whether a line stays, which may be torn, or have come after the survey. */
  keeps(line: string): boolean;
  /** What is left to be done once the lines are gone, before other windows go on. */
  after(): Promise<void>;
}

/** Writes the lines that stay, from `offset` on, to another file, and returns how far it came. */
async function copy(from: FileHandle, offset: number, to: FileHandle, choice: Choice): Promise<number> {
  let at = offset;
  for await (const { lines, end } of linesFrom(from, offset)) {
    const kept = lines.filter((line) => choice.keeps(line));
    if (kept.length > 0) await to.appendFile(`\n${kept.join('\n')}\n`);
    at = end;
  }
  await to.sync();
  return at;
}

/** The same up to the file's very end, where a line can be torn. */
async function copyRest(from: FileHandle, offset: number, to: FileHandle, choice: Choice): Promise<void> {
  const at = await copy(from, offset, to, choice);
  const { size } = await from.stat();
  const bytes = Buffer.alloc(Math.max(0, size - at));
  const { bytesRead } = await from.read(bytes, 0, bytes.length, at);
  const rest = bytes.toString('utf8', 0, bytesRead);
  if (rest.trim() !== '' && choice.keeps(rest)) await addText(to, rest);
}

async function addTo<T>(file: string, work: (to: FileHandle) => Promise<T>): Promise<T> {
  const to = await open(file, 'a', 0o600);
  try {
    return await work(to);
  } finally {
    await to.close();
  }
}

/**
 * Writes a file of lines anew, without those that are to go, and puts it in the place of the old one; other windows may read it and append to it
 * all the while. Ended at any moment, the file is the old one or the new one, with everything in it that {@link appendLine} has resolved for.
 * @throws {Error} where another window is at it for a minute, or the file cannot be replaced; then it is as before
 */
export async function rewriteLines(file: string, choice: Choice): Promise<void> {
  const old = await openThere(file);
  if (!old) return;
  await old.close();
  const lock = await takeLock(file);
  const fresh = besideOf(file);
  try {
    // With the lock in hand whatever lies there was left behind.
    await sweepBeside(file, 0);
    await replace(file, fresh, choice, () => lock.held());
  } finally {
    await rm(fresh, { force: true });
    await lock.release();
  }
}

async function replace(file: string, fresh: string, choice: Choice, held: () => Promise<boolean>): Promise<void> {
  const old = await openThere(file);
  if (!old) return;
  try {
    for await (const { lines } of linesFrom(old, 0)) for (const line of lines) choice.survey(line);
    if (!choice.any()) return;
    const written = await addTo(fresh, (to) => copy(old, 0, to, choice));
    const takeOver = (target: string): Promise<void> => addTo(target, (to) => copyRest(old, written, to, choice));
    if (!(await held())) throw new Error(`${file} took too long to be written anew`);
    if (process.platform === 'win32') {
      // Nothing that is open is replaced there. Who appends waits for the lock from now on and writes again, or has written before.
      await takeOver(fresh);
      await old.close();
      await putInPlace(fresh, file);
    } else {
      await putInPlace(fresh, file);
      await syncNames(file);
      // So that nothing hangs on a window that takes the lock for left behind.
      await takeOver(file);
    }
    await choice.after();
  } finally {
    await old.close();
  }
}
