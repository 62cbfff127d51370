import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { imageHeader } from '../../src/images/format.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { startEasel, type EaselWorkbench } from './easel.ts';
import type { Workbench } from './workbench.ts';

// The newcomer's path, by keyboard alone: no key, a prompt, a picture, its cost.

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'easel-newcomer-'));
let easel: EaselWorkbench;
let gateway: Gateway;
let workbench: Workbench;

before(async () => {
  easel = await startEasel({ folder });
  ({ gateway, workbench } = easel);
});

after(async () => {
  await easel.close();
  fs.rmSync(folder, { recursive: true });
});

test('from no key to a picture in the explorer and credits in the status bar', async () => {
  const { page } = workbench;
  await page.keyboard.press('F1');
  const palette = await workbench.quickInput('name of a command');
  await palette.type('>Easel: Generate Image…');
  await workbench.until('the command', async () => (await palette.items())[0]?.startsWith('Easel: Generate Image…') === true);
  await page.keyboard.press('Enter');

  const key = await workbench.quickInput('API Key for OpenAI-HK');
  assert.match(await key.message(), /secret storage of VS Code/);
  await page.keyboard.press('Enter');
  await key.waitForMessage('Paste the key');
  await page.keyboard.type('Bearer hk-test-key ');
  await workbench.screenshot('newcomer-key');
  await page.keyboard.press('Enter');

  const prompt = await workbench.quickInput('What should the picture show?');
  await page.keyboard.press('Enter');
  await prompt.waitForMessage('The prompt is empty');
  await page.keyboard.type('A lighthouse at dusk, flat illustration');
  await prompt.waitForMessage(/About \d+.*credits/);
  await workbench.screenshot('newcomer-prompt');
  await page.keyboard.press('Enter');

  const size = await workbench.quickInput('Size');
  assert.ok((await size.items()).some((item) => /1024 × 1024.*credits/.test(item)), String(await size.items()));
  await workbench.screenshot('newcomer-size');
  await page.keyboard.press('Enter');

  const quality = await workbench.quickInput('Quality');
  assert.match((await quality.items()).join('\n'), /Low.*credits[^]*High.*credits/);
  await workbench.screenshot('newcomer-quality');
  await page.keyboard.press('Enter');

  const done = await workbench.notification('Made a-lighthouse-at-dusk-flat-illustration.png');
  assert.match(await done.text(), /for \d[\d,.]* credits\.$/);
  await workbench.explorer.find('assets/a-lighthouse-at-dusk-flat-illustration.png');
  await workbench.waitForEditor('a-lighthouse-at-dusk-flat-illustration.png');
  await workbench.statusBarItem(/\d[\d,.]* credits/);
  await workbench.screenshot('newcomer-done');

  const header = imageHeader(fs.readFileSync(path.join(folder, 'assets/a-lighthouse-at-dusk-flat-illustration.png')));
  assert.deepEqual(header && { format: header.format, width: header.width, height: header.height }, { format: 'png', width: 1024, height: 1024 });
  assert.equal(gateway.requests.filter(({ kind }) => kind === 'generations').length, 1);
});
