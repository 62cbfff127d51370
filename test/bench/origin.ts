import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pictureOfBytes } from '../gateway/pictures.ts';

/**
 * A service with nothing to do: it answers from memory, as fast as the loopback takes it, so that a benchmark measures who asks.
 * A process of its own; `process.argv[2]` is the size of a picture in bytes, `process.argv[3]` that of an edited one, the port goes to
 * stdout, and it ends with its stdin. What is uploaded it throws away.
 */
const picture = await pictureOfBytes(Number(process.argv[2]));
const base64 = Buffer.from(picture.toString('base64'));
const edited = (await pictureOfBytes(Number(process.argv[3]))).toString('base64');

const send = (response: ServerResponse, type: string, parts: readonly Buffer[]): void => {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  response.writeHead(200, { 'content-type': type, 'content-length': length });
  for (const part of parts) response.write(part);
  response.end();
};

const server = createServer((request, response) => {
  if (request.method === 'GET') {
    send(response, 'image/png', [picture]);
    return;
  }
  if (request.url?.endsWith('/images/edits') === true) {
    request.resume().on('end', () => send(response, 'application/json', [Buffer.from(`{"created":1,"data":[{"b64_json":"${edited}"}]}`)]));
    return;
  }
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const asked = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { readonly n: number; readonly response_format?: string };
    const usage = ',"usage":{"input_tokens":6,"input_tokens_details":{"text_tokens":6,"image_tokens":0},"output_tokens":275,"total_tokens":281}}';
    const origin = `http://${request.headers.host ?? ''}`;
    const parts: Buffer[] = [];
    for (let index = 0; index < asked.n; index++) {
      const before = index === 0 ? '{"created":1,"data":[' : ',';
      if (asked.response_format === 'url') parts.push(Buffer.from(`${before}{"url":"${origin}/${index}.png"}`));
      else parts.push(Buffer.from(`${before}{"b64_json":"`), base64, Buffer.from('"}'));
    }
    send(response, 'application/json', [...parts, Buffer.from(`]${usage}`)]);
  });
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
process.stdin.resume().on('close', () => process.exit()).on('end', () => process.exit());
