import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Gateway } from '../gateway/gateway.ts';
import { answer, setKey, startEasel, type EaselWorkbench } from './easel.ts';
import type { Workbench } from './workbench.ts';

// A window with two folders: where pictures go, what the status bar shows, and what an open picture offers.

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'easel-window-'));
const file = (...names: readonly string[]): string => path.join(folder, ...names);
let easel: EaselWorkbench;
let gateway: Gateway;
let workbench: Workbench;

before(async () => {
  fs.mkdirSync(file('site'));
  fs.mkdirSync(file('app/.vscode'), { recursive: true });
  fs.writeFileSync(file('app/main.ts'), 'export const hero = "./pictures/hero.png";\n');
  fs.writeFileSync(file('app/.vscode/settings.json'), JSON.stringify({ 'easel.folder': 'pictures' }));
  fs.writeFileSync(file('both.code-workspace'), JSON.stringify({ folders: [{ path: 'site' }, { path: 'app' }] }));
  easel = await startEasel({ workspace: file('both.code-workspace'), settings: { 'easel.openPictures': false } });
  ({ gateway, workbench } = easel);
  await setKey(workbench);
});

after(async () => {
  await easel.close();
  fs.rmSync(folder, { recursive: true });
});

test('with several folders and no file open, the user is asked for the folder', async () => {
  await workbench.runCommand('Easel: Generate Image…');
  const which = await workbench.quickInput('Which folder are the pictures for?');
  await which.pick('site');
  await answer(workbench, 'Bridge');
  await workbench.notification('Made bridge.png');
  assert.ok(fs.existsSync(file('site/assets/bridge.png')));
  assert.deepEqual(await workbench.openFileNames(), [], 'pictures stay closed where the setting says so');
});

test('with a file open, its folder is taken, with the settings of that folder', async () => {
  await workbench.runCommand('Go to File...');
  const go = await workbench.quickInput();
  await go.type('main.ts');
  await workbench.until('the file', async () => (await go.items()).some((item) => item.startsWith('main.ts')));
  await go.accept();
  await workbench.waitForEditor('main.ts');
  await workbench.runCommand('Easel: Generate Image…');
  await answer(workbench, 'Hero');
  const made = await workbench.notification('Made hero.png');
  assert.ok(fs.existsSync(file('app/pictures/hero.png')));
  await made.click('Open');
  await workbench.waitForEditor('hero.png');
});

test('an open picture offers to make another', async () => {
  const { page } = workbench;
  await page.locator('.tab[data-resource-name="hero.png"]').click();
  const again = page.locator('.editor-actions').getByRole('button', { name: 'Generate Again' });
  await again.waitFor();
  await workbench.screenshot('editor-title');
  await again.click();
  await workbench.notification('Made hero-2.png');
  assert.ok(fs.existsSync(file('app/pictures/hero-2.png')));
});

test('the status bar can show the session, or nothing', async () => {
  const shown = await (await workbench.statusBarItem(/credits/)).innerText();
  await workbench.configure({ 'easel.statusBar': 'off' });
  await workbench.page.locator('.statusbar-item').filter({ hasText: /credits/ }).waitFor({ state: 'hidden' });
  await workbench.configure({ 'easel.statusBar': 'session' });
  assert.equal(await (await workbench.statusBarItem(/credits/)).innerText(), shown);
});

test('without the key, the next request asks for it again', async () => {
  await workbench.runCommand('Easel: Remove API Key');
  await workbench.notification('The key for OpenAI-HK is removed from this computer.');
  const sent = gateway.requests.length;
  await workbench.runCommand('Easel: Generate Again');
  await (await workbench.quickInput('API Key for OpenAI-HK')).cancel();
  assert.equal(gateway.requests.length, sent);
});
