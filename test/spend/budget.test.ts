import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { openPanel } from '../panel/easelPanel.ts';
import { answer, setKey, startEasel, type EaselWorkbench } from '../ui/easel.ts';
import type { Workbench } from '../ui/workbench.ts';

// A budget from its setting to the request that it stops, and that goes all the same once its user says so: in the real workbench.

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'easel-spend-budget-'));
const folder = path.join(root, 'site');
const userDataDir = path.join(root, 'user-data');
const settings = path.join(userDataDir, 'User/settings.json');
let easel: EaselWorkbench;
let workbench: Workbench;

before(async () => {
  fs.mkdirSync(folder);
  easel = await startEasel({ folder, userDataDir, settings: { 'easel.openPictures': false } });
  ({ workbench } = easel);
  await setKey(workbench);
});

after(async () => {
  await easel.close();
  fs.rmSync(root, { recursive: true });
});

const made = (name: string): boolean => fs.existsSync(path.join(folder, 'assets', name));
const paid = (): number => easel.gateway.requests.filter(({ kind }) => kind === 'generations').length;
const plain = (text: string): string => text.replaceAll('\u00A0', ' ');

/** Sets a budget as its user does. */
async function setBudget(what: string, limit: string): Promise<void> {
  await workbench.runCommand('Easel: Set Budget…');
  await (await workbench.quickInput('What is the budget for?')).pick(what);
  const ask = await workbench.quickInput('Budget: ');
  await ask.type(limit);
  await ask.accept();
}

async function ask(prompt: string): Promise<void> {
  await workbench.runCommand('Easel: Generate Image…');
  await answer(workbench, prompt);
}

test('a budget is set in two questions, and is in the settings of all workspaces', async () => {
  await setBudget('Today', '500');
  await (await workbench.notification('The budget is set. Today: 0 credits of 500 credits (0%)')).locator.waitFor();
  await workbench.until('the setting', () => fs.readFileSync(settings, 'utf8').includes('easel.budgets'));
  assert.deepEqual((JSON.parse(fs.readFileSync(settings, 'utf8')) as Record<string, unknown>)['easel.budgets'], [{ period: 'day', scope: 'everything', limit: 500, unit: 'credits' }]);
  await workbench.runCommand('Notifications: Clear All Notifications');
});

test('a request that may pass it is asked about with the sums, and nothing goes unless its user says so', async () => {
  await ask('A kite too dear');
  const dialog = await workbench.dialog("Today's budget is 500 credits");
  const text = plain(await dialog.text());
  assert.match(text, /This request may cost up to [\d,.]+ credits\. Today's budget is 500 credits, of which 0 credits is spent\./);
  await workbench.screenshot('budget-asked');
  await dialog.click('Cancel');
  assert.equal(paid(), 0);
  assert.ok(!made('a-kite-too-dear.png'));
});

test('it goes once its user sends it anyway; the next one is asked about again', async () => {
  await ask('A kite all the same');
  await (await workbench.dialog("Today's budget is 500 credits")).click('Send Anyway');
  await workbench.until('the picture', () => made('a-kite-all-the-same.png'));
  assert.equal(paid(), 1);
  // 275 tokens and a short prompt: beyond 500 credits in any case.
  await workbench.until('the block in the status bar', async () => /error-kind/.test((await workbench.page.locator('.statusbar-item[id$="easel.spend"]').getAttribute('class')) ?? ''));
  await ask('A third kite');
  const dialog = await workbench.dialog("Today's budget is 500 credits, of which 783");
  await workbench.screenshot('budget-used-up');
  await dialog.click('Cancel');
  assert.equal(paid(), 1);
});

test('the panel asks as well, and keeps what was put together', async () => {
  const { frame, prompt, send } = await openPanel(workbench);
  await prompt.fill('A kite from the panel');
  await frame.getByRole('button', { name: /^Generate · / }).click();
  const dialog = await workbench.dialog("Today's budget is 500 credits");
  await dialog.click('Cancel');
  assert.equal(await prompt.inputValue(), 'A kite from the panel');
  assert.equal(paid(), 1);
  await send();
  await (await workbench.dialog("Today's budget is 500 credits")).click('Send Anyway');
  await workbench.until('the picture', () => made('a-kite-from-the-panel.png'));
  assert.equal(paid(), 2);
});

test('a dear request is asked about where its user wants to be; without limits nothing is asked', async () => {
  await workbench.configure({ 'easel.budgets': [], 'easel.confirmAbove': { credits: 100 } });
  await ask('A kite to be confirmed');
  const dialog = await workbench.dialog('you want to be asked above 100 credits');
  await workbench.screenshot('budget-confirm');
  await dialog.click('Send');
  await workbench.until('the picture', () => made('a-kite-to-be-confirmed.png'));
  await workbench.configure({ 'easel.confirmAbove': { credits: 0 } });
  await ask('A kite as ever');
  await workbench.until('the picture', () => made('a-kite-as-ever.png'));
  assert.equal(paid(), 4);
});
