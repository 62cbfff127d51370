import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reportMarkdown } from '../../../src/editor/spend/reportMarkdown.ts';
import { sectionsOf, type ReportWords } from '../../../src/editor/spend/reportView.ts';
import { columnText, daysText, partText, workspaceNames } from '../../../src/editor/spend/reportWords.ts';
import { amountText } from '../../../src/images/price.ts';
import { english } from '../../../src/images/words.ts';
import { spendEvents, type SpendView } from '../../../src/protocol/spend.ts';
import type { Charge } from '../../../src/spend/entry.ts';
import { reportOf } from '../../../src/spend/report.ts';
import { layOut } from '../../../src/webview/spend/layout.ts';
import { sampleCharge } from './charges.ts';

const now = new Date(2026, 10, 26, 14);
const at = (day: number): string => new Date(2026, 10, day, 12).toISOString();
const words: ReportWords = { t: english, locale: 'en', amount: (amount) => amountText(amount, english, 'en'), inYuan: false, placeOf: (uri) => uri.slice('file://'.length), idOf: (uri) => `id:${uri.slice(-5)}`, isThere: (uri) => !uri.includes('gone') };
const credits = (amount: number): Charge['amount'] => ({ micros: amount * 1e6, unit: 'credits' });

const charges: readonly Charge[] = [
  sampleCharge({ time: at(20), workspace: 'file:///home/me/shop', amount: credits(1000), received: 2, files: ['file:///home/me/shop/a.png', 'file:///home/me/shop/gone.png'] }),
  sampleCharge({ job: '2', time: at(25), workspace: '', model: 'gpt|image', quality: 'high', amount: credits(3000), measured: false, prompt: 'A *bold*\n| cat' }),
  sampleCharge({ job: '3', time: at(25), workspace: 'file:///home/me/shop', amount: { micros: 12_300, unit: 'USD' } }),
];
const range = { from: new Date(2026, 10, 20).getTime(), to: new Date(2026, 10, 27).getTime() };
const sections = sectionsOf(reportOf(charges, range, { now, isThere: words.isThere }), words);
const view: SpendView = { choice: { preset: '7-days' }, days: { from: '2026-11-20', to: '2026-11-26' }, range: 'Last 7 days', charges: 3, sections, budgets: [], notes: [] };

test('each unit has its own section, in words', () => {
  const [first, second] = sections;
  assert.deepEqual(sections.map(({ unit, title }) => [unit, title]), [['credits', 'Credits'], ['USD', 'US dollars']]);
  assert.deepEqual(first?.facts.map(({ label, value }) => [label, value]), [
    ['Spent', '4,000 credits'], ['Requests', '2'], ['Pictures made', '3'], ['Pictures kept', '1'], ['Cost per kept picture', '1,000 credits'], ['Measured', '25%'],
  ]);
  assert.deepEqual(first?.workspaces.map(({ label, about, sum, share, made }) => [label, about, sum.text, share, made]), [
    ['No folder was open', undefined, '3,000 credits', '75%', '1 request · 1 picture'],
    ['shop', '/home/me/shop', '1,000 credits', '25%', '1 request · 2 pictures'],
  ]);
  assert.deepEqual(first?.dearest[1]?.pictures, [{ id: 'id:a.png', name: 'a.png', there: true }, { id: 'id:e.png', name: 'gone.png', there: false }]);
  assert.equal(second?.facts[0]?.value, '$0.0123');
});

test('what is shown fits what the page takes', () => {
  const seen = spendEvents.view.safeParse(view);
  assert.ok(seen.success, seen.error?.message);
});

test('more models than there are patterns share one', () => {
  const many = Array.from({ length: 9 }, (_, index) => sampleCharge({ time: at(25), model: `m${index}`, amount: credits(100 - index) }));
  const [section] = sectionsOf(reportOf(many, range, { now }), words);
  assert.deepEqual(section?.timeline.series.map(({ name }) => name), ['m0', 'm1', 'm2', 'm3', 'm4', 'Other models']);
  assert.equal(section?.timeline.series.at(-1)?.sum.micros, (95 + 94 + 93 + 92) * 1e6);
  for (const { sum, parts } of section?.timeline.columns ?? []) assert.equal(parts.reduce((all, { micros }) => all + micros, 0), sum.micros);
});

test('Markdown has every figure, and nothing foreign is markup in it', () => {
  const text = reportMarkdown(view, english);
  for (const expected of ['# Spend on pictures: Last 7 days', '## Credits', '## US dollars', '**4,000 credits**', '| shop | 1,000 credits | 25% | 1 request · 2 pictures |', String.raw`gpt\|image · High`, String.raw`A \*bold\* \| cat`, '$0.0123']) {
    assert.ok(text.includes(expected), `${expected} is not in\n${text}`);
  }
  for (const line of text.split('\n').filter((line) => line.startsWith('|'))) assert.ok(line.endsWith(' |'), line);
  // Every row of a table has as many cells as its head.
  for (const block of text.split('\n\n').filter((part) => part.startsWith('|'))) assert.equal(new Set(block.trim().split('\n').map((line) => line.replaceAll(/\\./g, '').split('|').length)).size, 1, block);
});

test('a part that is there is never said to be nothing, nor all where something is missing', () => {
  assert.deepEqual([partText(0, 5, 'en'), partText(1, 1_000_000, 'en'), partText(5, 1000, 'en'), partText(999_999, 1_000_000, 'en'), partText(1, 1, 'en'), partText(0, 0, 'en')], ['0%', '0.1%', '0.5%', '99.9%', '100%', '0%']);
});

test('workspaces of the same name are told apart by what is around them', () => {
  const names = workspaceNames(['file:///a/web', 'file:///b/web', 'file:///c/x%20y.code-workspace', '', 'vscode-remote://ssh/home/me/docs'], english);
  assert.deepEqual([...names.values()], ['a/web', 'b/web', 'x y', 'No folder was open', 'docs']);
});

test('days are written as the language writes them, and a language that there is not gives way to English', () => {
  // With the thin spaces that the language puts there.
  assert.match(daysText(range, 'en'), /^Nov 20\s–\s26, 2026$/);
  assert.match(daysText(range, 'zh-cn'), /^2026\/11\/20\s–\s2026\/11\/26$/);
  assert.equal(columnText(range.from, 'month', 'no such language').name, 'November 2026');
});

test('a chart stays in its frame at every width, and what was spent is to be seen', () => {
  const [section] = sections;
  assert.ok(section);
  for (const width of [1, 40, 290, 479, 480, 1048]) {
    const { columns, left, step, bar, bottom, top } = layOut(section.timeline, width);
    assert.ok(bar <= step + 1 && left >= 0);
    for (const [index, parts] of columns.entries()) {
      assert.equal(parts.length, section.timeline.columns[index]?.parts.filter(({ micros }) => micros > 0).length);
      for (const { y, height } of parts) assert.ok(height >= 1 && y >= top - 1 && y + height <= bottom + 0.001, `${y} ${height}`);
    }
  }
});
