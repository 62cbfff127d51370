import { join } from 'node:path';
import { createClient } from '../../src/api/client.ts';
import { profileFor } from '../../src/api/profiles.ts';
import { contend } from './contender.ts';

await contend(async ({ baseUrl, folder, count, responseFormat }) => {
  const client = createClient({
    profile: profileFor({ service: 'openai-hk', baseUrl }),
    proxy: { url: '', strictSSL: true, noProxy: [] },
    timeoutMs: 600_000,
    userAgent: 'easel-bench',
    log: () => undefined,
  });
  const reply = await client.generate(
    { prompt: 'a siamese cat', model: 'gpt-image-2', size: '1024x1024', quality: 'low', count },
    {
      key: 'hk-bench',
      responseFormat,
      signal: new AbortController().signal,
      landing: { pictureFile: (index) => join(folder, `easel-${index}.png`), keepUrl: () => Promise.resolve() },
      onProgress: () => undefined,
    },
  );
  await client.close();
  return reply.pictures.map(({ file }) => file);
});
