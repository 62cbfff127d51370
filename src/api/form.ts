import { randomUUID } from 'node:crypto';
import { open, stat, type FileHandle } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { FailureError } from '../images/failure.ts';
import type { Payload } from './send.ts';
import type { Upload } from './types.ts';

/** Bytes read from a file at a time. */
const pieceSize = 256 * 1024;

interface OpenUpload {
  readonly upload: Upload;
  readonly handle: FileHandle;
  readonly before: Stats;
  /** What goes before the file's bytes. */
  readonly head: Buffer;
}

/**
 * A `multipart/form-data` body of text fields and files. The files are opened here, so that one that cannot be read is known before
 * anything goes out, and read while they are sent, a piece at a time. Names in it are ours (`image-1.png`), never the user's.
 * @throws {FailureError} `file-unreadable`
 */
export async function openForm(fields: readonly (readonly [name: string, value: string])[], uploads: readonly Upload[], imageField: string): Promise<Payload> {
  const boundary = `easel-${randomUUID()}`;
  const part = (headers: string): string => `--${boundary}\r\n${headers}\r\n\r\n`;
  const texts = Buffer.from(fields.map(([name, value]) => `${part(`Content-Disposition: form-data; name="${name}"`)}${value}\r\n`).join(''));
  const end = Buffer.from(`--${boundary}--\r\n`);

  const files: OpenUpload[] = [];
  const close = async (): Promise<void> => {
    // a handle that is closed already says so by rejecting
    await Promise.allSettled(files.map(({ handle }) => handle.close()));
  };
  try {
    let images = 0;
    for (const upload of uploads) {
      const field = upload.role === 'mask' ? 'mask' : imageField;
      const name = `${upload.role === 'mask' ? 'mask' : `image-${++images}`}.${upload.mime.slice('image/'.length)}`;
      const head = Buffer.from(part(`Content-Disposition: form-data; name="${field}"; filename="${name}"\r\nContent-Type: ${upload.mime}`));
      files.push({ upload, head, ...(await openUpload(upload)) });
    }
  } catch (error) {
    await close();
    throw error;
  }
  const length = files.reduce((sum, { head, before }) => sum + head.length + before.size + lineEnd.length, texts.length + end.length);
  return { contentType: `multipart/form-data; boundary=${boundary}`, length, body: pieces(texts, files, end), close };
}

const lineEnd = Buffer.from('\r\n');

const openUpload = async ({ file, name }: Upload): Promise<Pick<OpenUpload, 'handle' | 'before'>> => {
  const unreadable = (message: string): FailureError => new FailureError({ code: 'file-unreadable', name, message });
  let handle: FileHandle | undefined;
  try {
    // before it is opened: opening a pipe would wait for who writes to it
    if (!(await stat(file)).isFile()) throw unreadable('not a file');
    handle = await open(file, 'r');
    const before = await handle.stat();
    if (before.size === 0) throw unreadable('empty');
    return { handle, before };
  } catch (error) {
    await handle?.close();
    // the message of such an error holds the path
    throw error instanceof FailureError ? error : unreadable(String((error as NodeJS.ErrnoException).code));
  }
};

async function* pieces(texts: Buffer, files: readonly OpenUpload[], end: Buffer): AsyncGenerator<Buffer> {
  yield texts;
  for (const file of files) {
    yield file.head;
    yield* contents(file);
    yield lineEnd;
  }
  yield end;
}

/** The bytes that were there when the file was opened. @throws {Error} when the file is found to have changed since. */
async function* contents({ upload, handle, before }: OpenUpload): AsyncGenerator<Buffer> {
  const changed = (): Error => new Error(`${upload.name} changed while it was sent`);
  for (let at = 0; at < before.size;) {
    const piece = Buffer.allocUnsafeSlow(Math.min(pieceSize, before.size - at));
    const { bytesRead } = await handle.read(piece, 0, piece.length, at);
    if (bytesRead === 0) throw changed();
    at += bytesRead;
    yield piece.subarray(0, bytesRead);
  }
  const after = await handle.stat();
  if (after.size !== before.size || after.mtimeMs !== before.mtimeMs) throw changed();
  await handle.close();
}
