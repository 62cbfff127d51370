// The thread: does one task after the other, as they are posted. Its wasm files lie beside it.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parentPort } from 'node:worker_threads';
import { createCodecs } from './codecs.ts';
import { PixelsError, storyOf } from './error.ts';
import type { Answer, Task } from './task.ts';
import { perform } from './work.ts';

const codecs = createCodecs(join(dirname(fileURLToPath(import.meta.url)), 'wasm'));

async function answer(task: Task): Promise<Answer> {
  try {
    return await perform(task, codecs);
  } catch (error) {
    const own = error instanceof PixelsError ? error : undefined;
    return { kind: 'error', code: own?.code ?? 'failed', message: storyOf(error), spent: own === undefined || (own.code !== 'file' && own.cause !== undefined) };
  }
}

parentPort?.on('message', (task: Task) => void answer(task).then((result) => parentPort?.postMessage(result, [])));
