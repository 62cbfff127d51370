import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { startHost, type Host, type HostOptions } from '../host/host.ts';
import type { Theme } from '../host/settings.ts';
import { openExplorer, type Explorer } from './explorer.ts';
import { openQuickInput, type QuickInput } from './quickInput.ts';
import { filesIn, textOf } from './storage.ts';

/** The workbench of a running VS Code, in the words of its user. Everything here waits until what it names is there, or fails after 40 s. */
export type Workbench = {
  readonly host: Host;
  readonly page: Page;
  readonly explorer: Explorer;
  /** Runs a command from the command palette; `title` with its category, as shown there: `Easel: Generate Image…`. */
  runCommand(title: string): Promise<void>;
  /** The quick pick or input box whose title or placeholder contains `text` (none: whichever is open). Steps of one dialogue differ in these, so that none is taken for the next. */
  quickInput(text?: string): Promise<QuickInput>;
  /** The notification, at the lower right, that contains `text`. */
  notification(text: string | RegExp): Promise<Notification>;
  /** The texts of all notifications that are shown now. */
  notifications(): Promise<string[]>;
  /** The modal dialog that contains `text`. */
  dialog(text: string | RegExp): Promise<Dialog>;
  /** The status bar item that contains `text`. */
  statusBarItem(text: string | RegExp): Promise<Locator>;
  /** Moves the pointer to the status bar item that contains `text` and reads what its hover says. */
  hoverStatusBar(text: string | RegExp): Promise<string>;
  /** The names on the tabs of all open editors, in order. */
  openFileNames(): Promise<string[]>;
  /** Waits until the tab of an editor has this name. */
  waitForEditor(name: string): Promise<void>;
  /** What the webview that is in front shows. */
  webview(): FrameLocator;
  /** All that a log output channel has got so far, in this start and in earlier ones on the same user data; empty when there is none yet. */
  output(channel: string): string;
  selectTheme(theme: Theme): Promise<void>;
  /** Changes user settings by editing settings.json, as the user would: a change on disk alone is noticed late or never. */
  configure(settings: Readonly<Record<string, unknown>>): Promise<void>;
  /** Waits until `condition` is met, asking again and again; `what` says in the failure what was waited for. */
  until(what: string, condition: () => boolean | Promise<boolean>): Promise<void>;
  /** Loads the window anew, with a new extension host, and waits until it is ready. */
  reload(): Promise<void>;
  /** Opens one more window of the same VS Code, on the same folder, and waits until it can be used. It closes with the first. */
  openWindow(): Promise<Workbench>;
  /** Saves a picture of the window as `out/screenshots/NAME.png` and returns its path. */
  screenshot(name: string): Promise<string>;
  close(): Promise<void>;
};

/** A notification. */
export type Notification = {
  readonly locator: Locator;
  text(): Promise<string>;
  click(button: string): Promise<void>;
  /** Waits until it is no longer shown. */
  gone(): Promise<void>;
};

/** A modal dialog. */
export type Dialog = {
  readonly locator: Locator;
  text(): Promise<string>;
  /** Presses a button and waits until the dialog has closed. */
  click(button: string): Promise<void>;
};

/** In milliseconds; far more than is ever needed, so that a busy machine fails no test. */
const patience = 40_000;
const screenshots = path.resolve(import.meta.dirname, '../../out/screenshots');

/** Starts a VS Code and waits until its workbench can be used. */
export async function startWorkbench(options: HostOptions): Promise<Workbench> {
  const host = await startHost(options);
  try {
    host.page.setDefaultTimeout(patience);
    await waitUntilReady(host.page);
    return driveWorkbench(host);
  } catch (error) {
    await host.page.screenshot({ path: path.join(screenshots, 'not-ready.png') }).catch(() => undefined);
    await host.close();
    throw error;
  }
}

/** The helpers on a host that has been started already. */
export function driveWorkbench(host: Host): Workbench {
  const { page } = host;
  const toasts = page.locator('.notification-toast');
  const workbench: Workbench = {
    host,
    page,
    explorer: openExplorer(page),
    runCommand: (title) => runCommand(page, title),
    quickInput: (text) => openQuickInput(page, text),
    async notification(text) {
      const locator = toasts.filter({ hasText: text }).last();
      await locator.waitFor().catch(async (error: unknown) => {
        throw new Error(`No notification says ${String(text)}. What is shown: ${(await workbench.notifications()).join(' | ')}`, { cause: error });
      });
      return {
        locator,
        text: () => locator.locator('.notification-list-item-message').innerText(),
        click: (button) => locator.getByRole('button', { name: button }).click(),
        gone: () => locator.waitFor({ state: 'hidden' }),
      };
    },
    notifications: () => toasts.locator('.notification-list-item-message').allInnerTexts(),
    async dialog(text) {
      const locator = page.locator('.monaco-dialog-box').filter({ hasText: text });
      await locator.waitFor();
      return {
        locator,
        text: () => locator.locator('.dialog-message-container').innerText(),
        async click(button) {
          await locator.getByRole('button', { name: button, exact: true }).click();
          await locator.waitFor({ state: 'hidden' });
        },
      };
    },
    async statusBarItem(text) {
      const item = page.locator('.statusbar-item').filter({ hasText: text });
      await item.waitFor();
      return item;
    },
    async hoverStatusBar(text) {
      const item = await workbench.statusBarItem(text);
      const hover = page.locator('.workbench-hover');
      let said = '';
      await until(`the hover of ${String(text)}`, async () => {
        // From elsewhere, so that the pointer enters also when it is on the item already.
        await page.mouse.move(0, 0);
        await item.hover();
        await hover.first().waitFor({ timeout: 3000 }).catch(() => undefined);
        // One of another part of the window may still be on its way out: the item's own stands right above it.
        const [shown, below] = [await hover.first().boundingBox({ timeout: 500 }).catch(() => null), await item.boundingBox()];
        if (!shown || !below || Math.abs(shown.y + shown.height - below.y) > 40) return false;
        said = await hover.first().innerText({ timeout: 500 }).catch(() => '');
        return said !== '';
      });
      return said;
    },
    openFileNames: () => page.locator('.tab').evaluateAll((tabs) => tabs.map((tab) => (tab as unknown as Element).getAttribute('data-resource-name') ?? '')),
    waitForEditor: (name) => page.locator(`.tab[data-resource-name=${JSON.stringify(name)}]`).first().waitFor(),
    webview: () => page.frameLocator('iframe.webview.ready').last().frameLocator('iframe#active-frame'),
    output(channel) {
      return filesIn(host.userDataDir)
        .filter((file) => path.basename(file) === `${channel}.log`)
        .map(textOf)
        .join('');
    },
    async selectTheme(theme) {
      await runCommand(page, 'Preferences: Color Theme');
      await (await openQuickInput(page)).pick(themeLabels[theme]);
      await page.locator(`.monaco-workbench.${themeClasses[theme]}`).waitFor();
    },
    configure: (settings) => editSettings(page, path.join(host.userDataDir, 'User/settings.json'), settings),
    until,
    async reload() {
      await page.reload();
      await waitUntilReady(page);
    },
    async openWindow() {
      const window = await host.openWindow();
      window.setDefaultTimeout(patience);
      await waitUntilReady(window);
      return driveWorkbench({ ...host, page: window });
    },
    async screenshot(name) {
      const file = path.join(screenshots, `${name}.png`);
      fs.mkdirSync(screenshots, { recursive: true });
      await page.screenshot({ path: file });
      return file;
    },
    close: () => host.close(),
  };
  return workbench;
}

/** The browser's side of `evaluateAll`, as far as it is used here. */
type Element = { getAttribute(name: string): string | null };

async function waitUntilReady(page: Page): Promise<void> {
  await page.locator('.monaco-workbench').waitFor();
  // The last of the built-in items: it comes with the restored window.
  await page.locator('#status\\.notifications').waitFor();
}

const themeClasses = { dark: 'vs-dark', light: 'vs', 'hc-dark': 'hc-black', 'hc-light': 'hc-light' } as const satisfies Record<Theme, string>;
const themeLabels = { dark: 'Dark 2026', light: 'Light 2026', 'hc-dark': 'Dark High Contrast', 'hc-light': 'Light High Contrast' } as const satisfies Record<Theme, string>;

async function editSettings(page: Page, file: string, settings: Readonly<Record<string, unknown>>): Promise<void> {
  const wanted = { ...(JSON.parse(fs.readFileSync(file, 'utf8')) as object), ...settings };
  const tab = page.locator('.tab[aria-selected="true"][data-resource-name="settings.json"]');
  // An editor that has just opened may lose a key: then all of them are pressed again.
  for (let attempt = 1; ; attempt++) {
    await runCommand(page, 'Preferences: Open User Settings (JSON)');
    await tab.waitFor();
    await page.locator('.editor-group-container.active .monaco-editor.focused').waitFor();
    await page.keyboard.press('ControlOrMeta+A');
    // Pasted: to what is typed the editor adds its own brackets.
    await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(JSON.stringify(wanted))})`);
    await page.keyboard.press('ControlOrMeta+V');
    await page.keyboard.press('ControlOrMeta+S');
    try {
      await until('the saved settings', () => fs.readFileSync(file, 'utf8') === JSON.stringify(wanted), 8000);
      break;
    } catch (error) {
      if (attempt === 4) throw error;
    }
  }
  await runCommand(page, 'View: Close Editor');
  await tab.waitFor({ state: 'hidden' });
}

async function runCommand(page: Page, title: string): Promise<void> {
  const widget = page.locator('.quick-input-widget');
  const input = widget.locator('.quick-input-box input');
  const row = widget.getByRole('option', { name: startsWithWord(title) }).first();
  // What is shown may still be the list of the text before, so a click can miss: then the palette stays, or closes without effect, and is asked again.
  for (let attempt = 1; ; attempt++) {
    await page.keyboard.press('F1');
    try {
      // A picture's preview that is just loading takes the key for itself.
      await until('the command palette', async () => (await input.isVisible()) && (await input.inputValue()).startsWith('>'), 2500);
      await input.fill(`>${title}`);
      await row.click({ timeout: 5000 });
      return;
    } catch (error) {
      if (attempt === 8) throw new Error(`"${title}" could not be run from the command palette, which shows: ${(await widget.getByRole('option').allInnerTexts()).join(' | ')}`, { cause: error });
      await page.keyboard.press('Escape');
    }
  }
}

/** An accessible name that is `text`, or goes on after it with a comma, as in "Easel: Generate Image…, recently used". */
export function startsWithWord(text: string): RegExp {
  return new RegExp(`^${text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`)}(,|$)`);
}

/** See `Workbench.until`. */
export async function until(what: string, condition: () => boolean | Promise<boolean>, limit = patience): Promise<void> {
  const deadline = Date.now() + limit;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Waited ${limit / 1000} s in vain for ${what}.`);
    await sleep(25);
  }
}
