import assert from 'node:assert/strict';
import { Uri, workspace } from 'vscode';
import { FailureError } from '../../../src/images/failure.ts';
import type { ComposerField } from '../../../src/protocol/panel.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import { drawPicture } from '../pictures.ts';
import { configure, easel, openGateway, rejection, root, until } from '../support.ts';
import { forgetComposer, openComposer, type ComposerPanel } from './composerPanel.ts';

describe('the composer in the editor', () => {
  let gateway: Gateway;
  let panel: ComposerPanel;
  const art = (name: string): Uri => Uri.joinPath(root(), 'composer', name);
  before(async () => {
    gateway = await openGateway();
    await workspace.fs.createDirectory(art('.'));
    await workspace.fs.writeFile(art('hero.png'), await drawPicture(1024, 768, 'png'));
    await workspace.fs.writeFile(art('odd.png'), await drawPicture(300, 200, 'png'));
  });
  beforeEach(async () => {
    await forgetComposer();
    panel = await openComposer();
  });
  afterEach(() => panel.dispose());
  after(async () => {
    await forgetComposer();
    await workspace.fs.delete(art('.'), { recursive: true });
    await configure('easel.baseUrl', undefined);
    await gateway.close();
  });
  const faultsOf = (field: ComposerField): string[] => panel.composer().faults.filter((fault) => fault.field === field).map(({ sentence }) => sentence);
  const change = (draft: Parameters<typeof panel.ask<'draft.change'>>[1]['draft']) => panel.ask('draft.change', { draft });

  it('begins as the settings say, with a kind word for the empty prompt, and with what it would cost', () => {
    const { draft, faults, cost, costs, roots, models, namedAfterPrompt } = panel.composer();
    assert.deepEqual([draft.prompt, draft.model, draft.size, draft.folder, draft.count, draft.replace], ['', 'gpt-image-2', '1024x1024', 'assets', 1, false]);
    assert.deepEqual(faults, [{ field: 'prompt', sentence: 'Say what the picture should show.' }]);
    assert.match(cost ?? '', /credits$/);
    assert.equal(Object.keys(costs).length, 30);
    assert.deepEqual([roots.length, namedAfterPrompt], [1, 'image']);
    assert.deepEqual(models, ['gpt-image-2', 'gpt-image-1.5', 'gpt-image-1']);
  });

  it('answers each change, and tells of it, with a growing revision', async () => {
    const first = await change({ prompt: 'A red boat' });
    const second = await change({ size: ' 2048 X 1152 ', quality: 'low' });
    assert.ok(second.revision > first.revision && panel.composer().revision >= second.revision);
    assert.deepEqual([second.draft.prompt, second.draft.size, second.faults, second.namedAfterPrompt], ['A red boat', ' 2048 X 1152 ', [], 'a-red-boat']);
    assert.equal(second.cost, second.costs['2048x1152']);
  });

  it('costs more with a higher quality and more pictures, and at each size what it costs there', async () => {
    const { cost: low } = await change({ prompt: 'A red boat', quality: 'low' });
    const { cost: high } = await change({ quality: 'high' });
    const { cost: four, costs } = await change({ count: 4 });
    assert.equal(new Set([low, high, four]).size, 3);
    for (const size of ['1024x1024', '720x1280', '3840x2160']) assert.equal((await change({ size })).cost, costs[size]);
    // Listed sizes of a model that draws no others are priced as well.
    assert.ok((await change({ model: 'gpt-image-1', size: '1536x1024' })).costs['1536x1024']);
  });

  it('says of each part what is wrong with it, and takes it back', async () => {
    const wrong: readonly [Parameters<typeof change>[0], ComposerField, RegExp][] = [
      [{ prompt: 'x'.repeat(32_001) }, 'prompt', /32001 characters/],
      [{ size: '1000x1000' }, 'size', /multiples of 16.*nearest valid size is/],
      [{ size: 'big' }, 'size', /"big" is not a size/],
      [{ model: ' ' }, 'model', /No model is named/],
      [{ background: 'transparent' }, 'background', /cannot draw a transparent background/],
      [{ model: 'gpt-image-1', size: 'auto', background: 'transparent', format: 'jpeg' }, 'format', /cannot be transparent/],
      [{ folder: '../elsewhere' }, 'target', /leads out of the workspace/],
      [{ folder: '/etc' }, 'target', /not inside the workspace/],
      [{ name: 'a/b' }, 'target', /is a path/],
    ];
    for (const [draft, field, sentence] of wrong) {
      const { draft: before } = await change({ prompt: 'A red boat' });
      await change(draft);
      assert.match(faultsOf(field).join(), sentence);
      const failure = await rejection(panel.desk.composer.order());
      assert.ok(failure instanceof FailureError && failure.failure.code === 'invalid-request');
      assert.match(failure.failure.reason, sentence);
      assert.deepEqual((await change(before)).faults, []);
    }
  });

  it('says where no service can be asked, and then has no price', async () => {
    const baseUrl = workspace.getConfiguration('easel').get('baseUrl');
    await configure('easel.baseUrl', 'http://images.example.com/v1');
    await panel.become('a fault of the service', ({ faults }) => faults.some(({ field }) => field === 'service'));
    assert.deepEqual([panel.composer().cost, panel.composer().costs], [undefined, {}]);
    await configure('easel.baseUrl', baseUrl);
    await panel.become('a price', ({ cost }) => cost !== undefined);
  });

  it('follows a setting that the user has not chosen otherwise', async () => {
    await change({ quality: 'high' });
    await configure('easel.count', 3);
    await configure('easel.quality', 'low');
    await panel.become('three pictures', ({ draft }) => draft.count === 3);
    assert.equal(panel.composer().draft.quality, 'high');
    await configure('easel.count', undefined);
    await configure('easel.quality', undefined);
    await panel.become('one picture', ({ draft }) => draft.count === 1);
  });

  it('keeps the draft with its files over a reload, and only what is sound of it', async () => {
    await panel.desk.composer.use([art('hero.png')], 'edit');
    const { references } = await change({ prompt: 'At night', size: 'auto', quality: 'low', format: 'webp', compression: 40, folder: 'composer/out', name: 'night', partials: 2 });
    panel.dispose();
    const { tools } = await easel();
    const memory = tools.memory.workspaceState;
    await until('the draft in the memory', () => JSON.stringify(memory.get('easel.panel.draft'))?.includes('At night') ?? false);
    panel = await openComposer();
    const { draft, references: again } = panel.composer();
    assert.deepEqual([draft.prompt, draft.quality, draft.format, draft.compression, draft.folder, draft.name, draft.partials], ['At night', 'low', 'webp', 40, 'composer/out', 'night', 2]);
    assert.deepEqual(again.map(({ id, name, role }) => [id, name, role]), [[references[0]?.id, 'composer/hero.png', 'image']]);
    panel.dispose();

    await memory.update('easel.panel.draft', { draft: { prompt: 'Kept', count: 99, size: 7, quality: 'best', more: true }, references: [{ id: 'x' }, 7, { id: 'y', uri: 'no uri', role: 'image' }] });
    panel = await openComposer();
    const { draft: sound, references: none } = panel.composer();
    assert.deepEqual([sound.prompt, sound.count, sound.size, sound.quality, none], ['Kept', 1, '1024x1024', 'low', []]);
  });

  it('follows the edited image with an automatic size, and says what that comes to', async () => {
    await panel.desk.composer.use([art('odd.png')], 'edit');
    assert.equal((await change({ prompt: 'At night' })).draft.size, 'auto');
    await panel.become('the size', ({ follows }) => follows === 'follows the image, 1008 × 672');
    const { namedAfterPrompt, draft } = panel.composer();
    assert.deepEqual([namedAfterPrompt, draft.folder], ['odd-edit', 'composer']);
    await configure('easel.exactPixels', 'always');
    await panel.become('the scaling', ({ follows }) => follows === 'follows the image, 1008 × 672 · Scaled to exactly 300 × 200.');
    await configure('easel.exactPixels', undefined);
    assert.equal((await change({ size: '1024x1024' })).follows, undefined);
  });

  it('goes on from a picture: it is edited in the place of the one before, and what was sent is in the history', async () => {
    await panel.desk.composer.use([art('hero.png')], 'edit');
    await panel.desk.composer.use([art('odd.png')], 'mask');
    await change({ prompt: ' A red boat ', replace: true });
    // The mask is opaque, which keeps this one from being sent.
    await rejection(panel.desk.composer.order());
    await panel.ask('reference.remove', { reference: panel.composer().references[1]?.id ?? '' });
    await panel.desk.composer.order();
    await panel.desk.composer.sent();
    assert.deepEqual([panel.composer().draft.prompt, panel.composer().draft.replace], [' A red boat ', false], 'the prompt stays to be gone on with, and what is replaced is said each time');
    await panel.desk.composer.use([art('odd.png')], 'edit');
    assert.deepEqual(panel.composer().references.map(({ name, role }) => [name, role]), [['composer/odd.png', 'image']]);
    assert.equal(panel.composer().draft.prompt, '');
    assert.deepEqual((await panel.ask('prompts.list', {})).prompts[0], 'A red boat');
  });

  it('has the last hundred prompts, the newest first and none twice', async () => {
    for (let number = 0; number <= 100; number += 1) {
      await change({ prompt: `Boat ${number}` });
      await panel.desk.composer.order();
      await panel.desk.composer.sent();
    }
    await change({ prompt: 'Boat 50' });
    await panel.desk.composer.order();
    await panel.desk.composer.sent();
    const { prompts } = await panel.ask('prompts.list', {});
    assert.deepEqual([prompts.length, prompts[0], prompts[1], new Set(prompts).size], [100, 'Boat 50', 'Boat 100', 100]);
  });

  it('is cleared when told to', async () => {
    await panel.desk.composer.use([art('hero.png')], 'reference');
    await change({ prompt: 'x', count: 4, name: 'y' });
    const { draft, references } = await panel.ask('draft.clear', {});
    assert.deepEqual([draft.prompt, draft.count, draft.name, references], ['', 1, '', []]);
  });
});
