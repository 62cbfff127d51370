import type { IncomingHttpHeaders } from 'node:http';
import type { Transform } from 'node:stream';
import { finished } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { FailureError, type Failure } from '../images/failure.ts';
import { plainMessage, redact } from '../images/redact.ts';
import { failureFromReply } from '../images/reply.ts';
import { exchange, ExchangeError, type BodyReader } from './exchange.ts';
import { connectFailure, errorText, type Network } from './network.ts';
import { createReceiver, type Received, type Receiver } from './receive.ts';
import type { Landing, SendProgress } from './types.ts';

/** The body of one attempt. */
export interface Payload {
  readonly contentType: string;
  /** In bytes. */
  readonly length: number;
  readonly body: Buffer | AsyncIterable<Buffer>;
  /** Lets go of what the body holds open, read or not. Never rejects. Safe to call again. */
  close(): Promise<void>;
}

/** One attempt at a paid request. */
export interface Attempt {
  readonly network: Network;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Makes the body ready to go out. What it rejects with ends the attempt, with nothing sent. */
  readonly payload: () => Promise<Payload>;
  readonly model: string;
  /** From here to the last byte, in milliseconds; 0 = no limit. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly landing: Landing;
  readonly onProgress: (progress: SendProgress) => void;
  readonly log: (line: string) => void;
}

/** How an attempt ended: the service answered with what may be pictures, or it did not. */
export type Outcome =
  | { readonly kind: 'received'; readonly received: Received; readonly failure?: Failure }
  /** `headers` are the answer's, empty where none came. */
  | { readonly kind: 'failed'; readonly failure: Failure; readonly headers: IncomingHttpHeaders };

/** More of an error's body is not read. */
const longestError = 64 * 1024;
/** `receiving` is told at most once in so many bytes. */
const progressStep = 128 * 1024;

/** Sends once, and reads whatever comes back. Never rejects for what a service or a network can do. */
export async function attempt(options: Attempt): Promise<Outcome> {
  const { url, log } = options;
  const { dispatcher, proxied } = options.network.route(url);
  const limit = new AbortController();
  const timer = options.timeoutMs > 0 ? setTimeout(() => limit.abort(timedOut), Math.min(options.timeoutMs, 2 ** 31 - 1)) : undefined;
  const began = performance.now();
  const elapsed = (): string => `${Math.round(performance.now() - began)} ms`;
  let sent = false;
  /** Of the body, handed to the connection, in bytes; all of them: the service may have the whole request. */
  let out = 0;
  let whole = false;
  let status: number | undefined;
  let headers: IncomingHttpHeaders = {};
  let receiver: Receiver | undefined;
  let bytes = 0;
  const errorBody: Buffer[] = [];
  let problem: unknown;
  let payload: Payload | undefined;
  try {
    const ready = await unlessStopped(options.payload(), [options.signal, limit.signal]);
    payload = ready;
    const handOver = (bytes: number): void => {
      out += bytes;
      whole = out === ready.length;
      if (whole && !Buffer.isBuffer(ready.body)) log(`uploaded after ${elapsed()}`);
      options.onProgress(whole ? { stage: 'sent' } : { stage: 'uploading', bytes: out, of: ready.length });
    };
    await exchange({
      dispatcher,
      url,
      method: 'POST',
      headers: { ...options.headers, 'content-type': ready.contentType, 'content-length': String(ready.length) },
      body: Buffer.isBuffer(ready.body) ? ready.body : counted(ready.body, handOver),
      signals: [options.signal, limit.signal],
      onSent: () => {
        sent = true;
        log(`POST ${url.host}${url.pathname}: ${ready.length} bytes, connected${proxied ? ' through the proxy' : ''} after ${elapsed()}`);
        if (Buffer.isBuffer(ready.body)) handOver(ready.length);
      },
      onResponse: (answered, answer) => {
        status = answered;
        headers = answer;
        log(`status ${answered} after ${elapsed()}, ${answer['content-type'] ?? 'no type'}, ${answer['content-length'] ?? 'unknown'} bytes${requestIds(answer)}`);
        if (answered < 200 || answered > 299) return boundedReader(errorBody);
        const made = createReceiver({
          landing: options.landing,
          contentType: answer['content-type'] ?? '',
          onPartial: (file, partialIndex) => options.onProgress({ stage: 'partial', file, partialIndex }),
          log: (line) => log(redact(line)),
        });
        receiver = made;
        let told = -progressStep;
        return decompressed(answer['content-encoding'], {
          push: (chunk) => {
            bytes += chunk.length;
            if (bytes - told >= progressStep) {
              told = bytes;
              options.onProgress({ stage: 'receiving', bytes });
            }
            return made.push(chunk);
          },
        });
      },
    });
  } catch (error) {
    problem = error;
  } finally {
    clearTimeout(timer);
    // not waited for: a drive that hangs must not hold up who cancels
    void payload?.close();
  }

  const failure = problem === undefined || problem === enough ? undefined : failureOf(problem, { ...options, sent, whole: whole || status !== undefined, proxied });
  if (failure !== undefined) log(`${failure.code} after ${elapsed()}, ${bytes} bytes in: ${redact(errorText(problem))}`);
  if (receiver !== undefined) {
    const received = await receiver.finish(failure !== undefined);
    log(`received ${bytes} bytes in ${elapsed()}: ${received.pictures.length} pictures, ${received.links.length} links, ${received.troubles.length} troubles`);
    return { kind: 'received', received, ...(failure === undefined ? {} : { failure }) };
  }
  // an answer whose status is there counts, even when its body broke off; a user who cancelled wants no other word
  if (status !== undefined && failure?.code !== 'cancelled') {
    const text = Buffer.concat(errorBody).toString('utf8');
    log(`error body: ${plainMessage(text)}`);
    const told = failureFromReply(status, headers, text, { model: options.model, now: new Date() });
    return { kind: 'failed', failure: told, headers };
  }
  return { kind: 'failed', failure: failure ?? { code: 'internal', message: 'no answer' }, headers };
}

const timedOut = new Error('the limit was reached');
const enough = new Error('enough of the body was read');

/** A payload that comes too late is closed: a drive that hangs must not hold up who cancels. */
const unlessStopped = (coming: Promise<Payload>, signals: readonly AbortSignal[]): Promise<Payload> => {
  const either = AbortSignal.any([...signals]);
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      reject(either.reason);
      void coming.then((late) => late.close()).catch(() => undefined);
    };
    if (either.aborted) stop();
    either.addEventListener('abort', stop, { once: true });
    void coming.then(resolve, reject).finally(() => either.removeEventListener('abort', stop));
  });
};

/** Calls `handOver` for each piece right before it goes: what it counted may be out, what it did not count is not. */
async function* counted(body: AsyncIterable<Buffer>, handOver: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const piece of body) {
    handOver(piece.length);
    yield piece;
  }
}

/** `sent`: something went out; `whole`: all of it, or the service answered before. What the service never had whole it cannot bill. */
const failureOf = (error: unknown, at: Attempt & { readonly sent: boolean; readonly whole: boolean; readonly proxied: boolean }): Failure => {
  if (at.signal.aborted) return { code: 'cancelled', sent: at.whole };
  const part = at.whole ? {} : { sent: false as const };
  if (error === timedOut) {
    return at.sent ? { code: 'timeout', seconds: at.timeoutMs / 1000, ...part } : connectFailure(new Error('no connection within the limit'), at.url, at.proxied);
  }
  if (error instanceof FailureError) return error.failure;
  if (!(error instanceof ExchangeError)) return { code: at.sent ? 'bad-reply' : 'internal', message: errorText(error) };
  // what the body itself ended in
  if (error.cause instanceof FailureError) return error.cause.failure;
  return error.sent ? { code: 'connection-lost', message: errorText(error.cause), ...part } : connectFailure(error.cause, at.url, at.proxied);
};

const boundedReader = (kept: Buffer[]): BodyReader => {
  let room = longestError;
  return {
    push: (chunk) => {
      kept.push(Buffer.from(chunk.subarray(0, room)));
      room -= chunk.length;
      if (room <= 0) throw enough;
      return undefined;
    },
  };
};

/** Nothing is asked to come compressed; where a service does it all the same its pictures are not lost. */
const decompressed = (encoding: string | string[] | undefined, reader: BodyReader): BodyReader => {
  const inflater = inflaterFor(String(encoding ?? '').trim().toLowerCase());
  if (inflater === undefined) return reader;
  const whole = finished(inflater, { writable: false });
  whole.catch(() => undefined);
  inflater.on('data', (chunk: Buffer) => {
    const held = reader.push(chunk);
    if (held === undefined) return;
    inflater.pause();
    void held.then(() => inflater.resume());
  });
  return {
    push: (chunk) => (inflater.write(chunk) ? undefined : Promise.race([new Promise<void>((resolve) => inflater.once('drain', resolve)), whole])),
    end: () => {
      inflater.end();
      return whole;
    },
  };
};

const inflaterFor = (encoding: string): Transform | undefined =>
  encoding === 'gzip' || encoding === 'x-gzip' ? createGunzip() : encoding === 'br' ? createBrotliDecompress() : encoding === 'deflate' ? createInflate() : undefined;

const requestIds = (headers: IncomingHttpHeaders): string =>
  ['x-request-id', 'x-oneapi-request-id', 'cf-ray'].flatMap((name) => (headers[name] === undefined ? [] : [`, ${name} ${String(headers[name])}`])).join('');
