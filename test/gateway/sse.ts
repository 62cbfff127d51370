import type { Ask } from './rules.ts';
import { base64Of, jsonPieces, type Pieces } from './wire.ts';

/** One server-sent event, as the pieces of its text. */
function event(name: string, data: object, blobs: ReadonlyMap<string, Buffer>): Pieces {
  return [Buffer.from(`event: ${name}\ndata: `), ...jsonPieces(data, blobs), Buffer.from('\n\n')];
}

/** What every picture event says of its picture. */
export interface EventFacts {
  readonly created_at: number;
  readonly size: string;
  readonly quality: string;
  readonly background: string;
  readonly output_format: string;
}

function prefixOf(endpoint: Ask['endpoint']): string {
  return endpoint === 'edits' ? 'image_edit' : 'image_generation';
}

/** A picture on its way, blurred. */
export function partialEvent(endpoint: Ask['endpoint'], facts: EventFacts, index: number, picture: Buffer): Pieces {
  const type = `${prefixOf(endpoint)}.partial_image`;
  const data = { type, b64_json: '@blob-0@', partial_image_index: index, ...facts };
  return event(type, data, new Map([['@blob-0@', base64Of(picture)]]));
}

/** The finished picture, as base64 or, from a relay, as a link. */
export function completedEvent(
  endpoint: Ask['endpoint'],
  facts: EventFacts,
  picture: Buffer | { readonly url: string },
  usage: object | undefined,
): Pieces {
  const type = `${prefixOf(endpoint)}.completed`;
  const image = Buffer.isBuffer(picture) ? { b64_json: '@blob-0@' } : { url: picture.url };
  const blobs = Buffer.isBuffer(picture) ? new Map([['@blob-0@', base64Of(picture)]]) : new Map<string, Buffer>();
  return event(type, { type, ...image, ...facts, ...(usage && { usage }) }, blobs);
}

/** The service broke after it had begun to answer. */
export function errorEvent(): Pieces {
  const error = { type: 'server_error', code: 'server_error', message: 'The server had an error while processing your request.', param: null };
  return event('error', { type: 'error', error }, new Map());
}

export const doneEvent: Pieces = [Buffer.from('data: [DONE]\n\n')];
