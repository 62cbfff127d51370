import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands, Uri, workspace } from 'vscode';
import { followFiles } from '../../../src/editor/panel/galleryFiles.ts';
import { workspaceId } from '../../../src/editor/workspaceId.ts';
import { openMadeLog } from '../../../src/gallery/madeLog.ts';
import { imageHeader } from '../../../src/images/format.ts';
import type { Recipe } from '../../../src/images/recipe.ts';
import { readPicture, writeWithRecipe } from '../../../src/jobs/recipeFile.ts';
import type { GalleryFilter, GalleryListing, GalleryPicture, GalleryRequest } from '../../../src/protocol/panel.ts';
import type { CommandResult } from '../../../src/editor/result.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import { memoryFilesSlowAtFirst } from '../memoryFiles.ts';
import { drawPicture } from '../pictures.ts';
import { configure, easel, generate, openGateway, root, until } from '../support.ts';
import { openFakePanel, type FakePanel } from './fakePanel.ts';

const everything: GalleryFilter = { text: '', folder: '', model: '', since: '' };

describe('the gallery', () => {
  let gateway: Gateway;
  let panel: FakePanel;
  const folder = `gallery-${randomUUID().slice(0, 8)}`;
  const at = (...names: readonly string[]): Uri => Uri.joinPath(root(), folder, ...names);

  before(async () => {
    gateway = await openGateway();
    await configure('easel.openPictures', false);
    await workspace.fs.createDirectory(at());
    panel = await openFakePanel();
  });
  afterEach(() => assert.deepEqual(panel.dropped, []));
  after(async () => {
    panel.dispose();
    await workspace.fs.delete(at(), { recursive: true });
    await configure('easel.openPictures', undefined);
    await configure('easel.baseUrl', undefined);
    await gateway.close();
  });

  const list = (filter: Partial<GalleryFilter> = {}): Promise<GalleryListing> => panel.ask('gallery.list', { ...everything, folder, ...filter });
  const details = async (...requests: readonly string[]): Promise<readonly GalleryRequest[]> => (await panel.ask('gallery.details', { requests: [...requests] })).requests;
  const all = async (filter: Partial<GalleryFilter> = {}): Promise<readonly GalleryRequest[]> => details(...(await list(filter)).requests.map(([id]) => id));
  /** What a call made, with the id of its job, which is in the recipe of each picture. */
  const withJob = async (call: Thenable<CommandResult>): Promise<CommandResult & { readonly job: string }> => {
    const result = await call;
    const { recipe } = await readPicture(result.assets[0]?.uri.fsPath ?? '');
    assert.ok(recipe);
    return { ...result, job: recipe.job };
  };
  const make = (prompt: string, where: string, more: object = {}): Promise<CommandResult & { readonly job: string }> => withJob(generate({ prompt, folder: at(where), ...more }));
  const edit = (image: Uri | undefined, prompt: string, more: object = {}): Promise<CommandResult & { readonly job: string }> => withJob(commands.executeCommand<CommandResult>('easel.edit', { images: [image], prompt, ...more }));
  /** Waits until the pictures of a folder are those with these file names. */
  const untilNamed = (where: string, ...names: readonly string[]): Promise<void> =>
    until(`${where} to have ${names.join(', ')}`, async () => {
      const found = (await all({ folder: `${folder}/${where}` })).flatMap(({ pictures }) => pictures.map(({ name }) => name));
      return found.toSorted().join() === names.toSorted().join();
    });
  const plain: Recipe = { version: 1, job: randomUUID(), picture: 1, prompt: 'From elsewhere', model: 'gpt-image-1.5', size: 'auto', quality: 'auto', count: 1, service: 'Elsewhere', date: '2024-02-03T04:05:06Z' };

  /** Puts a picture with a recipe at a place, as a clone or a copy does. */
  async function bring(uri: Uri, recipe: Recipe, width = 640, height = 400): Promise<void> {
    const [drawn, written] = [join(tmpdir(), `easel-gallery-${randomUUID()}`), join(tmpdir(), `easel-gallery-${randomUUID()}`)];
    await writeFile(drawn, await drawPicture(width, height, 'png'));
    try {
      assert.equal(await writeWithRecipe(drawn, written, 'png', recipe), true);
      await workspace.fs.writeFile(uri, await readFile(written));
    } finally {
      await Promise.all([drawn, written].map((file) => rm(file, { force: true })));
    }
  }

  it('lists what was made as a conversation, the newest first', async () => {
    const first = await make('A lighthouse', 'talk', { name: 'tower', count: 2, quality: 'low', size: '1024x1024' });
    const between = await make('A boat', 'talk', { name: 'boat' });
    const edited = await edit(first.assets[1]?.uri, 'At night');
    const again = await edit(edited.assets[0]?.uri, 'With rain');
    const listing = await list({ folder: `${folder}/talk` });
    assert.deepEqual(listing.requests, [
      [again.job, first.job, 1],
      [edited.job, first.job, 1],
      [first.job, first.job, 2],
      [between.job, between.job, 1],
    ]);
    assert.equal(listing.shown, 5);
    assert.ok(listing.total >= 5);
    assert.ok(listing.folders.includes(`${folder}/talk`));
    assert.ok(listing.models.includes('gpt-image-2'));

    const [last, middle, start] = await details(again.job, edited.job, first.job);
    assert.deepEqual(last?.from, [{ name: `${folder}/talk/tower-2-edit.png`, role: 'image', picture: `${edited.job}/1` }]);
    assert.deepEqual(middle?.from.map(({ picture }) => picture), [`${first.job}/2`]);
    assert.equal(start?.prompt, 'A lighthouse');
    assert.match(start?.about ?? '', /^gpt-image-2 · 1024\u{A0}×\u{A0}1024 · low\u{A0}quality · [\d.,]+\u{A0}credits$/u);
    assert.match(start?.time ?? '', /\d/);
    assert.deepEqual(start?.pictures.map(({ thumb: _thumb, bytes, ...rest }) => [rest, bytes > 0]), [1, 2].map((number) => [{ id: `${first.job}/${number}`, name: `tower${number === 1 ? '' : '-2'}.png`, folder: `${folder}/talk`, width: 1024, height: 1024, format: 'PNG', state: 'there' }, true]));
    const { gallery } = await (await easel()).tools.panel.desk();
    assert.equal(gallery.fileOf(`${first.job}/2`)?.toString(), at('talk', 'tower-2.png').toString());
    assert.equal(gallery.recipeOf(`${first.job}/2`)?.prompt, 'A lighthouse');
    assert.equal(gallery.fileOf('nobody/1'), undefined);
  });

  it('answers nothing for requests that it does not know', async () => {
    assert.deepEqual(await details('nobody', '../..', 'constructor'), []);
  });

  it('is filtered by words, folder, model and time', async () => {
    await make('一只 Red Panda 在竹林里', 'filter/deep', { name: 'animal' });
    await bring(at('filter', 'old.png'), plain);
    await untilNamed('filter', 'animal.png', 'old.png');
    const names = async (filter: Partial<GalleryFilter>): Promise<readonly string[]> => (await all({ folder: `${folder}/filter`, ...filter })).flatMap(({ pictures }) => pictures.map(({ name }) => name));
    assert.deepEqual(await names({ text: 'panda 竹林' }), ['animal.png']);
    assert.deepEqual(await names({ text: 'RED ANIMAL.png' }), ['animal.png']);
    assert.deepEqual(await names({ text: 'panda elsewhere' }), []);
    assert.deepEqual(await names({ folder: `${folder}/filter/deep` }), ['animal.png']);
    assert.deepEqual(await names({ folder: `${folder}/fil` }), []);
    assert.deepEqual(await names({ model: 'gpt-image-1.5' }), ['old.png']);
    assert.deepEqual(await names({ since: 'month' }), ['animal.png']);
    assert.deepEqual(await names({ since: '' }), ['animal.png', 'old.png']);
  });

  it('finds pictures that came from elsewhere, and follows them when they are moved or deleted', async () => {
    const job = randomUUID();
    const before = panel.told('gallery.changed').length;
    await bring(at('moved', 'found.png'), { ...plain, job });
    await untilNamed('moved', 'found.png');
    await until('the panel to be told', () => panel.told('gallery.changed').length > before);
    const [request] = await all({ folder: `${folder}/moved` });
    assert.deepEqual([request?.id, request?.pictures[0]?.id, request?.pictures[0]?.width, request?.about], [job, `${job}/1`, 640, 'gpt-image-1.5']);

    await workspace.fs.rename(at('moved', 'found.png'), at('moved', 'renamed.png'));
    await untilNamed('moved', 'renamed.png');
    const { gallery } = await (await easel()).tools.panel.desk();
    assert.equal(gallery.fileOf(`${job}/1`)?.toString(), at('moved', 'renamed.png').toString());

    await workspace.fs.copy(at('moved', 'renamed.png'), at('moved', 'copy.png'));
    await workspace.fs.delete(at('moved', 'renamed.png'));
    await untilNamed('moved', 'copy.png');

    await workspace.fs.delete(at('moved'), { recursive: true });
    await untilNamed('moved');
    assert.equal(gallery.fileOf(`${job}/1`), undefined);
  });

  it('keeps a thread together over pictures that were deleted', async () => {
    const first = await make('A cat', 'gaps', { name: 'cat' });
    const second = await edit(first.assets[0]?.uri, 'A fat cat');
    const third = await edit(second.assets[0]?.uri, 'A flat cat');
    await workspace.fs.delete(at('gaps', 'cat-edit.png'));
    await untilNamed('gaps', 'cat.png', 'cat-edit-2.png');
    assert.deepEqual((await list({ folder: `${folder}/gaps` })).requests, [
      [third.job, first.job, 1],
      [first.job, first.job, 1],
    ]);
    assert.deepEqual((await details(third.job))[0]?.from, [{ name: `${folder}/gaps/cat-edit.png`, role: 'image' }]);
    assert.deepEqual(await details(second.job), []);
  });

  it('shows which picture a file is after it was replaced, and after that was undone', async () => {
    const first = await make('A hat', 'replaced', { name: 'hat' });
    const second = await edit(first.assets[0]?.uri, 'A red hat', { replace: true });
    await until('the first to be gone', async () => (await list({ folder: `${folder}/replaced` })).shown === 1);
    const [request] = await all({ folder: `${folder}/replaced` });
    assert.deepEqual([request?.id, request?.pictures.map(({ name, state }) => [name, state])], [second.job, [['hat.png', 'replaced']]]);
    await commands.executeCommand('easel.undoReplace', at('replaced', 'hat.png'));
    await until('the first to be back', async () => (await list({ folder: `${folder}/replaced` })).requests[0]?.[0] === first.job);
    assert.equal((await list({ folder: `${folder}/replaced` })).shown, 1);
  });

  it('knows what was made without a recipe in its file, and hears of what another window adds', async () => {
    await configure('easel.recipe', false);
    try {
      await generate({ prompt: 'A secret', folder: at('quiet'), name: 'quiet' });
      await untilNamed('quiet', 'quiet.png');
      assert.deepEqual((await all({ folder: `${folder}/quiet` })).map(({ prompt }) => prompt), ['A secret']);
    } finally {
      await configure('easel.recipe', undefined);
    }
    const bytes = await drawPicture(32, 32, 'png');
    await workspace.fs.writeFile(at('quiet', 'other.png'), bytes);
    const before = panel.told('gallery.changed').length;
    const { storage } = await easel();
    const job = randomUUID();
    await openMadeLog(join(storage, 'made')).add(workspaceId(), { version: 1, uri: at('quiet', 'other.png').toString(), header: { format: 'png', width: 32, height: 32, alpha: false }, bytes: bytes.length, recipe: { ...plain, job } });
    await until('the panel to be told', () => panel.told('gallery.changed').length > before);
    await untilNamed('quiet', 'quiet.png', 'other.png');
  });

  it('makes each small picture once', async () => {
    const { tools } = await easel();
    const pixels = await tools.pixels();
    const made: string[] = [];
    // Those of other tests may still be under way.
    const ours = (): number => made.filter((file) => file.includes(`/${folder}/small/`)).length;
    const counted = { ...pixels, resize: (...args: Parameters<typeof pixels.resize>) => (made.push(args[0]), pixels.resize(...args)) };
    const plainPixels = tools.pixels;
    Object.assign(tools, { pixels: () => Promise.resolve(counted) });
    try {
      const jobs = [randomUUID(), randomUUID(), randomUUID()] as const;
      await bring(at('small', 'wide.png'), { ...plain, job: jobs[0] }, 800, 200);
      await bring(at('small', 'tall.png'), { ...plain, job: jobs[1] }, 300, 900);
      await bring(at('small', 'tiny.png'), { ...plain, job: jobs[2] }, 20, 10);
      const pictures = async (): Promise<readonly GalleryPicture[]> => (await all({ folder: `${folder}/small` })).flatMap((request) => request.pictures);
      await untilNamed('small', 'wide.png', 'tall.png', 'tiny.png');
      await Promise.all([pictures(), pictures(), pictures()]);
      await until('small pictures', async () => (await pictures()).every(({ thumb }) => thumb !== undefined));
      const told = panel.told('thumb').filter(({ of }) => jobs.some((job) => of === `${job}/1`));
      const sizes: (readonly number[])[] = [];
      for (const { id, thumb = '' } of await pictures()) {
        assert.ok(told.some(({ of, src }) => of === id && src === thumb), 'the panel was told of it');
        const header = imageHeader(await readFile(thumb.slice('test:'.length)));
        assert.equal(header?.format, 'webp');
        sizes.push([header.width, header.height]);
      }
      assert.deepEqual(sizes.toSorted((a, b) => (b[0] ?? 0) - (a[0] ?? 0)), [[320, 80], [107, 320], [20, 10]]);
      assert.equal(ours(), 3, 'each once');
      // A file that changes gets another one.
      await bring(at('small', 'tiny.png'), { ...plain, job: jobs[2] }, 40, 10);
      await until('the new small picture', async () => (await pictures()).some(({ width, thumb }) => width === 40 && thumb !== undefined));
      assert.equal(ours(), 4);
    } finally {
      Object.assign(tools, { pixels: plainPixels });
    }
  });

  it('does not trust what recipes of anybody say', async () => {
    await bring(at('hostile', 'a.png'), { ...plain, job: `../../${'x'.repeat(3000)}`, prompt: '<img src=x onerror=alert(1)>' });
    await bring(at('hostile', 'b.png'), { ...plain, job: 'constructor', date: '9999-99-99T99:99:99Z' });
    await bring(at('hostile', 'c.png'), { ...plain, job: '__proto__', references: [{ role: 'image', name: `${folder}/hostile/c.png`, sha256: '0'.repeat(64) }] });
    await untilNamed('hostile', 'a.png', 'c.png');
    for (const { id, pictures } of await all({ folder: `${folder}/hostile` })) {
      assert.ok(id.length <= 100);
      assert.equal(pictures[0]?.id, `${id}/1`);
    }
  });

  it('looks through a folder that comes up as a whole', async () => {
    const elsewhere = join(tmpdir(), `easel-gallery-${randomUUID()}`);
    await bring(Uri.file(join(elsewhere, 'deep', 'moved-in.png')), { ...plain, job: randomUUID() });
    // As a checkout, an unpacked archive or another program does it: of what is in it nothing is told.
    await rename(elsewhere, at('came').fsPath);
    await untilNamed('came/deep', 'moved-in.png');
  });

  it('leaves alone what the user has excluded', async () => {
    await mkdir(at('node_modules', 'x').fsPath, { recursive: true });
    await bring(at('seen.png'), { ...plain, job: randomUUID() });
    await bring(at('node_modules', 'x', 'hidden.png'), { ...plain, job: randomUUID() });
    await until('the other one', async () => (await list({ text: 'seen.png' })).shown === 1);
  });

  it('knows a file as it was when it was looked at last, also where an earlier look takes longer', async () => {
    const { provider, reads, release } = memoryFilesSlowAtFirst();
    const registered = workspace.registerFileSystemProvider('easel-slow', provider, { isCaseSensitive: true });
    const told: string[] = [];
    const files = followFiles(new Map(), (changes) => told.push(...changes.map(({ uri }) => uri)), (await easel()).tools.log);
    try {
      const picture = Uri.parse('easel-slow:/picture.png');
      const write = async (side: number): Promise<void> => provider.writeFile(picture, await drawPicture(side, side, 'png'), { create: true, overwrite: true });
      await write(30);
      const early = files.look([picture.toString()]);
      await until('the file being read', () => reads() === 1);
      await write(50);
      await files.look([picture.toString()]);
      release();
      await early;
      const found = files.known.get(picture.toString());
      assert.equal(found !== 'gone' && found?.header?.width, 50);
      assert.deepEqual(told, [picture.toString()], 'once: nothing else was learnt');
    } finally {
      release();
      files.dispose();
      registered.dispose();
    }
  });
});
