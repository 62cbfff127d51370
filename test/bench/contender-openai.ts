import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OpenAI } from 'openai';
import { contend } from './contender.ts';

await contend(async ({ baseUrl, folder, count }) => {
  const client = new OpenAI({ baseURL: baseUrl, apiKey: 'hk-bench', maxRetries: 0 });
  const reply = await client.images.generate({ prompt: 'a siamese cat', model: 'gpt-image-2', size: '1024x1024', quality: 'low', n: count, response_format: 'b64_json' });
  const files: string[] = [];
  for (const [index, image] of (reply.data ?? []).entries()) {
    const file = join(folder, `openai-${index}.png`);
    await writeFile(file, Buffer.from(image.b64_json ?? '', 'base64'));
    files.push(file);
  }
  return files;
});
