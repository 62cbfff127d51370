/// <reference lib="dom" />
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, afterEach, before, test } from 'node:test';
import type { Locator } from 'playwright-core';
import { drawPicture } from '../extension/pictures.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { setKey, startEasel, type EaselWorkbench } from '../ui/easel.ts';
import type { Workbench } from '../ui/workbench.ts';
import { violations } from './axe.ts';
import { openPanel, panelIn, reload, type EaselPanel } from './easelPanel.ts';

// Requests placed from the panel: seen on their way, cancelled, failed and tried again, and gone on with after a reload.

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'easel-panel-jobs-'));
const file = (...names: readonly string[]): string => path.join(folder, ...names);
let easel: EaselWorkbench;
let gateway: Gateway;
let workbench: Workbench;
let panel: EaselPanel;

before(async () => {
  fs.mkdirSync(file('art'));
  fs.writeFileSync(file('art/hero.png'), await drawPicture(640, 480, 'png'));
  fs.writeFileSync(file('art/style.webp'), await drawPicture(320, 320, 'webp'));
  easel = await startEasel({ folder, settings: { 'easel.size': '1024x1024', 'easel.quality': 'low' } }, { latencyMs: ({ fields }) => (String(fields['prompt']).includes('slow') ? 12_000 : 0) });
  ({ gateway, workbench } = easel);
  await setKey(workbench);
  panel = await openPanel(workbench);
});

afterEach(() => gateway.clear());

after(async () => {
  await easel.close();
  fs.rmSync(folder, { recursive: true });
});

const prompts = (): string[] => gateway.requests.filter(({ kind }) => kind === 'generations').map(({ fields }) => String(fields['prompt']));
const card = (text: string): Locator => panel.frame.locator('.job').filter({ hasText: text });
const heard = (): Promise<string> => panel.frame.locator('.jobs > [role="status"]').innerText();

/** Writes a prompt and sends it, as a user does. */
async function send(text: string): Promise<void> {
  await panel.prompt.fill(text);
  await panel.send();
}

/** Presses the button of a card until it has had its effect: a card that is drawn anew loses a click. */
async function press(button: Locator, effect: () => Promise<boolean>): Promise<void> {
  await workbench.until('the button to do its work', async () => {
    await button.click({ timeout: 1000 }).catch(() => undefined);
    return effect();
  });
}

test('a picture is made: its card shows pictures on the way, then the file is there and the card is gone', async () => {
  await panel.frame.getByRole('button', { name: 'Model and format:' }).click();
  await panel.frame.getByRole('radiogroup', { name: 'Pictures on the way' }).getByRole('radio', { name: '2' }).check({ force: true });
  await send('A slow snail');
  await card('A slow snail').waitFor();
  assert.match(await card('A slow snail').innerText(), /gpt-image-2 · 1024 × 1024 · quality: Low · about .* credits/);
  await workbench.until('the stage to be heard', async () => (await heard()).endsWith('A slow snail: Drawing'));

  const partial = card('A slow snail').getByRole('img', { name: 'The picture on its way' });
  await partial.waitFor();
  await workbench.until('a picture that can be seen', () => partial.evaluate((image) => (image as HTMLImageElement).naturalWidth > 0));
  await workbench.screenshot('jobs-partial');
  const first = await partial.getAttribute('src');
  assert.match(first ?? '', /\/panel\/partials\//);
  await workbench.until('the next one', async () => ((await partial.getAttribute('src', { timeout: 500 }).catch(() => null)) ?? first) !== first);

  await panel.frame.getByText(/^Made a-slow-snail\.png for [\d,.]+ credits\.$/).waitFor();
  assert.equal(await card('A slow snail').count(), 0);
  assert.ok(fs.existsSync(file('assets/a-slow-snail.png')));
  assert.deepEqual(await workbench.notifications(), [], 'the panel has told already');
  await panel.frame.getByRole('radiogroup', { name: 'Pictures on the way' }).getByRole('radio', { name: 'None' }).check({ force: true });
  await panel.frame.getByRole('button', { name: 'Model and format:' }).click();
});

test('a job in mid-flight is cancelled, alone and with all others, and the focus stays at hand', async () => {
  gateway.setFault('no-answer');
  for (const text of ['A red fox', 'A blue fox', 'A green fox', 'A white fox']) {
    await send(text);
    await card(text).waitFor();
  }
  await card('A green fox').getByText('Waiting for its turn').waitFor();
  await workbench.until('both to be drawn', () => prompts().length === 2);

  // By keyboard, a job that waits: it goes, and its neighbour has the focus.
  const waiting = card('A white fox').getByRole('button', { name: 'Cancel' });
  // What was sent last may still bring the focus back to the prompt.
  await workbench.until('the job to go', async () => {
    await waiting.press('Enter', { timeout: 1000 }).catch(() => undefined);
    return (await card('A white fox').count()) === 0;
  });
  await workbench.until('the focus at the neighbour', async () => (await panel.frame.locator('.job:focus').innerText()).includes('A green fox'));

  // In mid-flight it may cost: the card stays and says so.
  await press(card('A red fox').getByRole('button', { name: 'Cancel' }), async () => (await card('A red fox').innerText()).includes('the service may still charge for it'));
  await workbench.until('its place to be taken', () => prompts().includes('A green fox'));
  assert.deepEqual(await violations(panel.frame), []);

  await panel.frame.getByRole('button', { name: 'Cancel All' }).click();
  await (await workbench.dialog('Cancel all jobs?')).click('Cancel All Jobs');
  for (const text of ['A blue fox', 'A green fox']) await card(text).getByText('the service may still charge for it').waitFor();
  assert.equal(await panel.frame.getByRole('button', { name: 'Cancel All' }).count(), 0);
  for (let left = 3; left > 0; left -= 1) await press(panel.frame.getByRole('button', { name: 'Remove From the List' }).first(), async () => (await panel.frame.locator('.job').count()) < left);
  await workbench.until('the focus at the prompt', () => panel.prompt.evaluate((prompt) => prompt === document.activeElement));
});

test('what fails says why, and is tried again in its place', async () => {
  gateway.faultNext('server-error');
  const long = `A lighthouse ${'in a storm, seen from far above, with every wave drawn, '.repeat(12)}`;
  await send(long);
  await card('A lighthouse').getByText('The service broke down (HTTP 500)').waitFor();
  await workbench.until('it to be heard', async () => (await heard()).includes('The service broke down'));
  assert.deepEqual(await card('A lighthouse').getByRole('button').allInnerTexts(), ['Show More', '', 'Check the Usage Log', 'Open Billing Page', 'Try Again', 'Show Log']);
  const more = card('A lighthouse').getByRole('button', { name: 'Show More' });
  await press(more, async () => (await card('A lighthouse').getByRole('button', { name: 'Show Less' }).count()) === 1);
  await workbench.screenshot('jobs-failed');
  gateway.faultNext({ kind: 'no-headers', ms: 1500 });
  await card('A lighthouse').getByRole('button', { name: 'Try Again' }).press('Enter');
  await card('A lighthouse').getByText(/Drawing · \d s/).waitFor();
  await workbench.until('the focus at the card', async () => (await panel.frame.locator('.job:focus').count()) === 1);
  await panel.frame.getByText(/^Made a-lighthouse-.*\.png for/).waitFor();
  await card('A lighthouse').waitFor({ state: 'hidden' });
  assert.equal(prompts().length, 2);
});

test('a card that goes takes the focus from nobody: it is at hand when its user comes back', async () => {
  gateway.faultNext({ kind: 'no-headers', ms: 3000 });
  await send('A quiet owl');
  const { page } = workbench;
  const cancel = card('A quiet owl').getByRole('button', { name: 'Cancel' });
  await workbench.until('the focus on the card', async () => {
    await cancel.focus({ timeout: 1000 }).catch(() => undefined);
    return (await panel.frame.locator('.job:focus-within').count()) === 1;
  });
  await page.keyboard.press('F1');
  const palette = page.locator('.quick-input-widget .quick-input-box input');
  await palette.waitFor();
  await card('A quiet owl').waitFor({ state: 'detached' });
  await panel.frame.getByText(/^Made a-quiet-owl\.png/).waitFor();
  await palette.pressSequentially('Easel: Generate');
  assert.match(await palette.inputValue(), /Easel: Generate$/, 'who types there goes on');
  await page.keyboard.press('Escape');
  await workbench.until('the focus at the prompt', () => panel.prompt.evaluate((area) => area === area.ownerDocument.activeElement));
});

test('an edit with two references sends them in their order', async () => {
  await drop('art/hero.png', 'art/style.webp');
  await panel.prompt.fill('in the style of the second');
  await panel.frame.getByRole('button', { name: /^Edit · / }).waitFor();
  gateway.faultNext({ kind: 'no-headers', ms: 1500 });
  await panel.send();
  await card('in the style').getByRole('img', { name: 'The image that is edited' }).waitFor();
  const sent = await gateway.waitFor(({ kind, files }) => kind === 'edits' && files.length === 2);
  const sha256 = (name: string): string => createHash('sha256').update(fs.readFileSync(file(name))).digest('hex');
  assert.deepEqual(sent.files.map((part) => [part.field, part.mime, part.sha256]), [
    ['image[]', 'image/png', sha256('art/hero.png')],
    ['image[]', 'image/webp', sha256('art/style.webp')],
  ]);
  // The user's own names of files are nobody else's business.
  assert.deepEqual(sent.files.filter(({ filename }) => /hero|style/.test(filename)), []);
  await card('in the style').waitFor({ state: 'hidden' });
  await workbench.until('the file', () => fs.existsSync(file('assets/hero-edit.png')));
});

test('a reload while a job runs: the panel comes back, the job is told of, and work goes on', async () => {
  await panel.frame.getByRole('button', { name: 'Clear', exact: true }).click();
  gateway.faultNext('no-answer');
  await send('A bear on its way');
  await gateway.waitFor(({ fields }) => fields['prompt'] === 'A bear on its way');
  await reload(workbench);
  panel = await panelIn(workbench);
  await workbench.notification('A request was interrupted after it was sent');
  assert.equal(await panel.frame.locator('.job').count(), 0);
  assert.equal(await panel.prompt.inputValue(), 'A bear on its way');
  await send('A bear at home');
  await workbench.until('the file', () => fs.existsSync(file('assets/a-bear-at-home.png')));
  await workbench.until('no card', async () => (await panel.frame.locator('.job').count()) === 0);
  assert.deepEqual(prompts(), ['A bear on its way', 'A bear at home']);
});

/** Lets files of the Explorer fall on the composer. */
async function drop(...names: readonly string[]): Promise<void> {
  const list = names.map((name) => pathToFileURL(file(name)).href).join('\r\n');
  const composer = await panel.frame.locator('.composer').elementHandle();
  await (await composer?.ownerFrame())?.evaluate(`{
    const dataTransfer = new DataTransfer();
    dataTransfer.setData('application/vnd.code.uri-list', ${JSON.stringify(list)});
    for (const type of ['dragover', 'drop']) document.querySelector('.composer').dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));
  }`);
  const shown = panel.frame.getByRole('list', { name: 'Pictures to start from' });
  for (const name of names) await shown.getByText(path.basename(name)).first().waitFor();
}
