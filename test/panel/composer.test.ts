import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, before, test } from 'node:test';
import type { Locator } from 'playwright-core';
import { drawPicture } from '../extension/pictures.ts';
import { setKey, startEasel, type EaselWorkbench } from '../ui/easel.ts';
import type { Workbench } from '../ui/workbench.ts';
import { violations } from './axe.ts';
import { openPanel, type EaselPanel } from './easelPanel.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'easel-composer-'));
let easel: EaselWorkbench;
let workbench: Workbench;
let panel: EaselPanel;
let composer: Locator;
let send: Locator;

before(async () => {
  fs.mkdirSync(path.join(folder, 'art'));
  fs.writeFileSync(path.join(folder, 'art/hero.png'), await drawPicture(800, 608, 'png'));
  fs.writeFileSync(path.join(folder, 'art/style.png'), await drawPicture(640, 640, 'png'));
  easel = await startEasel({ folder, settings: { 'easel.quality': 'low', 'easel.size': '1024x1024' } });
  ({ workbench } = easel);
  panel = await openPanel(workbench);
  composer = panel.frame.locator('.composer');
  send = composer.locator('.send > .button');
});

after(async () => {
  await easel.close();
  fs.rmSync(folder, { recursive: true });
});

const chip = (fold: string): Locator => composer.locator(`[data-fold="${fold}"]`);

/** Unfolds a part of the composer, wherever it is already. */
async function unfold(name: string): Promise<Locator> {
  const part = composer.locator(`#fold-${name}`);
  if ((await chip(name).getAttribute('aria-expanded')) === 'false') await chip(name).click();
  await part.waitFor();
  return part;
}

const says = (locator: Locator, text: string | RegExp): Promise<void> => locator.filter({ hasText: text }).waitFor();
const thumbnails = (): Locator => composer.locator('[data-reference]');
const names = (): Promise<string[]> => thumbnails().locator('.name').allInnerTexts();
const is = (what: string, condition: () => Promise<boolean>): Promise<void> => workbench.until(what, condition);
const focused = (locator: Locator): Promise<boolean> => locator.evaluate((element) => element === element.ownerDocument.activeElement);

/** Lets something be pasted into, or fall on, an element of the panel, as the browser tells of it. */
function transfer(target: Locator, how: 'paste' | 'drop', holds: { readonly uris?: readonly string[]; readonly png?: Buffer; readonly name?: string }): Promise<void> {
  return target.evaluate(
    (element, { how: kind, uris, png, name }) => {
      const data = new DataTransfer();
      if (uris) data.setData('application/vnd.code.uri-list', uris.join('\r\n'));
      if (png) data.items.add(new File([new Uint8Array(png)], name, { type: 'image/png' }));
      if (kind === 'paste') element.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData: data }));
      // Without Shift VS Code takes what is dragged for itself, and the page gets no pointer until that has ended.
      else for (const type of ['dragenter', 'dragover', 'drop']) element.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, shiftKey: true, dataTransfer: data }));
    },
    { how, uris: holds.uris, png: holds.png && [...holds.png], name: holds.name ?? 'image.png' },
  );
}

test('without a key the button asks for it, and with it carries the cost of what is put together', async () => {
  await says(send, 'Set API Key…');
  await setKey(workbench);
  await says(send, /^Generate · .*credits$/);
  assert.equal(await send.getAttribute('aria-disabled'), 'true');

  // What is in the way is said beside it, and leads there.
  await says(composer.locator('.why'), 'Say what the picture should show.');
  await send.click({ force: true });
  await is('the prompt to have the focus', () => focused(panel.prompt));
  await workbench.page.keyboard.type('A lighthouse at dusk');
  await is('the button to be ready', async () => (await send.getAttribute('aria-disabled')) === null);
  const one = await send.innerText();

  const options = await unfold('options');
  await options.getByRole('button', { name: 'One More' }).click();
  await is('the cost of two', async () => (await send.innerText()) !== one);
  await says(chip('options'), 'Quality: Low · × 2');
  await options.getByRole('radio', { name: 'Low' }).press('ArrowRight');
  await says(chip('options'), 'Quality: Medium');
  await options.getByRole('radio', { name: 'Medium' }).press('ArrowLeft');
  await options.getByRole('button', { name: 'One Less' }).click();
  await is('the cost of one again', async () => (await send.innerText()) === one);
});

test('a size is chosen by the arrow keys, in any resolution, and typed', async () => {
  const part = await unfold('size');
  const sizes = part.getByRole('radiogroup', { name: 'Size' });
  const chosen = sizes.getByRole('radio', { checked: true });
  await says(chosen, '1024 × 1024');
  await chosen.press('ArrowRight');
  await says(chosen, '1280 × 720');
  await is('the chosen size to have the focus', () => focused(chosen));
  await says(chip('size'), 'Size: 1280 × 720');
  await chosen.press('Home');
  await says(chosen, 'Automatic');
  await chosen.press('End');
  await says(chosen, '1344 × 576');
  await part.getByRole('radio', { name: '4K' }).check();
  await says(chosen, '3808 × 1632');
  await says(chip('size'), 'Size: 3808 × 1632');

  await sizes.getByRole('radio', { name: /^Custom/ }).click();
  await part.getByRole('textbox', { name: 'Width' }).fill('1283');
  await part.getByRole('textbox', { name: 'Height' }).fill('719');
  const rules = part.locator('.rules li');
  await says(rules.filter({ has: workbench.page.locator('.codicon-error') }), 'Both sides are multiples of 16');
  assert.equal(await rules.count(), 4);
  assert.equal(await part.locator('.rules .kept').count(), 3);
  await says(composer.locator('.why'), 'The nearest valid size is 1280x720.');
  assert.equal(await send.getAttribute('aria-disabled'), 'true');
  await part.getByRole('button', { name: 'Use 1280 × 720' }).click();
  await is('the nearest size', async () => (await part.getByRole('textbox', { name: 'Width' }).inputValue()) === '1280');
  await is('the button to be ready', async () => (await send.getAttribute('aria-disabled')) === null);
  // A whole size fills both fields.
  await part.getByRole('textbox', { name: 'Width' }).fill('1008x672');
  await is('both sides', async () => (await part.getByRole('textbox', { name: 'Height' }).inputValue()) === '672');
  await says(chip('size'), 'Size: 1008 × 672');
});

test('what a model cannot do is disabled, and the reason said', async () => {
  const part = await unfold('more');
  const transparent = part.getByRole('radio', { name: 'Transparent' });
  assert.ok(await transparent.isDisabled());
  assert.equal(await transparent.getAttribute('aria-description'), 'gpt-image-2 draws no transparent background.');
  await says(part.getByRole('group', { name: 'Background' }), 'gpt-image-2 draws no transparent background.');

  await part.getByLabel('Model').selectOption('gpt-image-1');
  await is('transparency', () => transparent.isEnabled());
  await transparent.check({ force: true });
  await is('no JPEG', () => part.getByRole('radio', { name: 'JPEG' }).isDisabled());
  // A model with sizes of its own offers these alone, and the nearest of them.
  const size = await unfold('size');
  await says(composer.locator('.why'), 'This model does not draw 1008x672');
  await size.getByRole('button', { name: 'Use 1536 × 1024' }).click();
  await says(size.getByRole('radio', { checked: true }), '3:2');
  assert.equal(await size.getByRole('radiogroup', { name: 'Size' }).getByRole('radio').count(), 4);

  await part.getByLabel('Model').selectOption({ label: 'Another Model…' });
  await part.getByLabel('Name of the model').fill('painter-9');
  await says(chip('more'), 'painter-9 · Transparent');
  await part.getByLabel('Model', { exact: true }).selectOption('gpt-image-2');
  await says(composer.locator('.why'), 'cannot draw a transparent background');
  await composer.locator('.why').click();
  const automatic = part.getByRole('radiogroup', { name: 'Background' }).getByRole('radio', { name: 'Automatic' });
  await is('the way to the background', () => focused(automatic));
  await automatic.press('Space');
  await is('the button to be ready', async () => (await send.getAttribute('aria-disabled')) === null);
});

test('what was sent is found again with Up, and nothing that is typed gets lost', async () => {
  const { gateway } = easel;
  for (const prompt of ['A first prompt', 'A second prompt']) {
    await panel.prompt.fill(prompt);
    await panel.send();
    await gateway.waitFor(({ fields }) => fields['prompt'] === prompt);
  }
  await panel.prompt.fill('Half a thought');
  await panel.prompt.press('Home');
  const shows = (text: string): Promise<void> => is(`"${text}" in the field`, async () => (await panel.prompt.inputValue()) === text);
  await panel.prompt.press('ArrowUp');
  await shows('A second prompt');
  await panel.prompt.press('ArrowUp');
  await shows('A first prompt');
  await panel.prompt.press('ArrowDown');
  await shows('A second prompt');
  await panel.prompt.press('ArrowDown');
  await shows('Half a thought');
});

test('pictures are dropped and pasted, put into order, given roles, and sent', async () => {
  const { gateway } = easel;
  const uri = (file: string): string => pathToFileURL(path.join(folder, file)).href;
  await transfer(composer, 'drop', { uris: [uri('art/hero.png'), uri('art/style.png')] });
  await is('both files', async () => (await names()).join() === 'hero.png,style.png');
  await transfer(panel.prompt, 'paste', { png: await drawPicture(320, 320, 'png'), name: 'pasted.png' });
  await is('the pasted picture', async () => (await thumbnails().count()) === 3);
  await says(send, /^Edit/);
  await says(thumbnails().nth(0), 'To Edit');
  await thumbnails().nth(2).locator('img').waitFor();

  // Moved by the keyboard, where the focus stays with it.
  const third = (await names())[2];
  await thumbnails().nth(2).getByRole('button').first().press('Alt+ArrowLeft');
  await is('the pasted picture in the middle', async () => (await names())[1] === third);
  await is('the focus on it', () => focused(thumbnails().nth(1).getByRole('button').first()));
  // By its menu, into another role.
  await thumbnails().nth(2).getByRole('button').first().click();
  await panel.frame.getByRole('menuitem', { name: 'Use as Edited Image' }).click();
  await is('style.png to be edited', async () => (await names())[0] === 'style.png');
  // By hand.
  await thumbnails().nth(0).dragTo(thumbnails().nth(1), { targetPosition: { x: 70, y: 20 } });
  await is('hero.png to be edited', async () => (await names())[0] === 'hero.png');
  await thumbnails().filter({ hasText: third ?? '' }).getByRole('button').first().press('Delete');
  await is('two pictures', async () => (await names()).join() === 'hero.png,style.png');

  await (await unfold('size')).getByRole('radio', { name: /^Automatic/ }).click();
  await says((await unfold('size')).getByRole('radio', { name: /^Automatic/ }), 'follows the image');
  const target = await unfold('target');
  await target.getByLabel(/^Replace .*hero\.png \(the original is kept\)/).check();
  await says(chip('target'), /Replace .*hero\.png/);
  await target.getByLabel(/^Replace .*hero\.png \(the original is kept\)/).uncheck();
  await target.getByRole('textbox', { name: 'Folder' }).fill('made');
  await target.getByRole('textbox', { name: 'File name' }).fill('stormy');
  await panel.prompt.fill('Make the sky stormy');
  gateway.clear();
  await panel.send();
  const { files, fields } = await gateway.waitFor(({ kind, paid }) => kind === 'edits' && paid);
  assert.deepEqual(
    files.map(({ width, height }) => [width, height]),
    [
      [800, 608],
      [640, 640],
    ],
  );
  assert.equal(fields['prompt'], 'Make the sky stormy');
  await is('the picture in its place', async () => fs.existsSync(path.join(folder, 'made/stormy.png')));
});

/** Presses Ctrl+Enter again and again within a second, until there is a question. */
async function sendTwice(): Promise<void> {
  await panel.prompt.evaluate(async (area) => {
    const end = performance.now() + 900;
    while (performance.now() < end && !area.closest('.composer')?.querySelector('.double')) {
      area.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true, bubbles: true, cancelable: true }));
      await new Promise(requestAnimationFrame);
    }
  });
}

test('the same request is not placed twice by a slip of the finger', async () => {
  const { gateway } = easel;
  gateway.clear();
  gateway.setFault('no-answer');
  await panel.prompt.fill('Once is enough');
  const question = composer.getByRole('alertdialog');
  const sent = (): number => gateway.requests.filter(({ kind }) => kind === 'edits').length;
  // Only within a second of the first: where that is over, it is begun anew.
  const asked = async (): Promise<void> =>
    is('the question', async () => {
      if (await question.isVisible()) return true;
      await sendTwice();
      return question.isVisible();
    });
  await asked();
  await says(question, /The same request was placed a moment ago\. Place it again for about .*credits\?/);
  await gateway.waitFor(({ kind }) => kind === 'edits');
  const first = sent();
  await question.getByRole('button', { name: 'Place Again' }).press('Escape');
  await is('the prompt to have the focus', () => focused(panel.prompt));
  await says(send, /^Edit/);
  assert.equal(sent(), first);
  await panel.prompt.fill('Twice is wanted');
  await asked();
  await question.getByRole('button', { name: 'Place Again' }).click();
  // The second may wait for its turn.
  await is('two jobs', async () => (await panel.frame.locator('.job').filter({ hasText: 'Twice is wanted' }).count()) >= 2);
  gateway.setFault(undefined);
  // They would have the places of what comes next.
  await panel.frame.getByRole('button', { name: 'Cancel All' }).click();
  await (await workbench.dialog('Cancel all jobs?')).click('Cancel All Jobs');
  await panel.frame.getByRole('button', { name: 'Cancel All' }).waitFor({ state: 'hidden' });
});

test('a style is saved from the prompt, said with the next one, and deleted', async () => {
  const { gateway } = easel;
  const menu = panel.frame.getByRole('menu');
  const choose = async (item: string | RegExp): Promise<void> => {
    await composer.locator('.tools').getByRole('button', { name: /^Style/ }).click();
    await menu.getByRole('menuitem', { name: item }).click();
    await menu.waitFor({ state: 'hidden' });
  };
  await composer.getByRole('button', { name: 'Clear', exact: true }).click();
  await panel.prompt.fill('{prompt}, drawn with ink');
  await choose('Save Prompt as Style for This Workspace…');
  const name = await workbench.quickInput('Save Style for the Workspace');
  await name.type(' ');
  await name.waitForMessage('Give the style a name.');
  await name.type('Ink');
  await name.accept();
  await panel.frame.locator('.said').getByText('The style "Ink" is saved.').waitFor();
  const stored = JSON.parse(fs.readFileSync(path.join(folder, '.vscode/easel.styles.json'), 'utf8')) as unknown;
  assert.deepEqual(stored, { styles: [{ name: 'Ink', text: '{prompt}, drawn with ink' }] });

  await panel.prompt.fill('A heron');
  await choose('Ink · workspace');
  await composer.getByRole('button', { name: 'Style: Ink' }).waitFor();
  gateway.clear();
  await panel.send();
  const { fields } = await gateway.waitFor(({ kind, paid }) => kind === 'generations' && paid);
  assert.equal(fields['prompt'], 'A heron, drawn with ink');

  await choose('Delete Style "Ink"');
  await (await workbench.dialog('Delete the style "Ink"?')).click('Delete');
  await composer.getByRole('button', { name: 'Style', exact: true }).waitFor();
  assert.deepEqual(JSON.parse(fs.readFileSync(path.join(folder, '.vscode/easel.styles.json'), 'utf8')), { styles: [] });
});

test('pictures are picked from the workspace and dropped from the computer; what is none of them is told', async () => {
  await composer.getByRole('button', { name: 'Add Pictures' }).click();
  await panel.frame.getByRole('menuitem', { name: 'Add Files from the Workspace…' }).click();
  const list = await workbench.quickInput('Add Images');
  // Rows that can be ticked are checkboxes, not options.
  await list.locator.locator('.monaco-list-row').filter({ hasText: 'hero.png' }).click();
  await list.accept();
  await is('the picked picture', async () => (await names()).join() === 'hero.png');
  await transfer(composer, 'drop', { png: await drawPicture(400, 300, 'png', true), name: 'from the desktop.png' });
  await is('the dropped picture', async () => (await names()).join() === 'hero.png,from the desktop.png');
  await thumbnails().nth(1).locator('img').waitFor();

  const paste = (name: string, bytes: number): Promise<void> =>
    panel.prompt.evaluate(
      (element, [called, size]) => {
        const clipboardData = new DataTransfer();
        clipboardData.items.add(new File([new Uint8Array(size)], called, { type: 'image/png' }));
        element.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData }));
      },
      [name, bytes] as const,
    );
  const said = panel.frame.locator('.said');
  await paste('nothing.png', 0);
  await says(said, 'nothing.png is an empty file: choose another one.');
  await paste('huge.png', 50 * 1024 * 1024);
  await says(said, 'huge.png has 50 MB and must have less than 50: scale it down, or save it as JPEG or WebP.');
  await said.getByRole('button', { name: 'Dismiss' }).click();
  assert.deepEqual(await names(), ['hero.png', 'from the desktop.png']);
});

test('a picture becomes the mask, and one of another size is put right by a click', async () => {
  const { gateway } = easel;
  await thumbnails().nth(1).getByRole('button').first().click();
  await panel.frame.getByRole('menuitem', { name: 'Use as Mask' }).click();
  await is('a mask', async () => (await thumbnails().nth(1).getAttribute('class'))?.includes('mask') === true);
  const remarks = composer.locator('.remarks');
  await remarks.locator('.fault').first().waitFor();
  assert.equal(await send.getAttribute('aria-disabled'), 'true');
  await remarks.getByRole('button', { name: /^Scale the Mask to 800/ }).click();
  await remarks.locator('.fault').waitFor({ state: 'hidden' });
  await panel.prompt.fill('A window there');
  await is('the button to be ready', async () => (await send.getAttribute('aria-disabled')) === null);
  gateway.clear();
  await panel.send();
  const { files } = await gateway.waitFor(({ kind, paid }) => kind === 'edits' && paid);
  assert.deepEqual(files.map(({ field, width, height }) => [field, width, height]), [['image[]', 800, 608], ['mask', 800, 608]]);
  await composer.getByRole('button', { name: 'Clear', exact: true }).click();
  await is('no picture', async () => (await thumbnails().count()) === 0);
});

test('what is compressed is asked for as such', async () => {
  const { gateway } = easel;
  const part = await unfold('more');
  await part.getByRole('radiogroup', { name: 'Format' }).getByRole('radio', { name: 'JPEG' }).check({ force: true });
  await part.getByRole('slider', { name: /^Compression/ }).fill('40');
  await part.getByText('Compression: 40 %').waitFor();
  await panel.prompt.fill('A quarry');
  gateway.clear();
  await panel.send();
  const { fields } = await gateway.waitFor(({ kind, paid }) => kind === 'generations' && paid);
  assert.deepEqual([fields['output_format'], String(fields['output_compression'])], ['jpeg', '40']);
  await part.getByRole('radiogroup', { name: 'Format' }).getByRole('radio', { name: 'Automatic' }).check({ force: true });
  await part.getByRole('slider', { name: /^Compression/ }).waitFor({ state: 'hidden' });
});

test('in a narrow place everything is there, and everybody can use it', async () => {
  for (const part of ['size', 'options', 'more', 'target']) await unfold(part);
  await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
  await workbench.page.setViewportSize({ width: 368, height: 900 });
  const cut = (): Promise<string[]> =>
    composer.evaluate((element) => {
      const { width } = element.ownerDocument.documentElement.getBoundingClientRect();
      return [...element.querySelectorAll('button, input, select, textarea, p, .hint')].filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > width).map((one) => one.outerHTML.slice(0, 120));
    });
  const width = (): Promise<number> => composer.evaluate((element) => element.ownerDocument.documentElement.clientWidth);
  await is('a narrow panel', async () => (await width()) <= 320 && (await width()) > 280);
  assert.deepEqual(await cut(), []);
  for (const theme of ['light', 'dark', 'hc-light', 'hc-dark'] as const) {
    await workbench.selectTheme(theme);
    await workbench.screenshot(`composer-${theme}`);
    await is('nothing that axe-core finds wrong', async () => (await violations(panel.frame)).length === 0).catch(async () => assert.deepEqual(await violations(panel.frame), [], theme));
  }
});
