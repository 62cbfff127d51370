import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:http';

import { Refusal } from './errors.ts';
import type { Entry, RecordedRequest, Recorder, RequestKind } from './record.ts';
import { Dropped, send } from './wire.ts';

/** One request under way. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly entry: RecordedRequest;
  /** Writes to the entry, and wakes who waits for that. */
  readonly note: (changes: Partial<Entry>) => void;
  /** Aborts when the client leaves or the gateway closes. */
  readonly signal: AbortSignal;
}

export interface Origin {
  readonly origin: string;
  close(): Promise<void>;
}

/** What both origins are made with. */
export interface OriginOptions {
  readonly server: 'api' | 'files';
  readonly port: number;
  readonly recorder: Recorder;
  readonly log: (line: string) => void;
  readonly kindOf: (method: string, path: string) => RequestKind;
  readonly handle: (exchange: Exchange) => Promise<void>;
}

/** Listens on the loopback, records every request, and turns what the handler throws into an answer. */
export async function openOrigin(options: OriginOptions): Promise<Origin> {
  const { server: name, port, log } = options;
  const closing = new AbortController();
  const under = new Set<Promise<void>>();
  const server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 0 }, (request, response) => {
    const done = serve(options, closing.signal, request, response).catch((error: unknown) => {
      log(`${name} broke: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      response.destroy();
    });
    under.add(done);
    void done.finally(() => under.delete(done));
  });
  await listen(server, port);
  const { port: bound } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${bound}`,
    async close() {
      closing.abort(new Error('the gateway closes'));
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
      await Promise.all(under);
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', fail);
      done();
    });
  });
}

async function serve(
  { server, recorder, log, kindOf, handle }: OriginOptions,
  closing: AbortSignal,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = '', url: path = '', headers } = request;
  const kind = kindOf(method, path);
  const entry = recorder.add({ server, kind, method, path, headers, fields: {}, files: [], bodyBytes: 0, bodyRead: false, paid: false });
  const note = (changes: Partial<Entry>): void => {
    Object.assign(entry, changes);
    recorder.changed();
  };
  // What comes after the answer is drained by Node, not read.
  request.on('end', () => note({ bodyRead: request.complete && !response.writableEnded }));
  const left = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) left.abort(new Error('the client left'));
  });
  // The client may drop the connection at any byte: that is its right, and no trouble of the gateway's.
  request.on('error', () => undefined);
  response.on('error', () => undefined);
  const signal = AbortSignal.any([left.signal, closing]);
  let ended: Entry['ended'];
  try {
    await handle({ request, response, entry, note, signal });
    ended = 'answered';
  } catch (error) {
    ended = await settle(error, response, signal);
    if (ended === undefined) throw error;
  } finally {
    note({ ...(response.headersSent && { status: response.statusCode }), ...(ended && { ended }) });
    const notes = [entry.paid ? 'paid' : '', entry.ended ?? 'broke', entry.fault === undefined ? '' : `[fault:${entry.fault}]`];
    log([server, method, path.replace(/\?.*/, '?…'), entry.status ?? '-', ...notes].filter((part) => part !== '').join(' '));
  }
}

async function settle(error: unknown, response: ServerResponse, signal: AbortSignal): Promise<Entry['ended']> {
  if (error instanceof Dropped) return 'dropped';
  if (signal.aborted) return 'aborted';
  if (!(error instanceof Refusal) || response.headersSent) return undefined;
  for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value);
  await send(response, error.status, 'application/json', [Buffer.from(JSON.stringify({ error: error.body }))], signal);
  return 'answered';
}

/** Ends the TCP connection by a reset, as a crashed relay does. */
export function reset({ request }: Exchange): never {
  request.socket.resetAndDestroy();
  throw new Dropped('reset by a fault');
}
