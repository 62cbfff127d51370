import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';

/** How far a file of lines was read. */
export interface Mark {
  /** Bytes. The next line begins there. */
  readonly offset: number;
  /** A hash of what lies right before it: where it is the same, the file is still the one that was read. */
  readonly before: string;
}

export const atStart: Mark = { offset: 0, before: '' };

/** Bytes that `before` is the hash of. The names of jobs are among them, so that no other file has the same at this place. */
const looksBack = 256;
/** Bytes that are read at once: a few milliseconds' work, between which others have their turn. */
const piece = 256 * 1024;

async function beforeOf(handle: FileHandle, offset: number): Promise<string> {
  if (offset === 0) return '';
  const bytes = Buffer.alloc(Math.min(looksBack, offset));
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, offset - bytes.length);
  return createHash('sha256').update(bytes.subarray(0, bytesRead)).digest('hex');
}

/** Whether an open file is still the one that `mark` was made in, so far as it was read then. */
const isSame = async (handle: FileHandle, mark: Mark): Promise<boolean> => (await handle.stat()).size >= mark.offset && (await beforeOf(handle, mark.offset)) === mark.before;

/** Some lines of a file, empty ones left out, and where the next one begins. */
export interface Lines {
  readonly lines: readonly string[];
  readonly end: number;
}

/** The whole lines of an open file from `offset` on, piece by piece. A line is whole at its newline. */
export async function* linesFrom(handle: FileHandle, offset: number): AsyncGenerator<Lines> {
  // What is written meanwhile is read next time.
  const { size } = await handle.stat();
  const buffer = Buffer.alloc(Math.min(piece, Math.max(0, size - offset)));
  let [at, rest] = [offset, Buffer.alloc(0)];
  while (at + rest.length < size) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, at + rest.length);
    if (bytesRead === 0) return;
    const read = buffer.subarray(0, bytesRead);
    const bytes = rest.length === 0 ? read : Buffer.concat([rest, read]);
    const whole = bytes.lastIndexOf('\n') + 1;
    at += whole;
    rest = Buffer.from(bytes.subarray(whole));
    if (whole > 0) yield { lines: bytes.toString('utf8', 0, whole).split('\n').filter((line) => line !== ''), end: at };
  }
}

/** Opens a file for reading; undefined where there is none. */
export async function openThere(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whether what was read of a file up to `mark` is still there. */
export async function isThere(file: string, mark: Mark): Promise<boolean> {
  const handle = await openThere(file);
  if (!handle) return mark.offset === 0;
  try {
    return await isSame(handle, mark);
  } finally {
    await handle.close();
  }
}

/**
 * Hands over each line that has come to a file since `mark`, and returns how far it is read now: `mark` itself where nothing came. The file
 * need not exist.
 * @returns undefined, with nothing handed over, where the file is not the one that was read: replaced, cut, or gone
 */
export async function readOn(file: string, mark: Mark, heard: (line: string) => void): Promise<Mark | undefined> {
  const handle = await openThere(file);
  if (!handle) return mark.offset === 0 ? mark : undefined;
  try {
    if (!(await isSame(handle, mark))) return undefined;
    let { offset } = mark;
    for await (const { lines, end } of linesFrom(handle, offset)) {
      for (const line of lines) heard(line);
      offset = end;
    }
    return offset === mark.offset ? mark : { offset, before: await beforeOf(handle, offset) };
  } finally {
    await handle.close();
  }
}
