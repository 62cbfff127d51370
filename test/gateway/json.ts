import type { IncomingMessage } from 'node:http';

import { Refusal } from './errors.ts';

/** Far above what 32,000 characters come to, escaped or not. */
const limit = 1024 * 1024;

const refusal = (status: number, message: string): Refusal =>
  new Refusal(status, { message, type: 'invalid_request_error', param: null, code: null });

/** Reads a JSON object to its end. @throws {Refusal} 400, 413 or 415 when it is none. */
export async function readJson(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    throw refusal(415, `Unsupported Media Type: expected 'application/json', got '${request.headers['content-type'] ?? ''}'.`);
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
  }
  if (size > limit) throw refusal(413, 'Maximum content size limit exceeded.');
  let value: unknown;
  try {
    value = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw refusal(400, 'We could not parse the JSON body of your request.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw refusal(400, 'Expected a JSON object as the body of your request.');
  }
  return value as Readonly<Record<string, unknown>>;
}
