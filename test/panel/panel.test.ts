import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { startEasel, type EaselWorkbench } from '../ui/easel.ts';
import { openPanel, panelIn } from './easelPanel.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'easel-panel-'));
let easel: EaselWorkbench;

before(async () => {
  easel = await startEasel({ folder });
});

after(async () => {
  await easel.close();
  fs.rmSync(folder, { recursive: true });
});

test('the panel comes back after a reload with its draft', async () => {
  const { workbench } = easel;
  const { prompt } = await openPanel(workbench);
  await prompt.fill('A lighthouse');
  await workbench.reload();
  const again = await panelIn(workbench);
  assert.equal(await again.prompt.inputValue(), 'A lighthouse');
});
