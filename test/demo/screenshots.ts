// Makes the README's pictures from the real workbench, in both languages: `npm run screenshots`. `-- --all` also makes, in
// out/screenshots, pictures of every theme and of a narrow window, to look at.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import type { Locator } from 'playwright-core';
import { startGateway, type Gateway } from '../gateway/gateway.ts';
import { temporaryFolder } from '../host/ending.ts';
import type { Theme } from '../host/settings.ts';
import { panelIn } from '../panel/easelPanel.ts';
import { prepareLedger } from '../spend/preparedLedger.ts';
import { openReport } from '../spend/spendReport.ts';
import { startWorkbench, type Workbench } from '../ui/workbench.ts';
import { copySite, installEasel, outFolder } from './easel.ts';
import { drawn, pickSize } from './story.ts';

const root = path.resolve(import.meta.dirname, '../..');
const locales = ['en', 'zh-cn'] as const;
type Locale = (typeof locales)[number];

/** Pictures travel with the extension's package: none may be larger. */
const mostBytes = 60_000;

/** What is typed and waited for, in each language. Easel's own words are looked up in its translations. */
const prompts = {
  en: { picture: 'Sailing boat at dusk', file: 'sailing-boat-at-dusk.png', long: 'Mountains above the harbour at night', edit: 'The same boat in a storm at night', next: 'A lighthouse on a cliff, seen from the sea, in the flat colours of a travel poster' },
  'zh-cn': { picture: '黄昏时分海上的帆船', file: '黄昏时分海上的帆船.png', long: '夜色中港口上方的群山', edit: '同一艘船，夜里的暴风雨中', next: '从海上看悬崖上的灯塔，旅行海报那样的平涂色彩' },
} as const satisfies Record<Locale, object>;

/** A picture's place in the window, in CSS pixels. */
type Clip = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
type Take = (name: string, clip?: Clip) => Promise<void>;

/** What a series of pictures is made with. */
type Studio = {
  readonly workbench: Workbench;
  readonly gateway: Gateway;
  readonly locale: Locale;
  readonly say: (english: string) => string;
  readonly take: Take;
  /** Makes the gateway's answers take so long, in milliseconds. */
  readonly slow: (ms: number) => void;
};

/** The translation of Easel's own words; the contributed titles are found by the same English. */
function translator(locale: Locale): (english: string) => string {
  const read = (file: string): Record<string, string> => JSON.parse(fs.readFileSync(path.join(root, file), 'utf8')) as Record<string, string>;
  const english = read('package.nls.json');
  const contributed = read(`package.nls.${locale}.json`.replace('.en', ''));
  const bundle = locale === 'en' ? {} : read(`l10n/bundle.l10n.${locale}.json`);
  const titles = new Map(Object.entries(english).map(([key, value]) => [value, contributed[key]]));
  return (text) => titles.get(text) ?? bundle[text] ?? text;
}

/** All pictures of one series, in the order in which one window can show them. */
async function takeAll({ workbench, gateway, locale, say, take, slow }: Studio): Promise<void> {
  const { page } = workbench;
  const { picture, file, long, edit, next } = prompts[locale];
  const viewport = page.viewportSize() ?? { width: 0, height: 0 };
  await workbench.explorer.open('index.html');

  await openMenu(workbench, 'icons', say('Generate Image Here…'));
  await take('explorer-menu', { x: 0, y: 0, width: 620, height: 480 });
  await page.keyboard.press('Escape');

  await workbench.runCommand(`Easel: ${say('Generate Image…')}`);
  const key = await workbench.quickInput(say('Paste your API key'));
  await key.type('hk-test-key');
  await take('key', await around(key.locator, viewport));
  await key.accept();
  const prompt = await workbench.quickInput(say('What should the picture show?'));
  await prompt.type(picture);
  await take('prompt', await around(prompt.locator, viewport));
  await prompt.accept();
  const size = await workbench.quickInput(say('Size: pick one, or type any, such as 1200x640'));
  await take('size', await around(size.locator, viewport));
  await size.type('1200x1');
  await take('size-typed', await around(size.locator, viewport));
  await pickSize(workbench, size, '', '1024x1024');
  const quality = await workbench.quickInput(say('Quality: the picture is made when you choose'));
  await take('quality', await around(quality.locator, viewport));
  await quality.pick(say('Low'));

  await workbench.notification(file);
  await drawn(workbench, file);
  await workbench.statusBarItem(/78\d/);
  await workbench.explorer.find(`assets/${file}`);
  // Away from the editor, whose scroll bars it brings up.
  await page.mouse.move(0, 0);
  await take('picture');

  await workbench.runCommand(`Easel: ${say('Refresh Balance')}`);
  await workbench.notification(/999,\d{3}/);
  await workbench.runCommand('Notifications: Clear All Notifications');
  await workbench.until('the notification to go', async () => (await workbench.notifications()).length === 0);
  // It goes when what it says changes, such as with a balance that is being fetched.
  let hover: Clip | undefined;
  await workbench.until('the hover to stay', async () => {
    await workbench.hoverStatusBar(/78\d/);
    hover = await around(page.locator('.workbench-hover').first(), viewport).catch(() => undefined);
    return hover !== undefined;
  });
  await take('spend', hover);

  slow(600_000);
  await workbench.runCommand(`Easel: ${say('Generate Image…')}`);
  await (await workbench.quickInput(say('What should the picture show?'))).type(long);
  await page.keyboard.press('Enter');
  await pickSize(workbench, await workbench.quickInput(say('Size: pick one, or type any, such as 1200x640')), '1344x576', '1344x576');
  await (await workbench.quickInput(say('Quality: the picture is made when you choose'))).pick(say('Medium'));
  const working = await workbench.notification(new RegExp(say('Drawing · {0}').replace('{0}', say('{0} s').replace('{0}', '[4-9]'))));
  await take('progress', await around(working.locator, viewport));
  await working.locator.getByRole('button', { name: 'Cancel' }).click();
  await workbench.notification(say('Cancelled after the request was sent: the service may still charge for it.'));
  await take('cancelled', await around(working.locator.page().locator('.notification-toast').last(), viewport));
  slow(0);
  await workbench.runCommand('Notifications: Clear All Notifications');

  gateway.faultNext('moderation');
  await workbench.runCommand(`Easel: ${say('Generate Again')}`);
  const failed = await workbench.notification(say('The service refused the prompt for its content: change the prompt.').slice(0, 8));
  await take('failure', await around(failed.locator, viewport));
  await workbench.runCommand('Notifications: Clear All Notifications');

  await openMenu(workbench, `assets/${file}`, say('Edit Image…'));
  await take('edit-menu', { x: 0, y: 0, width: 620, height: 480 });
  await page.keyboard.press('Escape');
  await workbench.explorer.contextMenu(`assets/${file}`, say('Edit Image…'));
  await (await workbench.quickInput(say('What should change?'))).type(edit);
  await page.keyboard.press('Enter');
  await (await workbench.quickInput(say('Size: pick one, or type any, such as 1200x640'))).accept();
  await (await workbench.quickInput(say('Quality: pick one'))).accept();
  const where = await workbench.quickInput(say('Where the result goes: the picture is made when you choose'));
  await take('where', await around(where.locator, viewport));
  await where.accept();
  const edited = file.replace('.png', '-edit.png');
  const made = await workbench.notification(edited);
  await take('edited', await around(made.locator, viewport));
  await made.click(say('Compare'));
  await workbench.webview().getByRole('slider').waitFor();
  await workbench.runCommand('Notifications: Clear All Notifications');
  await workbench.runCommand('View: Close Other Editors in Group');
  await take('compare');

  await (await workbench.explorer.find(`assets/${edited}`)).click();
  await (await workbench.explorer.find(`assets/${file}`)).click({ modifiers: ['ControlOrMeta'] });
  await workbench.explorer.contextMenu(`assets/${file}`, say('Edit with References…'));
  const roles = await workbench.quickInput(say('Which file is what? Enter on a file shows what can be done with it.'));
  await workbench.until('both pictures to be looked at', async () => (await roles.items()).filter((row) => row.includes('×')).length === 2);
  await take('roles', await around(roles.locator, viewport));
  await roles.cancel();

  await workbench.runCommand('View: Close All Editors');
  await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
  await takePanel({ workbench, say, take, slow }, { file: `assets/${edited}`, long, next });
}

/** The Easel panel: with a job under way, and painting a mask for `file`, which was made before. */
async function takePanel({ workbench, say, take, slow }: Pick<Studio, 'workbench' | 'say' | 'take' | 'slow'>, { file, long, next }: { readonly file: string; readonly long: string; readonly next: string }): Promise<void> {
  const { page } = workbench;
  await workbench.runCommand(`Easel: ${say('Open Panel')}`);
  const { frame, prompt, send } = await panelIn(workbench);
  slow(600_000);
  await prompt.fill(long);
  await send();
  await frame.locator('.job').getByText(new RegExp(say('Drawing · {0}').replace('{0}', say('{0} s').replace('{0}', '[3-9]')))).waitFor();
  await prompt.fill(next);
  await workbench.until('the small pictures to be drawn', () => frame.locator('.tile img').evaluateAll((images) => images.length > 1 && images.every((image) => (image as unknown as { readonly naturalWidth: number }).naturalWidth > 0)));
  await page.mouse.move(0, 0);
  await take('panel');

  const composer = await frame.locator('.composer').elementHandle();
  await (await composer?.ownerFrame())?.evaluate(`{
    const dataTransfer = new DataTransfer();
    dataTransfer.setData('application/vnd.code.uri-list', ${JSON.stringify(pathToFileURL(path.join(outFolder, 'screenshots/harbour-tours', file)).href)});
    for (const type of ['dragover', 'drop']) document.querySelector('.composer').dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));
  }`);
  await frame.getByRole('button', { name: say('Paint Mask…') }).click();
  const canvas = frame.getByRole('application').locator('canvas').last();
  await canvas.waitFor();
  const box = await canvas.boundingBox();
  if (box === null) throw new Error('The mask painter has gone.');
  const at = (x: number, y: number): [number, number] => [box.x + x * box.width, box.y + y * box.height];
  for (const row of [0.18, 0.26, 0.34]) {
    await page.mouse.move(...at(0.2, row));
    await page.mouse.down();
    await page.mouse.move(...at(0.55, row + 0.05), { steps: 8 });
    await page.mouse.move(...at(0.85, row - 0.02), { steps: 8 });
    await page.mouse.up();
  }
  await take('mask');
}

/** The report of the spend, of a ledger of some months. */
async function takeReport({ workbench, say, take }: Pick<Studio, 'workbench' | 'say' | 'take'>): Promise<void> {
  await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
  const { page } = workbench;
  // Down to its charts.
  const { width } = page.viewportSize() ?? { width: 1120 };
  await page.setViewportSize({ width, height: 1100 });
  await openReport(workbench, `Easel: ${say('Show Spend')}`);
  await page.mouse.move(0, 0);
  await take('report');
}

/** Opens the menu of a file or folder in the Explorer, with the pointer on one entry. */
async function openMenu(workbench: Workbench, file: string, entry: string): Promise<void> {
  const { page } = workbench;
  const row = await workbench.explorer.find(file);
  const item = page.locator('.monaco-menu').getByRole('menuitem', { name: entry, exact: true });
  // A window that is still settling closes its menus.
  await workbench.until('the menu to stay', async () => {
    await page.keyboard.press('Escape');
    await row.click({ button: 'right' });
    return item.hover({ timeout: 2000 }).then(
      () => true,
      () => false,
    );
  });
}

/** A part of the window with what surrounds it, down to the edge of the window where it is near. */
async function around(locator: Locator, viewport: { readonly width: number; readonly height: number }): Promise<Clip> {
  const box = await locator.boundingBox();
  if (box === null) throw new Error('What was to be pictured has gone.');
  const margin = 40;
  const x = Math.max(0, Math.floor(box.x - margin));
  const y = Math.max(0, Math.floor(box.y - margin));
  return { x, y, width: Math.min(viewport.width, Math.ceil(box.x + box.width + margin)) - x, height: Math.min(viewport.height, Math.ceil(box.y + box.height + margin)) - y };
}

/** Saves a PNG as WebP, at the best quality with which it is small enough. */
async function saveWebp(png: Buffer, file: string): Promise<void> {
  const image = await loadImage(png);
  const canvas = createCanvas(image.width, image.height);
  canvas.getContext('2d').drawImage(image, 0, 0);
  for (let quality = 88; ; quality -= 4) {
    const bytes = await canvas.encode('webp', quality);
    if (bytes.length > mostBytes && quality > 40) continue;
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, bytes);
    console.log(`${path.relative(root, file)}  ${image.width} × ${image.height}  ${(bytes.length / 1000).toFixed(0)} kB`);
    return;
  }
}

type Window = { readonly theme: Theme; readonly width: number; readonly height: number; readonly scale: number };

/** Starts two fresh VS Codes, and takes one series: the first begins with nothing, the second has been at it for some months. */
async function series(extensionsDir: string, locale: Locale, window: Window, take: (workbench: Workbench) => Take): Promise<void> {
  const folder = path.join(outFolder, 'screenshots/harbour-tours');
  const say = translator(locale);
  let latency = 0;
  const gateway = await startGateway({ latencyMs: () => latency });
  const inWindow = async (userDataDir: string | undefined, work: (workbench: Workbench) => Promise<void>): Promise<void> => {
    copySite(folder);
    if (userDataDir !== undefined) prepareLedger(userDataDir, folder);
    let workbench: Workbench | undefined;
    try {
      workbench = await startWorkbench({
        folder,
        extensionsDir,
        locale,
        theme: window.theme,
        viewport: { width: window.width, height: window.height },
        deviceScaleFactor: window.scale,
        settings: { 'easel.baseUrl': gateway.baseUrl, 'editor.minimap.enabled': false, ...(userDataDir !== undefined && { 'easel.fetchBalance': false, 'easel.budgets': [{ period: 'month', limit: 200_000, unit: 'credits' }] }) },
        ...(userDataDir !== undefined && { userDataDir }),
      });
      await work(workbench);
    } catch (error) {
      await workbench?.screenshot('failed');
      throw error;
    } finally {
      await workbench?.close();
    }
  };
  const used = fs.mkdtempSync(path.join(os.tmpdir(), 'easel-used-'));
  try {
    await inWindow(undefined, (workbench) => takeAll({ workbench, gateway, locale, say, take: take(workbench), slow: (ms) => (latency = ms) }));
    await inWindow(used, (workbench) => takeReport({ workbench, say, take: take(workbench) }));
  } finally {
    await gateway.close();
    fs.rmSync(used, { recursive: true });
  }
}

/** Which of the pictures the READMEs show. */
const inReadme = new Set(['size', 'picture', 'spend', 'explorer-menu', 'edit-menu', 'roles', 'compare', 'panel', 'mask', 'report']);

const { values } = parseArgs({ options: { all: { type: 'boolean', default: false } } });
const temporary = temporaryFolder();
try {
  await installEasel(temporary.path);
  for (const locale of locales) {
    await series(temporary.path, locale, { theme: 'dark', width: 1120, height: 700, scale: 1.5 }, ({ page }) => async (name, clip) => {
      const png = await page.screenshot(clip && { clip });
      if (inReadme.has(name)) await saveWebp(png, path.join(root, 'media/readme', locale, `${name}.webp`));
    });
  }
  const others = [
    { name: 'dark', theme: 'dark', width: 1280, height: 800, scale: 1 },
    { name: 'light', theme: 'light', width: 1280, height: 800, scale: 1 },
    { name: 'hc-dark', theme: 'hc-dark', width: 1280, height: 800, scale: 1 },
    { name: 'hc-light', theme: 'hc-light', width: 1280, height: 800, scale: 1 },
    { name: 'narrow', theme: 'dark', width: 560, height: 720, scale: 1 },
  ] as const;
  for (const { name: variant, ...window } of values.all ? others : []) {
    for (const locale of locales) {
      await series(temporary.path, locale, window, ({ page }) => async (name) => {
        const file = path.join(outFolder, 'screenshots', variant, locale, `${name}.png`);
        await page.screenshot({ path: file });
        console.log(path.relative(root, file));
      });
    }
  }
  process.exit();
} catch (error) {
  console.error(`The screenshots failed: ${error instanceof Error ? error.message : String(error)}\nThe window, if there was one: out/screenshots/failed.png`);
  process.exit(1);
}
