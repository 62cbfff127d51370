/// <reference lib="dom" />
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import type { FrameLocator, Locator } from 'playwright-core';
import { setKey, startEasel, type EaselWorkbench } from '../ui/easel.ts';
import type { Workbench } from '../ui/workbench.ts';
import { violations } from './axe.ts';
import { openPanel, panelIn, reload } from './easelPanel.ts';
import { makeOneMore, makePictures, promptOf, type MadePictures } from './madePictures.ts';

// The gallery with 5,000 pictures that were made before.

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'easel-panel-gallery-'));
const folder = path.join(root, 'site');
const userDataDir = path.join(root, 'user-data');
let easel: EaselWorkbench;
let workbench: Workbench;
let made: MadePictures;
let frame: FrameLocator;

before(async () => {
  fs.mkdirSync(folder);
  easel = await startEasel({ folder, userDataDir, settings: { 'easel.quality': 'low' } });
  ({ workbench } = easel);
  await setKey(workbench);
});

afterEach(async () => {
  await workbench.page.keyboard.press('Escape');
});

after(async () => {
  await easel.close();
  fs.rmSync(root, { recursive: true });
});

const tiles = (): Locator => frame.locator('.tile');
const tileOf = (name: string): Locator => frame.locator(`.tile[aria-label^="${name},"]`);
const focused = (): Promise<string> => frame.locator('body').evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
const nodes = (): Promise<number> => frame.locator('body').evaluate(() => document.querySelectorAll('.gallery *').length);
const say = (text: string): Promise<void> => frame.locator('.gallery > [role=status]').filter({ hasText: text }).waitFor({ state: 'attached' });
const search = (): Locator => frame.getByRole('searchbox', { name: 'Search prompts and file names' });

/** Waits until the picture that has the focus is the one of this name. */
async function focusOn(name: string): Promise<void> {
  let seen = '';
  await workbench
    .until(`the focus on ${name}`, async () => (seen = await focused()).startsWith(`${name},`))
    .catch((error: unknown) => {
      throw new Error(`The focus is on: ${seen}`, { cause: error });
    });
}

/** Where a request's head is in the window, from the top. */
const topOf = (prompt: string): Promise<number> => frame.locator('.row.request').filter({ hasText: prompt }).evaluate((row) => Math.round(row.getBoundingClientRect().top));

const scrollTo = (top: number): Promise<void> => frame.locator('.made').evaluate((made, to) => {
    made.scrollTop = to;
  }, top);

test('where nothing was made it says what to do', async () => {
  ({ frame } = await openPanel(workbench));
  await frame.getByText('Nothing made yet').waitFor();
  assert.equal(await search().count(), 0, 'there is nothing to search');
  assert.deepEqual(await violations(frame), []);
  await workbench.screenshot('gallery-empty');
  await frame.getByRole('button', { name: 'Write a Prompt' }).click();
  await workbench.until('the focus on the prompt', () => frame.locator('.composer textarea').evaluate((box) => box === document.activeElement));
});

test('of 5,000 pictures only those near what is seen are in the page, however far one goes', async () => {
  // VS Code has no window while it is filled, and opens the workspace with all of it.
  made = await makePictures(folder, userDataDir, 5000);
  await reload(workbench);
  ({ frame } = await panelIn(workbench));
  await frame.locator('.counted').filter({ hasText: '5,000 pictures' }).waitFor();
  await tiles().first().waitFor();
  await workbench.screenshot('gallery');
  assert.deepEqual(await violations(frame), []);
  const grid = frame.getByRole('grid', { name: 'Pictures made here' });
  assert.ok(Number(await grid.getAttribute('aria-rowcount')) > made.prompts.length * 2);

  const height = await frame.locator('.made').evaluate((made) => made.scrollHeight);
  let most = await nodes();
  for (let share = 0.05; share < 1; share += 0.05) {
    await scrollTo(height * share);
    await workbench.until('details of what is seen', async () => (await frame.locator('.row .shade').count()) === 0);
    most = Math.max(most, await nodes());
  }
  assert.ok(most < 1500, `${most} nodes`);
  assert.ok((await tiles().count()) < 150);
  assert.equal(await frame.locator('.made').evaluate((made) => made.scrollHeight), height, 'nothing changed its height when it came');

  await frame.locator('.grid').hover();
  await workbench.page.mouse.wheel(0, height);
  await frame.locator('.grid .prompt').filter({ hasText: made.prompts.at(-1) ?? '' }).waitFor();
  await scrollTo(0);
  await tileOf(`picture-${made.prompts.length}-1.png`).focus();
  await workbench.page.keyboard.press('End');
  await focusOn('picture-1-1.png');
  assert.ok(await tileOf('picture-1-1.png').evaluate((tile) => tile.getBoundingClientRect().top > 0 && tile.getBoundingClientRect().bottom <= innerHeight), 'it is seen');
  await workbench.page.keyboard.press('Home');
  await focusOn(`picture-${made.prompts.length}-1.png`);
});

test('arrows go from picture to picture across requests; Enter shows one large, and the focus comes back to the last one shown', async () => {
  const { page } = workbench;
  const last = made.prompts.length;
  await tileOf(`picture-${last}-1.png`).focus();
  const count = Number(/picture 1 of (\d+)/.exec(await focused())?.[1]);
  for (let step = 0; step < count; step += 1) await page.keyboard.press('ArrowRight');
  await focusOn(`picture-${last - 1}-1.png`);
  await page.keyboard.press('ArrowUp');
  await focusOn(`picture-${last}-1.png`);
  await page.keyboard.press('ArrowDown');
  await focusOn(`picture-${last - 1}-1.png`);
  assert.equal(await frame.locator('.grid [tabindex="0"]').count(), 1, 'one stop for Tab');

  await page.keyboard.press('Enter');
  const dialog = frame.getByRole('dialog', { name: `picture-${last - 1}-1.png` });
  await dialog.waitFor();
  await dialog.getByText(promptOf(last - 2)).first().waitFor();
  await dialog.locator('.frame > img:not(.small)').waitFor();
  await workbench.screenshot('gallery-large');
  assert.deepEqual(await violations(frame), []);
  await page.keyboard.press('ArrowRight');
  const next = frame.getByRole('dialog', { name: `picture-${last - 1}-2.png` });
  await next.waitFor();
  await next.getByRole('button', { name: 'Show Actual Size' }).click();
  await next.getByRole('button', { name: 'Show the Whole Picture' }).waitFor();
  await page.keyboard.press('Escape');
  await next.waitFor({ state: 'hidden' });
  await focusOn(`picture-${last - 1}-2.png`);
});

test('a search narrows it down and tells how many there are; Escape clears it', async () => {
  await search().fill('lighthouse isometric');
  await say('pictures match.');
  const wanted = made.prompts.filter((prompt) => /lighthouse.*isometric/.test(prompt)).length;
  assert.ok(wanted > 0);
  await workbench.until('only what matches', async () => (await frame.locator('.grid .prompt').allInnerTexts()).every((text) => /lighthouse/i.test(text)));
  assert.match(await frame.locator('.counted').innerText(), /^\d+ of 5,000$/);
  await search().fill('nobody ever asked for this');
  await say('No picture matches.');
  await workbench.screenshot('gallery-nothing-found');
  assert.deepEqual(await violations(frame), []);
  await frame.getByRole('button', { name: 'Clear Filters' }).click();
  await frame.locator('.counted').filter({ hasText: '5,000 pictures' }).waitFor();
  assert.equal(await search().inputValue(), '');

  await frame.getByLabel('Folder', { exact: true }).last().selectOption('assets/icons');
  await say('pictures match.');
  await search().fill('fox');
  await workbench.until('foxes among the icons', async () => (await frame.locator('.grid .prompt').allInnerTexts()).every((text) => /fox/.test(text)));
  await search().press('Escape');
  await workbench.until('an empty search', async () => (await search().inputValue()) === '');
  await frame.getByLabel('Folder', { exact: true }).last().selectOption('');
  await frame.locator('.counted').filter({ hasText: '5,000 pictures' }).waitFor();
});

test('one model, and what was made lately, are shown alone', async () => {
  const filters = frame.getByRole('search', { name: 'Search the pictures' });
  const counted = async (): Promise<number> => Number(/^([\d,]+) of 5,000$/.exec(await frame.locator('.counted').innerText())?.[1]?.replace(',', '') ?? Number.NaN);
  await filters.getByLabel('Model', { exact: true }).selectOption('gpt-image-1.5');
  await workbench.until('what that model made', async () => {
    const about = await frame.locator('.row.request .facts').allInnerTexts();
    return about.length > 0 && about.every((text) => text.startsWith('gpt-image-1.5'));
  });
  const both = await counted();
  await filters.getByLabel('Model', { exact: true }).selectOption('');
  await frame.locator('.counted').filter({ hasText: '5,000 pictures' }).waitFor();

  // A request an hour; the last was made some weeks ago.
  await filters.getByLabel('Made', { exact: true }).selectOption('today');
  await say('No picture matches.');
  await filters.getByLabel('Made', { exact: true }).selectOption('month');
  await workbench.until('the last month', async () => (await counted()) > 0);
  const lately = await counted();
  await filters.getByLabel('Model', { exact: true }).selectOption('gpt-image-1.5');
  await workbench.until('what both allow', async () => (await counted()) < lately);
  assert.ok((await counted()) < both);
  for (const label of ['Model', 'Made']) await filters.getByLabel(label, { exact: true }).selectOption('');
  await frame.locator('.counted').filter({ hasText: '5,000 pictures' }).waitFor();
});

test('two are selected by the keyboard and compared; everything of a request by Ctrl+A; the menu has what can be done', async () => {
  const { page } = workbench;
  const last = made.prompts.length;
  await tileOf(`picture-${last - 1}-1.png`).focus();
  await page.keyboard.press(' ');
  await frame.getByText('1 selected').waitFor();
  await page.keyboard.press('Shift+ArrowRight');
  await frame.getByText('2 selected').waitFor();
  await workbench.screenshot('gallery-selected');
  assert.deepEqual(await violations(frame), []);
  await frame.getByRole('toolbar', { name: 'Selected pictures' }).getByRole('button', { name: 'Compare' }).click();
  await frame.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await frame.getByRole('dialog').waitFor({ state: 'hidden' });

  await tileOf(`picture-${last - 1}-1.png`).focus();
  await page.keyboard.press('ControlOrMeta+A');
  await frame.getByText('4 selected').waitFor();
  await page.keyboard.press('Escape');
  await frame.getByText('4 selected').waitFor({ state: 'hidden' });

  await page.keyboard.press('Shift+F10');
  const menu = frame.getByRole('menu');
  await menu.waitFor();
  await workbench.screenshot('gallery-menu');
  await menu.getByRole('menuitem', { name: 'Edit This' }).click();
  await workbench.until('the focus on the prompt', () => frame.locator('.composer textarea').evaluate((box) => box === document.activeElement));
  await frame.locator('.composer').getByText(`picture-${last - 1}-1.png`).first().waitFor();
});

test('what is looked at stays where it is: when a picture is made, when the width changes, and after a reload', async () => {
  const { page } = workbench;
  await scrollTo(20_000);
  const middle = (): Promise<string> => frame.locator('.grid').evaluate((grid) => {
    const edge = document.querySelector('.gallery > header')?.getBoundingClientRect().bottom ?? 0;
    return [...grid.querySelectorAll('.row.request')].find((row) => row.getBoundingClientRect().top >= edge + 4)?.querySelector('.prompt')?.textContent ?? '';
  });
  const seen = (): Promise<void> => workbench.until('details of what is seen', async () => (await frame.locator('.row .shade').count()) === 0 && (await middle()) !== '');
  await seen();
  const prompt = await middle();
  const top = await topOf(prompt);
  await makeOneMore(folder, userDataDir, 'A kettle on a stove');
  await frame.locator('.counted').filter({ hasText: '5,001 pictures' }).waitFor();
  assert.ok(Math.abs((await topOf(prompt)) - top) <= 1, 'it has not moved');

  // So narrow that everything is in one column, and something else scrolls.
  const size = page.viewportSize() ?? { width: 1280, height: 800 };
  const width = (): Promise<number> => frame.locator('.grid').evaluate((grid) => grid.clientWidth);
  const wide = await width();
  await page.setViewportSize({ width: 1100, height: size.height });
  await workbench.until('another width', async () => (await width()) !== wide);
  await workbench.until('the request at the upper edge', async () => (await frame.locator('.row.request').filter({ hasText: prompt }).count()) === 1 && Math.abs((await topOf(prompt)) - top) < 400);
  await workbench.screenshot('gallery-one-column');
  await page.setViewportSize(size);
  await workbench.until('the width from before', async () => (await width()) === wide);

  await workbench.until('the request at the upper edge', async () => (await middle()) !== '');
  let kept = await middle();
  // What is remembered is written a moment later: a reload before that comes back to another place, from where one goes there once more.
  await workbench.until('the place to be kept', async () => {
    await reload(workbench);
    ({ frame } = await panelIn(workbench));
    // Not only the first tile, which is in the page wherever one is: its details come before those of the place that is come back to.
    await seen();
    const found = (await frame.locator('.row.request').filter({ hasText: kept }).count()) === 1;
    if (!found) {
      await scrollTo(20_000);
      await seen();
      kept = await middle();
    }
    return found;
  });
});
