/// <reference lib="dom" />
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { FrameLocator, Locator } from 'playwright-core';
import { setKey, startEasel, type EaselWorkbench } from '../ui/easel.ts';
import type { Workbench } from '../ui/workbench.ts';
import { breakNextDrawing, spoilFirstAnswers } from './breaking.ts';
import { kept, openPanel, pageOf, panelIn } from './easelPanel.ts';
import { accessible, cutOff, inEveryTheme, look } from './looks.ts';
import { logOf } from './madePictures.ts';

// What the panel says where something is missing or broken, and the way out of it.

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'easel-states-'));
const [folder, userDataDir] = [path.join(root, 'site'), path.join(root, 'user-data')];
/** In the place of the list of what was made: nobody can read it. */
const obstacle = logOf(folder, userDataDir);
let easel: EaselWorkbench;
let workbench: Workbench;

before(async () => {
  fs.mkdirSync(folder);
  fs.mkdirSync(obstacle, { recursive: true });
  easel = await startEasel({ folder, userDataDir, trust: true });
  ({ workbench } = easel);
});

after(async () => {
  await easel.close();
  fs.rmSync(root, { recursive: true });
});

const notice = (frame: FrameLocator, title: string): Locator => frame.getByRole('region', { name: title, exact: true });
const gone = async (locator: Locator): Promise<void> => locator.waitFor({ state: 'detached' });

test('a newcomer in a folder that is not trusted is told what Easel needs, and led there', async () => {
  const { frame } = await openPanel(workbench);
  const key = notice(frame, 'Easel needs a key for OpenAI-HK');
  const restricted = notice(frame, 'Restricted Mode');
  await key.waitFor();
  await restricted.waitFor();

  const unlisted = frame.getByText('The pictures cannot be listed');
  await unlisted.waitFor();
  await inEveryTheme(workbench, frame, [{ name: 'panel-unlisted' }]);
  fs.rmSync(obstacle, { recursive: true });
  await frame.getByRole('button', { name: 'Try Again' }).click();
  await gone(unlisted);
  await frame.getByText('Nothing made yet').waitFor();
  await inEveryTheme(workbench, frame, [{ name: 'panel-first-run' }]);
  // As narrow as the side bar, and magnified.
  const whole = workbench.page.viewportSize() ?? { width: 1280, height: 800 };
  await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
  for (const [name, size] of [['narrow', { width: 368, height: 900 }], ['magnified', { width: 640, height: 400 }]] as const) {
    await workbench.page.setViewportSize(size);
    await workbench.until('the width', () => frame.locator('body').evaluate((_body, most) => document.documentElement.clientWidth <= most, size.width - 48));
    await look(workbench, frame, [{ name: 'panel-first-run' }], name, async (what) => assert.deepEqual(await cutOff(frame), [], what));
  }
  await workbench.page.setViewportSize(whole);

  await key.getByRole('button', { name: 'Get a Key' }).click();
  const leaving = await workbench.dialog(/to open the external website/);
  assert.match(await leaving.text(), /https:\/\/www\.openai-hk\.com/);
  await leaving.click('Cancel');

  await restricted.getByRole('button', { name: 'Manage Trust' }).click();
  await workbench.page.locator('.workspace-trust-editor').getByRole('button', { name: /^Trust/ }).first().click();
  await openPanel(workbench);
  await gone(restricted);

  await key.getByRole('button', { name: 'Set API Key' }).click();
  const ask = await workbench.quickInput('API Key for OpenAI-HK');
  await ask.type('hk-test-key');
  await ask.accept();
  await gone(key);
  await workbench.runCommand('Easel: Remove API Key');
  await key.waitFor();
  await setKey(workbench);
  await gone(key);
});

test('settings that name no service are told in the panel, with the sentence and the way there', async () => {
  const { frame } = await openPanel(workbench);
  const trouble = notice(frame, 'The settings name no service');
  await workbench.configure({ 'easel.baseUrl': 'ftp://images.example.com' });
  await openPanel(workbench);
  await trouble.waitFor();
  assert.match(await trouble.innerText(), /not a web address: give one such as/);
  assert.equal(await notice(frame, 'Easel needs a key for OpenAI-HK').count(), 0);
  await inEveryTheme(workbench, frame, [{ name: 'panel-trouble' }]);
  await trouble.getByRole('button', { name: 'Open Settings' }).click();
  await workbench.page.locator('.settings-editor').waitFor();
  await workbench.runCommand('View: Close Editor');
  await workbench.configure({ 'easel.baseUrl': easel.gateway.baseUrl });
  await openPanel(workbench);
  await gone(trouble);
});

test('a service that cannot be reached is told until it is, or until that is put away', async () => {
  await workbench.configure({ 'http.proxy': 'http://127.0.0.1:9' });
  const panel = await openPanel(workbench);
  const { frame, prompt } = panel;
  const offline = notice(frame, 'OpenAI-HK could not be reached');
  const send = async (text: string): Promise<void> => {
    await prompt.fill(text);
    await panel.send();
  };
  await send('A lighthouse');
  await offline.waitFor();
  await inEveryTheme(workbench, frame, [{ name: 'panel-offline' }]);
  await offline.getByRole('button', { name: 'Dismiss' }).click();
  await gone(offline);
  await send('A lighthouse again');
  await offline.waitFor();
  await workbench.configure({ 'http.proxy': '' });
  await openPanel(workbench);
  await send('A lighthouse at last');
  await gone(offline);
  await frame.locator('.foot').getByText(/^Today: [\d,.]+ credits$/).waitFor();
});

test('a panel that breaks says so and comes back with what was put together', async () => {
  const { frame, prompt } = await openPanel(workbench);
  await prompt.fill('A boat');
  await frame.locator('body').evaluate(`setTimeout(() => { throw new Error('a wheel came off') })`);
  await frame.locator('.said').getByText('Error: a wheel came off').waitFor();
  await workbench.screenshot('panel-said');
  await frame.locator('.said').getByRole('button', { name: 'Dismiss' }).click();
  await gone(frame.locator('.said').getByText('a wheel came off'));

  // The next thing that is to be drawn anew cannot be.
  await breakNextDrawing(frame, 'the mast broke');
  await workbench.runCommand('Easel: Remove API Key');
  await frame.getByText('Something in the panel broke: the mast broke').waitFor();
  await inEveryTheme(workbench, frame, [{ name: 'panel-broken' }]);

  await frame.getByRole('button', { name: 'Reload' }).click();
  const again = await panelIn(workbench);
  assert.equal(await again.prompt.inputValue(), 'A boat');
});

test('a panel that could not start says so in the user’s language, and starts at a click', async () => {
  const { prompt } = await openPanel(workbench);
  await prompt.fill('A boat');
  await kept(workbench, 'A boat');
  await workbench.runCommand('View: Close All Editors');
  // The first answer that the page gets is one that it cannot read.
  await spoilFirstAnswers(workbench);
  await workbench.runCommand('Easel: Open Panel');
  const frame = await pageOf(workbench);
  const sentence = frame.getByText('The editor did not answer in time. Reload the panel, or see the log.');
  await sentence.waitFor();
  await workbench.screenshot('panel-not-started');
  await accessible(workbench, frame, 'not started');
  await frame.getByRole('button', { name: 'Show Log' }).click();
  await workbench.page.getByRole('tab', { name: /^Output/ }).waitFor();
  await frame.getByRole('button', { name: 'Reload' }).click();
  await gone(sentence);
  assert.equal(await (await panelIn(workbench)).prompt.inputValue(), 'A boat');
});

test('where no folder is open it says so, and leads to one', async () => {
  const alone = await startEasel({});
  try {
    const { frame } = await openPanel(alone.workbench);
    const none = notice(frame, 'No folder is open');
    await none.waitFor();
    await alone.workbench.screenshot('panel-no-folder');
    await accessible(alone.workbench, frame, 'no folder');
    await none.getByRole('button', { name: 'Open Folder' }).click();
    await alone.workbench.quickInput();
  } finally {
    await alone.close();
  }
});
