/// <reference lib="dom" />
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FrameLocator, Locator } from 'playwright-core';
import { drawPicture } from '../extension/pictures.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { setKey, startEasel } from '../ui/easel.ts';
import type { Workbench } from '../ui/workbench.ts';
import { panelIn, type EaselPanel } from './easelPanel.ts';
import type { View } from './looks.ts';
import { makePictures, type MadePictures } from './madePictures.ts';

/** A panel with everything in it: an image to edit, jobs under way and failed, and a gallery of what was made before. */
export interface Stage {
  readonly workbench: Workbench;
  readonly gateway: Gateway;
  readonly panel: EaselPanel;
  readonly made: MadePictures;
  /** What the panel can show, each from the same beginning and back to it. */
  readonly views: readonly View[];
  /** A sentence of Easel in the language of the stage. */
  readonly word: (sentence: string, ...values: readonly unknown[]) => string;
  close(): Promise<void>;
}

const json = (file: string): Readonly<Record<string, string>> => JSON.parse(fs.readFileSync(path.resolve(import.meta.dirname, '../..', file), 'utf8')) as Record<string, string>;

/** Lets a file of the Explorer fall on the composer. */
export async function dropFile(frame: FrameLocator, file: string): Promise<void> {
  await frame.locator('.composer').evaluate((composer, uri) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.setData('application/vnd.code.uri-list', uri);
    for (const type of ['dragover', 'drop']) composer.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));
  }, pathToFileURL(file).href);
  await frame.locator('[data-reference] .name').filter({ hasText: path.basename(file) }).waitFor();
}

/** @param running what is being drawn, and `failed`: what could not be */
export async function setStage(locale: 'en' | 'zh-cn', { running, failed }: { readonly running: string; readonly failed: string }): Promise<Stage> {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'easel-stage-'));
  const [folder, userDataDir] = [path.join(root, 'site'), path.join(root, 'user-data')];
  fs.mkdirSync(path.join(folder, 'art'), { recursive: true });
  fs.writeFileSync(path.join(folder, 'art/hero.png'), await drawPicture(800, 600, 'png'));
  const made = await makePictures(folder, userDataDir, 60);
  const easel = await startEasel({ folder, userDataDir, locale, settings: { 'easel.quality': 'low', 'easel.size': '1024x1024' } });
  const close = async (): Promise<void> => {
    await easel.close();
    fs.rmSync(root, { recursive: true });
  };
  try {
    const { workbench, gateway } = easel;
    const [sentences, titles] = [locale === 'en' ? {} : json('l10n/bundle.l10n.zh-cn.json'), json(locale === 'en' ? 'package.nls.json' : 'package.nls.zh-cn.json')];
    const word = (sentence: string, ...values: readonly unknown[]): string => values.reduce<string>((text, value, index) => text.replaceAll(`{${index}}`, String(value)), sentences[sentence] ?? sentence);
    await setKey(workbench, { command: `Easel: ${titles['easel.setApiKey'] ?? ''}`, question: word('API Key for {0}', 'OpenAI-HK'), stored: word('The key for {0} is stored.', 'OpenAI-HK') });
    await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
    await workbench.runCommand(`Easel: ${titles['easel.openPanel'] ?? ''}`);
    const panel = await panelIn(workbench);
    const { frame, prompt } = panel;
    const send = async (text: string): Promise<Locator> => {
      await prompt.fill(text);
      await panel.send();
      const card = frame.locator('.job').filter({ hasText: text.slice(0, 40) });
      await card.waitFor();
      return card;
    };

    gateway.faultNext('server-error');
    await (await send(failed)).getByText('HTTP 500').waitFor();
    await frame.locator('[data-fold="more"]').click();
    await frame.getByRole('radiogroup', { name: word('Pictures on the way') }).getByRole('radio', { name: '2' }).check({ force: true });
    await frame.locator('[data-fold="more"]').click();
    gateway.setFault({ kind: 'sse', trouble: 'hang' });
    const partial = (await send(running)).locator('.partial img');
    await partial.waitFor();
    await workbench.until('a picture on its way', () => partial.evaluate((image) => (image as HTMLImageElement).naturalWidth > 0));
    await dropFile(frame, path.join(folder, 'art/hero.png'));
    await frame.locator('.tile img').first().waitFor();
    return { workbench, gateway, panel, made, views: viewsOf(workbench, panel, word), word, close };
  } catch (error) {
    await easel.workbench.screenshot(`stage-${locale}`);
    await close();
    throw error;
  }
}

function viewsOf(workbench: Workbench, { frame }: EaselPanel, word: Stage['word']): readonly View[] {
  const { page } = workbench;
  const dialog = frame.getByRole('dialog');
  const tile = (at: number): Locator => frame.locator('.tile').nth(at);
  const menu = frame.getByRole('menu');
  const search = frame.getByRole('searchbox');
  const top = (): Promise<void> => frame.locator('main').evaluate((main) => main.scrollTo(0, 0));
  const fold = async (open: boolean): Promise<void> => {
    for (const name of ['size', 'options', 'more', 'target']) {
      const chip = frame.locator(`[data-fold="${name}"]`);
      if ((await chip.getAttribute('aria-expanded')) !== String(open)) await chip.click();
    }
    await workbench.until('the folds', async () => (await frame.locator('[id^="fold-"]').count()) === (open ? 4 : 0));
  };
  /** Where there is little room the search is folded away. */
  const seek = async (open: boolean): Promise<void> => {
    const button = frame.getByRole('button', { name: word(open ? 'Search and Filter' : 'Hide Search and Filters') });
    if (await button.isVisible()) await button.click();
  };
  const closed = async (): Promise<void> => {
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  };
  const paint = async (): Promise<void> => {
    await frame.locator('.composer').getByRole('button', { name: word('Paint Mask…'), exact: true }).click();
    const stage = dialog.getByRole('application');
    await stage.waitFor();
    for (const key of ['r', 'Enter', 'Control+ArrowRight', 'Control+ArrowRight', 'Control+ArrowDown', 'Enter', 'b']) await stage.press(key);
    await dialog.locator('.mask-note').filter({ hasText: /[1-9]/ }).waitFor();
  };
  const leave = async (): Promise<void> => {
    const question = dialog.getByRole('alertdialog');
    // Whatever is under way in the painter takes an Escape for itself.
    await workbench.until('the question', async () => {
      if (await question.isVisible()) return true;
      await page.keyboard.press('Escape');
      return question.isVisible();
    });
    await question.getByRole('button', { name: word('Discard') }).click();
    await dialog.waitFor({ state: 'hidden' });
  };

  return [
    { name: 'panel', show: top },
    { name: 'composer', show: () => fold(true), hide: () => fold(false) },
    {
      name: 'add-menu',
      async show() {
        await top();
        await frame.getByRole('button', { name: word('Add Pictures') }).click();
        await menu.waitFor();
      },
      async hide() {
        await page.keyboard.press('Escape');
        await menu.waitFor({ state: 'hidden' });
      },
    },
    {
      name: 'selected',
      async show() {
        for (const at of [0, 1]) await tile(at).click({ modifiers: ['ControlOrMeta'] });
        await frame.getByRole('toolbar', { name: word('Selected pictures') }).waitFor();
      },
      async hide() {
        await frame.getByRole('button', { name: word('Select Nothing') }).click();
        await frame.getByRole('toolbar', { name: word('Selected pictures') }).waitFor({ state: 'hidden' });
      },
    },
    {
      name: 'nothing-found',
      async show() {
        await seek(true);
        await search.fill('xyzzy');
        await frame.getByRole('button', { name: word('Clear Filters') }).waitFor();
      },
      async hide() {
        await frame.getByRole('button', { name: word('Clear Filters') }).click();
        await tile(0).waitFor();
        await seek(false);
      },
    },
    {
      name: 'picture-menu',
      async show() {
        await tile(0).focus();
        await page.keyboard.press('Shift+F10');
        await menu.waitFor();
      },
      async hide() {
        await page.keyboard.press('Escape');
        await menu.waitFor({ state: 'hidden' });
      },
    },
    {
      name: 'large',
      async show() {
        await tile(0).focus();
        await page.keyboard.press('Enter');
        await dialog.locator('.frame > img:not(.small)').waitFor();
      },
      hide: closed,
    },
    { name: 'mask', show: paint, hide: leave },
    {
      name: 'mask-preview',
      async show() {
        await paint();
        await dialog.getByRole('application').press('p');
      },
      hide: leave,
    },
    {
      name: 'mask-leave',
      async show() {
        await paint();
        await page.keyboard.press('Escape');
        await dialog.getByRole('alertdialog').waitFor();
      },
      hide: leave,
    },
  ];
}
