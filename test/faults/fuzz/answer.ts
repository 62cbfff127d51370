import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { makeBody, spoilBytes, type Stuff } from './body.ts';
import type { Chance } from './chance.ts';

/** What goes over a connection in answer to one request, HTTP or not. */
export interface Answer {
  readonly bytes: Buffer;
  /** Lengths of the writes; what is left goes in one. */
  readonly writes: readonly number[];
  /** `hold`: nothing more comes, and nobody hangs up. */
  readonly afterwards: 'keep' | 'end' | 'reset' | 'hold';
  /** Answered as soon as the head of the request is there. */
  readonly early: boolean;
}

/** A request for pictures may be sent again after these bytes, for they say that it was not taken. */
export function saysNotTaken({ bytes }: Answer): boolean {
  const head = bytes.toString('latin1', 0, 200_000);
  return /^HTTP\/1\.[01] +429\b/m.test(head) || (/^HTTP\/1\.[01] +503\b/m.test(head) && /retry-after/i.test(head));
}

export function makeAnswer(chance: Chance, stuff: Stuff, asked: { readonly events: boolean }): Answer {
  let body = makeBody(chance, stuff, asked);
  for (let times = chance.once(2) ? 1 + chance.below(2) : 0; times > 0; times--) body = spoilBytes(chance, body);
  return overTheWire(chance, headed(chance, body, { type: asked.events ? 'text/event-stream' : 'application/json', status: statusLine(chance) }));
}

/** What lies behind a link: a picture, mostly, that comes in all the ways that answers come. */
export function makeFile(chance: Chance, stuff: Stuff): Answer {
  const picture = chance.pick(stuff.pictures);
  const body = chance.once(2) ? picture : spoilBytes(chance, picture);
  const status = chance.once(3) ? statusLine(chance) : 'HTTP/1.1 200 OK';
  return overTheWire(chance, headed(chance, body, { type: 'image/png', status }));
}

function statusLine(chance: Chance): string {
  if (!chance.once(3)) return 'HTTP/1.1 200 OK';
  if (chance.once(5)) {
    return chance.pick([
      'HTTP/1.1 0 Nothing',
      'HTTP/1.1 99 Low',
      'HTTP/1.1 600 High',
      'HTTP/1.1 999',
      'HTTP/1.1 1000 Long',
      'HTTP/1.1 abc',
      'HTTP/1.1',
      'HTTP/1.0 200 OK',
      'HTTP/2.0 200 OK',
      'HTTP/9.9 200 OK',
      'ICY 200 OK',
      '200 OK',
      '',
      'HTTP/1.1 -200 OK',
      `HTTP/1.1 200 ${'O'.repeat(70_000)}K`,
      'HTTP/1.1 200 \u00ff\u0000',
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK',
      'HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK',
      'HTTP/1.1 101 Switching Protocols',
      'HTTP/1.1 100 Continue',
    ]);
  }
  return `HTTP/1.1 ${chance.pick([201, 202, 204, 205, 206, 207, 300, 301, 302, 303, 304, 307, 308, 400, 401, 402, 403, 404, 405, 407, 408, 409, 413, 415, 418, 422, 425, 429, 451, 500, 501, 502, 503, 504, 505, 520, 524, 529])} Whatever`;
}

/** The body behind headers, few of which need be right. */
function headed(chance: Chance, body: Buffer, { type, status }: { readonly type: string; readonly status: string }): Buffer {
  const lines = [status, `content-type: ${chance.once(5) ? chance.pick(['', 'text/html', 'image/png', 'text/event-stream', 'application/json', 'x'.repeat(9000), 'multipart/mixed; boundary=x', '\u00ff', ';;;']) : type}`];
  let sent = body;
  if (chance.once(10)) {
    const encoding = chance.pick(['gzip', 'br', 'deflate', 'x-gzip', 'zstd', 'identity', 'gzip, br', 'GZIP', '']);
    lines.push(`content-encoding: ${encoding}`);
    // or not, as the header lies
    if (!chance.once(3)) sent = encoding === 'br' ? brotliCompressSync(body) : encoding === 'deflate' ? deflateSync(body) : gzipSync(body);
    if (chance.once(4)) sent = spoilBytes(chance, sent);
  }
  switch (chance.below(18)) {
    case 0:
      break;
    case 1:
      lines.push(`content-length: ${chance.pick(['-1', '0', '1', 'abc', '', '99999999999999999999', '1e3', '0x10', '+5', String(sent.length + 100), String(Math.max(0, sent.length - 10))])}`);
      break;
    case 2:
      lines.push(`content-length: ${sent.length}`, `content-length: ${chance.once(2) ? sent.length : sent.length + 1}`);
      break;
    case 3:
      lines.push(`content-length: ${sent.length}`, 'transfer-encoding: chunked');
      if (chance.once(2)) sent = chunked(chance, sent);
      break;
    case 4:
    case 5:
    case 6:
      lines.push(`transfer-encoding: ${chance.once(5) ? chance.pick(['identity', 'gzip', 'gzip, chunked', 'chunked, chunked', 'CHUNKED', 'x', '']) : 'chunked'}`);
      sent = chunked(chance, sent);
      break;
    default:
      lines.push(`content-length: ${sent.length}`);
  }
  if (chance.once(6)) lines.push(chance.pick(strangeHeaders));
  if (chance.once(4)) lines.push(`retry-after: ${chance.pick(['0', '0.01', '-1', '99999999', 'soon', '', 'Thu, 01 Jan 1970 00:00:00 GMT', 'Fri, 31 Dec 9999 23:59:59 GMT', '1e9', 'NaN'])}`);
  if (chance.once(8)) lines.push(`location: ${chance.pick(['/redirect', '', 'http://', '//', 'http://pictures.example.invalid/x', 'javascript:1', '\u00ff', 'x'.repeat(20_000)])}`);
  if (chance.once(25)) lines.push(`x-huge: ${'h'.repeat(chance.pick([9_000, 17_000, 100_000]))}`);
  if (chance.once(50)) lines.push(...Array.from({ length: 3000 }, (_, number) => `x-${number}: ${number}`));
  const end = chance.once(40) ? chance.pick(['\n', '\r', '\n\r', '\r\n\r\n']) : '\r\n';
  return Buffer.concat([Buffer.from(`${lines.join(end)}${end}${end}`, 'latin1'), sent]);
}

const strangeHeaders = [
  'no colon here',
  ': no name',
  'x-folded: a\r\n b\r\n\tc',
  'x y: blank in the name',
  'x-null: \u0000',
  'x-bell: \u0007\u001b[2J',
  'connection: close',
  'connection: upgrade\r\nupgrade: websocket',
  'keep-alive: timeout=0, max=-5',
  'set-cookie: a=b\r\nset-cookie: a=c',
  'x-should-retry: false',
  'x-should-retry: true',
  'x-request-id: \u00e9\u00e9',
  'trailer: content-length',
  '__proto__: 1',
  'retry-after-ms: 1',
] as const;

/** The body in chunks; the size of one of them may lie. */
function chunked(chance: Chance, body: Buffer): Buffer {
  const size = Math.max(Math.ceil(body.length / 200), 1 + chance.below(Math.max(1, body.length)));
  const liar = chance.once(8) ? chance.below(Math.ceil(body.length / size)) : -1;
  const pieces: Buffer[] = [];
  for (let at = 0; at < body.length; at += size) {
    const chunk = body.subarray(at, at + size);
    const lies = pieces.length / 3 === liar;
    const said = lies ? chance.pick(['zz', '-1', 'ffffffffffffffff', '', '7fffffff', (chunk.length + 3).toString(16)]) : chunk.length.toString(16);
    pieces.push(Buffer.from(`${said}${chance.once(20) ? ';ext="x"' : ''}\r\n`), chunk, Buffer.from(lies && chance.once(2) ? '' : '\r\n'));
  }
  if (!chance.once(15)) pieces.push(Buffer.from(chance.once(15) ? '0\r\nx-trailer: 1\r\n\r\n' : '0\r\n\r\n'));
  return Buffer.concat(pieces);
}

function overTheWire(chance: Chance, whole: Buffer): Answer {
  const bytes = chance.once(20) ? spoilBytes(chance, whole) : whole;
  const writes = chance.once(3) ? Array.from({ length: 1 + chance.below(8) }, () => 1 + chance.below(Math.max(1, Math.ceil(bytes.length / 4)))) : [];
  return { bytes, writes, afterwards: chance.once(4) ? chance.pick(['end', 'reset', 'hold', 'end', 'end']) : 'keep', early: chance.once(12) };
}
