import type { Workbench } from '../ui/workbench.ts';

/** When things happened, in milliseconds after the key was pressed. */
export interface Opening {
  readonly painted: number;
  /** What the page is for is there: the prompt accepts input, the report shows its figures. */
  readonly interactive: number;
}

/** What is opened by a key, by the tab that it opens and by what is there once it can be used. The keys are those of `empty-panel`. */
const pages = {
  empty: { key: 'Control+Alt+7', tab: 'Empty', ready: 'main:not(.waiting) textarea' },
  easel: { key: 'Control+Alt+8', tab: 'Easel', ready: 'main:not(.waiting) textarea' },
  report: { key: 'Control+Alt+6', tab: 'Easel Spend', ready: 'main.spend .standing' },
} as const;
export type PageName = keyof typeof pages;

/** Runs in every page: notes when a key was pressed. */
export const probe = `addEventListener('keydown', (event) => { globalThis.pressed = performance.timeOrigin + event.timeStamp; }, true)`;

/** From the key to the page, as a user sees it: both clocks are the same computer's. Closes it again. */
export async function openPage(workbench: Workbench, name: PageName): Promise<Opening> {
  const { page } = workbench;
  const { key, tab, ready } = pages[name];
  await page.keyboard.press(key);
  await page.locator('.tab', { hasText: tab }).waitFor();
  const content = workbench.webview().locator(ready);
  await content.waitFor();
  const interactive = performance.timeOrigin + performance.now();
  const frame = await (await content.elementHandle())?.ownerFrame();
  if (!frame) throw new Error(`the panel ${name} has gone`);
  // Painting is noted a little after what is painted is there.
  const painted = await frame.evaluate<number>(`new Promise((resolve) => {
    const look = () => {
      const [paint] = performance.getEntriesByName('first-contentful-paint');
      if (paint) resolve(performance.timeOrigin + paint.startTime);
      else requestAnimationFrame(look);
    };
    look();
  })`);
  const pressed = await page.evaluate<number>('globalThis.pressed');
  await page.keyboard.press('Control+Alt+9');
  await page.locator('.tab', { hasText: tab }).waitFor({ state: 'detached' });
  return { painted: painted - pressed, interactive: interactive - pressed };
}
