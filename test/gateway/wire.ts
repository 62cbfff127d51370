import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Fault } from './faults.ts';

/** A body as the buffers it is made of: pictures are never joined into one string, so memory does not grow with them. */
export type Pieces = readonly Buffer[];

const slice = 256 * 1024;
const encoded = new WeakMap<Buffer, Buffer>();

/** A picture's base64 as bytes; worked out once per picture, so that serving it again costs nothing. */
export function base64Of(picture: Buffer): Buffer {
  const before = encoded.get(picture);
  if (before) return before;
  const text = Buffer.from(picture.toString('base64'), 'latin1');
  encoded.set(picture, text);
  return text;
}

export function lengthOf(pieces: Pieces): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}

/** The first `length` bytes. */
export function headOf(pieces: Pieces, length: number): Pieces {
  const head: Buffer[] = [];
  let left = length;
  for (const piece of pieces) {
    if (left <= 0) break;
    head.push(piece.subarray(0, left));
    left -= piece.length;
  }
  return head;
}

/**
 * JSON with big strings in it: every string value that is a key of `blobs` is replaced by that blob's bytes, which must
 * need no escapes.
 */
export function jsonPieces(value: unknown, blobs: ReadonlyMap<string, Buffer>): Pieces {
  const text = JSON.stringify(value);
  if (blobs.size === 0) return [Buffer.from(text)];
  const pieces: Buffer[] = [];
  for (const part of text.split(/(@blob-\d+@)/)) pieces.push(blobs.get(part) ?? Buffer.from(part));
  return pieces;
}

/** Writes at the speed the client reads. Rejects when the client leaves or `signal` aborts. */
export async function writePieces(response: ServerResponse, pieces: Pieces, signal: AbortSignal): Promise<void> {
  for (const piece of pieces) {
    for (let at = 0; at < piece.length; at += slice) {
      signal.throwIfAborted();
      if (!response.write(piece.subarray(at, at + slice))) await once(response, 'drain', { signal });
    }
  }
}

/** Thrown after a fault has cut the connection. */
export class Dropped extends Error {
  override readonly name = 'Dropped';
}

/** Lets what was written reach the client, then drops the connection without an orderly end. */
export async function drop(response: ServerResponse): Promise<never> {
  await new Promise<void>((done) => {
    if (response.socket) response.socket.end(done);
    else done();
  });
  response.destroy();
  throw new Dropped('dropped by a fault');
}

/** Sends headers and body, and plays the faults that concern the transport. */
export async function send(
  response: ServerResponse,
  status: number,
  type: string,
  pieces: Pieces,
  signal: AbortSignal,
  fault?: Fault,
): Promise<void> {
  const whole = lengthOf(pieces);
  const length = fault?.kind === 'content-length' ? whole + fault.off : whole;
  const chunked = fault?.kind === 'cut' && fault.chunked;
  const headers = chunked ? {} : { 'content-length': String(Math.max(0, length)) };
  const closing = fault?.kind === 'content-length' ? { connection: 'close' } : {};
  response.writeHead(status, { 'content-type': type, ...headers, ...closing });
  if (fault?.kind === 'cut' || fault?.kind === 'content-length') {
    const kept = fault.kind === 'cut' ? Math.floor(whole * fault.at) : whole;
    await writePieces(response, headOf(pieces, kept), signal);
    return drop(response);
  }
  if (fault?.kind === 'drip') await drip(response, pieces, fault, signal);
  else await writePieces(response, pieces, signal);
  await finish(response, signal);
}

/** Ends the answer and waits until the last byte is handed to the system. */
export async function finish(response: ServerResponse, signal: AbortSignal): Promise<void> {
  response.end();
  if (!response.writableFinished) await once(response, 'finish', { signal });
}

async function drip(
  response: ServerResponse,
  pieces: Pieces,
  fault: Extract<Fault, { kind: 'drip' }>,
  signal: AbortSignal,
): Promise<void> {
  const joined = Buffer.concat(pieces);
  const step = Math.ceil(joined.length / fault.pieces);
  response.flushHeaders();
  for (let at = 0; at < joined.length; at += step) {
    await sleep(fault.everyMs, undefined, { signal });
    await writePieces(response, [joined.subarray(at, at + step)], signal);
  }
}
