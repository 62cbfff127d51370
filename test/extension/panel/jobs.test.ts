import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Uri, workspace } from 'vscode';
import type { Order } from '../../../src/editor/orders/order.ts';
import type { JobCard } from '../../../src/protocol/panel.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import { drawPicture } from '../pictures.ts';
import { configure, easel, exists, generate, openGateway, paid, rejection, root, until } from '../support.ts';
import { answering, openJobsPanel, type JobsPanel } from './jobsPanel.ts';

describe('the panel\'s jobs', () => {
  let gateway: Gateway;
  let panel: JobsPanel;
  /** Milliseconds that the answer to a prompt takes. */
  const held = new Map<string, number>();
  const place = (...names: readonly string[]): Uri => Uri.joinPath(root(), 'panel-jobs', ...names);

  before(async () => {
    gateway = await openGateway({ latencyMs: ({ fields }) => held.get(String(fields['prompt'])) ?? 0 });
    await workspace.fs.createDirectory(place('.'));
    await workspace.fs.writeFile(place('hero.png'), await drawPicture(512, 512, 'png'));
    panel = await openJobsPanel();
    await panel.ask('draft.clear', {});
    await panel.ask('draft.change', { draft: { folder: 'panel-jobs', size: '1024x1024', quality: 'low', partials: 0, count: 1 } });
  });
  afterEach(async () => {
    held.clear();
    panel.see(true);
    panel.forget();
    const { tools } = await easel();
    await until('an empty board', () => tools.board.running.length === 0);
    for (const { id } of panel.cards()) await panel.ask('job.dismiss', { job: id });
    await panel.become('no cards', (cards) => cards.length === 0);
    gateway.clear();
  });
  after(async () => {
    await panel.ask('draft.clear', {});
    await panel.close();
    await workspace.fs.delete(place('.'), { recursive: true });
    await configure('easel.baseUrl', undefined);
    await gateway.close();
  });

  /** Writes a prompt into the composer and sends it. */
  async function send(prompt: string, again = false) {
    await panel.ask('draft.change', { draft: { prompt } });
    return panel.ask('send', { again });
  }

  const order = (prompt: string, over: Partial<Order> = {}): Order => ({
    request: { prompt, model: 'gpt-image-2', size: '1024x1024', quality: 'low', count: 1 },
    responseFormat: 'auto',
    folder: place('.'),
    name: prompt.replaceAll(/\W+/g, '-'),
    ...over,
  });
  const journal = async (): Promise<string[]> => (await readdir(join((await easel()).storage, 'journal'))).filter((name) => !name.endsWith('.door'));

  it('what is sent has a card at once, which goes with its last word', async () => {
    held.set('A red kite', 500);
    const answer = await send('A red kite');
    assert.ok(answer.kind === 'placed');
    const card = await panel.was('its card', ({ id, state }) => id === answer.job && state === 'running');
    assert.deepEqual([card.prompt, card.count, card.size, card.actions], ['A red kite', 1, { width: 1024, height: 1024 }, []]);
    assert.match(card.about, /^gpt-image-2 · 1024 × 1024 · quality: Low · about .+ credits$/);
    await panel.was('the stage', ({ stage, doing }) => /^Drawing · \d s$/.test(stage) && doing === 'Drawing');
    await panel.become('no card', (cards) => cards.length === 0);
    assert.match(panel.said.at(-1) ?? '', /^Made a-red-kite\.png for [\d,.]+ credits\.$/);
    assert.ok(await exists(place('a-red-kite.png')));
    assert.equal(paid(gateway), 1);
  });

  it('a second click asks first, and then means what it says', async () => {
    held.set('A blue kite', 400);
    assert.equal((await send('A blue kite')).kind, 'placed');
    const double = await panel.ask('send', { again: false });
    assert.ok(double.kind === 'double');
    assert.match(double.cost, /credits/);
    assert.equal((await panel.ask('send', { again: true })).kind, 'placed');
    await until('two cards', () => new Set(panel.told().map(({ id }) => id)).size === 2);
    await panel.become('no card', (cards) => cards.length === 0);
    assert.equal(paid(gateway), 2);
  });

  it('without a key nothing is sent, and the panel is told', async () => {
    const { tools } = await easel();
    await tools.keys.remove(gateway.origin);
    try {
      assert.deepEqual(await send('A green kite'), { kind: 'no-key' });
      assert.deepEqual([panel.cards().length, gateway.requests.length], [0, 0]);
    } finally {
      await tools.keys.set(gateway.origin, 'hk-test-key');
    }
    assert.equal((await panel.ask('send', { again: false })).kind, 'placed', 'the first try was no click too many');
    await panel.become('no card', (cards) => cards.length === 0);
  });

  it('what is sent is what Generate Again repeats', async () => {
    await send('A grey kite');
    await panel.become('no card', (cards) => cards.length === 0);
    const { tools } = await easel();
    assert.equal(tools.memory.workspaceState.get<Order>('easel.lastOrder')?.request.prompt, 'A grey kite');
  });

  it('cancelled while it waits, it goes without a word and costs nothing; in mid-flight it says that it may cost', async () => {
    await configure('easel.jobsAtOnce', 1);
    gateway.faultNext('no-answer');
    const desk = await (await easel()).tools.panel.desk();
    const first = await desk.jobs.place(order('first'));
    const second = await desk.jobs.place(order('second'));
    assert.ok(first !== undefined && second !== undefined, 'nobody was asked');
    await gateway.waitFor(({ fields }) => fields['prompt'] === 'first');
    await panel.become('one running, one waiting', ([newest, oldest]) => newest?.id === second && newest.state === 'queued' && oldest?.id === first && oldest.state === 'running');
    await panel.ask('job.cancel', { job: second });
    await panel.become('one card', (cards) => cards.length === 1);
    await panel.was('drawing', ({ doing }) => doing === 'Drawing');
    await panel.ask('job.cancel', { job: first });
    const card = await panel.card('cancelled', ({ state }) => state === 'cancelled');
    assert.equal(card.outcome, 'Cancelled after the request was sent: the service may still charge for it.');
    assert.deepEqual(card.actions, [{ action: 'check-log', title: 'Check the Usage Log' }, { action: 'retry', title: 'Try Again' }]);
    assert.equal(paid(gateway), 1);
    await configure('easel.jobsAtOnce', undefined);
  });

  it('a failure has its sentence and what can be done; trying again keeps the card and pays once, however often it is clicked', async () => {
    gateway.faultNext('server-error');
    await send('A white kite');
    const failed = await panel.card('the failure', ({ state }) => state === 'failed');
    assert.match(failed.outcome ?? '', /^The service broke down \(HTTP 500\)/);
    assert.deepEqual(failed.actions.map(({ action }) => action), ['check-log', 'open-billing', 'retry', 'show-log']);
    held.set('A white kite', 300);
    await Promise.all([1, 2, 3].map(() => panel.ask('job.act', { job: failed.id, action: 'retry' })));
    await panel.was('the same card under way', ({ id, state }) => id === failed.id && state === 'running');
    assert.equal(panel.cards().length, 1);
    await panel.become('no card', (cards) => cards.length === 0);
    assert.equal(paid(gateway), 2);
    assert.ok(await exists(place('a-white-kite.png')));
  });

  it('only what is offered can be done', async () => {
    gateway.faultNext('moderation');
    await send('A rude kite');
    const { id, actions } = await panel.card('the failure', ({ state }) => state === 'failed');
    assert.deepEqual(actions.map(({ action }) => action), ['change-prompt', 'show-log']);
    for (const action of ['retry', 'discard', 'make-missing'] as const) await panel.ask('job.act', { job: id, action });
    await panel.ask('job.act', { job: 'nobody', action: 'retry' });
    await panel.ask('job.cancel', { job: id });
    assert.equal(panel.cards()[0]?.state, 'failed');
    assert.equal(paid(gateway), 1);
  });

  it('Change Prompt brings everything back into the composer and puts the focus there', async () => {
    gateway.faultNext('moderation');
    const before = panel.focused();
    await send('A sad kite');
    const { id } = await panel.card('the failure', ({ state }) => state === 'failed');
    await panel.ask('draft.change', { draft: { prompt: 'something else', quality: 'high' } });
    await panel.ask('job.act', { job: id, action: 'change-prompt' });
    await until('the focus', () => panel.focused() > before);
    const { composer } = await panel.ask('start', {});
    assert.deepEqual([composer.draft.prompt, composer.draft.quality], ['A sad kite', 'low']);
  });

  it('what is paid for and has no place is tried again, saved elsewhere, and never paid for twice', async () => {
    const desk = await (await easel()).tools.panel.desk();
    const before = await journal();
    // A file where the folder should be.
    await workspace.fs.writeFile(place('taken'), Buffer.from('a file'));
    await desk.jobs.place(order('A homeless kite', { folder: place('taken') }));
    const failed = await panel.card('the failure', ({ state }) => state === 'failed');
    assert.match(failed.outcome ?? '', /could not be saved in/);
    assert.deepEqual(failed.actions.map(({ action }) => action), ['retry', 'save-as', 'discard', 'show-log']);
    await panel.ask('job.act', { job: failed.id, action: 'retry' });
    await panel.was('another try', ({ stage }) => stage === 'Bringing pictures that are paid for');
    await panel.card('the failure again', ({ state }) => state === 'failed');

    const shown = await answering(
      () => undefined,
      async () => {
        await panel.ask('job.act', { job: failed.id, action: 'discard' });
        await until('the question answered', async () => (await journal()).length > before.length);
      },
    );
    assert.deepEqual(shown.map(({ sentence }) => sentence), ['Discard the picture that is paid for?']);
    assert.equal(panel.cards().length, 1, 'who thinks better of it keeps it');

    await workspace.fs.createDirectory(place('elsewhere'));
    await answering(
      () => undefined,
      async () => {
        await panel.ask('job.act', { job: failed.id, action: 'save-as' });
        await panel.become('no card', (cards) => cards.length === 0);
      },
      { showOpenDialog: async () => [place('elsewhere')] },
    );
    assert.ok(await exists(place('elsewhere/A-homeless-kite.png')));
    assert.equal(paid(gateway), 1);
    assert.deepEqual(await journal(), before);
  });

  it('put away, what is paid for is kept, and the panel says where', async () => {
    const desk = await (await easel()).tools.panel.desk();
    const before = await journal();
    await workspace.fs.writeFile(place('taken'), Buffer.from('a file'));
    await desk.jobs.place(order('A forgotten kite', { folder: place('taken') }));
    const { id } = await panel.card('the failure', ({ state }) => state === 'failed');
    await panel.ask('job.dismiss', { job: id });
    assert.deepEqual(panel.cards(), []);
    assert.equal(panel.said.at(-1), 'What is paid for is kept: run Recover Images to bring it to its place.');
    const left = (await journal()).find((name) => !before.includes(name));
    assert.ok(left);
    const { tools } = await easel();
    const entry = await tools.journal.claim((await tools.journal.free(Date.now())).find(({ name }) => name === left) ?? assert.fail('it is a leftover'));
    await entry?.finish();
  });

  it('of fewer pictures than asked for, the card offers the rest', async () => {
    gateway.faultNext({ kind: 'fewer', count: 1 });
    const desk = await (await easel()).tools.panel.desk();
    const base = order('A lonely kite');
    await desk.jobs.place({ ...base, request: { ...base.request, count: 3 } });
    const done = await panel.card('the note', ({ state }) => state === 'done');
    assert.match(done.outcome ?? '', /^Made A-lonely-kite\.png for/);
    assert.deepEqual(done.notes, ['3 pictures were asked for and 1 came; the charge is what the service counted.']);
    assert.equal(done.actions[0]?.action, 'make-missing');
    assert.match(done.actions[0]?.title ?? '', /^Make the Other 2 \(about .* credits\)$/);
    await Promise.all([1, 2].map(() => panel.ask('job.act', { job: done.id, action: 'make-missing' })));
    await panel.become('no card', (cards) => cards.length === 0);
    assert.deepEqual(gateway.requests.filter(({ kind }) => kind === 'generations').map(({ fields }) => fields['n']), [3, 2]);
    assert.ok(await exists(place('A-lonely-kite-3.png')));
  });

  it('pictures on the way are shown from copies of its own, the newest only, and nothing of them stays', async () => {
    held.set('A slow kite', 900);
    await panel.ask('draft.change', { draft: { partials: 2 } });
    await send('A slow kite');
    await panel.ask('draft.change', { draft: { partials: 0 } });
    await panel.become('no card', (cards) => cards.length === 0 && panel.told().some(({ partial }) => partial !== undefined));
    const { storage } = await easel();
    const partials = new Set(panel.told().flatMap(({ partial }) => partial ?? []));
    assert.equal(partials.size, 2);
    for (const src of partials) {
      assert.ok(src.startsWith(`test:${join(storage, 'panel', 'partials')}`), src);
      await until('no copy', () => !existsSync(src.replace('test:', '')));
    }
    assert.deepEqual(gateway.requests.find(({ kind }) => kind === 'generations')?.fields['partial_images'], 2);
  });

  it('a job of a command has its card while it runs; how it ends is the command\'s to tell', async () => {
    held.set('A kite of a program', 300);
    const made = generate({ prompt: 'A kite of a program', folder: 'panel-jobs' });
    await panel.was('its card', ({ prompt }) => prompt === 'A kite of a program');
    await made;
    await panel.become('no card', (cards) => cards.length === 0);
    await rejection(generate({ prompt: 'A bad kite [fault:moderation]', folder: 'panel-jobs' }));
    await panel.become('no card', (cards) => cards.length === 0);
  });

  it('an edit\'s card shows the image that is edited', async () => {
    held.set('bluer', 600);
    const desk = await (await easel()).tools.panel.desk();
    await desk.jobs.place(order('bluer', { references: [{ uri: place('hero.png'), role: 'image' }] }));
    const card = await panel.was('the image', ({ edits }) => edits !== undefined);
    assert.ok(existsSync((card.edits ?? '').replace('test:', '')));
    await panel.become('no card', (cards) => cards.length === 0);
  });

  it('the same order twice in a moment is placed once', async () => {
    held.set('twin', 200);
    const desk = await (await easel()).tools.panel.desk();
    const both = await Promise.allSettled([desk.jobs.place(order('twin')), desk.jobs.place(order('twin'))]);
    assert.deepEqual(both.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
    await panel.become('no card', (cards) => cards.length === 0);
    assert.equal(paid(gateway), 1);
  });

  describe('while nobody sees the panel', () => {
    /** Places an order unseen, and gathers the messages until the job is over and they are answered. */
    const unseen = async (prompt: string, answer: (title: readonly string[]) => string | undefined, until_: (cards: readonly JobCard[]) => boolean) => {
      const desk = await (await easel()).tools.panel.desk();
      panel.see(false);
      return answering(
        ({ titles }) => answer(titles),
        async () => {
          await desk.jobs.place(order(prompt));
          await panel.was('its card', ({ prompt: asked }) => asked === prompt);
          await panel.become('the end', until_);
        },
      );
    };

    it('a message tells what was made', async () => {
      held.set('unseen one', 200);
      const [shown] = await unseen('unseen one', () => undefined, (cards) => cards.length === 0);
      assert.match(shown?.sentence ?? '', /^Made unseen-one\.png for/);
      assert.deepEqual(shown?.titles, ['Open', 'Reveal in Explorer', 'Copy Path']);
    });

    it('a message tells of a failure, and its button is the card\'s', async () => {
      gateway.faultNext('server-error');
      held.set('unseen two', 200);
      let asked = 0;
      const shown = await unseen('unseen two', (titles) => (titles.includes('Try Again') && (asked += 1) === 1 ? 'Try Again' : undefined), (cards) => asked > 0 && cards.length === 0);
      assert.match(shown[0]?.sentence ?? '', /^The service broke down/);
      assert.match(shown[1]?.sentence ?? '', /^Made unseen-two\.png/);
      assert.equal(paid(gateway), 2);
    });

    it('a message that is out of date does nothing again', async () => {
      gateway.faultNext('server-error');
      held.set('unseen three', 200);
      const desk = await (await easel()).tools.panel.desk();
      panel.see(false);
      let release: (() => void) | undefined;
      const waiting = new Promise<void>((resolve) => (release = resolve));
      await answering(
        async ({ titles }) => {
          if (!titles.includes('Try Again')) return undefined;
          await waiting;
          return 'Try Again';
        },
        async () => {
          await desk.jobs.place(order('unseen three'));
          const { id } = await panel.card('the failure', ({ state }) => state === 'failed');
          panel.see(true);
          await panel.ask('job.act', { job: id, action: 'retry' });
          await panel.become('no card', (cards) => cards.length === 0);
          release?.();
        },
      );
      assert.equal(paid(gateway), 2);
    });
  });
});
