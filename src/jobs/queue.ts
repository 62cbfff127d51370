import PQueue from 'p-queue';
import { FailureError } from '../images/failure.ts';

/** Work in the order in which it came, so much of it at once as the limit says. */
export interface JobQueue {
  /**
   * Does `work` when it is its turn, and settles as it does. Once its turn has come, stopping is the work's own business.
   * @param signal takes waiting work out of the queue at once
   * @throws {FailureError} `cancelled`, not sent, when `signal` was aborted before the turn came
   */
  run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
  /** Asks for the limit anew. A lower one stops nothing that is under way. */
  readonly refresh: () => void;
}

/** @param limit how much may be under way at once, 1 or more; asked before each piece of work */
export function createJobQueue(limit: () => number): JobQueue {
  const queue = new PQueue({ concurrency: limit() });
  const refresh = (): void => {
    const wanted = limit();
    if (wanted !== queue.concurrency) queue.concurrency = wanted;
  };
  return {
    refresh,
    async run(work, signal) {
      refresh();
      // A signal of its own, for the waiting alone: of work under way the queue would let go at once, and start the next beside it.
      const waiting = new AbortController();
      const leave = (): void => waiting.abort(new FailureError({ code: 'cancelled', sent: false }));
      if (signal.aborted) leave();
      signal.addEventListener('abort', leave, { once: true });
      const begin = (): ReturnType<typeof work> => {
        signal.removeEventListener('abort', leave);
        return work();
      };
      try {
        return await queue.add(begin, { signal: waiting.signal });
      } finally {
        signal.removeEventListener('abort', leave);
      }
    },
  };
}
