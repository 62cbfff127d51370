import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, before, test } from 'node:test';
import { loadImage, createCanvas } from '@napi-rs/canvas';
import type { Locator } from 'playwright-core';
import { drawPicture } from '../extension/pictures.ts';
import { setKey, startEasel, type EaselWorkbench } from '../ui/easel.ts';
import { violations } from './axe.ts';
import { openPanel, type EaselPanel } from './easelPanel.ts';

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
  await drop(hero);
});

after(async () => {
  await easel.close();
  fs.rmSync(folder, { recursive: true });
});

/** Lets a file of the Explorer fall on the composer. */
async function drop(file: string): Promise<void> {
  const composer = await panel.frame.locator('.composer').elementHandle();
  await (await composer?.ownerFrame())?.evaluate(`{
    const dataTransfer = new DataTransfer();
    dataTransfer.setData('application/vnd.code.uri-list', ${JSON.stringify(pathToFileURL(file).href)});
    for (const type of ['dragover', 'drop']) document.querySelector('.composer').dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));
  }`);
  await panel.frame.getByRole('list', { name: 'Pictures to start from' }).getByText(path.basename(file)).first().waitFor();
}

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
  const found = fs.readdirSync(easel.workbench.host.userDataDir, { recursive: true, encoding: 'utf8' }).find((file) => file.endsWith(path.join('panel', 'masks', `${sha256}.png`)));
  assert.ok(found, 'the gateway got what lies in storage, byte for byte');
  return alphaIn(path.join(easel.workbench.host.userDataDir, found));
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

test('the mouse paints, erases, draws rectangles, and everything can be undone and redone', async () => {
  const { workbench } = easel;
  const painter = await openPainter();
  // What was painted before is there to go on with.
  await painter.painted('4.5%');
  await painter.press('Delete');
  await painter.button('Save Mask').and(panel.frame.locator('[aria-disabled=true]')).waitFor();
  await painter.dialog.getByText('Paint over what should change: the mask is empty.').waitFor();

  await painter.press('r');
  await drag(painter, [100.5, 100.5], [299.5, 199.5]);
  await painter.painted('4.2%');
  await painter.press('b');
  await drag(painter, [500.5, 400.5], [700.5, 400.5]);
  await workbench.screenshot('mask-painted');
  await painter.press('i');
  await workbench.screenshot('mask-inverted');
  await painter.press('Control+z', 'Control+z');
  await painter.painted('4.2%');
  await painter.press('Control+Shift+z', 'Control+y');
  await workbench.screenshot('mask-redone');
  await painter.press('p');
  await workbench.screenshot('mask-preview');
  await painter.press('+', '+', '+', '+', '+', '+', '+', '+');
  await workbench.screenshot('mask-zoomed');
  await painter.press('Escape');
  await workbench.screenshot('mask-leave');
});
