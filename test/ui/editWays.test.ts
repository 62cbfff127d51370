import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import type { Locator } from 'playwright-core';
import { drawPicture } from '../extension/pictures.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { setKey, startEasel, type EaselWorkbench } from './easel.ts';
import { rolesList } from './rolesList.ts';
import { journalIn } from './storage.ts';
import { until, type Workbench } from './workbench.ts';

// The other ways to an edit: a tab, a preview's title, every format, files from elsewhere; and the way out of one while its files go up.

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'easel-ways-'));
const elsewhere = fs.mkdtempSync(path.join(os.tmpdir(), 'easel-elsewhere-'));
const file = (...names: readonly string[]): string => path.join(folder, ...names);
const formats = ['photo.jpg', 'photo.JPEG', 'photo.webp', 'photo.gif', 'photo.bmp', 'photo.avif', 'drawing.svg'];
let easel: EaselWorkbench;
let gateway: Gateway;
let workbench: Workbench;

before(async () => {
  fs.mkdirSync(file('art'));
  fs.mkdirSync(file('formats'));
  fs.writeFileSync(file('art/hero.png'), await drawPicture(1024, 768, 'png'));
  // A picture with so much behind it that no connection takes it at once.
  fs.writeFileSync(file('art/large.png'), await drawPicture(1024, 768, 'png'));
  fs.truncateSync(file('art/large.png'), 40_000_000);
  fs.writeFileSync(path.join(elsewhere, 'lamp.png'), await drawPicture(512, 512, 'png'));
  // Only the names count until one is chosen.
  for (const name of formats) fs.writeFileSync(file('formats', name), '');
  fs.writeFileSync(file('formats/drawing.svg'), '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480"><path d="M0 0h320v480z" fill="teal"/></svg>');
  fs.writeFileSync(file('formats/favicon.ico'), '');
  easel = await startEasel({ folder, settings: { 'easel.openPictures': false } });
  ({ gateway, workbench } = easel);
  await setKey(workbench);
});

beforeEach(() => gateway.clear());

after(async () => {
  await easel.close();
  for (const one of [folder, elsewhere]) fs.rmSync(one, { recursive: true });
});

/** @param replaceable whether the result could take the image's place, which is asked last then */
async function answerEdit(prompt: string, replaceable = true): Promise<void> {
  const ask = await workbench.quickInput('What should change?');
  await ask.type(prompt);
  await ask.accept();
  await (await workbench.quickInput('Size')).accept();
  await (await workbench.quickInput('Quality')).accept();
  if (replaceable) await (await workbench.quickInput('Where the result goes')).accept();
}

const tab = (name: string): Locator => workbench.page.locator(`.tab[data-resource-name=${JSON.stringify(name)}]`);
const edits = () => gateway.requests.filter(({ kind }) => kind === 'edits');

test('a tab\'s context menu edits the picture of that tab, whichever is in front', async () => {
  await workbench.explorer.open('formats/drawing.svg');
  await workbench.explorer.open('art/hero.png');
  const entry = workbench.page.locator('.monaco-menu').getByRole('menuitem', { name: 'Edit Image…', exact: true });
  // A preview that is just loading takes the focus, and the menu with it.
  await workbench.until('the menu of the tab', async () => {
    if (!(await entry.isVisible())) await tab('drawing.svg').click({ button: 'right', timeout: 5000 }).catch(() => undefined);
    return entry.waitFor({ timeout: 3000 }).then(() => true, () => false);
  });
  await workbench.screenshot('edit-tab');
  while (await entry.isVisible()) await entry.click({ timeout: 1000 }).catch(() => undefined);
  assert.match(await (await workbench.quickInput('What should change?')).title(), /^Edit drawing\.svg/);
  await answerEdit('In blue', false);
  await workbench.notification('Made drawing-edit.png');
  assert.deepEqual(edits().map(({ files }) => files.map(({ mime }) => mime)), [['image/png']], 'a drawing goes as a picture');
  await workbench.runCommand('Notifications: Clear All Notifications');
});

test('the title of a preview has a button for it', async () => {
  await workbench.explorer.open('art/hero.png');
  await workbench.page.locator('.editor-actions').getByRole('button', { name: 'Edit Image…' }).last().click();
  assert.match(await (await workbench.quickInput('What should change?')).title(), /^Edit hero\.png/);
  await answerEdit('With a hat');
  await workbench.notification('Made hero-edit.png');
  await workbench.runCommand('Notifications: Clear All Notifications');
});

test('every format that can be sent or converted has the menu, and no other file', async () => {
  for (const name of formats) {
    const items = await workbench.explorer.contextMenuItems(`formats/${name}`);
    assert.ok(items.includes('Edit Image…') && items.includes('Easel'), `${name}: ${items.join()}`);
  }
  const other = await workbench.explorer.contextMenuItems('formats/favicon.ico');
  assert.ok(!other.includes('Edit Image…') && !other.includes('Easel'), other.join());
});

test('files from anywhere on this computer go along', async () => {
  await workbench.explorer.select('formats/drawing.svg', 'art/hero.png');
  await workbench.explorer.contextMenu('art/hero.png', 'Edit with References…');
  const list = await rolesList(workbench);
  await list.settled('hero.png: edited image', 'drawing.svg: reference 1');
  await list.pick('Add Files from This Computer…');
  const dialog = await workbench.quickInput('with References');
  await workbench.until('the dialog for files', async () => (await dialog.value()).startsWith('/'));
  const lamp = path.join(elsewhere, 'lamp.png');
  await workbench.until('the file to be taken', async () => {
    // Then the list is back, in whose input nothing stands.
    if (!(await dialog.value()).startsWith('/')) return true;
    await dialog.type(lamp);
    await dialog.accept();
    // What comes before the dialog has looked at the path is lost.
    await until('another input', async () => (await dialog.value()) !== lamp, 2000).catch(() => undefined);
    return false;
  });
  const longer = await rolesList(workbench);
  await longer.settled('hero.png: edited image', 'drawing.svg: reference 1', 'lamp.png: reference 2');
  await longer.pick('Continue');
  await answerEdit('With this lamp');
  await workbench.notification(/Made hero-edit-2\.png/);
  assert.deepEqual(edits().map(({ files }) => files.length), [3]);
  assert.equal(edits()[0]?.files[2]?.bytes, fs.statSync(path.join(elsewhere, 'lamp.png')).size);
  await workbench.runCommand('Notifications: Clear All Notifications');
});

test('cancelled while its files go up, an edit costs nothing and leaves nothing', async () => {
  // Takes a request and reads none of it.
  const came: IncomingMessage[] = [];
  const deaf = createServer((request) => void came.push(request.on('error', () => undefined)));
  await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve));
  const { port } = deaf.address() as AddressInfo;
  try {
    await workbench.configure({ 'easel.baseUrl': `http://127.0.0.1:${port}/v1` });
    await setKey(workbench);
    await workbench.explorer.contextMenu('art/large.png', 'Edit Image…');
    await answerEdit('Never sent whole');
    await workbench.statusBarItem(/Uploading [\d.]+ of 40\.\d MB/);
    await workbench.screenshot('edit-uploading');
    await (await workbench.notification('Never sent whole')).click('Cancel');
    await workbench.until('no job under way', async () => !(await (await workbench.statusBarItem(/credits|Easel/)).innerText()).includes('Uploading'));
    const [request, ...others] = came;
    assert.ok(request && others.length === 0);
    // Who reads on comes to an end that is none.
    request.resume();
    await workbench.until('the connection to be given up', () => request.destroyed);
    assert.equal(request.complete, false);
    const journal = journalIn(workbench.host.userDataDir);
    await workbench.until('an empty journal', () => fs.readdirSync(journal).every((name) => name.endsWith('.door')));
    assert.deepEqual((await workbench.notifications()).filter((text) => /charge|Cancelled/.test(text)), [], 'who cancelled knows');
    assert.deepEqual(fs.readdirSync(file('art')).filter((name) => name.startsWith('large')), ['large.png']);
  } finally {
    deaf.closeAllConnections();
    deaf.close();
    await workbench.configure({ 'easel.baseUrl': gateway.baseUrl });
  }
});
