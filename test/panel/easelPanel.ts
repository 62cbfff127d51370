/// <reference lib="dom" />
import type { FrameLocator, Locator } from 'playwright-core';
import type { Workbench } from '../ui/workbench.ts';

/** The Easel panel in the workbench, in the words of its user. */
export interface EaselPanel {
  readonly frame: FrameLocator;
  readonly prompt: Locator;
  /** Sends what is put together by the keyboard, once the button says that what was sent before is on its way. */
  readonly send: () => Promise<void>;
}

/** Opens the panel in a tab, or brings it to the front, and waits until it can be used. */
export async function openPanel(workbench: Workbench): Promise<EaselPanel> {
  await workbench.runCommand('Easel: Open Panel');
  return panelIn(workbench);
}

/** Opens the panel in the side bar, and waits until it can be used. */
export async function openSideBar(workbench: Workbench): Promise<EaselPanel> {
  await workbench.page.locator('.activitybar').getByRole('tab', { name: 'Easel' }).click();
  return panelIn(workbench, 'sideBar');
}

/**
 * Loads the window anew as a user does, by the command. VS Code then writes down first what is open and what extensions keep; when a page is
 * just loaded anew, what is younger than about five seconds is lost in the browser, the panel's tab with it.
 */
export async function reload(workbench: Workbench): Promise<void> {
  const { page } = workbench;
  const loaded = page.waitForEvent('domcontentloaded');
  await workbench.runCommand('Developer: Reload Window');
  await loaded;
  await page.locator('.monaco-workbench').waitFor();
  // The last of the built-in items: it comes with the restored window.
  await page.locator('#status\\.notifications').waitFor();
}

/** Whether any of the workbench's own databases has these words, as a script of the page. */
const written = (text: string): string => `(async () => {
  const result = (request) => new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error));
  });
  for (const { name } of await indexedDB.databases()) {
    if (!name.startsWith('vscode-web-state-db-')) continue;
    const database = await result(indexedDB.open(name));
    const values = await result(database.transaction('ItemTable').objectStore('ItemTable').getAll());
    database.close();
    if (values.some((value) => typeof value === 'string' && value.includes(${JSON.stringify(text)}))) return true;
  }
  return false;
})()`;

/** Waits until VS Code has written something down that outlasts a reload, such as a draft with these words. */
export const kept = (workbench: Workbench, text: string): Promise<void> => workbench.until(`"${text}" to be written down`, () => workbench.page.evaluate<boolean>(written(text)));

/** The panel that is open already, such as after a reload. */
export async function panelIn(workbench: Workbench, where: 'editor' | 'sideBar' = 'editor'): Promise<EaselPanel> {
  const frame = await pageOf(workbench, where);
  await frame.locator('main.scroller').waitFor();
  const prompt = frame.locator('.composer textarea').first();
  return {
    frame,
    prompt,
    send: async () => {
      await frame.locator('.send [aria-busy="true"]').waitFor({ state: 'detached' });
      await prompt.press('ControlOrMeta+Enter');
    },
  };
}

/** The panel's page, whatever it shows. */
export async function pageOf(workbench: Workbench, where: 'editor' | 'sideBar' = 'editor'): Promise<FrameLocator> {
  let found: FrameLocator | undefined;
  await workbench.until(`the panel in the ${where}`, async () => {
    // Other webviews may be open, and come and go: a webview's frame has a name that is its own.
    for (const name of await workbench.page.locator('iframe.webview.ready').evaluateAll((frames) => frames.map((frame) => (frame as HTMLIFrameElement).name))) {
      const frame = workbench.page.frameLocator(`iframe.webview.ready[name="${name}"]`).frameLocator('iframe#active-frame');
      if ((await frame.locator(`body[data-where="${where}"]`).count()) > 0) found = frame;
    }
    return found !== undefined;
  });
  if (!found) throw new Error('There is no panel.');
  return found;
}
