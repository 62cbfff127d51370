import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { FrameLocator, Locator } from 'playwright-core';
import { imageHeader } from '../../src/images/format.ts';
import { drawPicture } from '../extension/pictures.ts';
import { setKey, startEasel, type EaselWorkbench } from './easel.ts';
import type { Workbench } from './workbench.ts';

// An edit in the file's place, the ways back from it, and the panel that shows before and after.

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'easel-replace-'));
const hero = path.join(folder, 'art/hero.png');
let easel: EaselWorkbench;
let workbench: Workbench;
let original: Buffer;

before(async () => {
  fs.mkdirSync(path.join(folder, 'art'));
  original = await drawPicture(1000, 700, 'png');
  fs.writeFileSync(hero, original);
  fs.writeFileSync(path.join(folder, 'art/other.png'), await drawPicture(64, 64, 'png', true));
  easel = await startEasel({ folder, settings: { 'easel.openPictures': false } });
  ({ workbench } = easel);
  await setKey(workbench);
});

after(async () => {
  await easel.close();
  fs.rmSync(folder, { recursive: true });
});

const bytes = (): Buffer => fs.readFileSync(hero);
const isOriginal = (): boolean => bytes().equals(original);
const clearNotifications = (): Promise<void> => workbench.runCommand('Notifications: Clear All Notifications');

/** A panel's tab: it has no file's name. */
const tab = (title: string): Locator => workbench.page.locator('.tab').filter({ hasText: title });

/** Edits hero.png by a right-click; `where` as the last question has it. */
async function edit(prompt: string, where: string): Promise<void> {
  await workbench.explorer.contextMenu('art/hero.png', 'Edit Image…');
  const ask = await workbench.quickInput('What should change?');
  await ask.type(prompt);
  await ask.accept();
  await (await workbench.quickInput('Size')).accept();
  await (await workbench.quickInput('Quality')).accept();
  await (await workbench.quickInput('Where the result goes')).pick(where);
}

/** Opens the submenu Easel of a file's context menu. */
async function easelMenu(file: string): Promise<Locator> {
  await (await workbench.explorer.find(file)).click({ button: 'right' });
  const { page } = workbench;
  const submenu = page.locator('.monaco-menu .monaco-submenu');
  const entry = page.locator('.monaco-menu').first().getByRole('menuitem', { name: 'Easel', exact: true });
  await entry.waitFor();
  while (!(await submenu.isVisible())) await entry.click({ timeout: 1000 }).catch(() => undefined);
  return submenu;
}

async function chooseFromEaselMenu(file: string, item: string): Promise<void> {
  const entry = (await easelMenu(file)).getByRole('menuitem', { name: item, exact: true });
  await entry.waitFor();
  while (await entry.isVisible()) await entry.click({ timeout: 1000 }).catch(() => undefined);
}

async function easelMenuItems(file: string): Promise<string[]> {
  const items = await (await easelMenu(file)).getByRole('menuitem').allInnerTexts();
  await workbench.page.keyboard.press('Escape');
  await workbench.page.keyboard.press('Escape');
  await workbench.page.locator('.monaco-menu').first().waitFor({ state: 'hidden' });
  return items.map((item) => item.split('\n')[0] ?? '');
}

test('a replaced image has the same pixels, its preview follows, and Undo in the message brings it back byte for byte', async () => {
  await workbench.explorer.open('art/hero.png');
  const shown = workbench.webview().locator('img');
  const source = (): Promise<string> => shown.evaluate((image) => (image as unknown as { readonly src: string }).src);
  // While a preview is loaded anew it has no picture at all.
  const other = (known: string) => async (): Promise<boolean> => ![known, ''].includes(await source().catch(() => ''));
  const before = await source();
  await edit('At night', 'Replace hero.png');
  const message = await workbench.notification('Replaced hero.png');
  await workbench.screenshot('replace-done');
  assert.match(await message.text(), /Brought from 1008 × 704 to 1000 × 700\./);
  assert.equal(isOriginal(), false);
  const header = imageHeader(bytes());
  assert.deepEqual([header?.width, header?.height], [1000, 700]);
  await workbench.until('the preview of the new picture', other(before));
  const replaced = await source();
  await message.click('Undo');
  await workbench.notification('The original of hero.png is back.');
  assert.ok(isOriginal());
  await workbench.until('the preview of the original', other(replaced));
  await workbench.screenshot('replace-undone');
  assert.deepEqual(fs.readdirSync(path.dirname(hero)), ['hero.png', 'other.png']);
  await clearNotifications();
});

test('after a restart the context menu still brings it back, and only where there is something to bring', async () => {
  await edit('In the rain', 'Replace hero.png');
  await workbench.notification('Replaced hero.png');
  await workbench.reload();
  await workbench.statusBarItem(/credits/);
  assert.equal((await easelMenuItems('art/other.png')).includes('Undo Replace'), false);
  await workbench.until('Undo Replace in the menu', async () => (await easelMenuItems('art/hero.png')).includes('Undo Replace'));
  await chooseFromEaselMenu('art/hero.png', 'Undo Replace');
  await workbench.notification('The original of hero.png is back.');
  assert.ok(isOriginal());
  await workbench.until('no Undo Replace in the menu', async () => !(await easelMenuItems('art/hero.png')).includes('Undo Replace'));
  await clearNotifications();
});

test('what was changed since is asked about, and nothing of it is lost', async () => {
  await edit('In fog', 'Replace hero.png');
  await workbench.notification('Replaced hero.png');
  await clearNotifications();
  fs.writeFileSync(hero, 'my own work since');

  await chooseFromEaselMenu('art/hero.png', 'Undo Replace');
  const asked = await workbench.dialog('hero.png was changed after it was replaced.');
  await workbench.screenshot('replace-changed');
  await asked.click('Cancel');
  assert.equal(String(bytes()), 'my own work since');

  await workbench.runCommand('Easel: Undo Replace');
  const pick = await workbench.quickInput('Which file shall be brought back?');
  await workbench.screenshot('replace-pick');
  assert.match((await pick.items())[0] ?? '', /^art\/hero\.png, replaced /);
  await pick.accept();
  await (await workbench.dialog('hero.png was changed after it was replaced.')).click('Bring Back');
  const back = await workbench.notification('The original of hero.png is back.');
  assert.ok(isOriginal());
  await back.click('Redo');
  const again = await workbench.notification('The edited hero.png is back.');
  assert.equal(String(bytes()), 'my own work since');
  await again.click('Undo');
  await workbench.notification('The original of hero.png is back.');
  assert.ok(isOriginal());
  await clearNotifications();
});

test('what made a picture is a right-click away: its prompt, and the same request once more', async () => {
  await edit('In autumn', 'Beside it, as hero-edit.png');
  await workbench.notification('Made hero-edit.png');
  await clearNotifications();
  await chooseFromEaselMenu('art/hero-edit.png', 'Copy Prompt');
  await workbench.notification('The prompt of hero-edit.png is in the clipboard.');
  assert.equal(await workbench.page.evaluate<string>('navigator.clipboard.readText()'), 'In autumn');
  easel.gateway.clear();
  await chooseFromEaselMenu('art/hero-edit.png', 'Generate Again from This Image');
  await workbench.notification('Made hero-edit-2.png');
  assert.deepEqual(easel.gateway.requests.filter(({ kind }) => kind === 'edits').map(({ fields, files }) => [fields['prompt'], files.length]), [['In autumn', 1]]);
  for (const name of ['hero-edit.png', 'hero-edit-2.png']) fs.rmSync(path.join(path.dirname(hero), name));
  await clearNotifications();
});

/** The compare panel, by what a reader of screens would find there. */
async function comparePanel(): Promise<{ readonly page: FrameLocator; readonly divider: Locator; button(name: string): Locator; choose(view: string): Promise<void> }> {
  const page = workbench.webview();
  const divider = page.getByRole('slider', { name: 'Divider between the original and the edited picture' });
  await page.getByRole('radiogroup', { name: 'View' }).waitFor();
  return {
    page,
    divider,
    button: (name) => page.getByRole('button', { name, exact: true }),
    choose: (view) => page.getByRole('radio', { name: view }).check(),
  };
}

/** Whether every picture that is shown has been drawn. */
async function drawn(page: FrameLocator): Promise<void> {
  const images = page.locator('img:visible');
  await workbench.until('two pictures', async () => {
    const widths = await images.evaluateAll((all) => all.map((image) => (image as unknown as { readonly naturalWidth: number }).naturalWidth));
    return widths.length === 2 && widths.every((width) => width > 0);
  });
}

test('a picture beside its original is compared with it, and may take its place', async () => {
  await edit('With snow', 'Beside it, as hero-edit.png');
  const made = await workbench.notification('Made hero-edit.png');
  await made.click('Compare');
  await tab('Compare hero-edit.png').waitFor();
  const panel = await comparePanel();
  await drawn(panel.page);
  await clearNotifications();
  assert.match(await panel.page.getByText(/1000\s×\s700 · PNG · /).filter({ visible: true }).innerText(), /kB|MB/);
  assert.equal(await panel.page.getByText(/1008\s×\s704 · PNG · /).filter({ visible: true }).count(), 1);

  // By the keyboard, and no further than the ends.
  await panel.divider.focus();
  for (const [key, at] of [['ArrowRight', 51], ['Shift+ArrowLeft', 41], ['Home', 0], ['ArrowLeft', 0], ['PageUp', 10], ['End', 100], ['ArrowUp', 100], ['PageDown', 90]] as const) {
    await panel.divider.press(key);
    assert.equal(await panel.divider.getAttribute('aria-valuenow'), String(at), key);
  }
  assert.equal(await panel.divider.getAttribute('aria-valuetext'), '90 % of the original');
  // By the pointer: where it is let go.
  const box = await panel.page.locator('.swipe-view .frame').boundingBox();
  assert.ok(box);
  assert.ok(Math.abs(box.width / box.height - 1000 / 700) < 0.02, 'the picture keeps its shape');
  await workbench.page.mouse.move(box.x + box.width * 0.9, box.y + box.height / 2);
  await workbench.page.mouse.down();
  await workbench.page.mouse.move(box.x + box.width * 0.3, box.y + box.height / 4, { steps: 4 });
  await workbench.page.mouse.up();
  assert.equal(await panel.divider.getAttribute('aria-valuenow'), '30');
  await workbench.screenshot('compare-swipe');

  await panel.choose('Side by Side');
  await drawn(panel.page);
  await workbench.screenshot('compare-side');
  await panel.button('Actual Size').click();
  assert.equal(await panel.button('Actual Size').getAttribute('aria-pressed'), 'true');
  const [left, right] = [panel.page.getByRole('region', { name: 'Original' }), panel.page.getByRole('region', { name: 'Edited' })];
  const scrolled = (pane: Locator): Promise<number[]> => pane.evaluate((element) => [(element as unknown as { scrollLeft: number }).scrollLeft, (element as unknown as { scrollTop: number }).scrollTop]);
  await left.focus();
  await left.press('ArrowDown');
  await left.press('ArrowRight');
  await workbench.until('both sides to scroll together', async () => {
    const [a, b] = [await scrolled(left), await scrolled(right)];
    return (a[0] ?? 0) > 0 && (a[1] ?? 0) > 0 && String(a) === String(b);
  });
  await workbench.screenshot('compare-actual');

  // What is hidden and shown again is as it was left.
  await workbench.explorer.open('art/other.png');
  await tab('Compare hero-edit.png').click();
  const again = await comparePanel();
  assert.ok(await again.page.getByRole('radio', { name: 'Side by Side' }).isChecked());
  assert.equal(await again.button('Actual Size').getAttribute('aria-pressed'), 'true');

  await again.button('Replace Original with This').click();
  await workbench.notification('hero-edit.png took the place of hero.png');
  await tab('Compare hero-edit.png').waitFor({ state: 'hidden' });
  assert.ok(bytes().equals(fs.readFileSync(path.join(folder, 'art/hero-edit.png'))));
  await clearNotifications();
});

test('a replaced picture is compared with what it replaced, in every theme and width; Keep closes, Undo brings it back', async () => {
  await chooseFromEaselMenu('art/hero.png', 'Compare with Original');
  let panel = await comparePanel();
  await drawn(panel.page);
  for (const theme of ['light', 'hc-dark', 'hc-light', 'dark'] as const) {
    await workbench.selectTheme(theme);
    await panel.divider.focus();
    await workbench.screenshot(`compare-swipe-${theme}`);
  }
  const size = workbench.page.viewportSize() ?? { width: 1280, height: 800 };
  await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
  await workbench.page.setViewportSize({ width: 370, height: 700 });
  await workbench.screenshot('compare-swipe-narrow');
  await panel.choose('Side by Side');
  await drawn(panel.page);
  await workbench.screenshot('compare-side-narrow');
  const overflow = await panel.page.locator('body').evaluate((body) => (body as unknown as { scrollWidth: number; clientWidth: number }).scrollWidth - (body as unknown as { clientWidth: number }).clientWidth);
  assert.equal(overflow, 0, 'nothing stands over');
  await workbench.page.setViewportSize(size);
  await workbench.runCommand('View: Toggle Primary Side Bar Visibility');

  await panel.button('Keep').click();
  await tab('Compare hero.png').waitFor({ state: 'hidden' });
  assert.equal(isOriginal(), false);
  await chooseFromEaselMenu('art/hero.png', 'Compare with Original');
  panel = await comparePanel();
  await panel.button('Undo').click();
  await workbench.notification('The original of hero.png is back.');
  assert.ok(isOriginal());
  await tab('Compare hero.png').waitFor({ state: 'hidden' });
});

test('in Chinese, the panel and the messages have no English left', async () => {
  const words = JSON.parse(fs.readFileSync(path.resolve(import.meta.dirname, '../../l10n/bundle.l10n.zh-cn.json'), 'utf8')) as Readonly<Record<string, string>>;
  const zh = (sentence: string, ...values: readonly string[]): string => (words[sentence] ?? sentence).replaceAll(/\{(\d+)\}/g, (_, index: string) => values[Number(index)] ?? '');
  const chinese = await startEasel({ folder, locale: 'zh-cn', settings: { 'easel.openPictures': false } });
  try {
    const { workbench: window } = chinese;
    await window.runCommand('Easel: 设置 API 密钥…');
    const key = await window.quickInput(zh('API Key for {0}', 'OpenAI-HK'));
    await key.type('hk-test-key');
    await key.accept();
    await window.explorer.contextMenu('art/hero.png', '编辑图片…');
    const ask = await window.quickInput(zh('What should change?'));
    await ask.type('改成夜景');
    await ask.accept();
    await (await window.quickInput('尺寸')).accept();
    await (await window.quickInput('画质')).accept();
    await (await window.quickInput('结果放到哪里')).pick(zh('Replace {0}', 'hero.png'));
    const replaced = await window.notification(zh('Brought from {0} to {1}.', '1008 × 704', '1000 × 700'));
    await replaced.click(zh('Compare'));
    const page = window.webview();
    await page.getByRole('slider', { name: zh('Divider between the original and the edited picture') }).waitFor();
    await drawn(page);
    await window.runCommand('Notifications: Clear All Notifications');
    await window.screenshot('compare-zh');
    const said = (await page.locator('body').innerText()).replaceAll(/hero\.png|PNG|kB|MB|[\d,.]+|[×·\s]/g, '');
    assert.match(said, /^[\p{Script=Han}]+$/u);
    await page.getByRole('button', { name: zh('Undo'), exact: true }).click();
    await window.notification(zh('The original of {0} is back.', 'hero.png'));
    assert.ok(isOriginal());
  } finally {
    await chinese.close();
  }
});
