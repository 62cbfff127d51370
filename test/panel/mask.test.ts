/// <reference lib="dom" />
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { loadImage, createCanvas } from '@napi-rs/canvas';
import type { Locator } from 'playwright-core';
import { drawPicture } from '../extension/pictures.ts';
import { setKey, startEasel, type EaselWorkbench } from '../ui/easel.ts';
import { filesIn, storageIn } from '../ui/storage.ts';
import type { Workbench } from '../ui/workbench.ts';
import { violations } from './axe.ts';
import { openPanel, type EaselPanel } from './easelPanel.ts';
import { dropFile } from './stage.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'easel-mask-'));
const hero = path.join(folder, 'art/hero.png');
const [width, height] = [800, 600];
let easel: EaselWorkbench;
let panel: EaselPanel;

before(async () => {
  fs.mkdirSync(path.dirname(hero));
  fs.writeFileSync(hero, await drawPicture(width, height, 'png'));
  easel = await startEasel({ folder });
  await setKey(easel.workbench);
  panel = await openPanel(easel.workbench);
  await dropFile(panel.frame, hero);
});

after(async () => {
  await easel.close();
  fs.rmSync(folder, { recursive: true });
});

/** The mask painter, in the words of its user. */
interface Painter {
  readonly dialog: Locator;
  readonly stage: Locator;
  readonly canvas: Locator;
  press(...keys: readonly string[]): Promise<void>;
  button(name: string): Locator;
  /** Waits until so much is painted: `8.4%`. */
  painted(share: string): Promise<void>;
}

async function openPainter(): Promise<Painter> {
  await panel.frame.getByRole('button', { name: 'Paint Mask…' }).click();
  return openedPainter();
}

/** The painter that is open already. */
async function openedPainter(): Promise<Painter> {
  const dialog = panel.frame.getByRole('dialog', { name: 'Mask for hero.png' });
  const stage = dialog.getByRole('application', { name: 'Mask for hero.png' });
  await stage.waitFor();
  return {
    dialog,
    stage,
    canvas: stage.locator('canvas'),
    async press(...keys) {
      for (const key of keys) await stage.press(key);
    },
    button: (name) => dialog.getByRole('button', { name, exact: true }),
    painted: (share) => dialog.locator('.mask-note', { hasText: new RegExp(`^${share.replace('.', String.raw`\.`)} painted$`) }).waitFor(),
  };
}

/** Where a pixel of the image is in the window, and how large. */
async function placeOf({ canvas }: Painter): Promise<(x: number, y: number) => { readonly x: number; readonly y: number }> {
  const box = await canvas.boundingBox();
  assert.ok(box);
  return (x, y) => ({ x: box.x + (x * box.width) / width, y: box.y + (y * box.height) / height });
}

async function drag(painter: Painter, from: readonly [number, number], to: readonly [number, number]): Promise<void> {
  const place = await placeOf(painter);
  const { mouse } = easel.workbench.page;
  const [start, end] = [place(...from), place(...to)];
  await mouse.move(start.x, start.y);
  await mouse.down();
  await mouse.move(end.x, end.y, { steps: 8 });
  await mouse.up();
}

/** The mask that was saved with this hash, as bytes of alpha. */
async function alphaOf(sha256: string): Promise<{ readonly alpha: Uint8Array; readonly colours: Set<number> }> {
  const found = filesIn(storageIn(easel.workbench.host.userDataDir)).find((file) => file.endsWith(path.join('panel', 'masks', `${sha256}.png`)));
  assert.ok(found, 'the gateway got what lies in storage, byte for byte');
  return alphaIn(found);
}

async function alphaIn(file: string): Promise<{ readonly alpha: Uint8Array; readonly colours: Set<number> }> {
  const image = await loadImage(file);
  assert.deepEqual([image.width, image.height], [width, height]);
  const context = createCanvas(width, height).getContext('2d');
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  const alpha = new Uint8Array(width * height);
  const colours = new Set<number>();
  for (let pixel = 0; pixel < alpha.length; pixel++) {
    alpha[pixel] = data[pixel * 4 + 3] ?? 0;
    for (const channel of [0, 1, 2]) colours.add(data[pixel * 4 + channel] ?? 0);
  }
  return { alpha, colours };
}

test('a rectangle set by the keyboard is what the service gets as transparent, to the pixel', async () => {
  const { gateway, workbench } = easel;
  const painter = await openPainter();
  await painter.press('r', 'ArrowLeft', 'Shift+ArrowUp', ...Array.from({ length: 4 }, () => 'Control+ArrowLeft'));
  await painter.press('Enter', ...Array.from({ length: 6 }, () => 'Control+ArrowRight'), ...Array.from({ length: 7 }, () => 'Shift+ArrowDown'), 'Space');
  // From 199, 290 to 499, 360, both corners with it.
  await painter.painted('4.5%');
  await painter.dialog.getByRole('status').filter({ hasText: 'Rectangle, 20 px, at 499 × 360. 4.5% painted.' }).waitFor();
  await workbench.screenshot('mask-rectangle');
  assert.deepEqual(await violations(panel.frame), []);
  await painter.button('Save Mask').click();
  await painter.dialog.waitFor({ state: 'hidden' });

  await panel.prompt.fill('A lantern there');
  await panel.prompt.press('Control+Enter');
  const sent = await gateway.waitFor(({ kind, ended }) => kind === 'edits' && ended !== undefined);
  const mask = sent.files.find(({ field }) => field === 'mask');
  assert.ok(mask);
  assert.deepEqual([mask.mime, mask.format, mask.width, mask.height], ['image/png', 'png', width, height]);
  const { alpha, colours } = await alphaOf(mask.sha256);
  const wrong = alpha.findIndex((value, pixel) => {
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    return value !== (x >= 199 && x <= 499 && y >= 290 && y <= 360 ? 0 : 255);
  });
  assert.equal(wrong, -1);
  assert.deepEqual([...colours], [0]);
});

/** How many pixels of the image are shown as painted. */
const paintedPixels = ({ canvas }: Painter): Promise<number> =>
  canvas.evaluate((element) => {
    const { data = [] } = (element as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, 800, 600) ?? {};
    let painted = 0;
    for (let at = 3; at < data.length; at += 4) if (data[at] !== 0) painted += 1;
    return painted;
  });

/** Waits until these pixels are shown as painted, or as not painted. */
async function is(painter: Painter, wanted: boolean, ...pixels: readonly (readonly [number, number])[]): Promise<void> {
  for (const [x, y] of pixels) {
    await easel.workbench.until(`${x}, ${y} to be ${wanted ? '' : 'not '}painted`, () =>
      painter.canvas.evaluate((element, [left, top, on]) => ((element as HTMLCanvasElement).getContext('2d')?.getImageData(left, top, 1, 1).data[3] !== 0) === on, [x, y, wanted] as const),
    );
  }
}

const sizeOf = ({ dialog }: Painter): Promise<number> => dialog.getByRole('slider', { name: 'Brush Size' }).evaluate((slider) => Number.parseInt(slider.getAttribute('aria-valuetext') ?? '', 10));

test('the mouse paints, erases and draws rectangles, in any size, and everything can be undone and redone', async () => {
  const { workbench } = easel;
  const { mouse } = workbench.page;
  const until: Workbench['until'] = (what, condition) => workbench.until(what, condition);
  const painter = await openPainter();
  // What was painted before is there to go on with.
  await painter.painted('4.5%');
  await painter.press('Delete');
  await painter.button('Save Mask').and(panel.frame.locator('[aria-disabled=true]')).waitFor();
  await painter.dialog.getByText('Paint over what should change: the mask is empty.').waitFor();

  await painter.press('r');
  await drag(painter, [100.5, 100.5], [299.5, 199.5]);
  await painter.painted('4.2%');
  await is(painter, true, [110, 110], [200, 150], [290, 190]);
  await is(painter, false, [90, 150], [310, 150], [200, 90], [200, 210]);

  // The eraser, and what it took back again.
  await painter.button('Eraser (E)').click();
  await drag(painter, [200.5, 150.5], [250.5, 150.5]);
  await is(painter, false, [225, 150], [225, 158]);
  await is(painter, true, [225, 165], [180, 150]);
  await painter.press('Control+z');
  await is(painter, true, [225, 150]);
  await painter.press('Control+y');
  await is(painter, false, [225, 150]);
  await painter.press('Control+z');
  await painter.painted('4.2%');

  // The right button erases with the brush.
  await painter.press('b');
  const place = await placeOf(painter);
  const [start, end] = [place(150.5, 150.5), place(170.5, 150.5)];
  await mouse.move(start.x, start.y);
  await mouse.down({ button: 'right' });
  await mouse.move(end.x, end.y, { steps: 4 });
  await mouse.up({ button: 'right' });
  await is(painter, false, [160, 150]);
  await painter.press('Control+z');

  // Sizes, by keys and by the wheel.
  assert.equal(await sizeOf(painter), 20);
  await drag(painter, [500.5, 400.5], [700.5, 400.5]);
  await is(painter, true, [600, 400], [600, 408]);
  await is(painter, false, [600, 415]);
  await painter.press('[');
  await until('a smaller brush', async () => (await sizeOf(painter)) === 18);
  await painter.press(']', 'Shift+]', 'Shift+]', 'Shift+]');
  await until('a larger brush', async () => (await sizeOf(painter)) === 48);
  await mouse.move(start.x, start.y);
  await mouse.wheel(0, -100);
  await until('a still larger one', async () => (await sizeOf(painter)) === 53);
  await mouse.wheel(0, 100);
  await until('the one before', async () => (await sizeOf(painter)) === 48);
  await drag(painter, [500.5, 400.5], [700.5, 400.5]);
  await is(painter, true, [600, 420]);
  await is(painter, false, [600, 430]);
  await easel.workbench.screenshot('mask-painted');

  const before = await paintedPixels(painter);
  await painter.press('i');
  await until('the opposite', async () => (await paintedPixels(painter)) === width * height - before);
  await is(painter, false, [600, 400], [200, 150]);
  await is(painter, true, [10, 10]);
  await painter.press('Control+z', 'Control+z', 'Control+z');
  await painter.painted('4.2%');
  await painter.press('Control+Shift+z', 'Control+y');
  await until('what was there', async () => (await paintedPixels(painter)) === before);
});

test('it is seen as strongly as one likes, as it will be, and from near; the pointer moves it', async () => {
  const { workbench } = easel;
  const { page } = workbench;
  const until: Workbench['until'] = (what, condition) => workbench.until(what, condition);
  const { dialog, stage, canvas } = await openedPainter();
  const opacity = (): Promise<string> => canvas.evaluate((element) => getComputedStyle(element).opacity);
  await dialog.getByRole('slider', { name: 'Opacity' }).fill('30');
  await until('a faint mask', async () => (await opacity()) === '0.3');
  await stage.press('p');
  await until('the preview', async () => (await opacity()) === '1' && (await canvas.getAttribute('class')) === 'preview');
  assert.ok(await dialog.getByRole('slider', { name: 'Opacity' }).isDisabled());
  await stage.press('p');
  await until('the faint mask', async () => (await opacity()) === '0.3');

  const shown = async (): Promise<number> => Math.round((await canvas.boundingBox())?.width ?? 0);
  const scrolled = (): Promise<number[]> => stage.evaluate(({ scrollLeft, scrollTop }) => [Math.round(scrollLeft), Math.round(scrollTop)]);
  const whole = await shown();
  await stage.press('1');
  await until('its actual size', async () => (await shown()) === width);
  for (let step = 0; step < 4; step += 1) await stage.press('+');
  await until('more than that', async () => (await shown()) === Math.round(width * 1.25 ** 4));
  await stage.press('h');
  const [left = 0, top = 0] = await scrolled();
  const box = await stage.boundingBox();
  assert.ok(box);
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const pull = async (x: number, y: number): Promise<void> => {
    await page.mouse.move(middle.x, middle.y);
    await page.mouse.down();
    await page.mouse.move(middle.x + x, middle.y + y, { steps: 5 });
    await page.mouse.up();
  };
  /** Scrolled to, give or take the parts of pixels. */
  const at = async (x: number, y: number): Promise<boolean> => {
    const [nowX = 0, nowY = 0] = await scrolled();
    return Math.abs(nowX - x) <= 3 && Math.abs(nowY - y) <= 3;
  };
  await pull(-50, -30);
  await until('the picture where it was drawn to', () => at(left + 50, top + 30));
  // With the brush in hand, for as long as Space is held.
  await stage.press('b');
  await page.mouse.move(middle.x, middle.y);
  const painted = await dialog.locator('.mask-note').innerText();
  await page.keyboard.down(' ');
  await pull(50, 30);
  await page.keyboard.up(' ');
  await until('the picture back', () => at(left, top));
  assert.equal(await dialog.locator('.mask-note').innerText(), painted, 'nothing was painted meanwhile');
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, -100);
  await page.keyboard.up('Control');
  await until('it to be nearer', async () => (await shown()) > width * 1.25 ** 4 + 50);
  await stage.press('0');
  await until('the whole picture', async () => (await shown()) === whole);
});

test('a pen paints as wide as it is pressed; the keyboard erases; the mask is saved beside its image', async () => {
  const { page } = easel.workbench;
  const painter = await openedPainter();
  const { dialog } = painter;
  await painter.press('Delete', 'b');
  const place = await placeOf(painter);
  const debug = await page.context().newCDPSession(page);
  for (const [y, force] of [[100.5, 1], [300.5, 0.25]] as const) {
    const pen = { pointerType: 'pen', button: 'left', force } as const;
    await debug.send('Input.dispatchMouseEvent', { type: 'mousePressed', ...place(200.5, y), ...pen, buttons: 1, clickCount: 1 });
    for (let x = 220.5; x <= 400; x += 20) await debug.send('Input.dispatchMouseEvent', { type: 'mouseMoved', ...place(x, y), ...pen, buttons: 1 });
    await debug.send('Input.dispatchMouseEvent', { type: 'mouseReleased', ...place(400.5, y), ...pen, buttons: 0, clickCount: 1 });
  }
  // 48 wide, and at a quarter of the pressure two fifths of that.
  await is(painter, true, [300, 100], [300, 120], [300, 300], [300, 307]);
  await is(painter, false, [300, 128], [300, 313]);

  // The cursor of the keyboard begins in the middle of the image; with Shift, Enter erases.
  await painter.press('Control+ArrowLeft', 'Control+ArrowLeft', 'Shift+Enter');
  await is(painter, false, [300, 300]);
  await is(painter, true, [230, 300], [370, 300]);

  await dialog.getByText('Save beside the image as well').click();
  const painted = await paintedPixels(painter);
  await painter.button('Save Mask').click();
  await dialog.waitFor({ state: 'hidden' });
  const beside = path.join(path.dirname(hero), 'hero-mask.png');
  await panel.frame.locator('.said').getByText('The mask was saved as art/hero-mask.png.').waitFor();
  const { alpha } = await alphaIn(beside);
  assert.equal(alpha.filter((value) => value === 0).length, painted);
  assert.equal(alpha.filter((value) => value === 255).length, width * height - painted);
  assert.equal(alpha[100 * width + 300], 0);
});

test('what is not saved is not lost by a slip of the finger', async () => {
  const { page } = easel.workbench;
  const painter = await openPainter();
  const saved = await paintedPixels(painter);
  // Nothing was done: it closes at once.
  await painter.press('Escape');
  await painter.dialog.waitFor({ state: 'hidden' });

  const again = await openPainter();
  await again.press('r');
  await drag(again, [600.5, 500.5], [699.5, 549.5]);
  await is(again, true, [650, 525]);
  const more = await paintedPixels(again);
  assert.ok(more > saved);
  const question = again.dialog.getByRole('alertdialog', { name: 'The mask is not saved.' });
  await page.keyboard.press('Escape');
  await question.waitFor();
  await question.getByRole('button', { name: 'Keep Painting' }).click();
  await question.waitFor({ state: 'hidden' });
  assert.equal(await paintedPixels(again), more);
  await again.dialog.getByRole('button', { name: 'Close' }).click();
  await question.getByRole('button', { name: 'Discard' }).click();
  await again.dialog.waitFor({ state: 'hidden' });
  const last = await openPainter();
  await easel.workbench.until('the mask that was saved', async () => (await paintedPixels(last)) === saved);
  await last.press('Escape');
  await last.dialog.waitFor({ state: 'hidden' });
});
