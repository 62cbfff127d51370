import { createServer, type AddressInfo, type Socket } from 'node:net';
import { setImmediate as breathe } from 'node:timers/promises';
import type { Answer } from './answer.ts';

/** A server that answers with bytes, be they HTTP or not. */
export interface RawServer {
  readonly origin: string;
  /** Requests so far, by method and path; as long as they could be read. */
  readonly asked: readonly string[];
  /** Everything that came in, as Latin-1. */
  heard(): string;
  close(): Promise<void>;
}

/** @param answerTo what goes back for a method and path. */
export async function startRawServer(answerTo: (method: string, path: string, server: string) => Answer): Promise<RawServer> {
  const asked: string[] = [];
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  let origin = '';
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    let pending = '';
    let answering = Promise.resolve();
    socket.on('data', (chunk: Buffer) => {
      const text = chunk.toString('latin1');
      heard.push(text);
      pending += text;
      for (;;) {
        const request = takeRequest(pending, (method, path) => answerTo(method, path, origin).early);
        if (request === undefined) return;
        pending = pending.slice(request.length);
        if (request.method === '') continue;
        asked.push(`${request.method} ${request.path}`);
        const answer = answerTo(request.method, request.path, origin);
        answering = answering.then(() => speak(socket, answer));
      }
    });
  });
  await new Promise<void>((done, fail) => server.once('error', fail).listen(0, '127.0.0.1', done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    asked,
    heard: () => heard.join(''),
    close: async () => {
      const closed = new Promise((done) => server.close(done));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** The first whole request; or its head alone where that is enough, and later a nameless rest. */
function takeRequest(text: string, early: (method: string, path: string) => boolean): { readonly method: string; readonly path: string; readonly length: number } | undefined {
  const head = text.indexOf('\r\n\r\n');
  const [, method = '', path = ''] = /^([A-Z]+) (\S+) HTTP/.exec(text) ?? [];
  // the rest of a body that was not waited for
  if (method === '') return text === '' ? undefined : { method: '', path: '', length: text.length };
  if (head < 0) return undefined;
  const length = head + 4 + Number(/^content-length: (\d+)/im.exec(text.slice(0, head))?.[1] ?? 0);
  if (early(method, path)) return { method, path, length: Math.min(length, text.length) };
  return text.length < length ? undefined : { method, path, length };
}

async function speak(socket: Socket, { bytes, writes, afterwards }: Answer): Promise<void> {
  let at = 0;
  for (const length of [...writes, bytes.length]) {
    if (socket.destroyed) return;
    socket.write(bytes.subarray(at, at + length));
    at += length;
    await breathe();
  }
  if (afterwards === 'end') socket.end();
  else if (afterwards === 'reset') socket.resetAndDestroy();
}
