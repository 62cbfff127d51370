import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { violations } from '../panel/axe.ts';
import { startEasel, spentToday, type EaselWorkbench } from '../ui/easel.ts';
import type { Workbench } from '../ui/workbench.ts';
import { prepareLedger } from './preparedLedger.ts';
import { openReport } from './spendReport.ts';

// The same report in Simplified Chinese: what Easel itself says is Chinese, in charts, tables and copies.

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'easel-spend-chinese-'));
const folder = path.join(root, '网站');
const userDataDir = path.join(root, 'user-data');
let easel: EaselWorkbench | undefined;
let workbench: Workbench;

before(async () => {
  fs.mkdirSync(folder);
  prepareLedger(userDataDir, folder);
  easel = await startEasel({ folder, status: spentToday, userDataDir, locale: 'zh-cn', settings: { 'easel.currency': 'yuan', 'easel.budgets': [{ period: 'month', limit: 50_000, unit: 'credits' }] } });
  ({ workbench } = easel);
});

after(async () => {
  await easel?.close();
  fs.rmSync(root, { recursive: true });
});

test('nothing of the report is left in English', async () => {
  await workbench.page.setViewportSize({ width: 1280, height: 1900 });
  const { frame } = await openReport(workbench, 'Easel: 显示花费');
  await frame.getByText('图片花费').first().waitFor();
  const said: string[] = [];
  const listen = async (): Promise<void> => {
    said.push(...(await frame.locator('body').innerText()).split('\n'));
    said.push(...(await frame.locator('[aria-label], [title], [aria-valuetext]').evaluateAll((all) => all.flatMap((one) => ['aria-label', 'title', 'aria-valuetext'].map((name) => one.getAttribute(name) ?? '')))));
  };
  await listen();
  await workbench.screenshot('spend-zh');
  await frame.getByLabel('以表格显示图表').check();
  await listen();
  await frame.locator('.choosing select').selectOption({ label: '累计' });
  await frame.locator('.range').filter({ hasText: '累计' }).waitFor();
  await listen();
  await frame.getByRole('button', { name: '复制为 Markdown' }).click();
  await frame.locator('.said .sentence').filter({ hasText: '剪贴板' }).waitFor();
  said.push(...(await workbench.page.evaluate<string>('navigator.clipboard.readText()')).split('\n'));
  await workbench.runCommand('Easel: 核对花费…');
  await frame.locator('.failure').waitFor();
  await listen();
  await workbench.screenshot('spend-zh-tables');
  assert.deepEqual(await violations(frame), []);

  // Names that are the same in every language, and what the prepared prompts and places say.
  const names = /OpenAI-HK|Markdown|CSV|JSON|gpt-image-[\d.]+|Easel|API|made-\d+-\d\.png|=?A \d+th "picture", with a lighthouse|A \d+th|shop|Spring(?: |\\)*\\?& ?summer|home\/somebody\/\S*(?: & summer\S*)?|\S*easel-spend-chinese\S*|campaigns|US\$/g;
  const english = said.map((text) => text.replaceAll(names, '')).filter((text) => /[A-Za-z]{2}/.test(text));
  assert.deepEqual([...new Set(english)], []);
});
