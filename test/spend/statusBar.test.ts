import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Locator } from 'playwright-core';
import { sampleCharge } from '../unit/spend/charges.ts';
import { setKey, startEasel, type EaselWorkbench } from '../ui/easel.ts';
import { storageIn } from '../ui/storage.ts';
import type { Workbench } from '../ui/workbench.ts';

// What the status bar and its hover tell of spend, budgets and balance, in both languages and in every theme.

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'easel-status-'));

/** All of it lies within the last few seconds or more than a year ago, so that the sums do not depend on what day it is. */
function ledgerLines(folder: string): readonly object[] {
  const at = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();
  const workspace = pathToFileURL(folder).href;
  const charge = (job: string, seconds: number, credits: number, over: object = {}): object =>
    sampleCharge({ job, time: at(seconds), workspace, amount: { micros: credits * 1e6, unit: 'credits' }, ...over });
  const files = (job: string, ...names: readonly string[]): object => ({ version: 1, kind: 'files', job, files: names.map((name) => `${workspace}/assets/${encodeURIComponent(name)}`) });
  return [
    charge('old', 500 * 86_400, 50_000, { workspace: 'file:///elsewhere' }),
    charge('one', 5, 783.13),
    files('one', 'sailing-boat.png'),
    charge('two', 4, 2982.57, { quality: 'medium', count: 3, received: 3 }),
    files('two', 'harbour.png', 'harbour-2.png', 'harbour-3.png'),
    charge('three', 3, 800, { measured: false, size: '1280x720' }),
    charge('four', 2, 783.13, { model: '$(bug) [m](command:easel.showLog)' }),
    charge('five', 1, 783.13),
    files('five', '黄昏 的 帆船.png'),
  ];
}

/** A VS Code whose ledger has charges, as an earlier window has left it. */
const hostOf = async (locale: 'en' | 'zh-cn'): Promise<EaselWorkbench> => {
  const folder = path.join(root, locale);
  const userDataDir = path.join(root, `${locale}-data`);
  const storage = storageIn(userDataDir);
  for (const made of [folder, storage]) fs.mkdirSync(made, { recursive: true });
  const easel = await startEasel({ folder, userDataDir, locale }, { credits: 13_128.13 });
  // As another window would.
  fs.appendFileSync(path.join(storage, 'ledger.jsonl'), ledgerLines(folder).map((line) => `${JSON.stringify(line)}\n`).join(''));
  return easel;
};

const plain = (text: string): string => text.replaceAll('\u00A0', ' ');
const item = (workbench: Workbench): Locator => workbench.page.locator('.statusbar-item[id$="easel.spend"]');
const label = async (workbench: Workbench): Promise<string> => plain((await item(workbench).locator('a').getAttribute('aria-label')) ?? '');
const ground = async (workbench: Workbench): Promise<string> => /(warning|error)-kind/.exec((await item(workbench).getAttribute('class')) ?? '')?.[1] ?? 'standard';

after(() => fs.rmSync(root, { recursive: true }));

describe('in English', () => {
  let easel: EaselWorkbench;
  let workbench: Workbench;

  before(async () => {
    easel = await hostOf('en');
    ({ workbench } = easel);
  });
  after(() => easel.close());

  const hover = async (shot?: string): Promise<string> => {
    const text = plain(await workbench.hoverStatusBar(/credits/));
    if (shot !== undefined) await workbench.screenshot(shot);
    await workbench.page.mouse.move(0, 0);
    return text;
  };

  test('the hover tells what was spent, of which pictures, and leads on', async () => {
    await workbench.statusBarItem(/6,131\.96 credits/);
    const text = await hover('status-hover');
    for (const line of [
      'Today: 6,131.96 credits',
      'This session:',
      'This week: 6,131.96 credits',
      'This month: 6,131.96 credits',
      'This workspace: 6,131.96 credits (6,131.96 credits this month)',
      'All time: 56,131.96 credits',
      'Balance: not known',
      'sailing-boat.png — 783.13 credits',
      'harbour.png and 2 more — 2,982.57 credits',
      'gpt-image-2 · 1280 × 720 — about 800 credits',
      '$(bug) [m](command:easel.showLog)',
      '黄昏 的 帆船.png — 783.13 credits',
      'Show Spend',
      'Set Budget…',
      'Reconcile Spend…',
    ])
      assert.ok(text.includes(line), `${line} in ${text}`);
  });

  test('a budget warns near its limit and blocks at it, in colour, icon and words, in every theme', async () => {
    const limit = (credits: number) => workbench.configure({ 'easel.budgets': [{ period: 'month', scope: 'everything', limit: credits, unit: 'credits' }] });
    await limit(20_000);
    await workbench.until('the budget', async () => (await hover()).includes('This month: 6,131.96 credits of 20,000 credits (30%)'));
    assert.equal(await ground(workbench), 'standard');
    await limit(7000);
    await workbench.until('the warning', async () => (await ground(workbench)) === 'warning');
    assert.match(await label(workbench), /A budget is nearly used up\. This month: 6,131\.96 credits of 7,000 credits \(87%\)/);
    await workbench.screenshot('status-warn-dark');
    await workbench.selectTheme('light');
    await workbench.screenshot('status-warn-light');
    await limit(5000);
    await workbench.until('the block', async () => (await ground(workbench)) === 'error');
    assert.match(await label(workbench), /A budget is used up\. This month: 6,131\.96 credits of 5,000 credits \(122%\)/);
    await workbench.screenshot('status-over-light');
    await hover('status-hover-light');
    await workbench.selectTheme('hc-dark');
    await workbench.screenshot('status-over-hc-dark');
    await hover('status-hover-hc-dark');
    await workbench.selectTheme('hc-light');
    await hover('status-hover-hc-light');
    await workbench.selectTheme('dark');
    await hover('status-hover-dark');
    await workbench.configure({ 'easel.budgets': [] });
    await workbench.until('no budget', async () => (await ground(workbench)) === 'standard');
  });

  test('the balance is told as the service tells it, and its low-water mark in every mode', async () => {
    // The service tells what is left after each call: one of another program, before which there was nothing to tell.
    easel.gateway.bill([{ model: 'gpt-image-2', usage: { input_tokens: 6, input_tokens_details: { image_tokens: 0, text_tokens: 6 }, output_tokens: 275, total_tokens: 281 } }]);
    await setKey(workbench);
    await workbench.runCommand('Easel: Refresh Balance');
    await (await workbench.notification('12,345 credits left')).locator.waitFor();
    await workbench.runCommand('Notifications: Clear All Notifications');
    assert.match(await hover(), /Balance: 12,345 credits \(as of \d+:\d\d [AP]M\) · *\n? *Refresh/);
    await workbench.statusBarItem(/6,131\.96 credits/);
    await workbench.configure({ 'easel.statusBar': 'balance' });
    await workbench.statusBarItem(/^\s*12,345 credits\s*$/);
    assert.equal(await label(workbench), 'Easel: 12,345 credits left');
    await workbench.configure({ 'easel.lowBalance': { credits: 20_000 } });
    await workbench.until('the low balance', async () => (await ground(workbench)) === 'warning');
    await workbench.configure({ 'easel.statusBar': 'today' });
    await workbench.statusBarItem(/6,131\.96 credits · .*12,345 credits left/);
    assert.match(await label(workbench), /The balance is low: 12,345 credits/);
    await workbench.screenshot('status-low');
    await workbench.configure({ 'easel.currency': 'yuan' });
    await workbench.statusBarItem(/¥0\.61/);
    await workbench.screenshot('status-yuan');
    await workbench.configure({ 'easel.statusBar': 'off' });
    await item(workbench).waitFor({ state: 'hidden' });
  });
});

test('in Chinese, nothing of Easel is left in English', async () => {
  const easel = await hostOf('zh-cn');
  const { workbench } = easel;
  try {
    await workbench.statusBarItem(/6,131\.96 积分/);
    await workbench.configure({
      'easel.budgets': [
        { period: 'month', scope: 'everything', limit: 7000, unit: 'credits' },
        { period: 'day', scope: 'workspace', limit: 40_000, unit: 'credits' },
      ],
    });
    await workbench.until('the warning', async () => (await ground(workbench)) === 'warning');
    const said = plain(await workbench.hoverStatusBar(/积分/));
    await workbench.screenshot('status-hover-zh');
    assert.match(said, /本月：6,131\.96 积分，上限 7,000 积分（87%）/);
    // What comes from elsewhere is in its own language.
    const english = [...said.split('\n'), await label(workbench)].map((line) => line.replaceAll(/Easel|gpt-image-2|\S+\.png|\$\(bug\).*?\)|\b[AP]M\b/g, '')).filter((line) => /[A-Za-z]{2}/.test(line));
    assert.deepEqual(english, []);
  } finally {
    await easel.close();
  }
});
