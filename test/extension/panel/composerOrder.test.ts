import assert from 'node:assert/strict';
import { CancellationTokenSource, Uri, commands, workspace } from 'vscode';
import { fulfil } from '../../../src/editor/orders/order.ts';
import type { Draft } from '../../../src/protocol/panel.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import { drawPicture } from '../pictures.ts';
import { configure, easel, openGateway, root } from '../support.ts';
import { forgetComposer, openComposer, type ComposerPanel } from './composerPanel.ts';

describe('the order of the composer', () => {
  let gateway: Gateway;
  let panel: ComposerPanel;
  const art = (name: string): Uri => Uri.joinPath(root(), 'orders', name);
  before(async () => {
    gateway = await openGateway();
    await workspace.fs.createDirectory(art('.'));
    await workspace.fs.writeFile(art('hero.png'), await drawPicture(300, 200, 'png'));
    await workspace.fs.writeFile(art('like.jpg'), await drawPicture(64, 64, 'jpeg'));
    await workspace.fs.writeFile(art('mask.png'), await drawPicture(300, 200, 'png', true));
  });
  beforeEach(async () => {
    await forgetComposer();
    panel = await openComposer();
  });
  afterEach(() => {
    panel.dispose();
    gateway.clear();
  });
  after(async () => {
    await forgetComposer();
    await workspace.fs.delete(art('.'), { recursive: true });
    await configure('easel.baseUrl', undefined);
    await gateway.close();
  });

  /** What the gateway got last, without what differs from one request to the next. */
  const sent = () => {
    const request = gateway.requests.findLast(({ kind }) => kind === 'generations' || kind === 'edits');
    assert.ok(request);
    return { kind: request.kind, fields: request.fields, files: request.files.map(({ field, mime, sha256 }) => [field, mime, sha256]) };
  };
  const place = async () => {
    const order = await panel.desk.composer.order();
    const { assets } = await fulfil(order, (await easel()).tools, new CancellationTokenSource().token, () => undefined);
    return { sent: sent(), names: assets.map(({ uri }) => workspace.asRelativePath(Uri.parse(uri))) };
  };

  const generations: readonly [string, Partial<Draft>, Readonly<Record<string, unknown>>][] = [
    ['a prompt alone', { prompt: 'A red boat ' }, { prompt: 'A red boat ' }],
    ['everything', { prompt: 'A boat', model: 'gpt-image-1', size: ' 1536 × 1024 ', quality: 'medium', count: 2, format: 'webp', compression: 55, background: 'transparent', folder: 'orders/out', name: 'ship.png' }, { prompt: 'A boat', model: 'gpt-image-1', size: '1536x1024', quality: 'medium', count: 2, format: 'webp', compression: 55, background: 'transparent', folder: 'orders/out', name: 'ship.png' }],
    ['what goes with nothing else in it', { prompt: 'A boat', compression: 55, fidelity: 'high', replace: true }, { prompt: 'A boat' }],
  ];
  for (const [what, draft, args] of generations) {
    it(`is what easel.generate sends: ${what}`, async () => {
      await panel.ask('draft.change', { draft: { folder: 'orders/out', ...draft } });
      const { cost } = panel.composer();
      assert.ok(cost);
      const own = await place();
      await commands.executeCommand('easel.generate', { folder: 'orders/out', ...args });
      assert.deepEqual(own.sent, sent());
      if (draft.name !== undefined) assert.deepEqual(own.names, ['orders/out/ship.webp', 'orders/out/ship-2.webp']);
    });
  }

  it('is what easel.edit sends, with its files, beside the edited image', async () => {
    await panel.desk.composer.use([art('hero.png'), art('like.jpg')], 'edit');
    await panel.desk.composer.use([art('mask.png')], 'mask');
    await panel.ask('draft.change', { draft: { prompt: 'At night', fidelity: 'high', model: 'gpt-image-1', quality: 'low' } });
    const own = await place();
    assert.deepEqual(own.names, ['orders/hero-edit.png']);
    await commands.executeCommand('easel.edit', { images: [art('hero.png'), art('like.jpg')], mask: art('mask.png'), prompt: 'At night', inputFidelity: 'high', model: 'gpt-image-1', quality: 'low' });
    assert.deepEqual(own.sent, sent());
  });

  it('is what easel.edit sends when the image is to be replaced', async () => {
    await panel.desk.composer.use([art('hero.png')], 'edit');
    await panel.ask('draft.change', { draft: { prompt: 'At night', count: 4, format: 'jpeg', compression: 10, replace: true } });
    const before = await workspace.fs.readFile(art('hero.png'));
    const own = await place();
    assert.deepEqual(own.names, ['orders/hero.png']);
    await commands.executeCommand('easel.undoReplace', art('hero.png'));
    await commands.executeCommand('easel.edit', { images: [art('hero.png')], prompt: 'At night', replace: true });
    assert.deepEqual(own.sent, sent());
    await workspace.fs.writeFile(art('hero.png'), before);
  });

  it('says the prompt as the style has it, and names the file after the prompt alone', async () => {
    const { tools } = await easel();
    await tools.memory.globalState.update('easel.panel.styles', [{ name: 'Ink', text: 'In ink: {prompt}.' }]);
    const { styles } = await panel.ask('draft.change', { draft: { prompt: 'a $& yacht', style: 'user:Ink', folder: 'orders/out' } });
    assert.deepEqual(styles.map(({ name, scope }) => [name, scope]), [['Ink', 'user']]);
    const own = await place();
    assert.equal(own.sent.fields['prompt'], 'In ink: a $& yacht.');
    assert.deepEqual(own.names, ['orders/out/a-yacht.png']);
  });

  it('asks for pictures on the way where they are wanted, and streams where the settings say so', async () => {
    await panel.ask('draft.change', { draft: { prompt: 'A boat', partials: 2 } });
    const { request } = await panel.desk.composer.order();
    assert.deepEqual(request.stream, { partialImages: 2 });
    await panel.ask('draft.change', { draft: { partials: 0 } });
    assert.equal((await panel.desk.composer.order()).request.stream, undefined);
    await configure('easel.stream', true);
    await configure('easel.moderation', 'low');
    await configure('easel.responseFormat', 'url');
    const order = await panel.desk.composer.order();
    assert.deepEqual([order.request.stream, order.request.moderation, order.responseFormat], [{ partialImages: 0 }, 'low', 'url']);
    for (const name of ['stream', 'moderation', 'responseFormat']) await configure(`easel.${name}`, undefined);
  });

  it('comes back as it was from an order, and says what is not there any more', async () => {
    await panel.desk.composer.use([art('hero.png'), art('like.jpg')], 'edit');
    await panel.ask('draft.change', { draft: { prompt: 'At night', model: 'gpt-image-1', size: '1536x1024', quality: 'high', count: 3, format: 'jpeg', compression: 70, fidelity: 'low', partials: 1, folder: 'orders/out', name: 'night' } });
    const { draft, references } = panel.composer();
    const order = await panel.desk.composer.order();
    await panel.ask('draft.clear', {});
    await panel.ask('draft.change', { draft: { prompt: 'Something else', background: 'opaque', replace: true } });
    await panel.desk.composer.recall(order);
    assert.deepEqual(panel.composer().draft, draft);
    assert.deepEqual(panel.composer().references.map(({ name, role }) => [name, role]), references.map(({ name, role }) => [name, role]));
    assert.deepEqual((await panel.desk.composer.order()).request, order.request);

    await workspace.fs.delete(art('like.jpg'));
    await panel.desk.composer.recall(order);
    assert.deepEqual(panel.composer().references.map(({ name }) => name), ['orders/hero.png']);
    assert.deepEqual(panel.said, ['What it was made from is not there any more: orders/like.jpg.']);
  });
});
