import { createHmac, randomUUID } from 'node:crypto';

import type { Exchange } from './exchange.ts';
import type { UrlTrouble } from './faults.ts';
import type { PictureFormat } from './rules.ts';
import { send } from './wire.ts';

/** Somebody else's host: reserved by RFC 2606, so that no name service ever knows it. */
const foreignHost = 'http://pictures.example.invalid';
const secret = 'not a secret: it only makes links look signed';
const lifetimeSeconds = 3600;
const kept = 200;

interface Kept {
  readonly bytes: Buffer;
  readonly format: PictureFormat;
  readonly trouble: UrlTrouble | undefined;
  failures: number;
}

/** The pictures behind links. */
export interface FileStore {
  /** Keeps a picture and returns its signed link. */
  keep(bytes: Buffer, format: PictureFormat, trouble: UrlTrouble | undefined): string;
  /** Answers a GET of one. @param redirected whether the trouble of redirecting is behind it. */
  serve(exchange: Exchange, redirected: boolean): Promise<void>;
}

/** @param origins where links and redirects lead; read late, since both are known only when both servers listen. */
export function createFileStore(origins: { readonly files: () => string; readonly api: () => string }): FileStore {
  const store = new Map<string, Kept>();
  return {
    keep(bytes, format, trouble) {
      const day = new Date().toISOString().slice(0, 10).replaceAll('-', '');
      const path = `/${day}/${randomUUID()}.${format}`;
      store.set(path, { bytes, format, trouble, failures: 0 });
      for (const oldest of store.keys()) {
        if (store.size <= kept) break;
        store.delete(oldest);
      }
      return (trouble?.kind === 'foreign' ? foreignHost : origins.files()) + path + signature(path);
    },
    async serve(exchange, redirected) {
      const { request, response, signal } = exchange;
      const url = new URL(request.url ?? '', origins.files());
      const path = url.pathname.replace(/^\/moved\//, '/');
      if (request.headers.authorization !== undefined) {
        return xml(exchange, 400, 'InvalidArgument', 'Only one auth mechanism allowed; found a signed link and an Authorization header');
      }
      const file = store.get(path);
      if (!file) return xml(exchange, 404, 'NoSuchKey', 'The specified key does not exist.');
      const expires = Number(url.searchParams.get('Expires'));
      if (url.searchParams.get('Signature') !== sign(path, expires) || expires * 1000 < Date.now()) {
        return xml(exchange, 403, 'AccessDenied', 'Request has expired.');
      }
      const trouble = redirected ? undefined : file.trouble;
      const type = `image/${file.format}`;
      const moved = `/moved${path}${url.search}`;
      switch (trouble?.kind) {
        case 'missing':
          return xml(exchange, 404, 'NoSuchKey', 'The specified key does not exist.');
        case 'expired':
          return xml(exchange, 403, 'AccessDenied', 'Request has expired.');
        case 'redirect-here':
          return redirect(exchange, 302, moved);
        case 'redirect-to-api':
          return redirect(exchange, 302, origins.api() + moved);
        case 'redirect-elsewhere':
          return redirect(exchange, 302, foreignHost + moved);
        case 'redirect-loop':
          return redirect(exchange, 302, request.url ?? '');
        case 'cut':
          return send(response, 200, type, [file.bytes], signal, { kind: 'cut', at: trouble.at });
        case 'html':
          return send(response, 200, 'image/png', [Buffer.from('<!DOCTYPE html><html><body>Please sign in</body></html>')], signal);
        case 'hang':
          return hang(signal);
        case 'flaky': {
          if (file.failures++ >= trouble.times) break;
          if (trouble.how === 'status') return xml(exchange, 503, 'SlowDown', 'Please reduce your request rate.');
          return send(response, 200, type, [file.bytes], signal, { kind: 'cut', at: 0.5 });
        }
        case 'foreign':
        case undefined:
          break;
      }
      await send(response, 200, type, request.method === 'HEAD' ? [] : [file.bytes], signal);
    },
  };
}

function sign(path: string, expires: number): string {
  return createHmac('sha256', secret).update(`${path}\n${expires}`).digest('base64');
}

function signature(path: string): string {
  const expires = Math.floor(Date.now() / 1000) + lifetimeSeconds;
  return `?${String(new URLSearchParams({ AccessKeyId: 'LTAI5tExample', Expires: String(expires), Signature: sign(path, expires) }))}`;
}

/** An error as object stores word it. */
function xml({ response, signal }: Exchange, status: number, code: string, message: string): Promise<void> {
  const page = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>\n`;
  return send(response, status, 'application/xml', [Buffer.from(page)], signal);
}

/** Answers with a redirect and no body. */
export function redirect({ response, signal }: Exchange, status: number, location: string): Promise<void> {
  response.setHeader('location', location);
  return send(response, status, 'text/plain', [], signal);
}

/** Waits for ever, which ends when the client leaves or the gateway closes. */
export function hang(signal: AbortSignal): Promise<never> {
  return new Promise((_, fail) => {
    if (signal.aborted) fail(new Error('gone'));
    signal.addEventListener('abort', () => fail(new Error('gone')), { once: true });
  });
}

