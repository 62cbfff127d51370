import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { FrameLocator, Locator } from 'playwright-core';
import type { Recipe } from '../../src/images/recipe.ts';
import { writeWithRecipe } from '../../src/jobs/recipeFile.ts';
import { drawPicture } from '../extension/pictures.ts';
import { startEasel, type EaselWorkbench } from '../ui/easel.ts';
import type { Workbench } from '../ui/workbench.ts';
import { violations } from './axe.ts';
import { openPanel, panelIn, type EaselPanel } from './easelPanel.ts';

// Two pictures over the panel: an edit with what it was made from, and any two that are selected.

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'easel-panel-compare-'));
const file = (name: string): string => path.join(folder, 'art', name);
let easel: EaselWorkbench;
let workbench: Workbench;
let panel: EaselPanel;

/** Puts a picture with its recipe into the workspace, as if it had been made at that minute. */
async function put(name: string, [width, height]: readonly [number, number], minute: number, over: Partial<Recipe> & Pick<Recipe, 'prompt'>): Promise<void> {
  const recipe: Recipe = { version: 1, job: randomUUID(), picture: 1, model: 'gpt-image-2', size: 'auto', quality: 'low', count: 1, service: 'OpenAI-HK', date: `2026-01-01T00:${String(minute).padStart(2, '0')}:00Z`, ...over };
  const drawn = path.join(folder, `.${name}`);
  fs.writeFileSync(drawn, await drawPicture(width, height, 'png', name === 'cut.png'));
  assert.equal(await writeWithRecipe(drawn, file(name), 'png', recipe), true);
  fs.rmSync(drawn);
}

before(async () => {
  fs.mkdirSync(path.join(folder, 'art'));
  await put('hero.png', [1000, 700], 1, { prompt: 'A house' });
  const sha256 = createHash('sha256').update(fs.readFileSync(file('hero.png'))).digest('hex');
  await put('night.png', [1008, 704], 2, { prompt: 'At night', references: [{ role: 'image', name: 'art/hero.png', sha256 }] });
  await put('cut.png', [600, 900], 3, { prompt: 'A cut-out' });
  easel = await startEasel({ folder });
  ({ workbench } = easel);
  panel = await openPanel(workbench);
});

after(async () => {
  await easel.close();
  fs.rmSync(folder, { recursive: true });
});

/** The two pictures over the panel, by what a reader of screens would find there. */
interface Comparing {
  readonly dialog: Locator;
  readonly divider: Locator;
  readonly button: (name: string) => Locator;
  readonly choose: (view: string) => Promise<void>;
}

async function comparing(frame: FrameLocator): Promise<Comparing> {
  const dialog = frame.getByRole('dialog', { name: 'Compare' });
  await dialog.waitFor();
  await drawn(dialog);
  return {
    dialog,
    divider: dialog.getByRole('slider'),
    button: (name) => dialog.getByRole('button', { name, exact: true }),
    choose: (view) => dialog.getByRole('radio', { name: view, exact: true }).check(),
  };
}

/** Waits until both pictures can be seen. */
async function drawn(dialog: Locator, window = workbench): Promise<void> {
  await window.until('two pictures', async () => {
    const widths = await dialog.locator('img').evaluateAll((all) => all.map((image) => (image as unknown as { readonly naturalWidth: number }).naturalWidth));
    return widths.length === 2 && widths.every((width) => width > 0);
  });
}

const tile = (name: string): Locator => panel.frame.getByRole('gridcell', { name: new RegExp(`^${name}`) });
const scrolled = (pane: Locator): Promise<number[]> => pane.evaluate((element) => [(element as unknown as { readonly scrollLeft: number }).scrollLeft, (element as unknown as { readonly scrollTop: number }).scrollTop]);

async function fromMenu(name: string, item: string): Promise<void> {
  const entry = panel.frame.getByRole('menuitem', { name: item, exact: true });
  await workbench.until(`${item} in the menu of ${name}`, async () => {
    await tile(name).click({ button: 'right', timeout: 2000 }).catch(() => undefined);
    return entry.isVisible();
  });
  await entry.click();
}

test('an edit is compared with its source: by a divider, side by side pixel for pixel, swapped', async () => {
  await fromMenu('night.png', 'Compare with Its Source');
  const { dialog, divider, button, choose } = await comparing(panel.frame);
  assert.equal(await divider.getAttribute('aria-label'), 'Divider between Original and Edited');
  assert.match(await dialog.locator('.captions').innerText(), /Original\s*hero\.png\s*1000\s×\s700 · PNG · [^]*Edited\s*night\.png\s*1008\s×\s704 · PNG · /);

  // It has the focus already.
  await workbench.until('the focus on the divider', () => divider.evaluate((element) => (element as unknown as { matches(selector: string): boolean }).matches(':focus')));
  for (const [key, at] of [['ArrowRight', 51], ['Shift+ArrowLeft', 41], ['Home', 0], ['ArrowLeft', 0], ['PageUp', 10], ['End', 100], ['ArrowUp', 100], ['PageDown', 90]] as const) {
    await divider.press(key);
    await workbench.until(`the divider at ${at}`, async () => (await divider.getAttribute('aria-valuenow')) === String(at));
  }
  assert.equal(await divider.getAttribute('aria-valuetext'), '90 % of Original');
  const frame = await dialog.locator('.swipe-view .frame').boundingBox();
  assert.ok(frame);
  assert.ok(Math.abs(frame.width / frame.height - 1008 / 704) < 0.02, 'it keeps its shape');
  await workbench.page.mouse.move(frame.x + frame.width * 0.9, frame.y + frame.height / 2);
  await workbench.page.mouse.down();
  await workbench.page.mouse.move(frame.x + frame.width * 0.3, frame.y + frame.height / 4, { steps: 4 });
  await workbench.page.mouse.up();
  await workbench.until('the divider where it was let go', async () => (await divider.getAttribute('aria-valuenow')) === '30');
  await workbench.screenshot('panel-compare-swipe');

  await button('Swap').click();
  await workbench.until('the sides to be swapped', async () => (await divider.getAttribute('aria-valuetext')) === '30 % of Edited');
  await button('Swap').click();

  await choose('Side by Side');
  await drawn(dialog);
  await button('Actual Size').click();
  await workbench.until('the actual size', async () => (await button('Actual Size').getAttribute('aria-pressed')) === 'true');
  const [left, right] = [dialog.getByRole('region', { name: 'Original' }), dialog.getByRole('region', { name: 'Edited' })];
  for (const [at, size] of [[0, { width: 1000, height: 700 }], [1, { width: 1008, height: 704 }]] as const) {
    const { width = 0, height = 0 } = (await dialog.locator('.side-view .frame').nth(at).boundingBox()) ?? {};
    assert.deepEqual({ width, height }, size, 'a pixel is a pixel');
  }
  await left.focus();
  await left.press('ArrowDown');
  await left.press('ArrowRight');
  await workbench.until('both sides to scroll together', async () => {
    const [a, b] = [await scrolled(left), await scrolled(right)];
    return (a[0] ?? 0) > 0 && (a[1] ?? 0) > 0 && String(a) === String(b);
  });
  // By the pointer: the picture goes where it is drawn to.
  const [from] = await scrolled(right);
  const pane = await right.boundingBox();
  assert.ok(pane && from !== undefined);
  await workbench.page.mouse.move(pane.x + pane.width / 2, pane.y + pane.height / 2);
  await workbench.page.mouse.down();
  await workbench.page.mouse.move(pane.x + pane.width / 2 - 60, pane.y + pane.height / 2, { steps: 4 });
  await workbench.page.mouse.up();
  await workbench.until('both sides to follow', async () => {
    const [a, b] = [await scrolled(left), await scrolled(right)];
    return (b[0] ?? 0) > from && String(a) === String(b);
  });
  await workbench.screenshot('panel-compare-actual');
  assert.deepEqual(await violations(panel.frame), []);

  await workbench.page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  await workbench.until('the focus back on the picture', () => tile('night.png').evaluate((element) => (element as unknown as { matches(selector: string): boolean }).matches(':focus')));
});

test('any two that are selected are compared, in every theme and width', async () => {
  await tile('hero.png').click({ modifiers: ['ControlOrMeta'] });
  await tile('cut.png').click({ modifiers: ['ControlOrMeta'] });
  await panel.frame.getByRole('toolbar', { name: 'Selected pictures' }).getByRole('button', { name: 'Compare', exact: true }).click();
  const { dialog, divider, button, choose } = await comparing(panel.frame);
  // They are looked at as the two before.
  assert.equal(await button('Actual Size').getAttribute('aria-pressed'), 'true');
  await button('Actual Size').click();
  await choose('Swipe');
  await drawn(dialog);
  assert.equal(await divider.getAttribute('aria-label'), 'Divider between hero.png and cut.png');
  for (const theme of ['light', 'hc-dark', 'hc-light', 'dark'] as const) {
    await workbench.selectTheme(theme);
    await divider.focus();
    await workbench.screenshot(`panel-compare-${theme}`);
    assert.deepEqual(await violations(panel.frame), [], theme);
  }
  const size = workbench.page.viewportSize() ?? { width: 1280, height: 800 };
  await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
  await workbench.page.setViewportSize({ width: 370, height: 700 });
  await workbench.screenshot('panel-compare-narrow');
  await choose('Side by Side');
  await drawn(dialog);
  await workbench.screenshot('panel-compare-side-narrow');
  const over = await dialog.evaluate((element) => (element as unknown as { readonly scrollWidth: number }).scrollWidth - (element as unknown as { readonly clientWidth: number }).clientWidth);
  assert.equal(over, 0, 'nothing stands over');
  await workbench.page.setViewportSize(size);
  await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
  await dialog.getByRole('button', { name: 'Close', exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
});

test('what cannot be compared says why', async () => {
  fs.rmSync(file('hero.png'));
  await workbench.until('the source to be gone', async () => (await tile('hero.png').count()) === 0);
  await fromMenu('night.png', 'Compare with Its Source');
  await panel.frame.getByText('What night.png was made from is not in the open workspace: bring art/hero.png back').waitFor();
});

test('in Chinese there is no English left', async () => {
  const words = JSON.parse(fs.readFileSync(path.resolve(import.meta.dirname, '../../l10n/bundle.l10n.zh-cn.json'), 'utf8')) as Readonly<Record<string, string>>;
  const zh = (sentence: string): string => words[sentence] ?? sentence;
  const chinese = await startEasel({ folder, locale: 'zh-cn' });
  try {
    const { workbench: window } = chinese;
    await window.runCommand('Easel: 打开面板');
    const { frame } = await panelIn(window);
    const tiles = frame.getByRole('gridcell', { name: /^(?:night|cut)\.png/ });
    await tiles.nth(1).waitFor();
    for (const one of [0, 1]) await tiles.nth(one).click({ modifiers: ['ControlOrMeta'] });
    await frame.getByRole('toolbar', { name: zh('Selected pictures') }).getByRole('button', { name: zh('Compare'), exact: true }).click();
    const dialog = frame.getByRole('dialog');
    await dialog.getByRole('slider').waitFor();
    await drawn(dialog, window);
    await window.screenshot('panel-compare-zh');
    const said = (await dialog.innerText()).replaceAll(/(?:night|cut)\.png|PNG|kB|MB|[\d,.]+|[×·\s\u{ea60}-\u{f8ff}]/gu, '');
    assert.match(said, /^[\p{Script=Han}]+$/u);
  } finally {
    await chinese.close();
  }
});
