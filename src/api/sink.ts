import { open, rm, type FileHandle } from 'node:fs/promises';
import type { Base64Target } from './base64.ts';

const bufferSize = 1024 * 1024;
/** Full buffers that may wait for the disk before the sender is held back. */
const longestBacklog = 4;

/** Buffers handed from one picture to the next, so that memory does not grow with their number. */
export type BufferPool = Buffer[];

/** One file being written while its bytes arrive. Nothing here throws: what goes wrong is told by `close`. */
export interface Sink extends Base64Target {
  readonly path: string;
  /** Bytes taken so far. */
  readonly bytes: number;
  write(chunk: Uint8Array): void;
  /** Undefined while more may come; else a promise that resolves, never rejects, once the disk has taken some. */
  busy(): Promise<void> | undefined;
  /** Writes the rest and closes the file. @returns the error that stopped the writing, if any. Safe to call again. */
  close(): Promise<Error | undefined>;
  /** Closes the file and removes it. Never rejects. */
  discard(): Promise<void>;
}

/**
 * Opens `path`, emptying it, once `after` has settled. Until bytes come the file is not touched. More than `limit` bytes are an
 * error: they are dropped.
 */
export function createSink(path: string, pool: BufferPool, limit: number, after: Promise<unknown> = Promise.resolve()): Sink {
  let buffer: Buffer | undefined;
  let used = 0;
  let bytes = 0;
  /** One for each full buffer that is not on disk yet, the oldest first. */
  const waiting: Promise<void>[] = [];
  let file: FileHandle | undefined;
  let problem: Error | undefined;
  let closing: Promise<Error | undefined> | undefined;
  let tail: Promise<void> = after.then(
    () => undefined,
    () => undefined,
  );

  const store = async (full: Buffer, length: number): Promise<void> => {
    try {
      if (problem !== undefined) return;
      file ??= await open(path, 'w', 0o600);
      for (let at = 0; at < length;) at += (await file.write(full, at, length - at)).bytesWritten;
    } catch (error) {
      problem ??= error instanceof Error ? error : new Error(String(error));
    } finally {
      void waiting.shift();
      if (pool.length <= longestBacklog) pool.push(full);
    }
  };

  const flush = (): void => {
    if (buffer === undefined || used === 0) return;
    const [full, length] = [buffer, used];
    buffer = undefined;
    used = 0;
    tail = tail.then(() => store(full, length));
    waiting.push(tail);
  };

  const room = (wanted: number): Buffer => {
    if (buffer !== undefined && buffer.length - used < wanted) flush();
    buffer ??= pool.pop() ?? Buffer.allocUnsafeSlow(bufferSize);
    return buffer;
  };

  const close = (): Promise<Error | undefined> => {
    flush();
    closing ??= tail.then(async () => {
      if (buffer !== undefined) pool.push(buffer);
      buffer = undefined;
      try {
        await file?.close();
      } catch (error) {
        problem ??= error instanceof Error ? error : new Error(String(error));
      }
      return problem;
    });
    return closing;
  };

  const count = (length: number): void => {
    bytes += length;
    if (bytes > limit) problem ??= new Error(`more than ${limit} bytes`);
  };

  return {
    path,
    get bytes() {
      return bytes;
    },
    decode: (text) => room(Math.ceil((text.length * 3) / 4)).write(text, used, 'base64'),
    commit: (length) => {
      used += length;
      count(length);
    },
    write: (chunk) => {
      count(chunk.length);
      for (let at = 0; at < chunk.length;) {
        const target = room(1);
        const take = Math.min(chunk.length - at, target.length - used);
        target.set(chunk.subarray(at, at + take), used);
        used += take;
        at += take;
      }
    },
    busy: () => (waiting.length < longestBacklog ? undefined : waiting[0]),
    close,
    discard: async () => {
      await close();
      await rm(path, { force: true }).catch(() => undefined);
    },
  };
}
