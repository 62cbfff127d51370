import { join } from 'node:path';
import { createClient, type SendOptions } from '../../src/api/client.ts';
import { profileFor } from '../../src/api/profiles.ts';
import type { ImageRequest } from '../../src/images/request.ts';
import { contend } from './contender.ts';

await contend(async ({ baseUrl, folder, count, responseFormat, uploads }) => {
  const client = createClient({
    profile: profileFor({ service: 'openai-hk', baseUrl }),
    proxy: { url: '', strictSSL: true, noProxy: [] },
    timeoutMs: 600_000,
    userAgent: 'easel-bench',
    log: () => undefined,
  });
  const request: ImageRequest = { prompt: 'a siamese cat', model: 'gpt-image-2', size: '1024x1024', quality: 'low', count };
  const options: SendOptions = {
    key: 'hk-bench',
    responseFormat,
    signal: new AbortController().signal,
    landing: { pictureFile: (index) => join(folder, `easel-${index}.png`), keepUrl: () => Promise.resolve() },
    onProgress: () => undefined,
  };
  const reply = await (uploads.length === 0
    ? client.generate(request, options)
    : client.edit(request, uploads.map((name) => ({ role: 'image', file: join(folder, name), name, mime: 'image/png' })), options));
  await client.close();
  return reply.pictures.map(({ file }) => file);
});
