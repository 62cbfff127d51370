import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { Uri } from 'vscode';
import { keepWithin, type Bounds } from '../../disk/bounded.ts';
import type { Size } from '../../images/size.ts';
import { readPicture } from '../../jobs/recipeFile.ts';
import { PixelsError } from '../../pixels/error.ts';
import type { Pixels } from '../../pixels/pixels.ts';
import { stateOf } from '../files/recipes.ts';
import { withLocalFile } from '../files/saveAsset.ts';
import type { OrderTools } from '../orders/order.ts';

/** Pixels of the long side: twice what a tile of the gallery has, for displays with two pixels a point. */
const longSide = 320;

/** What is longer is not decoded for a small picture. */
export const mostBytes = 200 * 1024 * 1024;

/** All windows and workspaces share one store. */
const bounds: Bounds = { files: 20_000, bytes: 256 * 1024 * 1024 };
/** After so many new ones the bounds are looked at again. */
const pruneAfter = 1_000;

/** Wishes within so many milliseconds belong together: they come from one look at the gallery. */
const burst = 40;

/** One state of a file has one name wherever it is asked for. */
export const stateKey = (uri: string, { mtime, size }: { readonly mtime: number; readonly size: number }): string => createHash('sha256').update(`${uri}\n${mtime}\n${size}`).digest('hex');

/** The size of a small copy: never larger than the picture. */
export function thumbSize({ width, height }: Size): Size {
  const scale = Math.min(1, longSide / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

interface Wish {
  readonly uri: Uri;
  readonly target: string;
  readonly heard: ((file: string) => void)[];
  /** Which look it came from, and its place there. */
  look: number;
  place: number;
}

/** Small copies of pictures. */
export interface Thumbs {
  /** @returns the copy's path; undefined while it is made, of which `done` hears, and where none can be made */
  thumb(uri: Uri, done: (file: string) => void): Promise<string | undefined>;
  dispose(): void;
}

async function make(uri: Uri, target: string, { scratch, pixels }: Pick<OrderTools, 'scratch' | 'pixels'>): Promise<void> {
  await withLocalFile(uri, scratch, async (file) => {
    const { header } = await readPicture(file);
    if (!header) throw new PixelsError('broken', 'the file is no picture');
    const tool = await pixels();
    // What a drawing is scaled to is not in its file, nor always where a JPEG's size is looked for.
    if (header.format === 'svg' || header.width === 0 || header.height === 0) await makeOfUnknown(file, target, scratch, tool);
    else await tool.resize(file, target, { size: thumbSize(header), fit: 'fill', format: 'webp' });
  });
}

async function makeOfUnknown(file: string, target: string, scratch: string, tool: Pixels): Promise<void> {
  const whole = join(scratch, randomUUID());
  await mkdir(scratch, { recursive: true, mode: 0o700 });
  try {
    const drawn = await tool.convert(file, whole, 'webp');
    await tool.resize(whole, target, { size: thumbSize(drawn), fit: 'fill', format: 'webp' });
  } finally {
    await rm(whole, { force: true });
  }
}

/** @param folder absolute path of the store; made with the first copy */
export function createThumbs(tools: Pick<OrderTools, 'scratch' | 'pixels' | 'log'>, folder: string): Thumbs {
  const wishes = new Map<string, Wish>();
  /** Files of which no copy can be made, in the state in which they are. */
  const hopeless = new Set<string>();
  const touched = new Set<string>();
  let look = 0;
  let place = 0;
  let lastWish = 0;
  let working = false;
  let disposed = false;
  let begun: Promise<unknown> | undefined;
  let made = 0;

  /** What is on the screen now was wished for last; of that the first comes first. */
  const next = (): Wish | undefined => {
    let best: Wish | undefined;
    for (const wish of wishes.values()) if (!best || wish.look > best.look || (wish.look === best.look && wish.place < best.place)) best = wish;
    return best;
  };

  async function work(): Promise<void> {
    for (let wish = next(); wish; wish = next()) {
      const { uri, target, heard } = wish;
      try {
        // Another window may have been faster.
        if (!(await isThere(target))) {
          await make(uri, target, tools);
          made += 1;
        }
        touched.add(target);
        for (const done of heard) done(target);
      } catch (error) {
        // A thread that ended, or a full disk, says nothing of the picture.
        if (error instanceof PixelsError && error.code !== 'failed' && error.code !== 'file') hopeless.add(target);
        if (!disposed) tools.log.warn(`panel: no small picture of ${uri.path}: ${String(error)}`);
      } finally {
        wishes.delete(target);
      }
      if (made >= pruneAfter) {
        made = 0;
        await keepWithin(folder, bounds);
      }
    }
  }

  function begin(): void {
    if (working || disposed) return;
    working = true;
    void work().finally(() => {
      working = false;
      if (wishes.size > 0) begin();
    });
  }

  return {
    async thumb(uri, done) {
      const time = performance.now();
      if (time - lastWish > burst) look += 1;
      lastWish = time;
      const wished = { look, place: (place += 1) };
      begun ??= mkdir(folder, { recursive: true }).then(() => void keepWithin(folder, bounds));
      await begun;
      const state = await stateOf(uri).catch(() => undefined);
      if (!state || state.size > mostBytes) return undefined;
      const target = join(folder, `${stateKey(uri.toString(), state)}.webp`);
      if (hopeless.has(target)) return undefined;
      const wish = wishes.get(target);
      if (wish) {
        wish.heard.push(done);
        wish.look = wished.look;
        wish.place = wished.place;
        return undefined;
      }
      if (await isThere(target)) {
        // What is used is kept; once in a session is enough to tell.
        if (!touched.has(target)) void utimes(target, new Date(), new Date()).catch(() => undefined);
        touched.add(target);
        return target;
      }
      const again = wishes.get(target);
      if (again) again.heard.push(done);
      else wishes.set(target, { uri, target, heard: [done], ...wished });
      begin();
      return undefined;
    },
    dispose() {
      disposed = true;
      wishes.clear();
    },
  };
}

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
