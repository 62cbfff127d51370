import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setKey } from '../ui/easel.ts';
import { startGateway } from '../gateway/gateway.ts';
import { startWorkbench, type Workbench } from '../ui/workbench.ts';
import { median, row, type BenchRow } from './rows.ts';
import { buildShipped } from './shipped.ts';

/** Openings of each panel in one window. */
const openings = 9;
/** Windows, for what is so only at the first opening in one. */
const windows = 3;

/** When things happened, in milliseconds after the key was pressed. */
interface Opening {
  readonly painted: number;
  /** The prompt accepts input. */
  readonly interactive: number;
}

const panels = {
  empty: { key: 'Control+Alt+7', tab: 'Empty' },
  easel: { key: 'Control+Alt+8', tab: 'Easel' },
} as const;
type Name = keyof typeof panels;

/** Runs in every page and frame: notes when a key was pressed, and when there is something to write into. */
const probe = `
  addEventListener('keydown', (event) => { globalThis.pressed = performance.timeOrigin + event.timeStamp; }, true);
  if (/fake\\.html/.test(location.href)) {
    new MutationObserver((_, observer) => {
      if (!document.querySelector('main:not(.waiting) textarea')) return;
      globalThis.interactive = performance.timeOrigin + performance.now();
      observer.disconnect();
    }).observe(document, { childList: true, subtree: true, attributes: true });
  }`;

/** From the key to the panel, as a user sees it: both clocks are the same computer's. */
async function open(workbench: Workbench, name: Name): Promise<Opening> {
  const { page } = workbench;
  const { key, tab } = panels[name];
  await page.keyboard.press(key);
  await page.locator('.tab', { hasText: tab }).waitFor();
  const content = workbench.webview().locator('main:not(.waiting) textarea');
  await content.waitFor();
  const frame = await (await content.elementHandle())?.ownerFrame();
  if (!frame) throw new Error(`the panel ${name} has gone`);
  // Painting is noted a little after what is painted is there.
  const times = await frame.evaluate<{ readonly painted: number; readonly interactive: number }>(`new Promise((resolve) => {
    const look = () => {
      const [paint] = performance.getEntriesByName('first-contentful-paint');
      if (paint && globalThis.interactive) resolve({ painted: performance.timeOrigin + paint.startTime, interactive: globalThis.interactive });
      else requestAnimationFrame(look);
    };
    look();
  })`);
  const pressed = await page.evaluate<number>('globalThis.pressed');
  await page.keyboard.press('Control+Alt+9');
  await page.locator('.tab', { hasText: tab }).waitFor({ state: 'detached' });
  return { painted: times.painted - pressed, interactive: times.interactive - pressed };
}

/** What opening Easel's panel costs, as shipped, beside a panel that has nothing in it, in the same windows. */
export async function panelRows(): Promise<BenchRow[]> {
  const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'easel-bench-'));
  const gateway = await startGateway();
  const first: Record<Name, Opening[]> = { empty: [], easel: [] };
  const later: Record<Name, Opening[]> = { empty: [], easel: [] };
  try {
    const [shipped, folder] = [path.join(temporary, 'easel'), path.join(temporary, 'workspace')];
    fs.mkdirSync(folder);
    await buildShipped(shipped);
    for (let window = 0; window < windows; window += 1) {
      const workbench = await startWorkbench({ folder, extensionPath: [shipped, path.join(import.meta.dirname, 'empty-panel')], settings: { 'easel.baseUrl': gateway.baseUrl } });
      try {
        await workbench.statusBarItem(/^\s*Easel\s*$/);
        await setKey(workbench);
        await workbench.host.context.addInitScript(probe);
        await workbench.reload();
        await workbench.statusBarItem(/^\s*Easel\s*$/);
        // What VS Code itself loads with the first webview of a window is nobody's.
        await open(workbench, 'empty');
        for (let opening = 0; opening < openings; opening += 1) {
          for (const name of ['empty', 'easel'] as const) (opening === 0 ? first : later)[name].push(await open(workbench, name));
        }
      } finally {
        await workbench.close();
      }
    }
  } finally {
    await gateway.close();
    fs.rmSync(temporary, { recursive: true });
  }
  const of = (all: readonly Opening[], time: (one: Opening) => number): number => median(all.map(time));
  const painted = ({ painted: at }: Opening): number => at;
  const rest = ({ painted: at, interactive }: Opening): number => Math.max(0, interactive - at);
  const facts = { contender: 'easel', peer: 'empty panel', unit: 'ms' } as const;
  const many = `median of ${later.easel.length}`;
  const once = `first in a window, median of ${windows}`;
  return [
    row({ ...facts, name: `panel: open → first paint, ${many}`, value: of(later.easel, painted), peerValue: of(later.empty, painted) }, 1.5),
    row({ ...facts, name: `panel: first paint → interactive, ${many}`, peer: 'empty panel, open → first paint', value: of(later.easel, rest), peerValue: of(later.empty, painted) }, 0.5),
    row({ ...facts, name: `panel: open → first paint, ${once}`, value: of(first.easel, painted), peerValue: of(first.empty, painted) }, 3),
    row({ ...facts, name: `panel: first paint → interactive, ${once}`, peer: 'empty panel, open → first paint', value: of(first.easel, rest), peerValue: of(first.empty, painted) }, 1),
  ];
}
