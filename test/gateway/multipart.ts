import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';

import busboy from 'busboy';

import { badParameter, Refusal } from './errors.ts';
import { readHeader, type Header } from './header.ts';
import type { RecordedFile } from './record.ts';

/** One picture of an edit, as it arrived. */
export interface FilePart {
  readonly field: string;
  readonly filename: string;
  readonly mime: string;
  /** Empty when the part was over the limit, or under a name that is not a picture's. */
  readonly bytes: Buffer;
  /** What was sent, kept or not. */
  readonly size: number;
  readonly sha256: string;
  readonly header: Header | undefined;
}

/** The body of an edit. */
export interface Form {
  /** A name that came more than once has an array. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly files: readonly FilePart[];
}

/** 50 MB, the limit of one picture: bytes past it are counted and dropped. */
export const pictureLimit = 50 * 1024 * 1024;

/** Reads a multipart body to its end. @throws {Refusal} 400 when it is not whole, well-formed multipart. */
export async function readForm(request: IncomingMessage): Promise<Form> {
  const fields: Record<string, unknown> = {};
  const files: FilePart[] = [];
  let parser: busboy.Busboy;
  try {
    parser = busboy({ headers: request.headers, defParamCharset: 'utf8' });
  } catch {
    throw badParameter('', 'invalid_content_type', "Expected 'multipart/form-data' with a boundary.");
  }
  parser.on('field', (name, value) => {
    const before = fields[name];
    fields[name] = before === undefined ? value : [before, value].flat();
  });
  parser.on('file', (field, stream, { filename = '', mimeType }: { filename?: string; mimeType: string }) => {
    const hash = createHash('sha256');
    const kept: Buffer[] = [];
    let size = 0;
    stream.on('data', (chunk: Buffer) => {
      hash.update(chunk);
      size += chunk.length;
      if (size < pictureLimit) kept.push(chunk);
      else kept.length = 0;
    });
    // a body that breaks off ends the part in an error, which the pipeline below tells too
    stream.on('error', () => undefined);
    stream.on('close', () => {
      const bytes = Buffer.concat(kept);
      files.push({ field, filename, mime: mimeType, bytes, size, sha256: hash.digest('hex'), header: readHeader(bytes) });
    });
  });
  try {
    await pipeline(request, parser);
  } catch (error) {
    if (request.destroyed && !request.complete) throw error;
    const message = `Could not parse multipart form: ${error instanceof Error ? error.message : String(error)}`;
    throw new Refusal(400, { message, type: 'invalid_request_error', param: null, code: 'invalid_multipart' });
  }
  return { fields, files };
}

/** What a test wants to know of a part, without its bytes. */
export function recordedFile({ field, filename, mime, size, sha256, header }: FilePart): RecordedFile {
  const seen = header && { format: header.mime.slice('image/'.length), width: header.width, height: header.height };
  return { field, filename, mime, bytes: size, sha256, ...seen };
}
