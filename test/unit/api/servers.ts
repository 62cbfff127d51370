import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect, createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** The smallest PNG: one pixel, with alpha. */
export const onePixel = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
export const onePixelReply = JSON.stringify({ data: [{ b64_json: onePixel.toString('base64') }] });

/** Starts a server on a free port of the loopback, gone with all its connections after the test. */
export async function listen(t: TestContext, server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  const sockets = new Set<Socket>();
  const track = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  };
  server.on('connection', track);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  );
  return (server.address() as AddressInfo).port;
}

/** Answers every request once its body is there. @returns the base URL. */
export async function serve(t: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer((request, response) => void request.resume().on('end', () => answer(request, response)));
  return `http://127.0.0.1:${await listen(t, server)}/v1`;
}

let identity: { readonly key: string; readonly cert: string } | undefined;

/** A certificate for images.example that nobody signed; made by openssl, once a run. */
export function selfSigned(): { readonly key: string; readonly cert: string } {
  if (identity !== undefined) return identity;
  const folder = mkdtempSync(join(tmpdir(), 'easel-certificate-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const names = 'subjectAltName=DNS:images.example,DNS:localhost,IP:127.0.0.1';
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=images.example', '-addext', names, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  identity = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  rmSync(folder, { recursive: true });
  return identity;
}

/** The same as {@link serve} over TLS. @returns the port. */
export async function serveSecurely(t: TestContext, answer: RequestListener): Promise<number> {
  const server = createSecureServer(selfSigned(), (request, response) => void request.resume().on('end', () => answer(request, response)));
  return listen(t, server);
}

/** What a CONNECT proxy was asked. */
export interface Proxy {
  readonly port: number;
  readonly asked: { readonly target: string; readonly authorization: string | undefined }[];
}

/** A CONNECT proxy that leads every name to `target` on the loopback; with `authorization`, only for who sends it. */
export async function startProxy(t: TestContext, target: number, authorization?: string): Promise<Proxy> {
  const asked: Proxy['asked'] = [];
  const server = createServer((_, response) => response.writeHead(400).end());
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    const sent = request.headers['proxy-authorization'];
    asked.push({ target: request.url ?? '', authorization: sent });
    client.on('error', () => undefined);
    if (authorization !== undefined && sent !== authorization) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic realm="x"\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    const upstream = connect(target, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on('error', () => client.destroy());
    upstream.on('close', () => client.destroy());
    client.on('close', () => upstream.destroy());
  });
  return { port: await listen(t, server), asked };
}

/** A TCP server that hands every connection to `meet`. */
export async function meetSockets(t: TestContext, meet: (socket: Socket, count: number) => void): Promise<number> {
  let count = 0;
  return listen(t, createTcpServer((socket) => meet(socket, ++count)));
}
