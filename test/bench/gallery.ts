/// <reference lib="dom" />
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { startGateway } from '../gateway/gateway.ts';
import { makePictures } from '../panel/madePictures.ts';
import { startWorkbench, until, type Workbench } from '../ui/workbench.ts';
import { median, row, type BenchRow } from './rows.ts';
import { buildShipped } from './shipped.ts';

const pictures = 5000;
/** Frames of each way through, and CSS pixels of each frame: at reading speed, and as fast as a hand throws. */
const ways = { slow: { frames: 240, step: 40 }, fast: { frames: 240, step: 600 } } as const;
/** Openings of each gallery, from the second on. */
const openings = 5;
/** Frames in which everything is seen once. */
const through = 150;

const galleries = {
  easel: { key: 'Control+Alt+6', tab: 'Easel' },
  plain: { key: 'Control+Alt+5', tab: 'Plain' },
} as const;

type Name = keyof typeof galleries;

/** What one gallery needed while it was scrolled. Times in milliseconds. */
interface Needed {
  readonly slow: number;
  readonly fast: number;
  /** Most elements in the page, wherever one looked. */
  readonly nodes: number;
  /** What the script's heap has more, after a collection, once everything was seen. Bytes. */
  readonly grown: number;
}

/** Notes in the workbench when a key was pressed. */
const probe = "addEventListener('keydown', (event) => { globalThis.pressed = performance.timeOrigin + event.timeStamp; }, true)";

/** When the first picture was fetched; 0: none was yet. Both clocks are the same computer's. */
const firstPicture = `(() => {
  const ends = performance.getEntriesByType('resource').filter(({ initiatorType }) => initiatorType === 'img').map(({ responseEnd }) => responseEnd);
  return ends.length > 0 ? performance.timeOrigin + Math.min(...ends) : 0;
})()`;

/** Scrolls by `step` in each of so many frames, to and fro where it ends, and notes how long each frame took and how many elements there were. */
const scroll = (frame: Frame, frames: number, step: number): Promise<{ readonly times: readonly number[]; readonly nodes: number }> =>
  frame.evaluate<{ readonly times: readonly number[]; readonly nodes: number }>(`new Promise((resolve) => {
    const made = document.querySelector('.made');
    const times = [];
    let [nodes, before, by] = [0, performance.now(), ${step}];
    const next = (now) => {
      times.push(now - before);
      before = now;
      nodes = Math.max(nodes, document.querySelectorAll('.gallery *').length);
      const at = made.scrollTop;
      made.scrollTop += by;
      if (made.scrollTop === at) by = -by;
      if (times.length <= ${frames}) requestAnimationFrame(next);
      else resolve({ times: times.slice(1), nodes });
    };
    requestAnimationFrame(next);
  })`);

/** The script's heap of a frame after a collection, in bytes. A webview of another origin has a process, and so a session, of its own. */
async function heap(workbench: Workbench, frame: Frame): Promise<number> {
  const { context, page } = workbench.host;
  const session = await context.newCDPSession(frame).catch(() => context.newCDPSession(page));
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize;
}

interface Opened {
  readonly frame: Frame;
  readonly first: number;
}

async function open(workbench: Workbench, name: Name): Promise<Opened> {
  const { page } = workbench;
  const { key, tab } = galleries[name];
  await page.keyboard.press(key);
  await page.locator('.tab', { hasText: tab }).waitFor();
  const made = workbench.webview().locator('.made');
  await made.locator('.tile img').first().waitFor({ timeout: 60_000 });
  const frame = await (await made.elementHandle())?.ownerFrame();
  if (!frame) throw new Error(`the gallery ${name} has gone`);
  await until('the first picture', async () => (await frame.evaluate<number>(firstPicture)) > 0, 120_000);
  return { frame, first: (await frame.evaluate<number>(firstPicture)) - (await page.evaluate<number>('globalThis.pressed')) };
}

async function close({ page }: Workbench, name: Name): Promise<void> {
  await page.keyboard.press('Control+Alt+9');
  await page.locator('.tab', { hasText: galleries[name].tab }).waitFor({ state: 'detached' });
}

async function measure(workbench: Workbench, name: Name): Promise<Needed> {
  const { frame } = await open(workbench, name);
  // The plain one has all of its pictures first: what it loads while it is scrolled would be told against it.
  await until('all pictures in the page', () => frame.evaluate<boolean>("[...document.querySelectorAll('.tile img')].every((image) => image.complete)"), 300_000);
  const before = await heap(workbench, frame);
  const slow = await scroll(frame, ways.slow.frames, ways.slow.step);
  const fast = await scroll(frame, ways.fast.frames, ways.fast.step);
  const height = await frame.evaluate<number>("document.querySelector('.made').scrollHeight");
  const all = await scroll(frame, through, Math.ceil(height / through));
  const after = await heap(workbench, frame);
  await close(workbench, name);
  return { slow: median(slow.times), fast: median(fast.times), nodes: Math.max(slow.nodes, fast.nodes, all.nodes), grown: after - before };
}

/** The gallery with 5,000 pictures, as shipped, beside a page that has all of them in it, in the same window. */
export async function galleryRows(): Promise<BenchRow[]> {
  const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'easel-bench-'));
  const gateway = await startGateway();
  try {
    const [shipped, folder, userDataDir] = [path.join(temporary, 'easel'), path.join(temporary, 'workspace'), path.join(temporary, 'user-data')];
    await buildShipped(shipped);
    await makePictures(folder, userDataDir, pictures);
    const workbench = await startWorkbench({ folder, userDataDir, extensionPath: [shipped, path.join(import.meta.dirname, 'plain-gallery')], settings: { 'easel.baseUrl': gateway.baseUrl } });
    try {
      await workbench.statusBarItem(/^\s*Easel\s*$/);
      await workbench.page.evaluate(probe);
      await workbench.page.keyboard.press('ControlOrMeta+B');
      const firsts: Record<Name, number[]> = { easel: [], plain: [] };
      for (let opening = 0; opening <= openings; opening += 1) {
        for (const name of ['easel', 'plain'] as const) {
          const { first } = await open(workbench, name);
          // The first time, the workspace is looked through, small pictures are made, and webviews load.
          if (opening > 0) firsts[name].push(first);
          await close(workbench, name);
        }
      }
      const easel = await measure(workbench, 'easel');
      const plain = await measure(workbench, 'plain');
      const facts = { contender: 'easel', peer: 'plain page', unit: 'ms' } as const;
      const name = (what: string): string => `gallery of 5,000: ${what}`;
      return [
        row({ ...facts, name: name('frame while scrolling, median'), peer: 'target', value: easel.slow, peerValue: 50 }, 1),
        row({ ...facts, name: name('frame while scrolling fast, median'), peer: 'target', value: easel.fast, peerValue: 50 }, 1),
        row({ ...facts, name: name('frame while scrolling fast, median'), value: easel.fast, peerValue: plain.fast }, 2),
        row({ ...facts, name: name(`open → first picture, median of ${openings}`), value: median(firsts.easel), peerValue: median(firsts.plain) }, 1),
        row({ ...facts, name: name('most elements in the page'), value: easel.nodes, peerValue: plain.nodes, unit: 'elements' }, 0.15),
        row({ ...facts, name: name('heap grown, everything seen'), peer: 'target', value: easel.grown / 1e6, peerValue: 10, unit: 'MB' }, 1),
      ];
    } finally {
      await workbench.close();
    }
  } finally {
    await gateway.close();
    fs.rmSync(temporary, { recursive: true });
  }
}
