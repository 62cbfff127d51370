import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { drawPicture } from '../extension/pictures.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { setKey, startEasel, type EaselWorkbench } from './easel.ts';
import type { Workbench } from './workbench.ts';

// Editing by right-click: one file, several, and one that cannot be edited.

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'easel-edit-'));
const file = (...names: readonly string[]): string => path.join(folder, ...names);
let easel: EaselWorkbench;
let gateway: Gateway;
let workbench: Workbench;

before(async () => {
  fs.mkdirSync(file('art'));
  fs.writeFileSync(file('art/hero.png'), await drawPicture(1000, 700, 'png'));
  fs.writeFileSync(file('art/style.webp'), await drawPicture(512, 512, 'webp'));
  fs.writeFileSync(file('art/logo.svg'), '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>');
  fs.writeFileSync(file('notes.txt'), 'no image');
  easel = await startEasel({ folder });
  ({ gateway, workbench } = easel);
  await setKey(workbench);
});

after(async () => {
  await easel.close();
  fs.rmSync(folder, { recursive: true });
});

test('Edit Image on one file: the result lies beside it, and the file stays', async () => {
  const before = fs.readFileSync(file('art/hero.png'));
  await workbench.explorer.contextMenu('art/hero.png', 'Edit Image…');
  const prompt = await workbench.quickInput('What should change?');
  assert.match(await prompt.title(), /^Edit hero\.png/);
  await prompt.type('Make it snow');
  await prompt.waitForMessage(/About .* credits/);
  await prompt.accept();
  const size = await workbench.quickInput('Size');
  assert.match((await size.items())[0] ?? '', /1008 × 704[^]*nearest to the image, 1000 × 700/);
  await workbench.screenshot('edit-size');
  await size.pick('1008 × 704');
  await (await workbench.quickInput('Quality')).pick('Low');
  await workbench.notification('Made hero-edit.png');
  await workbench.waitForEditor('hero-edit.png');
  await workbench.screenshot('edit-done');
  assert.ok(fs.existsSync(file('art/hero-edit.png')));
  assert.deepEqual(fs.readFileSync(file('art/hero.png')), before);
  const sent = gateway.requests.find(({ kind }) => kind === 'edits');
  assert.equal(sent?.fields['size'], '1008x704');
  assert.equal(sent?.files.length, 1);
});

test('with several files selected, the clicked one is edited and the others are references', async () => {
  gateway.clear();
  await (await workbench.explorer.find('art/hero.png')).click();
  await (await workbench.explorer.find('art/style.webp')).click({ modifiers: ['ControlOrMeta'] });
  await workbench.explorer.contextMenu('art/style.webp', 'Edit Image…');
  const prompt = await workbench.quickInput('What should change?');
  assert.match(await prompt.title(), /^Edit style\.webp with References/);
  await prompt.type('In the style of the other');
  await prompt.accept();
  await (await workbench.quickInput('Size')).accept();
  await (await workbench.quickInput('Quality')).accept();
  await workbench.notification('Made style-edit.png');
  const sent = gateway.requests.find(({ kind }) => kind === 'edits');
  assert.deepEqual(sent?.files.map(({ mime }) => mime), ['image/webp', 'image/png']);
});

test('what cannot be edited is refused before the first question, and other files are not offered it', async () => {
  gateway.clear();
  await workbench.explorer.contextMenu('art/logo.svg', 'Edit Image…');
  const refused = await workbench.notification('logo.svg');
  await workbench.screenshot('edit-refused');
  assert.match(await refused.text(), /SVG|svg/);
  assert.equal(await refused.locator.getByRole('button', { name: /^Change/ }).count(), 0, 'other words would not mend a file');
  assert.equal(gateway.requests.length, 0);
  assert.equal((await workbench.explorer.contextMenuItems('notes.txt')).includes('Edit Image…'), false);
});
