import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { amountText, type Unit } from '../../src/images/price.ts';
import { english } from '../../src/images/words.ts';
import type { Charge } from '../../src/spend/entry.ts';
import { unguarded } from '../../src/spend/export.ts';
import { localDay } from '../../src/spend/period.ts';
import { startOfDay } from '../../src/spend/range.ts';
import { reload } from '../panel/easelPanel.ts';
import { violations } from '../panel/axe.ts';
import { startEasel, spentToday, type EaselWorkbench } from '../ui/easel.ts';
import { choosePath } from '../ui/fileDialog.ts';
import type { Workbench } from '../ui/workbench.ts';
import { readCsv } from '../unit/spend/csv.ts';
import { chargesOnDisk, prepareLedger, type Prepared } from './preparedLedger.ts';
import { openReport, reportIn, type SpendReport } from './spendReport.ts';

// The report of a ledger of some months, in the real workbench.

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'easel-spend-'));
const folder = path.join(root, 'site');
const userDataDir = path.join(root, 'user-data');
let easel: EaselWorkbench | undefined;
let workbench: Workbench;
let prepared: Prepared;
let report: SpendReport;

before(async () => {
  fs.mkdirSync(folder);
  prepared = prepareLedger(userDataDir, folder);
  easel = await startEasel({ folder, status: spentToday, userDataDir, settings: { 'easel.budgets': [{ period: 'month', limit: 1_000_000, unit: 'credits' }, { period: 'day', scope: 'workspace', limit: 0.01, unit: 'USD' }] } });
  ({ workbench } = easel);
});

after(async () => {
  await easel?.close();
  fs.rmSync(root, { recursive: true });
});

const since = (days: number): readonly Charge[] => prepared.charges.filter(({ time }) => Date.parse(time) >= startOfDay(new Date(), -days).getTime());
const spent = (charges: readonly Charge[], unit: Unit = 'credits'): string =>
  amountText({ micros: Number(charges.filter(({ amount }) => amount.unit === unit).reduce((sum, { amount }) => sum + BigInt(amount.micros), 0n)), unit }, english, 'en');
const inCredits = (charges: readonly Charge[]): readonly Charge[] => charges.filter(({ amount }) => amount.unit === 'credits');
const focusedTab = (): Promise<string> => report.frame.locator('[role=tab][aria-selected=true]').innerText();

test('the last 30 days are there to the credit, and what became of their pictures', async () => {
  report = await openReport(workbench);
  const charges = inCredits(since(29));
  assert.equal(await report.fact('Spent'), spent(charges));
  assert.equal(await report.fact('Requests'), String(charges.length));
  assert.equal(await report.fact('Pictures made'), String(charges.reduce((sum, { received }) => sum + received, 0)));
  const kept = charges.flatMap(({ files = [] }) => files).filter((file) => prepared.there.has(path.basename(file))).length;
  assert.ok(kept > 0);
  assert.equal(await report.fact('Pictures kept'), String(kept));
  const total = charges.reduce((sum, { amount }) => sum + amount.micros, 0);
  assert.equal(await report.fact('Cost per kept picture'), amountText({ micros: Math.round(total / kept), unit: 'credits' }, english, 'en'));
  assert.deepEqual(await report.frame.locator('.budget .name').allInnerTexts(), ['This month', 'This workspace, today']);
  await workbench.screenshot('spend-dark');
});

test('another range, and another unit, by the keyboard', async () => {
  await report.choose('All time', 'All time');
  assert.equal(await report.fact('Spent'), spent(prepared.charges));
  assert.equal(await report.frame.locator('.unit h3').first().innerText(), 'Per week');
  await report.frame.getByRole('tab', { name: 'Credits' }).focus();
  await workbench.page.keyboard.press('ArrowRight');
  assert.equal(await focusedTab(), 'US dollars');
  assert.equal(await report.fact('Spent'), spent(prepared.charges, 'USD'));
  await workbench.page.keyboard.press('ArrowRight');
  assert.equal(await report.fact('Spent'), spent(prepared.charges));
  await report.choose('Today', 'Today');
  assert.equal(await report.fact('Spent'), spent(since(0)));
});

test('a range of one’s own takes its first and its last day', async () => {
  await report.choose('Days of my choice', /\d{4}/);
  const [first, last] = [startOfDay(new Date(), -100), startOfDay(new Date(), -90)];
  const charges = prepared.charges.filter(({ time }) => Date.parse(time) >= first.getTime() && Date.parse(time) < startOfDay(last, 1).getTime());
  const requests = String(inCredits(charges).length);
  await report.frame.getByLabel('First day').fill(localDay(first));
  await report.frame.getByLabel('Last day').fill(localDay(last));
  await workbench.until('the range', async () => (await report.fact('Requests')) === requests);
  assert.equal(await report.fact('Spent'), spent(charges));
  await report.frame.getByLabel('Last day').fill(localDay(startOfDay(new Date(), -101)));
  await report.frame.getByText('The last day is before the first one.').waitFor();
  assert.equal(await report.fact('Spent'), spent(charges));
});

test('the chart is read column by column, and as a table', async () => {
  await report.choose('Last 7 days', 'Last 7 days');
  const days = since(6);
  await report.plot.focus();
  await workbench.page.keyboard.press('End');
  const today = await report.plot.getAttribute('aria-valuetext');
  assert.ok(today?.includes(spent(since(0))), today ?? '');
  await workbench.page.keyboard.press('ArrowLeft');
  assert.equal(await report.plot.getAttribute('aria-valuenow'), '6');
  assert.ok(((await report.plot.getAttribute('aria-valuetext')) ?? '').includes(spent(inCredits(since(1).filter(({ time }) => Date.parse(time) < startOfDay(new Date()).getTime())))));
  await report.frame.getByLabel('Show charts as tables').check();
  const [head, ...rows] = await report.table('Per day');
  assert.deepEqual(head?.slice(0, 2), ['Day', 'Spent']);
  assert.equal(rows.length, new Set(inCredits(days).map(({ time }) => localDay(new Date(time)))).size);
  assert.equal(rows.at(-1)?.[1], spent(since(0)));
  const workspaces = await report.table('Per workspace');
  assert.deepEqual(workspaces[0], ['Workspace', 'Spent', 'Share', 'Requests', 'Pictures made']);
  for (const [name, , , requests] of workspaces.slice(1)) {
    const own = inCredits(days).filter(({ workspace }) => (name === 'site' ? workspace.endsWith('/site') : name === 'No folder was open' ? workspace === '' : workspace.includes(name?.split(' ')[0] ?? '?')));
    assert.equal(requests, String(own.length), name);
  }
  assert.deepEqual(await violations(report.frame), []);
  await workbench.screenshot('spend-tables');
  await report.frame.getByLabel('Show charts as tables').uncheck();
});

test('it is copied as Markdown, with every figure', async () => {
  await report.frame.getByRole('button', { name: 'Copy as Markdown' }).click();
  await report.said('clipboard');
  const text = await workbench.page.evaluate<string>('navigator.clipboard.readText()');
  assert.ok(text.startsWith('# Spend on pictures: Last 7 days'), text);
  for (const expected of [spent(since(6)), spent(since(6), 'USD'), '### Per day', '### Per workspace', '### Per model and quality', '### Dearest requests']) assert.ok(text.includes(expected), expected);
});

/** Exports what is shown into a file of this name. */
async function exportAs(button: string, name: string): Promise<string> {
  await report.frame.getByRole('button', { name: button }).click();
  const file = path.join(folder, name);
  await choosePath(workbench, button.includes('CSV') ? 'Export Charges as CSV' : 'Export Charges as JSON', file);
  await report.said(name);
  return fs.readFileSync(file, 'utf8');
}

test('the charges of a range are exported as CSV and as JSON, each once and exactly', async () => {
  await report.choose('Last 30 days', 'Last 30 days');
  const charges = since(29);
  const csv = await exportAs('Export CSV…', 'spend.csv');
  const [names = [], ...records] = readCsv(csv.slice(1));
  assert.equal(csv.charCodeAt(0), 0xfeff);
  assert.equal(records.length, charges.length);
  const read = records.map((cells) => Object.fromEntries(cells.map((cell, index) => [names[index] ?? '', unguarded(cell)])));
  assert.deepEqual(read.map(({ job, time, prompt, unit }) => [job, time, prompt, unit]), charges.map(({ job, time, prompt = '', amount }) => [job, time, prompt, amount.unit]));
  assert.equal(read.filter(({ unit }) => unit === 'credits').reduce((sum, { amount }) => sum + Math.round(Number(amount) * 1e6), 0), inCredits(charges).reduce((sum, { amount }) => sum + amount.micros, 0));
  assert.ok(!/(?:^|,)"?[=+@]/m.test(csv), 'no cell is a formula');
  const json = JSON.parse(await exportAs('Export JSON…', 'spend.json')) as { readonly charges: readonly Charge[] };
  assert.deepEqual(json.charges, charges);
});

test('a picture of a dear request opens; one that is gone is said to be', async () => {
  const [link] = await report.frame.locator('.link').all();
  assert.ok(link);
  const name = await link.innerText();
  await link.click();
  await workbench.waitForEditor(name);
  await workbench.runCommand('View: Close Editor');
  report = await reportIn(workbench);
  assert.ok((await report.fact('Spent')) === spent(since(29)), 'the page that was hidden shows the range that it showed');
  for (const file of fs.readdirSync(path.join(folder, 'assets'))) fs.rmSync(path.join(folder, 'assets', file));
  await report.frame.locator('.link').first().click();
  await report.said('not there any more');
  await report.choose('Last 7 days', 'Last 7 days');
  assert.equal(await report.fact('Pictures kept'), '0');
  assert.equal(await report.frame.locator('.link').count(), 0);
});

test('everybody can use it, in every theme, and in a narrow place', async () => {
  const { page } = workbench;
  const size = page.viewportSize() ?? { width: 1280, height: 800 };
  await report.choose('Last 30 days', 'Last 30 days');
  await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
  for (const [place, width, height] of [['wide', 1280, 1900], ['narrow', 368, 3200]] as const) {
    await page.setViewportSize({ width, height });
    for (const theme of ['light', 'hc-light', 'hc-dark', 'dark'] as const) {
      await workbench.selectTheme(theme);
      await workbench.until('nothing that axe-core finds wrong', async () => (await violations(report.frame)).length === 0).catch(async () => assert.deepEqual(await violations(report.frame), [], `${place} ${theme}`));
      await workbench.screenshot(`spend-${place}-${theme}`);
    }
  }
  const wide = await report.frame.locator('main').evaluate((main) => [...main.querySelectorAll('button, input, select, p, h2, li')].filter((one) => one.closest('.table') === null && one.getBoundingClientRect().right > main.clientWidth + 1).map((one) => one.outerHTML.slice(0, 100)));
  assert.deepEqual(wide, []);
  assert.ok((await report.frame.locator('main').evaluate((main) => main.clientWidth)) <= 320);
  await page.setViewportSize(size);
  await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
});

test('it comes back after a reload with the range that it showed', async () => {
  await report.choose('All time', 'All time');
  await reload(workbench);
  report = await reportIn(workbench);
  assert.equal(await report.fact('Spent'), spent(prepared.charges));
});

test('a range is deleted for good, once the user has seen how much that is', async () => {
  await report.choose('Last 7 days', 'Last 7 days');
  const going = since(6);
  const remove = report.frame.getByRole('button', { name: 'Delete Charges…' });
  await remove.click();
  const asked = await workbench.dialog(`Delete ${going.length} charges from the ledger?`);
  assert.match(await asked.text(), /Last 7 days/);
  await workbench.screenshot('spend-delete');
  await asked.click('Cancel');
  assert.equal(chargesOnDisk(userDataDir).length, prepared.charges.length);
  await remove.click();
  await (await workbench.dialog('Delete')).click('Delete Permanently');
  await report.said(`${going.length} charges deleted.`);
  await report.frame.getByText('Nothing was spent in this time.').waitFor();
  await workbench.screenshot('spend-empty');
  assert.deepEqual(await violations(report.frame), []);
  const left = prepared.charges.filter((charge) => !going.includes(charge));
  assert.deepEqual(new Set(chargesOnDisk(userDataDir).map(({ job }) => job)), new Set(left.map(({ job }) => job)));
  await report.choose('All time', 'All time');
  assert.equal(await report.fact('Spent'), spent(left));
});
