import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { Uri, commands, workspace } from 'vscode';
import type { CommandTools } from '../../src/editor/commands/command.ts';
import { placer } from '../../src/editor/files/place.ts';
import { hashOf, newestReplacement, replaceFile, undoReplacement } from '../../src/editor/files/replace.ts';
import type { CommandResult } from '../../src/editor/result.ts';
import { FailureError } from '../../src/images/failure.ts';
import { imageHeader } from '../../src/images/format.ts';
import type { Recipe } from '../../src/images/recipe.ts';
import type { Destination, Placed } from '../../src/jobs/job.ts';
import { openOriginals, sha256Of } from '../../src/jobs/originals.ts';
import { readRecipe } from '../../src/jobs/recipeFile.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { memoryFiles } from './memoryFiles.ts';
import { drawPicture } from './pictures.ts';
import { configure, easel, openGateway, rejection, root } from './support.ts';

const recipe: Recipe = {
  version: 1,
  job: 'job-1',
  picture: 1,
  prompt: 'At night',
  model: 'gpt-image-2',
  size: 'auto',
  quality: 'low',
  count: 1,
  service: 'OpenAI-HK',
  date: '2026-01-01T00:00:00.000Z',
};

async function colourAt(file: string, x: number, y: number): Promise<readonly number[]> {
  const image = await loadImage(await readFile(file));
  const context = createCanvas(image.width, image.height).getContext('2d');
  context.drawImage(image, 0, 0);
  return [...context.getImageData(x, y, 1, 1).data.subarray(0, 3)];
}

describe('placing and replacing', () => {
  let tools: CommandTools;
  let folder = '';
  let places = 0;
  before(async () => {
    ({ tools } = await easel());
    folder = await mkdtemp(join(tmpdir(), 'easel-replace-'));
  });
  after(() => rm(folder, { recursive: true }));

  const headerOf = async (file: string) => imageHeader(await readFile(file));

  /** A folder with `hero.png` (1000 × 700), and a picture that came for it (1008 × 704). */
  async function prepare(format: 'png' | 'jpeg' | 'webp' = 'png') {
    const place = join(folder, String((places += 1)));
    await mkdir(join(place, 'journal'), { recursive: true });
    const hero = join(place, 'hero.png');
    const original = await drawPicture(1000, 700, 'png');
    await writeFile(hero, original);
    const file = join(place, 'journal', 'picture-1');
    await writeFile(file, await drawPicture(1008, 704, format));
    const header = await headerOf(file);
    assert.ok(header);
    const destination: Destination = { folder: Uri.file(place).toString(), name: 'hero-edit', replaces: Uri.file(hero).toString(), exact: { width: 1000, height: 700 }, recipe: true };
    const made: Recipe = { ...recipe, references: [{ role: 'image', name: 'hero.png', sha256: await sha256Of(hero) }] };
    const save = (over: Partial<Destination> = {}, { recipe: other = made, tools: others = tools, elsewhere = undefined as Uri | undefined } = {}): Promise<Placed> =>
      placer(others, elsewhere)({ index: 0, file, header, bytes: 1 }, { ...destination, ...over }, other);
    return { place, hero, heroUri: Uri.file(hero), original, file, save, names: async () => (await readdir(place)).filter((name) => name !== 'journal').toSorted() };
  }

  it('replaces a file with exactly its pixels and the recipe in it; undone, it is back byte for byte', async () => {
    const { hero, heroUri, original, file, save, names } = await prepare();
    await chmod(hero, 0o640);
    const came = await readFile(file);
    const placed = await save();
    assert.equal(placed.uri, heroUri.toString());
    const header = await headerOf(hero);
    assert.deepEqual([header?.format, header?.width, header?.height], ['png', 1000, 700]);
    assert.deepEqual([placed.header, placed.bytes], [header, (await stat(hero)).size]);
    assert.deepEqual(placed.notes, ['Brought from 1008 × 704 to 1000 × 700.']);
    assert.equal((await readRecipe(hero))?.prompt, 'At night');
    assert.equal((await stat(hero)).mode & 0o777, 0o640);
    assert.deepEqual(await names(), ['hero.png'], 'nothing beside it');
    assert.deepEqual(await readFile(file), came, "the journal's file stays");
    const kept = await newestReplacement(heroUri, tools);
    assert.equal(kept?.id, placed.replacement);

    const edited = await readFile(hero);
    await commands.executeCommand('easel.undoReplace', heroUri);
    assert.deepEqual(await readFile(hero), original);
    assert.equal((await stat(hero)).mode & 0o777, 0o640);
    assert.equal(await newestReplacement(heroUri, tools), undefined);

    // The undo can be undone, and that too.
    const undone = (await openOriginals(tools.originals).list()).find(({ uri }) => uri === heroUri.toString());
    assert.ok(undone?.kind === 'undo' && (await undoReplacement(undone.id, tools)));
    assert.deepEqual(await readFile(hero), edited);
    await commands.executeCommand('easel.undoReplace', heroUri);
    assert.deepEqual(await readFile(hero), original);
  });

  it('brings another shape to the exact pixels too, by cropping', async () => {
    const { hero, save } = await prepare();
    const placed = await save({ exact: { width: 700, height: 700 } });
    const header = await headerOf(hero);
    assert.deepEqual([header?.width, header?.height], [700, 700]);
    assert.deepEqual(placed.notes, ['Brought from 1008 × 704 to 700 × 700.']);
    // The yellow middle would begin at 175 if the picture were squeezed together.
    assert.deepEqual(await colourAt(hero, 120, 350), [255, 209, 102]);
  });

  it('writes the format that the name of the replaced file promises', async () => {
    const { hero, save } = await prepare('webp');
    const placed = await save({ exact: { width: 1008, height: 704 } });
    assert.equal((await headerOf(hero))?.format, 'png');
    assert.equal(placed.header.format, 'png');
    assert.equal(placed.notes, undefined);
    assert.equal((await readRecipe(hero))?.job, 'job-1');
  });

  it('several replacements are undone one after the other', async () => {
    const { hero, heroUri, original, save } = await prepare();
    await save();
    const first = await readFile(hero);
    await save({}, { recipe: { ...recipe, job: 'job-2', references: [{ role: 'image', name: 'hero.png', sha256: await sha256Of(hero) }] } });
    assert.notDeepEqual(await readFile(hero), first);
    await commands.executeCommand('easel.undoReplace', heroUri);
    assert.deepEqual(await readFile(hero), first);
    await commands.executeCommand('easel.undoReplace', heroUri);
    assert.deepEqual(await readFile(hero), original);
  });

  it('a file that changed since the edit was ordered is not replaced', async () => {
    const { hero, save, names } = await prepare();
    await writeFile(hero, 'other work');
    const before = (await openOriginals(tools.originals).list()).length;
    const placed = await save();
    assert.match(placed.uri, /hero-edit\.png$/);
    assert.match(placed.notes?.at(-1) ?? '', /hero\.png was changed meanwhile/);
    assert.equal(await readFile(hero, 'utf8'), 'other work');
    assert.deepEqual(await names(), ['hero-edit.png', 'hero.png']);
    assert.equal((await openOriginals(tools.originals).list()).length, before, 'nothing is kept for nothing');
  });

  it('a file that is gone is not replaced either', async () => {
    const { hero, save, names } = await prepare();
    await rm(hero);
    const placed = await save();
    assert.match(placed.notes?.at(-1) ?? '', /hero\.png is not there any more/);
    assert.deepEqual(await names(), ['hero-edit.png']);
  });

  it('a picture whose pixels cannot be brought anywhere is placed as it came', async () => {
    const broken = { ...tools, pixels: () => Promise.reject(new Error('no codecs')) };
    const same = await prepare();
    const placed = await same.save({}, { tools: broken });
    assert.equal(placed.uri, same.heroUri.toString());
    assert.deepEqual([placed.header.width, placed.header.height], [1008, 704]);
    assert.deepEqual(placed.notes, ['It could not be brought to 1000 × 700 and is 1008 × 704.']);

    const other = await prepare('webp');
    const beside = await other.save({}, { tools: broken });
    assert.match(beside.uri, /hero-edit\.webp$/);
    assert.equal(beside.notes?.length, 2);
    assert.deepEqual(await readFile(other.hero), other.original);
    assert.equal((await readRecipe(Uri.parse(beside.uri).fsPath))?.picture, 1);
  });

  it('saved elsewhere, nothing is replaced', async () => {
    const { place, hero, original, save } = await prepare();
    const placed = await save({}, { elsewhere: Uri.file(join(place, 'elsewhere')) });
    assert.match(placed.uri, /elsewhere\/hero-edit\.png$/);
    assert.equal(placed.replacement, undefined);
    assert.deepEqual(await readFile(hero), original);
  });

  it('asked again for what it placed before a crash, it finds it there', async () => {
    const { hero, save, names } = await prepare();
    const replaced = await save();
    const bytes = await readFile(hero);
    const again = await save();
    assert.deepEqual([again.uri, again.replacement], [replaced.uri, replaced.replacement]);
    assert.deepEqual(await readFile(hero), bytes);
    assert.deepEqual(await names(), ['hero.png']);

    for (const withRecipe of [true, false]) {
      const beside = await prepare();
      const { replaces: _replaces, ...destination } = { folder: Uri.file(beside.place).toString(), name: `cat-${withRecipe}`, replaces: '', recipe: withRecipe };
      const header = await headerOf(beside.file);
      assert.ok(header);
      const picture = { index: 0, file: beside.file, header, bytes: 1 };
      const first = await placer(tools)(picture, destination, recipe);
      assert.equal((await placer(tools)(picture, destination, recipe)).uri, first.uri);
      // The second picture of a job is another one, however alike it is.
      const both = placer(tools);
      const alike = [await both(picture, destination, recipe), await both({ ...picture, index: 1 }, destination, { ...recipe, picture: 2 })];
      assert.equal(new Set(alike.map(({ uri }) => uri)).size, 2);
      // And what was there before the request was sent cannot be what it made.
      const later = await placer(tools)(picture, destination, { ...recipe, job: 'job-9', date: '2099-01-01T00:00:00.000Z' });
      assert.equal([first.uri, ...alike.map(({ uri }) => uri)].includes(later.uri), false);
    }
  });

  it('a symbolic link stays one: what it points to is replaced', async () => {
    const { place, hero, heroUri, original, file } = await prepare();
    const link = Uri.file(join(place, 'link.png'));
    await symlink(hero, link.fsPath);
    await replaceFile(link, file, tools, { kind: 'replace' });
    assert.equal(await hashOf(heroUri, tools), await sha256Of(file));
    await commands.executeCommand('easel.undoReplace', link);
    assert.deepEqual(await readFile(hero), original);
    assert.deepEqual((await readdir(place)).toSorted(), ['hero.png', 'journal', 'link.png']);
  });

  it('where nothing can be kept, nothing is touched', async () => {
    const { place, hero, original, save } = await prepare();
    const blocked = join(place, 'journal', 'file');
    await writeFile(blocked, '');
    const error = await rejection(save({}, { tools: { ...tools, originals: join(blocked, 'originals') } }));
    assert.ok(error instanceof FailureError && error.failure.code === 'save-failed');
    assert.deepEqual(await readFile(hero), original);
  });

  it('what was changed after it was replaced is not overwritten unasked; what was deleted comes back', async () => {
    const { hero, heroUri, original, save } = await prepare();
    await save();
    await writeFile(hero, 'my own work since');
    // Dialogs answer nothing in this host: as if its user had closed it.
    await commands.executeCommand('easel.undoReplace', heroUri);
    assert.equal(await readFile(hero, 'utf8'), 'my own work since');
    assert.ok(await newestReplacement(heroUri, tools), 'and the original is still kept');
    await rm(hero);
    await commands.executeCommand('easel.undoReplace', heroUri);
    assert.deepEqual(await readFile(hero), original);
  });

  it('replaces and undoes on virtual file systems too', async () => {
    const { file } = await prepare();
    const provider = memoryFiles();
    const registered = workspace.registerFileSystemProvider('easel-virtual', provider, { isCaseSensitive: true });
    try {
      const uri = Uri.parse('easel-virtual:/hero.png');
      const original = await drawPicture(20, 20, 'png');
      await workspace.fs.writeFile(uri, original);
      const expected = await hashOf(uri, tools);
      assert.ok(expected !== undefined);
      assert.deepEqual(await replaceFile(uri, file, tools, { kind: 'replace', expected: 'another' }), { done: false, why: 'changed' });
      assert.equal((await replaceFile(uri, file, tools, { kind: 'replace', expected })).done, true);
      assert.deepEqual(Buffer.from(provider.files.get('/hero.png') ?? []), await readFile(file));
      await commands.executeCommand('easel.undoReplace', uri);
      assert.deepEqual(Buffer.from(provider.files.get('/hero.png') ?? []), original);
      assert.deepEqual(await replaceFile(Uri.parse('easel-virtual:/gone.png'), file, tools, { kind: 'replace' }), { done: false, why: 'gone' });
    } finally {
      registered.dispose();
    }
  });

  it('the scratch folder is left as it was', async () => {
    assert.deepEqual(await readdir(tools.scratch).catch(() => []), []);
  });
});

describe('easel.edit with replace', () => {
  let gateway: Gateway;
  const hero = (): Uri => Uri.joinPath(root(), 'shop', 'hero.png');
  before(async () => {
    gateway = await openGateway();
    await workspace.fs.createDirectory(Uri.joinPath(root(), 'shop'));
    await workspace.fs.writeFile(hero(), await drawPicture(1000, 700, 'png'));
  });
  after(async () => {
    await workspace.fs.delete(Uri.joinPath(root(), 'shop'), { recursive: true });
    await configure('easel.baseUrl', undefined);
    await gateway.close();
  });

  it('puts the result in the file’s place, with its pixels, and Undo Replace brings it back', async () => {
    const before = await readFile(hero().fsPath);
    const result = await commands.executeCommand<CommandResult>('easel.edit', { images: [hero()], prompt: 'At night', replace: true });
    assert.deepEqual(result.assets.map(({ uri, width, height, format }) => [uri.toString(), width, height, format]), [[hero().toString(), 1000, 700, 'png']]);
    assert.ok(result.notes.includes('Brought from 1008 × 704 to 1000 × 700.'), result.notes.join(' | '));
    const made = await readRecipe(hero().fsPath);
    assert.deepEqual([made?.prompt, made?.references?.map(({ name }) => name)], ['At night', ['shop/hero.png']]);
    assert.equal(result.assets[0]?.bytes, (await stat(hero().fsPath)).size);
    await commands.executeCommand('easel.undoReplace', hero());
    assert.deepEqual(await readFile(hero().fsPath), before);
    assert.deepEqual(await readdir(Uri.joinPath(root(), 'shop').fsPath), ['hero.png']);
  });
});
