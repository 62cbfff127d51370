import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { budgetLine, chargeAmount, chargeName, filled, levelOf, shareText, statusView, sumsText, whenText, type SpendView, type Words } from '../../../src/editor/show/spendWords.ts';
import { amountText, type Amount } from '../../../src/images/price.ts';
import { english } from '../../../src/images/words.ts';
import type { BudgetState } from '../../../src/spend/budget.ts';
import { sampleCharge } from '../spend/charges.ts';

const words: Words = { t: english, amount: (value) => amountText(value, english, 'en'), locale: 'en' };
const credits = (value: number): Amount => ({ micros: value * 1e6, unit: 'credits' });
const usd = (value: number): Amount => ({ micros: value * 1e6, unit: 'USD' });

const state = (over: Partial<BudgetState> = {}): BudgetState => ({
  budget: { period: 'month', scope: 'everything', limit: 1000, unit: 'credits' },
  spent: credits(620),
  reserved: credits(0),
  share: 0.62,
  level: 'ok',
  ...over,
});

const view = (over: Partial<SpendView> = {}): SpendView => ({
  totals: { today: [credits(120)], session: [credits(20)], week: [credits(300)], month: [credits(620)], workspace: [credits(500)], all: [credits(9000)], last: undefined, lastFive: [] },
  workspaceMonth: [credits(200)],
  budgets: [],
  balance: undefined,
  low: false,
  doubt: { sums: [], count: 0 },
  skipped: 0,
  ...over,
});

const balance = { amount: credits(12345), asOf: new Date(2026, 10, 26, 14, 5), from: 'service', stale: false } as const;

test('the status bar says today, the session or the balance, and by its name alone that nothing was spent', () => {
  assert.deepEqual(statusView('today', view(), words), { text: '$(sparkle) 120 credits', label: 'Easel: 120 credits spent today', level: 'ok' });
  assert.deepEqual(statusView('session', view(), words), { text: '$(sparkle) 20 credits', label: 'Easel: 20 credits spent in this session', level: 'ok' });
  assert.deepEqual(statusView('balance', view({ balance }), words), { text: '$(credit-card) 12,345 credits', label: 'Easel: 12,345 credits left', level: 'ok' });
  assert.deepEqual(statusView('balance', view(), words), statusView('today', view(), words));
  assert.equal(statusView('today', view({ totals: { ...view().totals, today: [] } }), words).text, '$(sparkle) Easel');
});

test('units stand side by side', () => {
  assert.equal(sumsText([credits(120), usd(0.5)], words), '120 credits + $0.50');
  assert.equal(sumsText([], words), 'nothing yet');
});

test('a low balance is said in every mode, by icon, words and label', () => {
  const low = view({ balance: { ...balance, amount: credits(800) }, low: true });
  assert.deepEqual(statusView('today', low, words), {
    text: '$(warning) 120 credits · $(credit-card) 800 credits left',
    label: 'Easel: 120 credits spent today. The balance is low: 800 credits',
    level: 'warn',
  });
  assert.match(statusView('session', low, words).text, /^\$\(warning\) 20 credits .* 800 credits left$/);
  assert.equal(statusView('balance', low, words).text, '$(warning) 800 credits');
});

test('budgets warn and block: the worst one counts, and the label names each', () => {
  const warn = state({ share: 0.82, spent: credits(820), level: 'warn' });
  const over = state({ share: 1, spent: credits(100), budget: { period: 'day', scope: 'workspace', limit: 100, unit: 'credits' }, level: 'over' });
  assert.equal(levelOf(view({ budgets: [state()] })), 'ok');
  assert.equal(levelOf(view({ budgets: [state(), warn] })), 'warn');
  assert.equal(levelOf(view({ budgets: [over, warn], low: true })), 'over');
  assert.deepEqual(statusView('today', view({ budgets: [state(), warn, over] }), words), {
    text: '$(error) 120 credits',
    label:
      'Easel: 120 credits spent today. A budget is used up. This workspace, today: 100 credits of 100 credits (100%). A budget is nearly used up. This month: 820 credits of 1,000 credits (82%)',
    level: 'over',
  });
});

test('a budget says what is spent, of how much, and what is set aside beside it', () => {
  assert.equal(budgetLine(state(), words), 'This month: 620 credits of 1,000 credits (62%)');
  assert.equal(budgetLine(state({ reserved: credits(80), share: 0.7 }), words), 'This month: 620 credits, and up to 80 credits set aside, of 1,000 credits (70%)');
  assert.equal(budgetLine(state({ budget: { period: 'all', scope: 'everything', limit: 0.1, unit: 'USD' }, spent: usd(0.05), share: 0.5 }), words), 'All time: $0.05 of $0.10 (50%)');
});

test('a bar is full only at the limit and empty only at nothing, and grows with the share', () => {
  assert.deepEqual([0, 0.001, 0.05, 0.5, 0.62, 0.96, 0.999, 1, 7].map((share) => filled(share, 10)), [0, 1, 1, 5, 6, 9, 9, 10, 10]);
  fc.assert(
    fc.property(fc.double({ min: 0, max: 3, noNaN: true }), fc.double({ min: 0, max: 3, noNaN: true }), fc.integer({ min: 2, max: 20 }), (one, other, cells) => {
      const [less, more] = one < other ? [one, other] : [other, one];
      assert.ok(filled(less, cells) <= filled(more, cells));
      assert.equal(filled(one, cells) === cells, one >= 1);
      assert.equal(filled(one, cells) === 0, one === 0);
    }),
  );
});

test('percents are cut down: 100 is said of a full budget alone', () => {
  assert.deepEqual([0, 0.29, 0.999, 1, 1.349].map((share) => shareText(share, 'en')), ['0%', '29%', '99%', '100%', '134%']);
});

test('a charge goes by its pictures, else by model and size', () => {
  const files = (...names: readonly string[]) => chargeName(sampleCharge({ files: names }), words);
  assert.equal(files('file:///w/assets/%E7%8C%AB%20%231.png'), '猫 #1.png');
  assert.equal(files('file:///w/a.png', 'file:///w/b.png'), 'a.png and b.png');
  assert.equal(files('file:///w/a.png', 'file:///w/b.png', 'file:///w/c.png'), 'a.png and 2 more');
  assert.equal(files('file:///w/100%.png'), '100%.png');
  assert.equal(files(), 'gpt-image-2 · 1024 × 1024');
  assert.equal(chargeName(sampleCharge({ size: 'auto' }), words), 'gpt-image-2');
  const long = files(`file:///w/${'x'.repeat(200)}-end.png`);
  assert.ok(long.length <= 40 && long.endsWith('-end.png'), long);
  assert.equal(chargeAmount(sampleCharge(), words), '783.13 credits');
  assert.equal(chargeAmount(sampleCharge({ measured: false }), words), 'about 783.13 credits');
});

test('what is of today is said by the hour, what is older with its date', () => {
  const now = new Date(2026, 10, 26, 23, 50);
  assert.match(whenText(new Date(2026, 10, 26, 0, 10), now, 'en'), /^12:10\sAM$/);
  assert.match(whenText(new Date(2026, 10, 25, 23, 55), now, 'en'), /^11\/25\/26, 11:55\sPM$/);
});
