/// <reference lib="dom" />
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openPanel } from './easelPanel.ts';
import { cutOff, inEveryTheme, look } from './looks.ts';
import { setStage, type Stage } from './stage.ts';

// How the panel looks with everything in it: in every theme, narrow, magnified, and without motion.

let stage: Stage;

before(async () => {
  stage = await setStage('en', { running: 'A harbour in the fog, seen from the water', failed: 'A lighthouse in a storm, seen from far above, with every wave drawn' });
});

after(() => stage.close());

test('every theme', async () => {
  await inEveryTheme(stage.workbench, stage.panel.frame, stage.views);
});

test('320 pixels wide, and magnified to 200 %: nothing is cut off, everything can be reached', async () => {
  const { workbench, panel, views } = stage;
  const whole = workbench.page.viewportSize() ?? { width: 1280, height: 800 };
  const width = (): Promise<number> => panel.frame.locator('body').evaluate(() => document.documentElement.clientWidth);
  // The Activity Bar takes 48 pixels. Magnified, a window of 1280 × 800 has half as many of them.
  for (const [suffix, size, most] of [['narrow', { width: 368, height: 900 }, 320], ['magnified', { width: 640, height: 400 }, 592]] as const) {
    await workbench.page.setViewportSize(size);
    await workbench.until('the width', async () => (await width()) <= most && (await width()) > most - 40);
    await look(workbench, panel.frame, views, suffix, async (what) => assert.deepEqual(await cutOff(panel.frame), [], what));
  }
  await workbench.page.setViewportSize(whole);
});

test('who wants no motion sees none, with a job under way', async () => {
  const { workbench, panel } = stage;
  const moving = (): Promise<number> => panel.frame.locator('body').evaluate(() => document.getAnimations().length);
  // The test host is still, as its own settings say.
  await workbench.configure({ 'workbench.reduceMotion': 'off' });
  await openPanel(workbench);
  await workbench.until('something to move', async () => (await moving()) > 0);
  await workbench.page.emulateMedia({ reducedMotion: 'reduce' });
  await workbench.until('nothing to move', async () => (await moving()) === 0);
  await workbench.page.emulateMedia({ reducedMotion: null });
  await workbench.until('something to move again', async () => (await moving()) > 0);
  await workbench.configure({ 'workbench.reduceMotion': 'on' });
  await openPanel(workbench);
  await workbench.until('nothing to move', async () => (await moving()) === 0);
});
