import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Uri, workspace } from 'vscode';
import type { BalanceKeeper } from '../../../src/editor/spend/balance.ts';
import { enterCorrections, fetchReconciliation, type Reconciliation } from '../../../src/editor/spend/reconcile.ts';
import type { Failure } from '../../../src/images/failure.ts';
import type { CommandTools } from '../../../src/editor/commands/command.ts';
import { startGateway, type Gateway } from '../../gateway/gateway.ts';
import { configure, easel, generate, openGateway, root, until } from '../support.ts';

const all = { matched: true, onlyThere: true, onlyHere: true };
const micros = (credits: number): number => Math.round(credits * 1e6);
const foreign = { model: 'gpt-image-1', usage: { input_tokens: 9, input_tokens_details: { text_tokens: 9, image_tokens: 0 }, output_tokens: 4160, total_tokens: 4169 } };

describe('the balance', () => {
  let gateway: Gateway;
  let tools: CommandTools;
  let keeper: BalanceKeeper;
  const left = (): number | undefined => keeper.current?.amount.micros;
  const asked = (): number => gateway.requests.filter(({ kind }) => kind === 'log' || kind === 'usage').length;
  const make = (): Thenable<unknown> => generate({ prompt: 'A red kite', folder: 'balance', name: 'kite', size: '1024x1024' });

  beforeEach(async () => {
    gateway = await openGateway({ credits: 20_000 });
    ({ tools } = await easel());
    keeper = await tools.balance();
  });
  afterEach(async () => {
    for (const name of ['easel.baseUrl', 'easel.service', 'easel.lowBalance']) await configure(name, undefined);
    await configure('easel.fetchBalance', false);
    await gateway.close();
  });
  after(() => workspace.fs.delete(Uri.joinPath(root(), 'balance'), { recursive: true }));

  it('is the account’s after a charge, to the millionth', async () => {
    await make();
    assert.deepEqual(await keeper.refresh(true), { kind: 'fetched' });
    assert.deepEqual([keeper.current?.amount, keeper.current?.from, keeper.current?.stale], [{ micros: micros(gateway.balance()), unit: 'credits' }, 'service', false]);
  });

  it('counts down by what is charged until it is told again', async () => {
    await make();
    await keeper.refresh(true);
    const before = asked();
    await make();
    await until('the charge to be taken off', () => left() === micros(gateway.balance()));
    assert.deepEqual(await keeper.refresh(false), { kind: 'soon' });
    assert.equal(asked(), before, 'it is not asked for again so soon');
  });

  it('is asked for unbidden after a charge, and not before', async () => {
    await configure('easel.fetchBalance', true);
    keeper.charged();
    assert.equal(asked(), 0);
    await make();
    await until('the balance', () => left() === micros(gateway.balance()));
    assert.equal(asked(), 1);
    assert.equal(keeper.current?.stale, false);
  }).timeout(30_000);

  it('that could not be had is quiet, and leaves the last one, marked', async () => {
    await make();
    await keeper.refresh(true);
    const before = keeper.current;
    for (const fault of ['gateway-timeout', 'ok-html', 'key-refused'] as const) {
      gateway.faultNext(fault, 1, 'log');
      assert.equal((await keeper.refresh(true)).kind, 'failed', fault);
      assert.deepEqual(keeper.current, before && { ...before, stale: true }, fault);
    }
    await tools.keys.remove(gateway.origin);
    const end = await keeper.refresh(true);
    assert.equal(end.kind === 'failed' && end.failure.code, 'no-key');
    await tools.keys.set(gateway.origin, 'hk-test-key');
    await keeper.refresh(true);
    assert.equal(keeper.current?.stale, false);
  });

  it('of a new-api service is in dollars', async () => {
    await configure('easel.service', 'custom');
    assert.deepEqual(await keeper.refresh(true), { kind: 'fetched' });
    assert.equal(keeper.current?.amount.unit, 'USD');
    assert.ok(Math.abs((left() ?? 0) - (20_000 / 71_000) * 1e6) <= 1);
  });

  it('entered by hand counts down, and holds until the service is asked on purpose', async () => {
    await keeper.enter({ micros: 5_000_000_000, unit: 'credits' });
    await make();
    const { amount, origin } = (await tools.ledger.read()).at(-1) ?? {};
    assert.equal(origin, gateway.origin);
    await until('the charge to be taken off', () => left() === 5_000_000_000 - (amount?.micros ?? 0));
    assert.deepEqual([keeper.current?.from, keeper.current?.stale], ['hand', false]);
    assert.equal((await keeper.refresh(false)).kind, 'soon');
    assert.equal(keeper.current?.from, 'hand');
    await keeper.refresh(true);
    assert.deepEqual([keeper.current?.from, left()], ['service', micros(gateway.balance())]);
    await keeper.enter(undefined);
    assert.equal(keeper.current, undefined);
  });

  it('stays what it is when charges are deleted', async () => {
    await keeper.enter({ micros: 5_000_000_000, unit: 'credits' });
    const from = Date.now();
    await make();
    await until('the charge to be taken off', () => (left() ?? 0) < 5_000_000_000);
    const before = left();
    await keeper.hold();
    assert.equal(await tools.ledger.remove(from, Date.now() + 1), 1);
    await keeper.refresh(false);
    assert.equal(left(), before);
  });

  it('is one for each service', async () => {
    const other = await startGateway({ credits: 7 });
    await keeper.enter({ micros: 1_000_000, unit: 'credits' });
    await configure('easel.baseUrl', other.baseUrl);
    await until('no balance', () => keeper.current === undefined);
    assert.deepEqual(await keeper.refresh(true), { kind: 'failed', failure: { code: 'no-key' } }, 'nor does the key go there');
    assert.equal(other.requests.length, 0);
    await configure('easel.baseUrl', gateway.baseUrl);
    await until('the balance', () => left() === 1_000_000);
    await other.close();
  });

  it('is low at its mark, and says so when that changes', async () => {
    await keeper.enter({ micros: 12_000_000_000, unit: 'credits' });
    assert.equal(keeper.low, false);
    await configure('easel.lowBalance', { credits: 12_000, USD: 0 });
    await until('a low balance', () => keeper.low);
    let fired = 0;
    const listening = keeper.onDidChange(() => (fired += 1));
    await configure('easel.lowBalance', { credits: 0, USD: 0 });
    await until('none', () => !keeper.low && fired > 0);
    listening.dispose();
  });
});

describe('reconciling', () => {
  let gateway: Gateway;
  let tools: CommandTools;
  let ledgerFile: string;
  const fetch = (): Promise<Reconciliation> => fetchReconciliation(tools, new AbortController().signal);
  const make = (name: string): Thenable<unknown> => generate({ prompt: name, folder: 'reconciled', name, size: '1024x1024' });
  const own = async () => (await tools.ledger.read()).filter(({ origin }) => origin === gateway.origin);
  const spent = async (): Promise<number> => (await own()).reduce((sum, { amount }) => sum + amount.micros, 0);

  before(async () => {
    gateway = await openGateway({ credits: 100_000 });
    const access = await easel();
    ({ tools } = access);
    ledgerFile = join(access.storage, 'ledger.jsonl');
  });
  after(async () => {
    await workspace.fs.delete(Uri.joinPath(root(), 'reconciled'), { recursive: true });
    await configure('easel.baseUrl', undefined);
    await configure('easel.service', undefined);
    await gateway.close();
  });

  it('finds nothing to do where nothing is amiss', async () => {
    await make('one');
    await make('two');
    const { matched, onlyHere, onlyThere, complete, origin, service } = await fetch();
    assert.deepEqual([matched.length, matched.every(({ delta }) => delta === 0), onlyHere, onlyThere, complete, origin, service], [2, true, [], [], true, gateway.origin, 'openai-hk']);
  });

  it('enters a charge that the ledger lost, once, and what others spent', async () => {
    const lost = (await own()).at(-1);
    assert.ok(lost);
    // As a disk that was full, or a hand that deleted: the job's lines are gone.
    const lines = (await readFile(ledgerFile, 'utf8')).split('\n').filter((line) => !line.includes(lost.job));
    await writeFile(ledgerFile, lines.join('\n'));
    gateway.bill([foreign]);
    assert.equal((await own()).length, 1);
    const found = await fetch();
    assert.deepEqual([found.matched.length, found.onlyHere, found.onlyThere.map(({ model }) => model)], [1, [], ['gpt-image-1', 'gpt-image-2']]);
    assert.equal(await enterCorrections(tools, found, { ...all, onlyThere: false }), 0);
    assert.equal(await enterCorrections(tools, found, all), 2);
    assert.equal(await spent(), micros(100_000 - gateway.balance()), 'to the credit');
    assert.equal(await enterCorrections(tools, found, all), 0);
    const again = await fetch();
    assert.deepEqual([again.matched.length, again.onlyHere, again.onlyThere], [3, [], []]);
    assert.equal(await enterCorrections(tools, again, all), 0);
    assert.equal((await own()).length, 3);
  });

  it('corrects what was entered otherwise, and takes back what was never billed, where that is wished', async () => {
    const [first] = await own();
    assert.ok(first);
    await tools.ledger.append({ version: 1, kind: 'correction', id: 'by mistake', job: first.job, time: first.time, micros: 5, unit: 'credits' });
    // Old enough for its row to be there, and of tokens that no row has.
    await tools.ledger.append({ ...first, job: 'never billed', time: new Date(Date.now() - 10 * 60_000).toISOString(), usage: { textIn: 1, imageIn: 0, imageOut: 1 }, amount: { micros: 42, unit: 'credits' } });
    const found = await fetch();
    assert.deepEqual(found.matched.filter(({ delta }) => delta !== 0).map(({ charge, delta }) => [charge.job, delta]), [[first.job, -5]]);
    assert.deepEqual(found.onlyHere.map(({ job }) => job), ['never billed']);
    assert.equal(await enterCorrections(tools, found, { ...all, onlyHere: false }), 1);
    assert.equal(await spent(), micros(100_000 - gateway.balance()) + 42);
    assert.equal(await enterCorrections(tools, found, all), 1);
    assert.equal(await spent(), micros(100_000 - gateway.balance()));
    assert.equal(await enterCorrections(tools, await fetch(), all), 0);
  });

  it('leaves alone what is under way', async () => {
    gateway.faultNext({ kind: 'no-headers', ms: Number.POSITIVE_INFINITY });
    const running = Promise.resolve(make('three')).catch(() => undefined);
    await gateway.waitFor(({ kind, paid, fault }) => kind === 'generations' && paid && fault !== undefined);
    const found = await fetch();
    assert.deepEqual([found.onlyHere, found.onlyThere], [[], []], 'its row is its own');
    tools.board.running[0]?.cancel();
    await running;
    // Nobody waits for its answer any more: what it cost is known by its row, and is that job's.
    await until('its doubt', async () => (await tools.ledger.roll()).open.some(({ origin, doubt }) => origin === gateway.origin && doubt));
    const doubt = (await tools.ledger.roll()).open.find(({ origin }) => origin === gateway.origin);
    const after = await fetch();
    assert.equal(after.onlyThere.length, 1);
    assert.equal(await enterCorrections(tools, after, all), 1);
    assert.equal((await own()).at(-1)?.job, doubt?.job);
    assert.equal(await spent(), micros(100_000 - gateway.balance()));
    assert.deepEqual((await tools.ledger.roll()).open.filter(({ origin }) => origin === gateway.origin), [], 'it is settled');
  });

  it('says why it cannot', async () => {
    const code = async (): Promise<string> => {
      try {
        await fetch();
      } catch (error) {
        // The extension's own class is not this bundle's.
        assert.ok(error instanceof Error && 'failure' in error);
        return (error.failure as Failure).code;
      }
      return 'none';
    };
    gateway.faultNext('gateway-timeout', 1, 'log');
    assert.equal(await code(), 'gateway-timeout');
    await tools.keys.remove(gateway.origin);
    assert.equal(await code(), 'no-key');
    await tools.keys.set(gateway.origin, 'hk-test-key');
    await configure('easel.service', 'custom');
    assert.equal(await code(), 'not-found');
  });
});
