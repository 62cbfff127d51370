import assert from 'node:assert/strict';
import { commands, Uri, window, workspace } from 'vscode';
import { noConsent } from '../../../src/editor/spend/setAside.ts';
import { warnOfBudgets } from '../../../src/editor/spend/budgetWarning.ts';
import { placeOrder } from '../../../src/editor/orders/placeOrder.ts';
import { enter, type Order } from '../../../src/editor/orders/order.ts';
import { orderCost } from '../../../src/editor/show/outcome.ts';
import type { OpenReservation } from '../../../src/spend/roll.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import { answering, openJobsPanel, type JobsPanel, type Shown } from '../panel/jobsPanel.ts';
import { configure, easel, generate, openGateway, paid, rejection, root, until } from '../support.ts';

describe('budgets', () => {
  let gateway: Gateway;
  let slow = 0;
  const request = { prompt: 'A blue kite', model: 'gpt-image-2', size: '1024x1024', quality: 'low' } as const;
  const order = (prompt: string): Order => ({ request: { ...request, prompt, count: 1 }, responseFormat: 'auto', folder: Uri.joinPath(root(), 'budget'), name: 'kite' });
  const tools = async () => (await easel()).tools;
  const charges = async () => (await tools()).ledger.read();
  const open = async (): Promise<readonly OpenReservation[]> => (await (await tools()).ledger.roll()).open;
  /** What is gone today in credits: spent, and set aside. */
  async function gone(): Promise<number> {
    const roll = await (await tools()).ledger.roll();
    const [latest] = roll.days.names().slice(-1);
    const spent = (latest === undefined ? [] : roll.days.of(latest)).filter(({ unit }) => unit === 'credits').reduce((sum, { micros }) => sum + micros, 0);
    return (spent + roll.open.reduce((sum, { amount }) => sum + amount.micros, 0)) / 1e6;
  }
  /** What one such request may cost at most, in credits. */
  const most = async (prompt = 'A blue kite'): Promise<number> => orderCost(order(prompt), await tools()).high.micros / 1e6;
  /** Leaves room for so many credits today. */
  const leave = async (credits: number): Promise<void> => configure('easel.budgets', [{ period: 'day', scope: 'everything', limit: (await gone()) + credits, unit: 'credits' }]);

  before(async () => {
    gateway = await openGateway({ latencyMs: () => slow });
    // What other tests left unknown is nobody's here.
    const { ledger } = await tools();
    for (const { job } of await open()) await ledger.append({ version: 1, kind: 'release', job });
  });
  afterEach(async () => {
    slow = 0;
    const { board } = await tools();
    await until('an empty board', () => board.running.length === 0);
    await configure('easel.budgets', undefined);
    await configure('easel.confirmAbove', undefined);
    await configure('easel.budgetWarnAt', undefined);
    gateway.clear();
  });
  after(async () => {
    await configure('easel.baseUrl', undefined);
    await configure('easel.jobsAtOnce', undefined);
    await workspace.fs.delete(Uri.joinPath(root(), 'assets'), { recursive: true });
    await gateway.close();
  });

  it('without any, what is set aside is settled by its charge', async () => {
    slow = 300;
    const before = (await open()).length;
    const making = generate(request);
    await gateway.waitFor(({ kind }) => kind === 'generations');
    const aside = (await open()).at(-1);
    assert.ok(aside?.window !== undefined);
    assert.equal(aside.amount.micros, Math.round((await most()) * 1e6));
    const { charge } = await making;
    assert.ok(charge.amount <= aside.amount.micros / 1e6);
    assert.equal((await open()).length, before);
  });

  it('a program is refused with its code, and nothing reaches the service', async () => {
    const [before, entered] = [(await open()).length, (await charges()).length];
    await leave((await most()) - 1);
    const error = await rejection(generate(request));
    assert.equal(error.code, 'over-budget');
    assert.match(error.message, /^This request may cost up to [\d,.]+ credits\. Today's budget is [\d,.]+ credits, of which [\d,.]+ credits is spent\./);
    assert.match(error.message, /It was not sent/);
    assert.equal(gateway.requests.length, 0);
    assert.equal((await open()).length, before, 'nothing stays set aside');
    assert.equal((await charges()).length, entered);
    await leave(await most());
    await generate(request);
    assert.equal(paid(gateway), 1, 'what just fits goes');
  });

  it('a request that is dearer than wanted is refused to programs', async () => {
    await configure('easel.confirmAbove', { credits: 100, USD: 0 });
    const error = await rejection(generate(request));
    assert.equal(error.code, 'above-confirm');
    assert.match(error.message, /may cost up to [\d,.]+ credits, and you want to be asked above 100 credits/);
    assert.equal(gateway.requests.length, 0);
    await configure('easel.confirmAbove', { credits: 0, USD: 0 });
    await generate(request);
    assert.equal(paid(gateway), 1);
  });

  it('twenty at once under a budget for five: never more than five are sent', async () => {
    await configure('easel.jobsAtOnce', 8);
    slow = 200;
    const prompts = Array.from({ length: 20 }, (_, i) => `A blue kite, ${String(i).padStart(2, '0')}`);
    await leave(5 * (await most(prompts[0])) + 0.5);
    const ended = await Promise.allSettled(prompts.map((prompt) => generate({ ...request, prompt })));
    await configure('easel.jobsAtOnce', undefined);
    const refused = ended.filter(({ status }) => status === 'rejected');
    assert.equal(paid(gateway), 5);
    assert.equal(refused.length, 15);
    for (const one of refused) assert.equal(one.status === 'rejected' && (one.reason as { readonly code: unknown }).code, 'over-budget');
  });

  it('what waits for its turn has its part of the budget, and gives it back when it is cancelled', async () => {
    await configure('easel.jobsAtOnce', 1);
    slow = 800;
    await leave(2 * (await most()) + 0.5);
    const all = await tools();
    const running = generate({ ...request, prompt: 'one' });
    await gateway.waitFor(({ kind }) => kind === 'generations');
    const waiting = await enter(order('two'), all, undefined, noConsent);
    assert.equal((await rejection(generate({ ...request, prompt: 'three' }))).code, 'over-budget');
    waiting.job.cancel();
    await rejection(waiting.result);
    await generate({ ...request, prompt: 'four' });
    await running;
    assert.equal(paid(gateway), 2);
    await configure('easel.jobsAtOnce', undefined);
  });

  it('a refused key gives it back; no answer leaves it counted, and unknown', async () => {
    const before = (await open()).length;
    gateway.faultNext('key-refused');
    assert.equal((await rejection(generate(request))).code, 'key-refused');
    assert.equal((await open()).length, before);
    gateway.faultNext('reset-after-read');
    assert.equal((await rejection(generate(request))).code, 'connection-lost');
    const doubtful = await open();
    assert.equal(doubtful.length, before + 1);
    assert.equal(doubtful.at(-1)?.doubt, true);
    await leave((await most()) - 1);
    assert.equal((await rejection(generate(request))).code, 'over-budget', 'it counts on');
    // Nobody shall have to look at it in the next tests.
    const { ledger } = await tools();
    await ledger.append({ version: 1, kind: 'release', job: doubtful.at(-1)?.job ?? '' });
  });

  it('a budget of a workspace counts what is its own', async () => {
    const { ledger } = await tools();
    const sum = { micros: 9_000_000_000, unit: 'credits' } as const;
    await ledger.append({ version: 1, kind: 'reserve', job: 'elsewhere', time: new Date().toISOString(), workspace: 'file:///elsewhere', service: 'openai-hk', origin: gateway.origin, amount: sum });
    const own = await gone();
    await configure('easel.budgets', [{ period: 'day', scope: 'workspace', limit: own - 9000 + (await most()), unit: 'credits' }]);
    await generate(request);
    await ledger.append({ version: 1, kind: 'release', job: 'elsewhere' });
    assert.equal(paid(gateway), 1);
  });

  it('entries that cannot be read do not count, and the others do', async () => {
    await configure('easel.budgets', ['nonsense', { period: 'year', limit: 0, unit: 'credits' }]);
    await generate(request);
    await configure('easel.budgets', ['nonsense', { period: 'month', limit: 0, unit: 'credits' }]);
    assert.equal((await rejection(generate(request))).code, 'over-budget');
    assert.equal(paid(gateway), 1);
  });

  it('a workspace cannot set or lift them', async () => {
    await leave((await most()) - 1);
    const settings = Uri.joinPath(root(), '.vscode', 'settings.json');
    await workspace.fs.writeFile(settings, new TextEncoder().encode(JSON.stringify({ 'easel.budgets': [], 'easel.confirmAbove': { credits: 0 } })));
    try {
      assert.equal((await rejection(generate(request))).code, 'over-budget');
    } finally {
      await workspace.fs.delete(Uri.joinPath(root(), '.vscode'), { recursive: true });
    }
  });

  describe('for a person', () => {
    const place = async (prompt: string) => {
      const all = await tools();
      return placeOrder(order(prompt), all, all.memory.workspaceState, () => assert.fail('nothing is asked anew'));
    };
    const only = (shown: readonly Shown[]): readonly Shown[] => shown.filter(({ titles }) => titles.some((title) => title.startsWith('Send')));
    const choosing = (title: string | undefined) => (shown: Shown) => (shown.titles.some((one) => one.startsWith('Send')) ? title : undefined);

    it('over the budget there is a question with the sums, and only a yes sends, once', async () => {
      await leave((await most()) - 1);
      const no = await answering(choosing(undefined), async () => assert.equal(await place('no'), undefined));
      assert.equal(only(no).length, 1);
      assert.match(only(no)[0]?.sentence ?? '', /^This request may cost up to [\d,.]+ credits\. Today's budget is [\d,.]+ credits, of which [\d,.]+ credits is spent\.$/);
      assert.deepEqual(only(no)[0]?.titles, ['Send Anyway']);
      assert.equal(gateway.requests.length, 0);
      const yes = await answering(choosing('Send Anyway'), async () => assert.ok(await place('yes')));
      assert.equal(only(yes).length, 1);
      assert.equal(paid(gateway), 1);
      const again = await answering(choosing(undefined), async () => assert.equal(await place('again'), undefined));
      assert.equal(only(again).length, 1, 'a yes holds once');
      assert.equal(paid(gateway), 1);
    });

    it('a dear request is asked about, and one that is both is asked about once', async () => {
      await configure('easel.confirmAbove', { credits: 100, USD: 0 });
      const dear = await answering(choosing('Send'), async () => assert.ok(await place('dear')));
      assert.match(only(dear)[0]?.sentence ?? '', /may cost up to [\d,.]+ credits, and you want to be asked above 100 credits/);
      assert.deepEqual(only(dear)[0]?.titles, ['Send']);
      await leave((await most()) - 1);
      const both = await answering(choosing('Send Anyway'), async () => assert.ok(await place('both')));
      assert.deepEqual(only(both).map(({ titles }) => titles), [['Send Anyway']]);
      assert.equal(paid(gateway), 2);
    });

    it('each budget warns once in its period, quietly', async () => {
      const all = await tools();
      // All that is gone in this run is of this month, or the run is at its turn: it warns at any share.
      await configure('easel.budgetWarnAt', 1);
      await configure('easel.budgets', [{ period: 'month', scope: 'everything', limit: (await gone()) + 2 * (await most()) + 1, unit: 'credits' }]);
      const warned = await answering(
        () => undefined,
        async () => {
          await generate(request);
          await until('the warning to be remembered', () => JSON.stringify(all.memory.globalState.get('easel.budgetsWarnedOf') ?? {}).includes('month'));
          await warnOfBudgets(all);
          await generate(request);
          await warnOfBudgets(all);
        },
      );
      const warnings = warned.filter(({ titles }) => titles.includes('Show Spend'));
      assert.equal(warnings.length, 1);
      assert.match(warnings[0]?.sentence ?? '', /^A budget is (nearly )?used up\. This month's budget is [\d,.]+ credits, of which [\d,.]+ credits is spent\./);
      assert.deepEqual(warnings[0]?.titles, ['Open Settings', 'Show Spend']);
    });
  });

  describe('in the panel', () => {
    let panel: JobsPanel;
    before(async () => {
      panel = await openJobsPanel();
    });
    after(async () => panel.close());

    async function send(prompt: string) {
      await panel.ask('draft.change', { draft: { ...request, prompt } });
      return panel.ask('send', { again: false });
    }

    it('Generate answers at once that the user is asked; a no changes nothing, a yes sends', async () => {
      await leave((await most()) - 1);
      const focused = panel.focused();
      await answering(
        () => undefined,
        async () => {
          assert.deepEqual(await send('A paper kite'), { kind: 'asked' });
          await until('the answer', () => panel.focused() > focused);
        },
      );
      assert.equal(gateway.requests.length, 0);
      assert.notEqual((await panel.ask('prompts.list', {})).prompts[0], 'A paper kite');

      await answering(
        ({ titles }) => titles.find((title) => title === 'Send Anyway'),
        async () => {
          assert.deepEqual(await panel.ask('send', { again: false }), { kind: 'asked' });
          await until('the request', () => paid(gateway) === 1);
          await until('the answer', () => panel.focused() > focused + 1);
          await until('an empty board', async () => (await tools()).board.running.length === 0);
        },
      );
      assert.equal((await panel.ask('prompts.list', {})).prompts[0], 'A paper kite', 'it is among what was sent');
    });
  });

  describe('Set Budget…', () => {
    /** Answers the pick with the item of this label, and the box with this text. */
    async function setBudget(label: string, typed: string): Promise<readonly string[]> {
      const said: string[] = [];
      const kept = { createQuickPick: window.createQuickPick, createInputBox: window.createInputBox };
      const define = (name: string, value: unknown): unknown => Object.defineProperty(window, name, { value, configurable: true, writable: true });
      define('createQuickPick', () => {
        const input = kept.createQuickPick();
        let accept = (): void => undefined;
        return new Proxy(input, {
          get(target, key) {
            if (key === 'onDidAccept') return (listener: () => void) => ((accept = listener), { dispose: () => undefined });
            if (key === 'selectedItems') return target.items.filter((item) => item.label.endsWith(label));
            if (key === 'show') return () => setTimeout(() => accept(), 0);
            if (key === 'onDidHide') return () => ({ dispose: () => undefined });
            const value: unknown = Reflect.get(target, key, target);
            return typeof value === 'function' ? (value.bind(target) as unknown) : value;
          },
          set: (target, key, value) => Reflect.set(target, key, value, target),
        });
      });
      let leaveBox = (): void => undefined;
      define('createInputBox', () => {
        const input = kept.createInputBox();
        let accept = (): void => undefined;
        return new Proxy(input, {
          get(target, key) {
            if (key === 'onDidAccept') return (listener: () => void) => ((accept = listener), { dispose: () => undefined });
            if (key === 'onDidHide') return (listener: () => void) => ((leaveBox = listener), { dispose: () => undefined });
            if (key === 'value') return typed;
            if (key === 'show')
              return () =>
                setTimeout(() => {
                  said.push(target.prompt ?? '');
                  accept();
                  const fault = target.validationMessage;
                  if (fault === undefined || fault === '') return;
                  said.push(typeof fault === 'string' ? fault : fault.message);
                  leaveBox();
                }, 0);
            const value: unknown = Reflect.get(target, key, target);
            return typeof value === 'function' ? (value.bind(target) as unknown) : value;
          },
          set: (target, key, value) => Reflect.set(target, key, value, target),
        });
      });
      try {
        const shown = await answering(() => undefined, async () => commands.executeCommand('easel.setBudget'));
        return [...said, ...shown.map(({ sentence }) => sentence)];
      } finally {
        for (const [name, value] of Object.entries(kept)) define(name, value);
      }
    }
    const setting = (): unknown => workspace.getConfiguration('easel').inspect('budgets')?.globalValue;

    it('writes the user’s setting, says what is spent, changes, and removes', async () => {
      const foreign = { period: 'year', limit: 5, unit: 'credits' };
      await configure('easel.budgets', [foreign, { period: 'week', scope: 'everything', limit: 5, unit: 'USD' }]);
      const said = await setBudget('This month', '12,500.5');
      assert.match(said[0] ?? '', /^At most, in credits \(10,000 = ¥1\)\. Spent: [\d,.]+ credits/);
      assert.match(said[1] ?? '', /^The budget is set\. This month: [\d,.]+ credits of 12,500\.5 credits/);
      const others = [foreign, { period: 'week', scope: 'everything', limit: 5, unit: 'USD' }];
      assert.deepEqual(setting(), [...others, { period: 'month', scope: 'everything', limit: 12500.5, unit: 'credits' }]);
      await setBudget('This month', '¥2');
      assert.deepEqual(setting(), [...others, { period: 'month', scope: 'everything', limit: 20_000, unit: 'credits' }]);
      const removed = await setBudget('This month', '');
      assert.match(removed[0] ?? '', /Leave it empty to remove the budget\.$/);
      assert.deepEqual(setting(), others);
    });

    it('takes no nonsense', async () => {
      for (const [typed, why] of [['', /Type a limit/], ['-1', /below zero/], ['much', /a number alone/], ['$5', /a number alone/], ['99999999999', /check the number/]] as const) {
        const said = await setBudget('Today', typed);
        assert.match(said[1] ?? '', why, typed);
        assert.equal(setting(), undefined);
      }
    });
  });
});
