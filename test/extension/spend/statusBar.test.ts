import assert from 'node:assert/strict';
import { commands, EventEmitter, MarkdownString, StatusBarAlignment, ThemeColor, window, type StatusBarItem } from 'vscode';
import type { JobBoard, RunningJob } from '../../../src/editor/jobBoard.ts';
import { spendHover } from '../../../src/editor/show/spendHover.ts';
import type { SpendView, Words } from '../../../src/editor/show/spendWords.ts';
import { createSpendStatus, type SpendStatus } from '../../../src/editor/show/statusBar.ts';
import { amountText, type Amount } from '../../../src/images/price.ts';
import { english } from '../../../src/images/words.ts';
import type { BudgetState } from '../../../src/spend/budget.ts';
import { sampleCharge } from '../../unit/spend/charges.ts';
import { configure } from '../support.ts';

describe('the status bar', () => {
  const credits = (value: number): Amount => ({ micros: value * 1e6, unit: 'credits' });
  const words: Words = { t: english, amount: (value) => amountText(value, english, 'en'), locale: 'en' };
  const now = new Date(2026, 10, 26, 14, 0);
  const none: SpendView = {
    totals: { today: [], session: [], week: [], month: [], workspace: [], all: [], last: undefined, lastFive: [] },
    workspaceMonth: [],
    budgets: [],
    balance: undefined,
    low: false,
    doubt: { sums: [], count: 0 },
    skipped: 0,
  };
  const spent: SpendView = { ...none, totals: { ...none.totals, today: [credits(120)], session: [credits(20)], all: [credits(120), { micros: 40_000, unit: 'USD' }] } };
  const month = (level: BudgetState['level'], share: number): BudgetState => ({
    budget: { period: 'month', scope: 'everything', limit: 1000, unit: 'credits' },
    spent: credits(share * 1000),
    reserved: credits(0),
    share,
    level,
  });
  const textOf = (item: StatusBarItem): string => (item.tooltip instanceof MarkdownString ? item.tooltip.value : '');
  const groundOf = ({ backgroundColor }: StatusBarItem): string => (backgroundColor instanceof ThemeColor ? backgroundColor.id : '');

  let running: RunningJob[] = [];
  let changed: EventEmitter<void>;
  let item: StatusBarItem;
  let status: SpendStatus;
  let shown: boolean;

  beforeEach(() => {
    running = [];
    changed = new EventEmitter<void>();
    shown = false;
    item = window.createStatusBarItem('easel.test', StatusBarAlignment.Right, 0);
    const [show, hide] = [item.show.bind(item), item.hide.bind(item)];
    Object.assign(item, { show: () => ((shown = true), show()), hide: () => ((shown = false), hide()) });
    const board: JobBoard = {
      get running() {
        return running;
      },
      onDidChange: changed.event,
      onDidEnd: new EventEmitter<void>().event,
      enter: () => assert.fail('no job is entered here'),
      dispose: () => undefined,
    };
    status = createSpendStatus(board, item);
  });
  afterEach(async () => {
    status.dispose();
    await configure('easel.statusBar', undefined);
  });

  it('shows what its setting says, and nothing when it is off', async () => {
    const view: SpendView = { ...spent, balance: { amount: credits(5000), asOf: now, from: 'service', stale: false } };
    status.show(view);
    assert.deepEqual([shown, item.text, groundOf(item), item.command], [true, '$(sparkle) 120 credits', '', 'easel.showMenu']);
    await configure('easel.statusBar', 'session');
    status.show(view);
    assert.equal(item.text, '$(sparkle) 20 credits');
    await configure('easel.statusBar', 'balance');
    status.show(view);
    assert.equal(item.text, '$(credit-card) 5,000 credits');
    await configure('easel.statusBar', 'off');
    status.show(view);
    assert.equal(shown, false);
  });

  it('stays hidden when it is off, also with a budget used up', async () => {
    await configure('easel.statusBar', 'off');
    status.show({ ...spent, budgets: [month('over', 1.2)], low: true });
    assert.equal(shown, false);
  });

  it('warns on the warning ground, blocks on the error ground, and comes back from both', () => {
    status.show({ ...spent, budgets: [month('warn', 0.82)] });
    assert.deepEqual([groundOf(item), item.text], ['statusBarItem.warningBackground', '$(warning) 120 credits']);
    assert.match(item.accessibilityInformation?.label ?? '', /A budget is nearly used up\. This month: 820 credits of 1,000 credits \(82%\)/);
    status.show({ ...spent, budgets: [month('over', 1.2)] });
    assert.deepEqual([groundOf(item), item.text], ['statusBarItem.errorBackground', '$(error) 120 credits']);
    assert.match(item.accessibilityInformation?.label ?? '', /A budget is used up\. This month: 1,200 credits of 1,000 credits \(120%\)/);
    status.show({ ...spent, budgets: [month('ok', 0.1)] });
    assert.deepEqual([groundOf(item), item.text], ['', '$(sparkle) 120 credits']);
    status.show({ ...spent, balance: { amount: credits(80), asOf: now, from: 'service', stale: false }, low: true });
    assert.deepEqual([groundOf(item), item.text], ['statusBarItem.warningBackground', '$(warning) 120 credits · $(credit-card) 80 credits left']);
  });

  it('shows a job under way in its stead, on no ground, and what was spent again after it', () => {
    status.show({ ...spent, budgets: [month('over', 1.2)] });
    running = [{ id: 'job', title: 'a [cat](command:x)', order: undefined as never, cancel: () => undefined, state: 'running', progress: { stage: 'sent' }, partial: undefined, failure: undefined, seconds: 3 }];
    changed.fire();
    assert.deepEqual([item.text, groundOf(item), item.command], ['$(loading~spin) Drawing · 3 s', '', 'easel.showJobs']);
    running = [];
    changed.fire();
    assert.deepEqual([item.text, groundOf(item)], ['$(error) 120 credits', 'statusBarItem.errorBackground']);
  });

  it('tells sums by period, never across units, with the balance, the budgets and what is not known', () => {
    const view: SpendView = {
      ...spent,
      balance: { amount: credits(5000), asOf: new Date(2026, 10, 26, 13, 5), from: 'service', stale: false },
      budgets: [month('ok', 0.62)],
      doubt: { sums: [credits(820)], count: 1 },
      skipped: 2,
    };
    const { value } = spendHover(view, words, now);
    for (const line of [
      'Today: 120 credits',
      'This week: nothing yet',
      'This month: nothing yet',
      'This workspace: nothing yet',
      'All time: 120 credits + $0.04',
      /Balance: 5,000 credits \(as of 1:05\sPM\)/,
      'This month: 620 credits of 1,000 credits (62%)',
      'up to 820 credits (requests without an answer: 1)',
      'could not be read: 2',
    ])
      assert.ok(typeof line === 'string' ? value.includes(line) : line.test(value), `${String(line)} in ${value}`);
    assert.deepEqual([value.split('$(circle-filled)').length - 1, value.split('$(circle-outline)').length - 1], [6, 4]);
  });

  it('tells of the last charges by their pictures, and takes nothing foreign for markup', () => {
    const hostile = '[free](command:workbench.action.quit) $(trash) <img src=x> **b**.png';
    const lastFive = [sampleCharge({ time: now.toISOString(), files: [`file:///w/${encodeURIComponent(hostile)}`] }), sampleCharge({ model: '$(bug) [m](https://x.example)', measured: false })];
    const hover = spendHover({ ...spent, totals: { ...spent.totals, lastFive } }, words, now);
    assert.equal(hover.supportHtml ?? false, false);
    for (const sign of ['[free]', '](command:workbench', ' $(trash)', '**b**', '[m]', ' $(bug)']) assert.ok(!hover.value.includes(sign), `${sign} in ${hover.value}`);
    assert.match(hover.value, /783\.13 credits · 2:00\sPM/);
    assert.match(hover.value, /about 783\.13 credits/);
  });

  it('links to commands of Easel alone, all of which there are', async () => {
    const known = new Set(await commands.getCommands(true));
    const { isTrusted, value } = spendHover(spent, words, now);
    assert.ok(typeof isTrusted === 'object');
    const linked = [...value.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target ?? '');
    assert.ok(linked.length > 5);
    for (const target of linked) {
      assert.match(target, /^command:easel\./);
      assert.ok(isTrusted.enabledCommands.includes(target.slice('command:'.length)), target);
    }
    for (const command of isTrusted.enabledCommands) assert.ok(command.startsWith('easel.') && known.has(command), command);
  });

  it('is still told by the tooltip of the item', () => {
    status.show(spent);
    assert.match(textOf(item), /Today: 120 credits/);
  });
});
