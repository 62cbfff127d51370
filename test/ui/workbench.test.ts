import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { startWorkbench, type Workbench } from './workbench.ts';

// The helpers themselves, on the host's fixture extension.

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'easel-ui-'));
let workbench: Workbench;

before(async () => {
  fs.mkdirSync(path.join(folder, 'art/deep'), { recursive: true });
  fs.writeFileSync(path.join(folder, 'art/deep/a.txt'), 'a');
  fs.writeFileSync(path.join(folder, 'b.txt'), 'b');
  workbench = await startWorkbench({ folder, extensionPath: path.resolve(import.meta.dirname, '../host/fixture') });
});

after(async () => {
  await workbench.close();
  fs.rmSync(folder, { recursive: true });
});

test('a command from the palette, answered on its notification', async () => {
  await workbench.runCommand('Fixture: Greet');
  const greeting = await workbench.notification('Hello! Language en');
  assert.equal(await greeting.text(), 'Hello! Language en');
  await greeting.click('Thanks');
  await workbench.notification('Answered Thanks');
  await greeting.gone();
});

test('quick inputs, there and back', async () => {
  await workbench.runCommand('Fixture: Ask');
  const colour = await workbench.quickInput('Colour');
  assert.equal(await colour.title(), 'Fixture (1/2)');
  assert.deepEqual(await colour.items(), ['red', 'green', 'blue']);
  await colour.pick('red');
  await (await workbench.quickInput('Word')).back();
  const again = await workbench.quickInput('1/2');
  assert.equal(await again.placeholder(), 'Colour');
  await again.type('bl');
  await again.accept();
  const word = await workbench.quickInput('Word');
  await word.type('sea');
  assert.equal(await word.value(), 'sea');
  await word.accept();
  await workbench.notification('Asked: blue sea');
});

test('the explorer and its menus', async () => {
  await workbench.explorer.find('art/deep/a.txt');
  assert.deepEqual(await workbench.explorer.items(), ['art', 'deep', 'a.txt', 'b.txt']);
  assert.ok((await workbench.explorer.contextMenuItems('b.txt')).includes('Touch With Fixture'));
  await workbench.explorer.contextMenu('art/deep/a.txt', 'Touch With Fixture');
  await workbench.explorer.find('art/deep/touched.txt');
  assert.ok((await workbench.explorer.contextMenuItems('')).includes('New File...'));
  await workbench.explorer.open('b.txt');
  assert.deepEqual(await workbench.openFileNames(), ['b.txt']);
});

test('the status bar and its hover', async () => {
  await (await workbench.statusBarItem('greeted 1')).click();
  await workbench.statusBarItem('greeted 2');
  assert.equal((await workbench.hoverStatusBar('greeted')).trim(), 'Greetings so far');
});

test('a webview that talks with its extension', async () => {
  await workbench.runCommand('Fixture: Open Panel');
  await workbench.webview().getByRole('button', { name: 'Say' }).click();
  await workbench.webview().getByText('heard it').waitFor();
});

test('the output of a log channel', async () => {
  await workbench.until('the line', () => /\[info\] greeted 2\n/.test(workbench.output('Fixture')));
});

test('user settings', async () => {
  await workbench.configure({ 'workbench.statusBar.visible': false });
  await workbench.page.locator('.part.statusbar').waitFor({ state: 'hidden' });
  await workbench.configure({ 'workbench.statusBar.visible': true });
  await workbench.statusBarItem('greeted');
});

test('themes', async () => {
  for (const theme of ['light', 'hc-dark', 'hc-light', 'dark'] as const) await workbench.selectTheme(theme);
  const picture = await workbench.screenshot('workbench-test');
  assert.ok(fs.statSync(picture).size > 10_000);
});
