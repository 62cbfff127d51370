import type { TestContext } from 'node:test';

import { createCanvas } from '@napi-rs/canvas';
import { Agent, FormData, request } from 'undici';

import { startGateway, type Gateway, type GatewayOptions } from './gateway.ts';

/** A reply in the raw, or what came of its connection. */
export interface Seen {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** One connection pool for a test file, closed by it. No retries, no redirects: what the gateway does is what is seen. */
export function createAsker(gateway: Gateway, key = 'hk-test-key') {
  const dispatcher = new Agent({ headersTimeout: 0, bodyTimeout: 0 });
  const authorization = `Bearer ${key}`;
  const read = async (url: string, options: Omit<Parameters<typeof request>[1] & object, 'dispatcher'>): Promise<Seen> => {
    const { statusCode: status, headers, body } = await request(url, { ...options, dispatcher });
    return { status, headers, body: Buffer.from(await body.arrayBuffer()) };
  };
  return {
    /** A generation; `fields` are added to a model and a prompt. */
    generate: (fields: object = {}, signal: AbortSignal | null = null) =>
      read(`${gateway.baseUrl}/images/generations`, {
        method: 'POST',
        signal,
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'gpt-image-2', prompt: 'a white siamese cat', quality: 'low', ...fields }),
      }),
    /** An edit with these parts, as they are. */
    edit: (parts: readonly (readonly [name: string, value: string | File])[]) => {
      const body = new FormData();
      for (const [name, value] of parts) body.append(name, value);
      return read(`${gateway.baseUrl}/images/edits`, { method: 'POST', headers: { authorization }, body });
    },
    log: (body: object, headers: Record<string, string> = {}) =>
      read(gateway.logUrl, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    get: (url: string, headers: Record<string, string> = {}) => read(url, { headers }),
    close: () => dispatcher.destroy(),
  };
}

/** A gateway of one test's own, which closes however the test ends. */
export async function openFor(t: TestContext, options: GatewayOptions = {}) {
  const gateway = await startGateway(options);
  const asker = createAsker(gateway);
  t.after(async () => {
    await asker.close();
    await gateway.close();
  });
  return { gateway, asker };
}

/** The parts of an image reply that tests look at. */
export interface Reply {
  readonly created: number;
  readonly data: readonly { readonly url?: string; readonly b64_json?: string; readonly revised_prompt?: string }[];
  readonly usage?: {
    readonly input_tokens: number;
    readonly input_tokens_details?: { readonly text_tokens: number; readonly image_tokens: number };
    readonly output_tokens: number;
    readonly total_tokens: number;
  };
  readonly error?: { readonly code: string | null; readonly param: string | null; readonly type: string; readonly message: string };
}

export function json(seen: Seen): Reply {
  return JSON.parse(seen.body.toString('utf8')) as Reply;
}

/** The link of the first picture. */
export function urlOf(seen: Seen): string {
  const url = json(seen).data[0]?.url;
  if (url === undefined) throw new Error(`no url in ${seen.body.toString('utf8', 0, 300)}`);
  return url;
}

/** A small real picture as a file part. */
export function pictureFile(
  name: string,
  mime: 'image/png' | 'image/jpeg' | 'image/webp',
  width: number,
  height: number,
  options: { readonly clear?: boolean; readonly saidMime?: string } = {},
): File {
  const canvas = createCanvas(width, height);
  const ctx = canvas.getContext('2d');
  ctx.fillStyle = 'teal';
  ctx.fillRect(0, 0, width, height);
  if (options.clear === true) ctx.clearRect(width / 4, height / 4, width / 2, height / 2);
  const bytes = mime === 'image/png' ? canvas.toBuffer(mime) : canvas.toBuffer(mime, 90);
  return new File([new Uint8Array(bytes)], name, { type: options.saidMime ?? mime });
}
