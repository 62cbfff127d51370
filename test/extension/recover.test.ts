import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commands, Uri, workspace } from 'vscode';
import { recoverAndTell } from '../../src/editor/recovery.ts';
import type { CommandResult } from '../../src/editor/result.ts';
import { ratesOpenAiHk } from '../../src/images/price.ts';
import { openJournal, type JournalLine, type Sending } from '../../src/jobs/journal.ts';
import { readRecipe } from '../../src/jobs/recipeFile.ts';
import { leftovers } from '../../src/jobs/recovery.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { drawPicture } from './pictures.ts';
import { watchMessages, type Watching } from './placing.ts';
import { configure, easel, generate, openGateway, paid, root } from './support.ts';

const recoverAll = (): Thenable<readonly CommandResult[]> => commands.executeCommand<readonly CommandResult[]>('easel.recoverImages', { all: true });

describe('easel.recoverImages as an API', () => {
  let gateway: Gateway;
  const older = new Set<string>();
  const place = (): Uri => Uri.joinPath(root(), 'recovered');
  const names = async (): Promise<string[]> => (await readdir(place().fsPath)).toSorted();
  before(async () => {
    gateway = await openGateway();
    await configure('easel.openPictures', false);
    await recoverAll();
    for (const name of await kept()) older.add(name);
  });
  afterEach(() => gateway.clear());
  after(async () => {
    await workspace.fs.delete(place(), { recursive: true });
    await configure('easel.openPictures', undefined);
    await configure('easel.baseUrl', undefined);
    await gateway.close();
  });

  const sending = (over: Partial<Sending> = {}): Sending => ({
    event: 'sending',
    version: 1,
    time: new Date(Date.now() - 60_000).toISOString(),
    job: randomUUID(),
    origin: gateway.origin,
    service: 'openai-hk',
    workspace: '',
    label: 'OpenAI-HK',
    destination: { folder: place().toString(), name: 'cat', recipe: true },
    request: { prompt: 'a cat', model: 'gpt-image-2', size: '64x48', quality: 'low', count: 1 },
    rates: ratesOpenAiHk,
    ...over,
  });

  /** Leaves a job behind, as a window does that ends. */
  async function leave(first: Sending, lines: readonly JournalLine[], pictures: readonly Buffer[]): Promise<void> {
    const { storage } = await easel();
    const journal = openJournal(join(storage, 'journal'));
    const entry = await journal.begin(first);
    for (const [index, bytes] of pictures.entries()) await writeFile(entry.landing.pictureFile(index), bytes);
    for (const line of lines) await entry.note(line);
    entry.release();
    await journal.close();
  }

  /** What the journal has beyond what other tests left in it. */
  const kept = async (): Promise<string[]> => (await readdir(join((await easel()).storage, 'journal'))).filter((name) => !name.endsWith('.door') && !older.has(name));
  const chargesOf = async (job: string) => (await (await easel()).tools.ledger.read()).filter((charge) => charge.job === job);

  it('saves what interrupted jobs left to its place, with its recipe, and enters the charge once', async () => {
    const first = sending();
    const picture = await drawPicture(64, 48, 'png');
    await leave(first, [{ event: 'usage', usage: { textIn: 6, imageIn: 0, imageOut: 275 } }], [picture]);
    const [result, ...others] = await recoverAll();
    assert.deepEqual(others, []);
    assert.deepEqual(result?.assets.map(({ uri }) => uri.toString()), [Uri.joinPath(place(), 'cat.png').toString()]);
    assert.deepEqual([result.charge.amount, result.charge.measured, result.notes], [783.13, true, []]);
    const recipe = await readRecipe(Uri.joinPath(place(), 'cat.png').fsPath);
    assert.deepEqual([recipe?.job, recipe?.prompt, recipe?.picture, recipe?.date], [first.job, 'a cat', 1, first.time]);
    assert.equal((await chargesOf(first.job)).length, 1);
    assert.deepEqual(await kept(), []);
    assert.equal(paid(gateway), 0, 'nothing is asked for again');

    // The same once more, as if the window had been killed when the picture was in its place and nobody had written that down.
    await leave(first, [{ event: 'usage', usage: { textIn: 6, imageIn: 0, imageOut: 275 } }], [picture]);
    const [again] = await recoverAll();
    assert.deepEqual(again?.assets.map(({ uri }) => uri.path.replace(/^.*\//, '')), ['cat.png']);
    assert.deepEqual(await names(), ['cat.png'], 'no second copy');
    assert.equal((await chargesOf(first.job)).length, 1);
    assert.deepEqual(await kept(), []);
  });

  describe('of fewer pictures than asked for', () => {
    const usage: JournalLine = { event: 'usage', usage: { textIn: 6, imageIn: 0, imageOut: 275 } };
    /** Brings one leftover home as a person does, who takes whatever makes the others. */
    async function recoverOne(first: Sending): Promise<Watching> {
      const { tools } = await easel();
      await leave(first, [usage], [await drawPicture(64, 48, 'png')]);
      const found = (await leftovers(tools.journal, new Date())).filter(({ job }) => job === first.job);
      assert.equal(found.length, 1);
      const watching = watchMessages(({ titles }) => titles.find((title) => title.startsWith('Make the Other')));
      await recoverAndTell(found, tools).finally(() => watching.stop());
      return watching;
    }
    const request = (count: number): Sending['request'] => ({ prompt: 'a flock', model: 'gpt-image-2', size: '1024x1024', quality: 'low', count });

    it('the rest is one click away, with what it costs', async () => {
      const { messages } = await recoverOne(sending({ request: request(3), destination: { folder: place().toString(), name: 'flock', recipe: true } }));
      const [told] = messages;
      assert.match(told?.sentence ?? '', /3 pictures were asked for and 1 came/);
      assert.match(told?.titles[0] ?? '', /^Make the Other 2 \(about .* credits\)$/);
      assert.equal(paid(gateway), 1);
      assert.deepEqual(gateway.requests.map(({ fields }) => fields['n']).filter((n) => n !== undefined), [2]);
      assert.ok((await names()).includes('flock-3.png'));
    });

    it('of an edit too, with the same files, and not where they have changed', async () => {
      const image = await drawPicture(1024, 1024, 'png');
      const hero = Uri.joinPath(place(), 'hero.png');
      await workspace.fs.writeFile(hero, image);
      const edit = (): Sending =>
        sending({
          request: request(2),
          destination: { folder: place().toString(), name: 'hero-edit', recipe: true },
          references: [{ role: 'image', name: workspace.asRelativePath(hero), sha256: createHash('sha256').update(image).digest('hex') }],
          imageSizes: [{ width: 1024, height: 1024 }],
        });
      await recoverOne(edit());
      const [sent, ...others] = gateway.requests.filter(({ kind }) => kind === 'edits');
      assert.deepEqual([sent?.fields['n'], sent?.files[0]?.bytes, others.length], ['1', image.length, 0]);
      gateway.clear();
      await workspace.fs.writeFile(hero, await drawPicture(512, 512, 'png'));
      const { messages } = await recoverOne(edit());
      assert.deepEqual(messages[0]?.titles, ['Open', 'Reveal in Explorer', 'Show Log']);
      assert.equal(paid(gateway), 0);
    });

    it('is not offered where the settings name another service', async () => {
      const { messages } = await recoverOne(sending({ request: request(3), origin: 'https://elsewhere.example' }));
      assert.equal(messages[0]?.titles.some((title) => title.startsWith('Make')), false);
      assert.equal(paid(gateway), 0);
    });
  });

  it('leaves alone what runs in this window', async () => {
    gateway.faultNext('no-answer');
    const running = generate({ prompt: 'a dog', folder: 'recovered', name: 'dog', size: '1024x1024' });
    await gateway.waitFor(({ bodyRead }) => bodyRead);
    assert.deepEqual(await recoverAll(), []);
    assert.equal((await kept()).length, 1);
    (await easel()).tools.board.running[0]?.cancel();
    await assert.rejects(Promise.resolve(running), { code: 'cancelled' });
    assert.deepEqual(await recoverAll(), [], 'there is nothing to save of an answer that is unknown');
    assert.equal((await kept()).length, 1, 'and it is not forgotten');
  });

  it('keeps what cannot be saved, says why, and saves it when it can', async () => {
    const taken = Uri.joinPath(place(), 'taken');
    const first = sending({ destination: { folder: taken.toString(), name: 'bird', recipe: false } });
    await workspace.fs.writeFile(taken, Buffer.from('no folder'));
    await leave(first, [], [await drawPicture(64, 48, 'webp')]);
    const [result] = await recoverAll();
    assert.equal(result?.assets.length, 0);
    assert.match(result.notes.join(), /could not be saved in recovered\/taken/);
    await workspace.fs.delete(taken);
    const [later] = await recoverAll();
    assert.deepEqual(later?.assets.map(({ uri, format }) => [uri.path.replace(/^.*\//, ''), format]), [['bird.webp', 'webp']]);
    assert.equal((await chargesOf(first.job)).length, 1);
  });
});
