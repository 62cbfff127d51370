import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Charge } from '../../src/spend/entry.ts';
import type { ForeignCall } from '../gateway/account.ts';
import { violations } from '../panel/axe.ts';
import { setKey, startEasel, type EaselWorkbench } from '../ui/easel.ts';
import type { Workbench } from '../ui/workbench.ts';
import { appendLines } from './preparedLedger.ts';
import { openReport, reportIn, type SpendReport } from './spendReport.ts';

// The service's log held against the ledger, in the real workbench against the gateway.

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'easel-spend-reconcile-'));
const folder = path.join(root, 'site');
const userDataDir = path.join(root, 'user-data');
let easel: EaselWorkbench;
let workbench: Workbench;
let report: SpendReport;

before(async () => {
  fs.mkdirSync(folder);
  easel = await startEasel({ folder, userDataDir, settings: { 'easel.fetchBalance': false } });
  ({ workbench } = easel);
});

after(async () => {
  await easel.close();
  fs.rmSync(root, { recursive: true });
});

const group = (title: string) => report.frame.locator('.group').filter({ has: report.frame.getByRole('heading', { name: title, exact: true }) });
const minutes = (ago: number): number => Date.now() - ago * 60_000;
const charge = (job: string, ago: number, imageOut: number, credits: number): Charge => ({
  version: 1,
  job,
  time: new Date(minutes(ago)).toISOString(),
  workspace: pathToFileURL(folder).href,
  service: 'openai-hk',
  origin: new URL(easel.gateway.baseUrl).origin,
  model: 'gpt-image-2',
  size: '1024x1024',
  quality: 'low',
  count: 1,
  received: 1,
  ...(imageOut > 0 && { usage: { textIn: 6, imageIn: 0, imageOut } }),
  amount: { micros: Math.round(credits * 1e6), unit: 'credits' },
  measured: imageOut > 0,
});
const call = (ago: number, output: number): ForeignCall => ({
  model: 'gpt-image-2',
  time: minutes(ago),
  usage: { input_tokens: 6, input_tokens_details: { text_tokens: 6, image_tokens: 0 }, output_tokens: output, total_tokens: output + 6 },
});

test('a service that cannot be asked says why, and how to go on', async () => {
  report = await openReport(workbench, 'Easel: Reconcile Spend…');
  await report.frame.locator('.failure').filter({ hasText: /key/i }).waitFor();
  assert.equal(await report.frame.locator('body').evaluate((body) => body.ownerDocument.activeElement?.id), 'reconcile', 'the focus is where the answer is');
  assert.deepEqual(await violations(report.frame), []);
  await workbench.screenshot('reconcile-failed');
});

test('what is in both, only there and only here is told, and what is chosen is entered', async () => {
  await setKey(workbench);
  // 783.13 credits for 275 tokens: one as it was billed, one that was estimated otherwise, one that was never billed.
  appendLines(userDataDir, [charge('exact', 300, 275, 783.13), charge('estimated', 200, 0, 500), charge('never-billed', 100, 301, 857.02)]);
  easel.gateway.bill([call(300, 275), call(200, 290), call(150, 4000)]);
  await workbench.runCommand('Easel: Reconcile Spend…');
  report = await reportIn(workbench);
  await group('In both').waitFor();
  assert.match(await group('In both').innerText(), /2 charges\. Billed otherwise than entered: 1, by \+325\.73 credits in all\./);
  assert.match(await group('Only at the service').innerText(), /1 call, 11,362\.13 credits in all/);
  assert.match(await group('Only here').innerText(), /1 charge, 857\.02 credits in all/);
  for (const summary of await report.frame.locator('summary').all()) await summary.click();
  assert.deepEqual((await report.table('In both')).map((cells) => cells.slice(2)), [['Here', 'At the service', 'Difference'], ['about 500 credits', '825.73 credits', '+325.73 credits']]);
  assert.deepEqual(await violations(report.frame), []);
  await workbench.screenshot('reconcile-found');

  const enter = report.frame.getByRole('button', { name: /^Enter \d+ Corrections?$/ });
  assert.equal(await enter.innerText(), 'Enter 1 Correction');
  await group('Only at the service').getByRole('checkbox').check();
  await group('Only here').getByRole('checkbox').check();
  assert.equal(await enter.innerText(), 'Enter 3 Corrections');
  await enter.click();
  await report.frame.getByText('3 corrections are entered.').waitFor();
  // 783.13 + 825.73 + 11,362.13: what the service billed.
  await workbench.until('the corrected sum', async () => (await report.fact('Spent')) === '12,970.99 credits');
  assert.equal((1_000_000 - easel.gateway.balance()).toFixed(2), '12970.99');

  assert.equal(await report.fact('Measured'), '100%');
  await report.frame.getByRole('button', { name: 'Fetch the Log Again' }).click();
  await report.frame.getByText('The ledger says what the service says.').waitFor();
  assert.equal(await report.frame.getByRole('button', { name: /^Enter \d/ }).count(), 0);
});

test('what is left is told on demand, and as of when', async () => {
  assert.match(await report.frame.locator('.balance').innerText(), /^Balance: not known/);
  await report.frame.getByRole('button', { name: 'Refresh Balance' }).click();
  await report.frame.getByText(`Balance: ${easel.gateway.balance().toLocaleString('en')} credits`).waitFor();
  assert.match(await report.frame.locator('.balance .hint').innerText(), /^as of \d/);
  easel.gateway.bill([call(0, 275)]);
  await report.frame.getByRole('button', { name: 'Refresh Balance' }).click();
  await report.frame.getByText(`Balance: ${easel.gateway.balance().toLocaleString('en')} credits`).waitFor();
  assert.deepEqual(await violations(report.frame), []);
  await workbench.screenshot('report-balance');
  await report.frame.getByRole('button', { name: 'Enter Balance…' }).click();
  await (await workbench.quickInput()).cancel();
});
