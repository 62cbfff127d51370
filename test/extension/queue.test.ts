import assert from 'node:assert/strict';
import { CancellationTokenSource, commands, Uri, workspace } from 'vscode';
import { titleOf, type Order } from '../../src/editor/orders/order.ts';
import { rememberRecent } from '../../src/editor/orders/recentOrders.ts';
import type { CommandResult } from '../../src/editor/result.ts';
import type { RecordedRequest } from '../gateway/record.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { drawPicture } from './pictures.ts';
import { configure, easel, generate, openGateway, paid, rejection, root, until } from './support.ts';

describe('the queue', () => {
  let gateway: Gateway;
  /** Requests that are being answered, and the most there were at once. */
  let most = 0;
  const held = new Map<string, number>();
  const promptOf = ({ fields }: RecordedRequest): string => String(fields['prompt']);
  const sent = (): string[] => gateway.requests.filter(({ kind }) => kind === 'generations' || kind === 'edits').map(promptOf);
  const begin = async (count: number): Promise<void> => until(`${count} requests`, () => sent().length >= count);
  const board = async () => (await easel()).tools.board;

  before(async () => {
    // Long enough that a second one always meets the first.
    gateway = await openGateway({ latencyMs: (request) => held.get(promptOf(request)) ?? 150 });
  });
  beforeEach(() => {
    most = 0;
  });
  afterEach(async () => {
    held.clear();
    await until('an empty board', async () => (await board()).running.length === 0);
    gateway.clear();
  });
  after(async () => {
    await workspace.fs.delete(Uri.joinPath(root(), 'assets'), { recursive: true });
    await configure('easel.jobsAtOnce', undefined);
    await configure('easel.baseUrl', undefined);
    await gateway.close();
  });

  /** Counts requests without an answer whenever one comes or goes. */
  function watch(): { stop: () => void } {
    const timer = setInterval(() => {
      const open = gateway.requests.filter(({ kind, ended }) => kind === 'generations' && ended === undefined).length;
      most = Math.max(most, open);
    }, 5);
    return { stop: () => clearInterval(timer) };
  }

  it('sends two at once, the rest in order, and all come back', async () => {
    const watching = watch();
    const prompts = ['one', 'two', 'three', 'four', 'five'];
    // Never two that end together, so that the order in which they come is the queue's.
    for (const [index, prompt] of prompts.entries()) held.set(prompt, index === 0 ? 300 : 600);
    const results = await Promise.all(prompts.map((prompt) => generate({ prompt, name: prompt })));
    watching.stop();
    assert.deepEqual(sent().slice(0, 2).toSorted(), ['one', 'two'], 'these two go out at once');
    assert.deepEqual(sent().slice(2), prompts.slice(2));
    assert.equal(most, 2);
    assert.deepEqual(results.map(({ assets }) => assets[0]?.uri.path.replace(/^.*\//, '')), prompts.map((name) => `${name}.png`));
  });

  it('one that fails stops no other', async () => {
    // By its prompt: of two that run at once either may come first.
    const [first, ...rest] = await Promise.allSettled(['one [fault:moderation]', 'two', 'three'].map((prompt) => generate({ prompt })));
    assert.equal(first?.status, 'rejected');
    assert.deepEqual(rest.map(({ status }) => status), ['fulfilled', 'fulfilled']);
  });

  it('cancelled while it waits, a job sends nothing and costs nothing', async () => {
    for (const prompt of ['one', 'two']) held.set(prompt, 1000);
    const { tools } = await easel();
    const charges = (await tools.ledger.read()).length;
    const running = ['one', 'two'].map((prompt) => generate({ prompt }));
    await begin(2);
    const source = new CancellationTokenSource();
    const waiting = rejection(generate({ prompt: 'three' }, source.token));
    await until('the third on the board', () => tools.board.running.length === 3);
    assert.deepEqual(tools.board.running.map(({ title, state }) => [title, state]), [
      ['one', 'running'],
      ['two', 'running'],
      ['three', 'queued'],
    ]);
    source.cancel();
    const error = await waiting;
    assert.equal(error.code, 'cancelled');
    assert.match(error.message, /nothing was charged/);
    assert.equal(tools.board.running.length, 2, 'it has left at once');
    await Promise.all(running);
    assert.deepEqual(sent().toSorted(), ['one', 'two']);
    assert.equal((await tools.ledger.read()).length, charges + 2);
  });

  it('cancelled from the board, the jobs that wait send nothing', async () => {
    await configure('easel.jobsAtOnce', 1);
    held.set('one', 1000);
    const running = generate({ prompt: 'one' });
    await begin(1);
    const waiting = ['two', 'three'].map((prompt) => rejection(generate({ prompt })));
    await until('three on the board', async () => (await board()).running.length === 3);
    for (const { cancel, state } of (await board()).running) if (state === 'queued') cancel();
    for (const error of await Promise.all(waiting)) assert.equal(error.code, 'cancelled');
    await running;
    assert.equal(paid(gateway), 1);
    await configure('easel.jobsAtOnce', undefined);
  });

  it('a new limit holds at once, for jobs that wait already', async () => {
    await configure('easel.jobsAtOnce', 1);
    for (const prompt of ['one', 'two', 'three']) held.set(prompt, 1500);
    const all = ['one', 'two', 'three'].map((prompt) => generate({ prompt }));
    await begin(1);
    assert.deepEqual((await board()).running.map(({ state }) => state), ['running', 'queued', 'queued']);
    await configure('easel.jobsAtOnce', 3);
    await begin(3);
    assert.deepEqual((await board()).running.map(({ state }) => state), ['running', 'running', 'running']);
    await Promise.all(all);
    await configure('easel.jobsAtOnce', undefined);
  });

  it('what is wrong is said at once, without waiting for a turn', async () => {
    await configure('easel.jobsAtOnce', 1);
    held.set('one', 1000);
    const running = generate({ prompt: 'one' });
    await begin(1);
    assert.equal((await rejection(generate({ prompt: '' }))).code, 'invalid-request');
    assert.equal((await board()).running.length, 1, 'the first one is still under way');
    await running;
    await configure('easel.jobsAtOnce', undefined);
  });

  it('an edit reads its files when it is its turn, and judges them again', async () => {
    await configure('easel.jobsAtOnce', 1);
    const hero = Uri.joinPath(root(), 'assets/hero.png');
    await workspace.fs.writeFile(hero, await drawPicture(512, 512, 'png'));
    held.set('one', 1000);
    const running = generate({ prompt: 'one' });
    await begin(1);
    const waiting = commands.executeCommand<CommandResult>('easel.edit', { images: [hero], prompt: 'two' });
    const refused = rejection(waiting);
    await until('the edit on the board', async () => (await board()).running.length === 2);
    await workspace.fs.writeFile(hero, Buffer.from('no picture any more'));
    assert.equal((await refused).code, 'invalid-request');
    await running;
    assert.deepEqual(sent(), ['one']);
    await configure('easel.jobsAtOnce', undefined);
  });

  it('the same request of a program twice is sent twice: it may well want two', async () => {
    await Promise.all([generate({ prompt: 'twin' }), generate({ prompt: 'twin' })]);
    assert.deepEqual(sent(), ['twin', 'twin']);
  });
});

describe('the same order twice', () => {
  const order = (over: Partial<Order['request']> = {}, folder = 'file:///a'): Order => ({
    request: { prompt: 'A cat', model: 'gpt-image-2', size: 'auto', quality: 'low', count: 1, ...over },
    responseFormat: 'auto',
    folder: Uri.parse(folder),
    name: 'a-cat',
  });

  it('is a double within a second of the first click, by its content', () => {
    let now = 0;
    const recent = rememberRecent(() => now);
    assert.equal(recent.isDouble(order()), false);
    now = 999;
    assert.equal(recent.isDouble({ ...order(), request: { count: 1, quality: 'low', size: 'auto', model: 'gpt-image-2', prompt: 'A cat' } }), true, 'whatever the members stand in');
    now = 1000;
    assert.equal(recent.isDouble(order()), false, 'counted from the first click');
    assert.equal(recent.isDouble(order({ quality: 'high' })), false);
    assert.equal(recent.isDouble(order({}, 'file:///b')), false);
    assert.equal(recent.isDouble({ ...order(), references: [{ uri: Uri.parse('file:///a/x.png'), role: 'image' }] }), false);
    recent.forget(order());
    assert.equal(recent.isDouble(order()), false, 'what came to nothing does not count');
  });

  it('a job is called by the beginning of its prompt, on one line', () => {
    assert.equal(titleOf(' A red\n\tbicycle '), 'A red bicycle');
    assert.equal(titleOf('x'.repeat(48)), 'x'.repeat(48));
    assert.equal(titleOf('x'.repeat(49)), `${'x'.repeat(47)}…`);
    assert.equal(titleOf('👩‍👩‍👧'.repeat(60)), `${'👩‍👩‍👧'.repeat(47)}…`);
  });
});
