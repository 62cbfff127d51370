import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';

/** Takes the body of one response. What it throws, or rejects with, ends the exchange and is what the exchange rejects with. */
export interface BodyReader {
  /** Takes the next bytes. A promise holds the sender back until it settles. */
  push(chunk: Buffer): Promise<void> | undefined;
  /** The last byte was there. The exchange is over once this settles. */
  end?(): Promise<void>;
}

export interface ExchangeOptions {
  readonly dispatcher: Dispatcher;
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  /**
   * A body in pieces is asked for the next one when the connection took the one before; its length must be in `content-length`. What it
   * throws breaks the connection, and is the cause of the {@link ExchangeError} that this ends in.
   */
  readonly body?: Buffer | AsyncIterable<Buffer>;
  /** The first of these ends the exchange at once, at whatever stage; it then rejects with that signal's reason. */
  readonly signals: readonly AbortSignal[];
  /** A connection is there and the first byte is about to leave. Before this, and without it, nothing went out. */
  readonly onSent?: () => void;
  /** The response began. Without a reader the body is not wanted: the exchange ends here. */
  onResponse(status: number, headers: IncomingHttpHeaders): BodyReader | undefined;
}

/**
 * So many bytes may wait for a reader before the sender is held back. undici (to 7.30 at least) throws where nobody can catch it, and
 * loses the rest of the body, when a connection closes while it is paused: it is paused only where a disk stands still.
 */
const longestQueue = 32 * 1024 * 1024;

/** The connection failed. `sent` tells for certain that nothing went out where it is false. */
export class ExchangeError extends Error {
  override readonly name = 'ExchangeError';
  readonly sent: boolean;

  constructor(sent: boolean, cause: Error) {
    super(cause.message, { cause });
    this.sent = sent;
  }
}

/**
 * One request and its response, over undici's lowest level: only there is it known whether bytes went out, and the body comes
 * without a stream in between. Resolves once the body has been read to its end.
 */
export function exchange(options: ExchangeOptions): Promise<void> {
  const { dispatcher, url, signals } = options;
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let reader: BodyReader | undefined;
    let over = false;
    /** What came while the reader was busy, in order. */
    const queue: Buffer[] = [];
    let queued = 0;
    let paused = false;
    /** Settles, and never rejects, once the reader has taken all of the queue. */
    let draining: Promise<void> | undefined;

    const finish = (settle: () => void): void => {
      if (over) return;
      over = true;
      for (const signal of signals) signal.removeEventListener('abort', onAbort);
      settle();
    };
    const stop = (error: Error): void => {
      finish(() => reject(error));
      controller?.abort(error);
    };
    /** What a reader throws is its own, and must not come back as undici's. */
    const guarded = (work: () => void): void => {
      try {
        work();
      } catch (error) {
        stop(asError(error));
      }
    };
    const drain = async (from: Dispatcher.DispatchController, held: Promise<void>): Promise<void> => {
      try {
        await held;
        for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
          queued -= next.length;
          if (over) break;
          await reader?.push(next);
        }
      } catch (error) {
        stop(asError(error));
      }
      draining = undefined;
      if (!paused || over) return;
      paused = false;
      from.resume();
    };
    const onAbort = (): void => stop(asError(signals.find((signal) => signal.aborted)?.reason));
    for (const signal of signals) signal.addEventListener('abort', onAbort);
    if (signals.some((signal) => signal.aborted)) {
      onAbort();
      return;
    }

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: (started) => {
        // undici may start a request again when a connection broke under it: never one that went out
        if (over || controller !== undefined) {
          const error = new Error('the connection broke and the request is not sent again');
          started.abort(error);
          stop(new ExchangeError(controller !== undefined, error));
          return;
        }
        controller = started;
        options.onSent?.();
      },
      onResponseStart: (started, status, headers) => {
        if (status < 200 || over) return;
        guarded(() => {
          reader = options.onResponse(status, headers);
          if (reader !== undefined) return;
          finish(resolve);
          started.abort(new Error('the body is not wanted'));
        });
      },
      onResponseData: (started, chunk) => {
        if (over) return;
        if (draining === undefined) {
          guarded(() => {
            const held = reader?.push(chunk);
            if (held !== undefined) draining = drain(started, held);
          });
          return;
        }
        queue.push(chunk);
        queued += chunk.length;
        if (queued < longestQueue || paused) return;
        paused = true;
        started.pause();
      },
      onResponseEnd: () => {
        if (draining === undefined && reader?.end === undefined) {
          finish(resolve);
          return;
        }
        const end = async (): Promise<void> => {
          await draining;
          if (!over) await reader?.end?.();
        };
        end().then(
          () => finish(resolve),
          (error: unknown) => stop(asError(error)),
        );
      },
      onResponseError: (_, error) => {
        const fail = (): void => finish(() => reject(new ExchangeError(controller !== undefined, error)));
        // what came before it broke counts
        if (draining === undefined) fail();
        else void draining.then(fail);
      },
    };
    try {
      dispatcher.dispatch(
        {
          origin: url.origin,
          path: `${url.pathname}${url.search}`,
          method: options.method,
          headers: options.headers,
          // undici takes anything that can be iterated, its types know streams alone
          body: (options.body ?? null) as Buffer | null,
          headersTimeout: 0,
          bodyTimeout: 0,
        },
        handler,
      );
    } catch (error) {
      finish(() => reject(new ExchangeError(controller !== undefined, asError(error))));
    }
  });
}

const asError = (value: unknown): Error => (value instanceof Error ? value : new Error(String(value)));
