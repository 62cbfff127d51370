import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setKey, startEasel, type EaselWorkbench } from '../ui/easel.ts';
import { violations } from './axe.ts';
import { openPanel } from './easelPanel.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'easel-cost-'));
let easel: EaselWorkbench;

before(async () => {
  easel = await startEasel({ folder, settings: { 'easel.currency': 'yuan', 'easel.quality': 'low', 'easel.size': '1024x1024', 'easel.openPictures': false } });
});

after(async () => {
  await easel.close();
  fs.rmSync(folder, { recursive: true });
});

test('the button carries a cost that narrows with what was measured, in yuan, and says from how many requests', async () => {
  const { workbench, gateway } = easel;
  await setKey(workbench);
  const { frame, prompt } = await openPanel(workbench);
  const send = frame.locator('.composer .send > .button');
  const from = frame.locator('.composer .send > .hint');
  await send.filter({ hasText: 'Generate · ¥0.055–¥0.082' }).waitFor();
  assert.equal(await from.count(), 0);

  for (const [at, what] of ['A lamp', 'A lamb', 'A limb'].entries()) {
    await prompt.fill(what);
    await workbench.until('the button to be ready', async () => (await send.getAttribute('aria-disabled')) === null);
    await send.click();
    await workbench.until('the picture', () => Promise.resolve(fs.existsSync(path.join(folder, 'assets', `${what.toLowerCase().replace(' ', '-')}.png`))));
    assert.equal(gateway.requests.filter(({ kind }) => kind === 'generations').length, at + 1);
  }
  await send.filter({ hasText: /Generate · ¥0\.076\d–¥0\.079\d/ }).waitFor();
  assert.equal(await from.innerText(), 'from 3 earlier requests');
  assert.equal(await send.getAttribute('aria-describedby'), await from.getAttribute('id'));
  await workbench.statusBarItem(/¥0\.23\d/);
  await workbench.screenshot('cost-in-yuan');
  assert.deepEqual(await violations(frame), []);
});
