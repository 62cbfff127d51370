import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands, Disposable, env, Uri, window, workspace } from 'vscode';
import type { Recipe, RecipeReference } from '../../src/images/recipe.ts';
import { writeWithRecipe } from '../../src/jobs/recipeFile.ts';
import { recipeAt, referencesOf, sameRequestAs } from '../../src/editor/files/recipes.ts';
import type { CommandResult } from '../../src/editor/result.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { memoryFiles } from './memoryFiles.ts';
import { drawPicture } from './pictures.ts';
import { configure, generate, openGateway, paid, root } from './support.ts';

const plain: Recipe = { version: 1, job: 'j', picture: 2, prompt: 'A lighthouse 🗼 at "dusk"', model: 'gpt-image-1.5', size: '1536x1024', quality: 'medium', count: 3, service: 'OpenAI-HK', date: '2026-11-24T01:50:54.123Z' };
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const place = (name: string): Uri => Uri.joinPath(root(), 'recipes', name);

/** Puts a picture with a recipe into the workspace. */
async function picture(name: string, recipe: Recipe, format: 'png' | 'jpeg' | 'webp' = 'png'): Promise<Uri> {
  const source = join(tmpdir(), `easel-recipe-${randomUUID()}`);
  const uri = place(name);
  await workspace.fs.writeFile(Uri.file(source), await drawPicture(48, 32, format));
  try {
    assert.equal(await writeWithRecipe(source, uri.fsPath, format, recipe), true);
  } finally {
    await rm(source);
  }
  return uri;
}

/** What is said meanwhile; a question is answered with its first button when `agree` says so. */
async function saying(agree: boolean, work: () => Thenable<unknown>): Promise<readonly string[]> {
  const said: string[] = [];
  const names = ['showInformationMessage', 'showWarningMessage', 'showErrorMessage'] as const;
  const kept = names.map((name) => [name, window[name]] as const);
  const say = async (sentence: string, ...rest: readonly unknown[]): Promise<unknown> => {
    said.push(sentence);
    const isQuestion = rest.some((item) => typeof item === 'object');
    return agree && isQuestion ? rest.find((item) => typeof item === 'string') : undefined;
  };
  for (const name of names) Object.defineProperty(window, name, { value: say, configurable: true, writable: true });
  try {
    await work();
  } finally {
    for (const [name, value] of kept) Object.defineProperty(window, name, { value, configurable: true, writable: true });
  }
  return said;
}

describe('recipes', () => {
  let gateway: Gateway;
  let hero: Uint8Array;
  before(async () => {
    gateway = await openGateway();
    await configure('easel.openPictures', false);
    await workspace.fs.createDirectory(place('.'));
    hero = await drawPicture(1024, 768, 'png');
    await workspace.fs.writeFile(place('hero.png'), hero);
  });
  afterEach(() => gateway.clear());
  after(async () => {
    await commands.executeCommand('workbench.action.closeAllEditors');
    await workspace.fs.delete(place('.'), { recursive: true });
    await configure('easel.openPictures', undefined);
    await configure('easel.baseUrl', undefined);
    await gateway.close();
  });

  const again = (uri: Uri): Thenable<CommandResult | undefined> => commands.executeCommand<CommandResult | undefined>('easel.generateFromImage', uri);
  const reference = (name: string, bytes: Uint8Array, role: RecipeReference['role'] = 'image'): RecipeReference => ({ role, name, sha256: sha256(bytes) });

  describe('Copy Prompt', () => {
    it('brings the prompt of the clicked file to the clipboard, in each format', async () => {
      for (const format of ['png', 'jpeg', 'webp'] as const) {
        const uri = await picture(`copy.${format}`, { ...plain, prompt: `${plain.prompt} as ${format}` }, format);
        const said = await saying(false, () => commands.executeCommand('easel.copyPrompt', uri));
        assert.equal(await env.clipboard.readText(), `${plain.prompt} as ${format}`);
        assert.deepEqual(said, [`The prompt of copy.${format} is in the clipboard.`]);
      }
    });

    it('takes the picture that is open where none is clicked', async () => {
      const uri = await picture('open.png', { ...plain, prompt: 'The open one' });
      await commands.executeCommand('vscode.openWith', uri, 'imagePreview.previewEditor');
      await commands.executeCommand('easel.copyPrompt');
      assert.equal(await env.clipboard.readText(), 'The open one');
    });

    it('says in a sentence that a file holds no recipe, or is not there', async () => {
      await env.clipboard.writeText('as before');
      const none = await saying(false, () => commands.executeCommand('easel.copyPrompt', place('hero.png')));
      assert.equal(none.length, 1);
      assert.match(none[0] ?? '', /^hero\.png holds no recipe/);
      const gone = await saying(false, () => commands.executeCommand('easel.copyPrompt', place('gone.png')));
      assert.equal(gone.length, 1);
      assert.match(gone[0] ?? '', /gone\.png/);
      assert.equal(await env.clipboard.readText(), 'as before');
    });
  });

  describe('Generate Again from This Image', () => {
    it('places the same request for one picture, under the next free number', async () => {
      const uri = await picture('tower-2.png', { ...plain, background: 'opaque', format: 'webp' });
      const result = await again(uri);
      assert.deepEqual(gateway.requests.filter(({ kind }) => kind === 'generations').map(({ fields }) => fields), [
        { model: 'gpt-image-1.5', prompt: plain.prompt, n: 1, size: '1536x1024', quality: 'medium', background: 'opaque', output_format: 'webp' },
      ]);
      assert.deepEqual(result?.assets.map((asset) => asset.uri.toString()), [place('tower.webp').toString()]);
    });

    it('goes by the recipe and not by the settings where the recipe left it open', async () => {
      await configure('easel.format', 'jpeg');
      try {
        await again(await picture('open-format.png', plain));
      } finally {
        await configure('easel.format', undefined);
      }
      assert.equal(gateway.requests[0]?.fields['output_format'], undefined);
    });

    it('edits the same files again, in their order and roles', async () => {
      const mask = await drawPicture(1024, 768, 'png', true);
      await workspace.fs.writeFile(place('mask.png'), mask);
      const uri = await picture('hero-edit.png', { ...plain, references: [reference('recipes/hero.png', hero), reference('recipes/mask.png', mask, 'mask')] });
      const said = await saying(false, async () => {
        const result = await again(uri);
        assert.deepEqual(result?.assets.map((asset) => asset.uri.toString()), [place('hero-edit-2.png').toString()]);
      });
      assert.doesNotMatch(said.join(' '), /changed/);
      const sent = gateway.requests.find(({ kind }) => kind === 'edits');
      assert.deepEqual(sent?.files.map((file) => [file.field, file.sha256]), [['image[]', sha256(hero)], ['mask', sha256(mask)]]);
    });

    it('refuses what is not there any more, by name, and sends nothing', async () => {
      const uri = await picture('orphan.png', { ...plain, references: [reference('recipes/hero.png', hero), reference('recipes/lost.png', hero)] });
      const said = await saying(true, () => again(uri));
      assert.equal(said.length, 1);
      assert.match(said[0] ?? '', /recipes\/lost\.png/);
      assert.doesNotMatch(said[0] ?? '', /hero/);
      assert.equal(gateway.requests.length, 0);
    });

    it('asks about what has changed, and sends it only when told to', async () => {
      const uri = await picture('changed.png', { ...plain, references: [reference('recipes/hero.png', Buffer.from('as it was'))] });
      const declined = await saying(false, () => again(uri));
      assert.deepEqual(declined, ['What changed.png was made from has changed since: recipes/hero.png.']);
      assert.equal(gateway.requests.length, 0);
      await saying(true, () => again(uri));
      assert.equal(paid(gateway), 1);
      assert.equal(gateway.requests.find(({ kind }) => kind === 'edits')?.files[0]?.sha256, sha256(hero));
    });

    it('says in a sentence that a file holds no recipe', async () => {
      const said = await saying(true, () => again(place('hero.png')));
      assert.match(said.join('|'), /^hero\.png holds no recipe[^|]*$/);
      assert.equal(gateway.requests.length, 0);
    });
  });

  it('are left out where the setting says so: the file is what the service sent, byte for byte', async () => {
    const made = await drawPicture(1024, 1024, 'png');
    const service = await openGateway({ picture: () => made });
    await configure('easel.recipe', false);
    try {
      for (const [transport, name] of [['url', 'bare-url'], ['b64_json', 'bare-b64']] as const) {
        await configure('easel.responseFormat', transport);
        const { assets } = await generate({ prompt: 'x', size: '1024x1024', folder: place('.'), name });
        const [asset] = assets;
        assert.ok(asset);
        assert.equal(sha256(await workspace.fs.readFile(asset.uri)), sha256(made));
        assert.equal(await recipeAt(asset.uri), undefined);
      }
      await configure('easel.recipe', undefined);
      const { assets } = await generate({ prompt: 'x', size: '1024x1024', folder: place('.'), name: 'inscribed' });
      const [inscribed] = assets;
      assert.ok(inscribed);
      assert.notEqual(sha256(await workspace.fs.readFile(inscribed.uri)), sha256(made), 'and not without it');
    } finally {
      await configure('easel.recipe', undefined);
      await configure('easel.responseFormat', undefined);
      await service.close();
      await configure('easel.baseUrl', gateway.baseUrl);
    }
  });

  it('names what comes by the picture’s own name, without its number', async () => {
    const names: readonly (readonly [string, string])[] = [
      ['hero.png', 'hero'],
      ['hero-2.png', 'hero'],
      ['hero-17.png', 'hero'],
      ['hero-edit-3.webp', 'hero-edit'],
      ['photo-2024.png', 'photo-2024'],
      ['step-1.png', 'step-1'],
      ['-2.png', '-2'],
    ];
    for (const [file, name] of names) {
      const order = sameRequestAs(plain, place(file));
      assert.equal(order.name, name);
      assert.equal(order.folder.toString(), Uri.joinPath(root(), 'recipes').toString());
      assert.equal(order.request.count, 1);
    }
  });

  it('looks for references inside the workspace alone', async () => {
    const outside = join(tmpdir(), `easel-outside-${randomUUID()}.png`);
    await workspace.fs.writeFile(Uri.file(outside), hero);
    try {
      for (const name of [outside, outside.slice(1), `../${outside.split('/').at(-1)}`, `recipes/../..${outside}`, 'recipes', '']) {
        const [found] = await referencesOf({ ...plain, references: [reference(name, hero)] }, place('x.png'));
        assert.equal(found?.uri, undefined, name);
      }
    } finally {
      await rm(outside);
    }
  });

  it('are read from virtual file systems too', async () => {
    const files = memoryFiles();
    const provider = Disposable.from(workspace.registerFileSystemProvider('easel-recipes', files));
    try {
      const uri = Uri.parse('easel-recipes:/a.png');
      await workspace.fs.writeFile(uri, await readFile((await picture('virtual.png', plain)).fsPath));
      assert.deepEqual(await recipeAt(uri), plain);
      await workspace.fs.writeFile(uri, hero);
      assert.equal(await recipeAt(uri), undefined);
      await assert.rejects(recipeAt(Uri.parse('easel-recipes:/gone.png')), /file-unreadable/);
    } finally {
      provider.dispose();
    }
  });
});
