import { randomUUID } from 'node:crypto';
import { open, stat, type FileHandle } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { FailureError } from '../images/failure.ts';
import { readAhead, type Pieces } from './pieces.ts';
import type { Payload } from './send.ts';
import type { Upload } from './types.ts';

interface OpenUpload {
  readonly upload: Upload;
  readonly handle: FileHandle;
  readonly before: Stats;
  /** What goes out right before the file's bytes. */
  readonly head: Buffer;
}

/**
 * A `multipart/form-data` body of text fields and files. The files are opened here, so that one that cannot be read is known before
 * anything goes out, and read while they are sent, a piece at a time. Names in it are ours (`image-1.png`), never the user's.
 * @throws {FailureError} `file-unreadable`, also by the body, of a file that changes while it is read
 */
export async function openForm(fields: readonly (readonly [name: string, value: string])[], uploads: readonly Upload[], imageField: string): Promise<Payload> {
  const boundary = `easel-${randomUUID()}`;
  const part = (headers: string): string => `--${boundary}\r\n${headers}\r\n\r\n`;

  const files: OpenUpload[] = [];
  const close = async (): Promise<void> => {
    // a handle that is closed already says so by rejecting
    await Promise.allSettled(files.map(({ handle }) => handle.close()));
  };
  // what ends one part goes out with what begins the next: without the very last piece the last file has no end either
  let before = fields.map(([name, value]) => `${part(`Content-Disposition: form-data; name="${name}"`)}${value}\r\n`).join('');
  try {
    let images = 0;
    for (const upload of uploads) {
      const field = upload.role === 'mask' ? 'mask' : imageField;
      const name = `${upload.role === 'mask' ? 'mask' : `image-${++images}`}.${upload.mime.slice('image/'.length)}`;
      const head = Buffer.from(`${before}${part(`Content-Disposition: form-data; name="${field}"; filename="${name}"\r\nContent-Type: ${upload.mime}`)}`);
      files.push({ upload, head, ...(await openUpload(upload)) });
      before = '\r\n';
    }
  } catch (error) {
    await close();
    throw error;
  }
  const end = Buffer.from(`${before}--${boundary}--\r\n`);
  const length = files.reduce((sum, { head, before: { size } }) => sum + head.length + size, end.length);
  const body = readAhead((pieces) => everything(files, end, pieces));
  return { contentType: `multipart/form-data; boundary=${boundary}`, length, body, close };
}

const unreadable = (name: string, message: string): FailureError => new FailureError({ code: 'file-unreadable', name, message });

/** The message of a file's error holds the path, its code does not. */
const asUnreadable = (name: string, error: unknown): FailureError =>
  error instanceof FailureError ? error : unreadable(name, String((error as NodeJS.ErrnoException).code));

const openUpload = async ({ file, name }: Upload): Promise<Pick<OpenUpload, 'handle' | 'before'>> => {
  let handle: FileHandle | undefined;
  try {
    // before it is opened: opening a pipe would wait for who writes to it
    if (!(await stat(file)).isFile()) throw unreadable(name, 'not a file');
    handle = await open(file, 'r');
    const before = await handle.stat();
    if (before.size === 0) throw unreadable(name, 'empty');
    return { handle, before };
  } catch (error) {
    await handle?.close();
    throw asUnreadable(name, error);
  }
};

async function* everything(files: readonly OpenUpload[], end: Buffer, pieces: Pieces): AsyncGenerator<Buffer> {
  for (const file of files) {
    yield file.head;
    yield* contents(file, pieces);
  }
  yield end;
}

/** The bytes that were there when the file was opened. @throws {FailureError} when the file is found to have changed since, or cannot be read. */
async function* contents({ upload, handle, before }: OpenUpload, pieces: Pieces): AsyncGenerator<Buffer> {
  const changed = (): FailureError => unreadable(upload.name, 'changed while it was sent');
  try {
    for (let at = 0; at < before.size;) {
      const piece = pieces.take(before.size - at);
      const { bytesRead } = await handle.read(piece, 0, piece.length, at);
      if (bytesRead === 0) throw changed();
      at += bytesRead;
      yield piece.subarray(0, bytesRead);
    }
    const after = await handle.stat();
    if (after.size !== before.size || after.mtimeMs !== before.mtimeMs) throw changed();
    await handle.close();
  } catch (error) {
    throw asUnreadable(upload.name, error);
  }
}
