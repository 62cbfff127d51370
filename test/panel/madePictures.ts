import { createCanvas } from '@napi-rs/canvas';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Made } from '../../src/gallery/made.ts';
import { drawScene } from '../gateway/scene.ts';

/** What was made before VS Code starts: files in the workspace, and the log of them. */
export interface MadePictures {
  /** Newest first, as the gallery lists them. */
  readonly prompts: readonly string[];
  readonly pictures: number;
}

const subjects = ['A lighthouse in a storm', 'A red bicycle', 'Bauhaus tiles in three colours', 'A planet of glass', 'A cat on a window sill', 'Mountains at dawn', 'A paper boat', '一只在窗边的猫，水彩风格', 'A fox in fresh snow', 'An icon of a bell'];
const styles = ['flat vector', 'watercolour', 'isometric', 'as a woodcut', 'soft light, 35 mm', 'line art'];
const long = ', seen from far above, with a wide horizon and a thin band of light, muted colours, a lot of empty space on the left for a title, no text, no people, a little grain, and one small bird that nobody notices at first';
const shapes = [
  [240, 240],
  [288, 192],
  [192, 288],
  [320, 180],
] as const;
/** Pictures of the requests, one after the other: five in three requests, as on average. */
const counts = [1, 4, 2, 6, 3, 4, 1, 8, 2, 2, 4, 3] as const;

/** What the request of an index, from the oldest, asked for. */
export const promptOf = (index: number): string => `${subjects[index % subjects.length] ?? ''} no. ${index + 1}, ${styles[(index * 7) % styles.length] ?? ''}${index % 4 === 1 ? long : ''}`;

async function draw(index: number): Promise<{ readonly bytes: Buffer; readonly width: number; readonly height: number }> {
  const [width, height] = shapes[index % shapes.length] ?? shapes[0];
  const canvas = createCanvas(width, height);
  drawScene(canvas.getContext('2d'), width, height, `${subjects[index % subjects.length] ?? ''} ${index}`);
  return { bytes: await canvas.encode('png'), width, height };
}

/** Where the pictures of a workspace are listed. */
export const logOf = (folder: string, userDataDir: string): string =>
  path.join(userDataDir, 'User/globalStorage/easel.easel/made', `${createHash('sha256').update(pathToFileURL(folder).href).digest('hex').slice(0, 32)}.jsonl`);

/** One more picture, made now by another window. */
export async function makeOneMore(folder: string, userDataDir: string, prompt: string): Promise<void> {
  const { bytes, width, height } = await draw(99);
  const file = path.join(folder, 'one-more.png');
  fs.writeFileSync(file, bytes);
  const made: Made = {
    version: 1,
    uri: pathToFileURL(file).href,
    header: { format: 'png', width, height, alpha: true },
    bytes: bytes.length,
    recipe: { version: 1, job: 'one-more', picture: 1, prompt, model: 'gpt-image-2', size: `${width}x${height}`, quality: 'low', count: 1, service: 'OpenAI-HK', date: new Date().toISOString() },
  };
  fs.appendFileSync(logOf(folder, userDataDir), `${JSON.stringify(made)}\n`);
}

/**
 * Fills a workspace and the user data of a VS Code that has not started yet with pictures that were made before, every fifth request an edit
 * of a picture of the one before it. There are few different pictures, each under many names.
 * @param least at least so many pictures
 */
export async function makePictures(folder: string, userDataDir: string, least: number): Promise<MadePictures> {
  const drawn = await Promise.all(Array.from({ length: 24 }, (_, index) => draw(index)));
  const hashes = drawn.map(({ bytes }) => createHash('sha256').update(bytes).digest('hex'));
  const folders = ['assets/heroes', 'assets/icons', 'web/public/images'];
  for (const name of ['.drawn', ...folders]) fs.mkdirSync(path.join(folder, name), { recursive: true });
  for (const [index, { bytes }] of drawn.entries()) fs.writeFileSync(path.join(folder, '.drawn', String(index)), bytes);

  const lines: string[] = [];
  const prompts: string[] = [];
  const first = Date.now() - 1000 * 3600 * 2000;
  let before: string | undefined;
  for (let request = 0; lines.length < least; request += 1) {
    const count = counts[request % counts.length] ?? 1;
    const prompt = promptOf(request);
    prompts.unshift(prompt);
    let name = '';
    for (let picture = 1; picture <= count; picture += 1) {
      const at = (request * 5 + picture) % drawn.length;
      const one = drawn[at];
      if (!one) continue;
      name = `${folders[request % folders.length] ?? ''}/picture-${request + 1}-${picture}.png`;
      // As if they were many: what they take on the disk is that of a few.
      fs.linkSync(path.join(folder, '.drawn', String(at)), path.join(folder, name));
      const made: Made = {
        version: 1,
        uri: pathToFileURL(path.join(folder, name)).href,
        header: { format: 'png', width: one.width, height: one.height, alpha: true },
        bytes: one.bytes.length,
        recipe: {
          version: 1,
          job: `job-${String(request).padStart(5, '0')}`,
          picture,
          prompt,
          model: request % 3 === 0 ? 'gpt-image-1.5' : 'gpt-image-2',
          size: `${one.width}x${one.height}`,
          quality: request % 2 === 0 ? 'high' : 'low',
          count,
          ...(before !== undefined && request % 5 === 4 && { references: [{ role: 'image', name: before, sha256: hashes[at] ?? '' }] }),
          service: 'OpenAI-HK',
          date: new Date(first + request * 3_600_000).toISOString(),
          charge: { amount: { micros: 783_130_000, unit: 'credits' }, measured: true },
        },
      };
      lines.push(JSON.stringify(made));
    }
    before = name;
  }
  const log = logOf(folder, userDataDir);
  fs.mkdirSync(path.dirname(log), { recursive: true });
  fs.writeFileSync(log, `${lines.join('\n')}\n`);
  return { prompts, pictures: lines.length };
}
