import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';

/** How far a file of lines was read. */
export interface Mark {
  /** Bytes. The next line begins there. */
  readonly offset: number;
  /** A hash of what lies right before it: the file is still the one that was read where it is the same. */
  readonly before: string;
}

/** Bytes that `before` is the hash of: more than any line of ours that could come twice. */
const looksBack = 256;
/** Bytes that are read at once: a few milliseconds' work, between which others have their turn. */
const piece = 256 * 1024;

export const atStart: Mark = { offset: 0, before: '' };

async function beforeOf(handle: FileHandle, offset: number): Promise<string> {
  if (offset === 0) return '';
  const bytes = Buffer.alloc(Math.min(looksBack, offset));
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, offset - bytes.length);
  return createHash('sha256').update(bytes.subarray(0, bytesRead)).digest('hex');
}

/**
 * Hands over each whole line of an open file from `offset` on, empty ones left out, and returns where the first one begins that is not whole. A
 * line is whole at its newline.
 */
export async function linesFrom(handle: FileHandle, offset: number, heard: (line: string) => void): Promise<number> {
  const buffer = Buffer.alloc(piece);
  let at = offset;
  let rest = Buffer.alloc(0);
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, piece, at + rest.length);
    if (bytesRead === 0) return at;
    const bytes = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
    const end = bytes.lastIndexOf(10) + 1;
    for (const line of bytes.toString('utf8', 0, end).split('\n')) if (line !== '') heard(line);
    at += end;
    rest = bytes.subarray(end);
  }
}

/**
 * Hands over what has come to a file since `mark`, which need not exist, and returns how far it is read now.
 * @returns undefined, with nothing handed over, where the file is not the one that was read: replaced, cut, or gone
 */
export async function readOn(file: string, mark: Mark, heard: (line: string) => void): Promise<Mark | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return mark.offset === 0 ? mark : undefined;
    throw error;
  }
  try {
    const { size } = await handle.stat();
    if (size < mark.offset || (await beforeOf(handle, mark.offset)) !== mark.before) return undefined;
    if (size === mark.offset) return mark;
    const offset = await linesFrom(handle, mark.offset, heard);
    return { offset, before: await beforeOf(handle, offset) };
  } finally {
    await handle.close();
  }
}
