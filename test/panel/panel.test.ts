import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { startEasel, type EaselWorkbench } from '../ui/easel.ts';
import type { Workbench } from '../ui/workbench.ts';
import { violations } from './axe.ts';
import { kept, openPanel, openSideBar, panelIn, reload } from './easelPanel.ts';

// The panel's tab, and what becomes of it when the window is loaded anew.

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'easel-panel-'));
let easel: EaselWorkbench;
let workbench: Workbench;

before(async () => {
  fs.writeFileSync(path.join(folder, 'notes.md'), 'Notes\n');
  easel = await startEasel({ folder });
  ({ workbench } = easel);
});

after(async () => {
  await easel.close();
  fs.rmSync(folder, { recursive: true });
});

const titles = (): Promise<string[]> => workbench.page.locator('.tabs-container .tab .label-name').allInnerTexts();
const tabs = async (): Promise<number> => (await titles()).filter((title) => title === 'Easel').length;

test('the panel comes back after a reload with its draft', async () => {
  const { prompt } = await openPanel(workbench);
  await prompt.fill('A lighthouse');
  await kept(workbench, 'A lighthouse');
  await reload(workbench);
  const again = await panelIn(workbench);
  assert.equal(await again.prompt.inputValue(), 'A lighthouse');
  assert.equal(await tabs(), 1);
});

test('after a reload the tab that was restored is opened, in front or behind another, never a second one', async () => {
  const open = async (): Promise<void> => {
    const { prompt } = await openPanel(workbench);
    assert.equal(await prompt.inputValue(), 'A lighthouse');
    await workbench.until('the focus in the prompt', () => prompt.evaluate((box) => box === box.ownerDocument.activeElement && box.ownerDocument.hasFocus()));
    assert.equal(await tabs(), 1);
  };
  await reload(workbench);
  await open();

  // Behind another, in a group that has not the focus: VS Code hands it over when it is seen first.
  await workbench.explorer.open('notes.md');
  await workbench.page.locator('.editor-group-container.active .monaco-editor.focused').waitFor();
  await workbench.runCommand('View: Split Editor Right');
  let seen = '';
  await workbench.until('the same file in both groups', async () => (seen = (await titles()).join()) === 'Easel,notes,notes').catch((error: unknown) => {
    throw new Error(`The tabs are ${seen}.`, { cause: error });
  });
  await reload(workbench);
  await workbench.waitForEditor('notes.md');
  assert.equal(await tabs(), 1);
  await open();
  await workbench.runCommand('View: Close Editor Group');
  await workbench.runCommand('Easel: Open Panel');
});

test('the side bar has the same panel: one draft in both, which comes back there as well', async () => {
  const tab = await openPanel(workbench);
  const view = await openSideBar(workbench);
  assert.equal(await view.prompt.inputValue(), 'A lighthouse');
  await view.prompt.fill('A lighthouse by night');
  await workbench.until('the draft in the tab', async () => (await tab.prompt.inputValue()) === 'A lighthouse by night');
  await tab.prompt.fill('A lighthouse at dawn');
  await workbench.until('the draft in the side bar', async () => (await view.prompt.inputValue()) === 'A lighthouse at dawn');
  await workbench.screenshot('panel-side-bar');
  assert.deepEqual(await violations(view.frame), []);
  await kept(workbench, 'A lighthouse at dawn');
  await reload(workbench);
  for (const where of ['sideBar', 'editor'] as const) assert.equal(await (await panelIn(workbench, where)).prompt.inputValue(), 'A lighthouse at dawn');
});

test('from the side bar and from the status bar one gets to the tab', async () => {
  await workbench.runCommand('View: Close All Editors');
  await workbench.until('no tab', async () => (await tabs()) === 0);
  const { page } = workbench;
  await (await workbench.statusBarItem(/^\s*Easel\s*$/)).click();
  await (await workbench.quickInput()).pick('Open Panel');
  await panelIn(workbench);
  assert.equal(await tabs(), 1);
  await workbench.runCommand('View: Close All Editors');
  await workbench.until('no tab', async () => (await tabs()) === 0);
  await page.locator('.sidebar').getByRole('button', { name: 'Open Panel' }).click();
  await panelIn(workbench);
  assert.equal(await tabs(), 1);
});
