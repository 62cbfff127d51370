import { Worker } from 'node:worker_threads';
import type { ImageHeader } from '../images/header.ts';
import type { MaskFacts, MaskMend } from '../images/mask.ts';
import type { OutputFormat } from '../images/request.ts';
import type { Size } from '../images/size.ts';
import { PixelsError } from './error.ts';
import type { Answer, Fit, Task, Written } from './task.ts';

/**
 * Decodes, scales and encodes pictures, file to file, outside the extension host's thread, one after the other. Files are absolute
 * paths. Every target is written whole or not at all, and never the source; what was there is replaced. Loads its codecs on first
 * use. What is over 100 million pixels is refused before it is decoded. Metadata and colour profiles are not carried over.
 *
 * Every call may reject with a {@link PixelsError}.
 */
export interface Pixels {
  /**
   * Writes the (first) picture of `source`, in any format that Easel knows, as `format`: JPEG at quality 92 and on white, WebP at
   * quality 90, or without loss where the source is so. A JPEG or AVIF is turned as it says it should be. An SVG is drawn at its own
   * size, brought to at least 512 pixels on its short side and at most 4096 on its long one.
   * @returns the header of what was written, and how many pictures the source holds
   */
  convert(source: string, target: string, format: OutputFormat): Promise<ImageHeader & { readonly frames: number }>;
  /**
   * Brings a picture to exactly `size`: `fill` stretches it, `cover` crops what stands over, evenly on both sides. What already is
   * of that size and format is copied byte for byte.
   */
  resize(source: string, target: string, options: { readonly size: Size; readonly fit: Fit; readonly format: OutputFormat }): Promise<ImageHeader>;
  inspectMask(file: string): Promise<MaskFacts>;
  /** Writes a PNG whose pixels are wholly transparent or wholly opaque, and black. */
  mendMask(source: string, target: string, mend: MaskMend): Promise<ImageHeader>;
  /** Ends the thread; what is under way or called later is rejected. */
  close(): Promise<void>;
}

/** Milliseconds. */
export interface Patience {
  /** What takes longer is rejected: the largest picture takes less, a hostile drawing never ends. */
  readonly limit: number;
  /** The thread ends when nothing is asked for so long: wasm memory only ever grows. */
  readonly idle: number;
}

/** @param worker absolute path of the bundled worker */
export function createPixels(worker: string, { limit, idle }: Patience = { limit: 120_000, idle: 20_000 }): Pixels {
  let thread: Worker | undefined;
  let resting: NodeJS.Timeout | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let closed = false;

  const end = async (): Promise<void> => {
    const ending = thread;
    thread = undefined;
    await ending?.terminate();
  };

  const begin = (): Worker => {
    // What the codecs print is of no use to anybody, and the parent's own flags are not for this thread.
    const begun = new Worker(worker, { stdout: true, stderr: true, execArgv: [] });
    begun.on('error', () => undefined);
    begun.once('exit', () => {
      if (thread === begun) thread = undefined;
    });
    return begun;
  };

  /** The thread keeps the process alive only while something is asked of it. */
  const ask = (task: Task): Promise<Answer> =>
    new Promise((resolve, reject) => {
      clearTimeout(resting);
      if (closed) throw new PixelsError('failed', 'the pixels are closed');
      const running = (thread ??= begin());
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        running.off('message', onMessage).off('error', onError).off('exit', onExit).unref();
        act();
      };
      const fail = (message: string, cause?: unknown): void => {
        settle(() => reject(new PixelsError('failed', message, { cause })));
        if (thread === running) void end();
      };
      const onMessage = (answer: Answer): void => settle(() => resolve(answer));
      const onError = (error: Error): void => fail(`the thread failed: ${error.message}`, error);
      const onExit = (code: number): void => fail(`the thread ended with ${code}`);
      const timer = setTimeout(() => fail(`it took longer than ${limit} ms`), limit);
      running.on('message', onMessage).on('error', onError).on('exit', onExit).ref();
      running.postMessage(task, []);
    });

  const perform = async (task: Task): Promise<Exclude<Answer, { kind: 'error' }>> => {
    const answer = await ask(task);
    if (answer.kind !== 'error' || !answer.spent) resting = setTimeout(() => void end(), idle).unref();
    else await end();
    if (answer.kind === 'error') throw new PixelsError(answer.code, answer.message);
    return answer;
  };

  const queue = (task: Task): ReturnType<typeof perform> => {
    const next = last.then(() => perform(task));
    last = next.catch(() => undefined);
    return next;
  };

  const written = async (task: Task): Promise<Written> => {
    const answer = await queue(task);
    if (answer.kind !== 'written') throw new PixelsError('failed', 'the thread answered something else');
    return answer.written;
  };

  return {
    async convert(source, target, format) {
      const { header, frames } = await written({ kind: 'convert', source, target, format });
      return { ...header, frames };
    },
    resize: async (source, target, options) => (await written({ kind: 'resize', source, target, ...options })).header,
    mendMask: async (source, target, mend) => (await written({ kind: 'mend', source, target, mend })).header,
    async inspectMask(source) {
      const answer = await queue({ kind: 'inspect', source });
      if (answer.kind !== 'facts') throw new PixelsError('failed', 'the thread answered something else');
      return answer.facts;
    },
    async close() {
      closed = true;
      clearTimeout(resting);
      await end();
    },
  };
}
