import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Uri, commands, workspace, type Memento } from 'vscode';
import { editOrderFrom } from '../../src/editor/commands/commandArguments.ts';
import { lastOrder, rememberOrder } from '../../src/editor/orders/memory.ts';
import type { OrderReference } from '../../src/editor/orders/references.ts';
import type { CommandResult } from '../../src/editor/result.ts';
import { drawPicture } from './pictures.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { RecordedRequest } from '../gateway/record.ts';
import { configure, easel, exists, openGateway, paid, rejection, root, until } from './support.ts';

const edit = (args: unknown): Thenable<CommandResult> => commands.executeCommand<CommandResult>('easel.edit', args);
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('easel.edit as an API', () => {
  let gateway: Gateway;
  const art = (name: string): Uri => Uri.joinPath(root(), 'art', name);
  before(async () => {
    gateway = await openGateway();
    await workspace.fs.createDirectory(art('.'));
    await workspace.fs.writeFile(art('hero.png'), await drawPicture(1024, 768, 'png'));
    await workspace.fs.writeFile(art('like.jpg'), await drawPicture(512, 512, 'jpeg'));
    // A WebP by its bytes, whatever its name says.
    await workspace.fs.writeFile(art('wrong-name.png'), await drawPicture(300, 200, 'webp'));
    await workspace.fs.writeFile(art('mask.png'), await drawPicture(1024, 768, 'png', true));
    await workspace.fs.writeFile(art('small-mask.png'), await drawPicture(64, 64, 'png', true));
    await workspace.fs.writeFile(art('words.svg'), Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>A</text></svg>'));
  });
  const sentEdit = (): RecordedRequest => {
    const sent = gateway.requests.findLast(({ kind }) => kind === 'edits');
    assert.ok(sent);
    return sent;
  };
  afterEach(() => gateway.clear());
  after(async () => {
    await workspace.fs.delete(art('.'), { recursive: true });
    await configure('easel.baseUrl', undefined);
    await gateway.close();
  });

  it('sends the images in order, each as what it is, and puts the result beside the first', async () => {
    const images = [art('hero.png'), art('like.jpg'), art('wrong-name.png')];
    const { assets, charge, references } = await edit({ images, mask: art('mask.png'), prompt: 'At night' });
    assert.deepEqual(references?.map(({ role, uri }) => [role, uri.toString()]), [...images.map((uri) => ['image', uri.toString()]), ['mask', art('mask.png').toString()]]);
    assert.deepEqual(assets.map(({ uri }) => uri.toString()), [art('hero-edit.png').toString()]);
    assert.deepEqual([assets[0]?.width, assets[0]?.height], [1024, 768], 'auto follows the edited image');
    assert.ok(charge.measured && charge.usage && charge.usage.imageIn > 0);

    const sent = gateway.requests.find(({ kind }) => kind === 'edits');
    assert.ok(sent);
    assert.deepEqual(sent.files.map(({ field, mime }) => [field, mime]), [
      ['image[]', 'image/png'],
      ['image[]', 'image/jpeg'],
      ['image[]', 'image/webp'],
      ['mask', 'image/png'],
    ]);
    const expected = await Promise.all([...images, art('mask.png')].map(async (uri) => sha256(await workspace.fs.readFile(uri))));
    assert.deepEqual(sent.files.map((file) => file.sha256), expected);
    assert.equal(sent.fields['prompt'], 'At night');
    for (const { filename } of sent.files) assert.match(filename, /^[\w.-]+$/, 'no name of the workspace goes out');
  });

  it('numbers a second edit, and the edit of an edit', async () => {
    const second = await edit({ images: [art('hero.png')], prompt: 'By day' });
    assert.equal(second.assets[0]?.uri.path.endsWith('/hero-edit-2.png'), true);
    const third = await edit({ images: [art('hero-edit.png')], prompt: 'Brighter' });
    assert.equal(third.assets[0]?.uri.path.endsWith('/hero-edit-3.png'), true);
    assert.ok(await exists(art('hero.png')));
  });

  it('names the nearest size where the model does not draw the image\'s own, and leaves the result at it', async () => {
    const { assets } = await edit({ images: [art('wrong-name.png')], prompt: 'x' });
    assert.equal(sentEdit().fields['size'], '1008x672');
    assert.deepEqual([assets[0]?.width, assets[0]?.height], [1008, 672]);
  });

  it('says so where the result does not follow the image as it was to', async () => {
    assert.deepEqual((await edit({ images: [art('hero.png')], prompt: 'x' })).notes, []);
    gateway.faultNext({ kind: 'other-size', width: 1254, height: 1254 });
    const { notes } = await edit({ images: [art('hero.png')], prompt: 'x' });
    assert.deepEqual(notes, ['Picture 1 is 1254x1254, although it was to follow the size of the edited image, 1024x768.']);
    assert.equal(sentEdit().fields['size'], 'auto');
  });

  it('brings the result to the image\'s exact pixels when asked to, and when the settings say so', async () => {
    const wanted = [300, 200];
    const exact = await edit({ images: [art('wrong-name.png')], prompt: 'x', exact: true });
    assert.deepEqual([exact.assets[0]?.width, exact.assets[0]?.height], wanted);
    await configure('easel.exactPixels', 'always');
    const always = await edit({ images: [art('wrong-name.png')], prompt: 'x' });
    assert.deepEqual([always.assets[0]?.width, always.assets[0]?.height], wanted);
    const other = await edit({ images: [art('wrong-name.png')], prompt: 'x', size: '1024x1024' });
    assert.deepEqual([other.assets[0]?.width, other.assets[0]?.height], [1024, 1024], 'a size that was named is what is wanted');
    const not = await edit({ images: [art('wrong-name.png')], prompt: 'x', exact: false });
    assert.deepEqual([not.assets[0]?.width, not.assets[0]?.height], [1008, 672]);
    await configure('easel.exactPixels', undefined);
  });

  it('takes the image\'s place when told to: one picture, in its format, with its pixels, and its bytes are kept', async () => {
    const before = await drawPicture(500, 400, 'jpeg');
    await workspace.fs.writeFile(art('place.JPEG'), before);
    await configure('easel.count', 3);
    const { assets } = await edit({ images: [art('place.JPEG')], prompt: 'x', replace: true });
    await configure('easel.count', undefined);
    assert.deepEqual(assets.map(({ uri, width, height, format }) => [uri.toString(), width, height, format]), [[art('place.JPEG').toString(), 500, 400, 'jpeg']]);
    assert.deepEqual([sentEdit().fields['n'], sentEdit().fields['output_format']], ['1', 'jpeg']);
    assert.notEqual(sha256(await workspace.fs.readFile(art('place.JPEG'))), sha256(before));
    await commands.executeCommand('easel.undoReplace', art('place.JPEG'));
    await until('the original bytes', async () => sha256(await workspace.fs.readFile(art('place.JPEG'))) === sha256(before));
  });

  it('may take the image\'s place and leave its pixels as the service drew them', async () => {
    await workspace.fs.writeFile(art('place.png'), await drawPicture(500, 400, 'png'));
    const { assets } = await edit({ images: [art('place.png')], prompt: 'x', replace: true, exact: false });
    assert.deepEqual(assets.map(({ uri, width, height }) => [uri.toString(), width, height]), [[art('place.png').toString(), 912, 720]]);
  });

  it('says how closely the result keeps to its images, to a model that knows that', async () => {
    await edit({ images: [art('hero.png')], prompt: 'x', model: 'gpt-image-1', inputFidelity: 'high' });
    assert.equal(sentEdit().fields['input_fidelity'], 'high');
    assert.equal((await rejection(edit({ images: [art('hero.png')], prompt: 'x', model: 'gpt-image-2', inputFidelity: 'high' }))).code, 'invalid-request');
  });

  const refused: readonly [string, () => unknown, RegExp][] = [
    ['no images', () => ({ prompt: 'x' }), /"images"/],
    ['an empty list', () => ({ images: [], prompt: 'x' }), /"images"/],
    ['what is no URI', () => ({ images: ['art/hero.png'], prompt: 'x' }), /"images/],
    ['a drawing with text, by name', () => ({ images: [art('words.svg')], prompt: 'x' }), /words\.svg has text/],
    ['a file that is not there', () => ({ images: [art('gone.png')], prompt: 'x' }), /gone\.png/],
    ['a mask of another size', () => ({ images: [art('hero.png')], mask: art('small-mask.png'), prompt: 'x' }), /64x64[^]*1024x768|1024x768[^]*64x64/],
    // What the gateway draws opaque has no alpha channel.
    ['a mask without transparency', () => ({ images: [art('hero.png')], mask: art('hero-edit.png'), prompt: 'x' }), /hero-edit\.png has no transparency/],
    ['to replace with several pictures', () => ({ images: [art('hero.png')], prompt: 'x', replace: true, count: 2 }), /^One picture takes the place of an image, not 2/],
    ['to replace what no service draws', () => ({ images: [art('words.svg')], prompt: 'x', replace: true }), /words\.svg cannot be replaced: only PNG, JPEG and WebP/],
    ['to replace what is not there', () => ({ images: [art('never.png')], prompt: 'x', replace: true }), /never\.png cannot be replaced/],
    ['to replace under another name', () => ({ images: [art('hero.png')], prompt: 'x', replace: true, name: 'other' }), /leave "folder" and "name" out/],
    ['to replace a PNG with a JPEG', () => ({ images: [art('hero.png')], prompt: 'x', replace: true, format: 'jpeg' }), /A JPEG file cannot replace hero\.png/],
    ['a replace that is neither yes nor no', () => ({ images: [art('hero.png')], prompt: 'x', replace: 'yes' }), /"replace"/],
    ['an exact that is a size', () => ({ images: [art('hero.png')], prompt: 'x', exact: '1024x768' }), /"exact"/],
    ['an image outside the workspace without a folder', () => ({ images: [Uri.file('/etc/hosts')], prompt: 'x' }), /not in the open workspace/],
  ];
  for (const [what, args, sentence] of refused) {
    it(`refuses ${what}, with a sentence, and sends nothing`, async () => {
      const error = await rejection(edit(args()));
      assert.equal(error.code, what === 'a file that is not there' ? 'file-unreadable' : 'invalid-request');
      assert.match(error.message, sentence);
      assert.equal(gateway.requests.length, 0);
    });
  }

  it('is not sent again when the connection broke', async () => {
    gateway.faultNext('reset-after-read');
    assert.equal((await rejection(edit({ images: [art('hero.png')], prompt: 'x' }))).code, 'connection-lost');
    assert.equal(paid(gateway), 1);
    assert.deepEqual((await easel()).tools.board.running, []);
  });

  it('is remembered for another time with its files and what mends its mask, and without the place that it took', async () => {
    const store = new Map<string, unknown>();
    const state = { keys: () => [...store.keys()], get: (key: string) => store.get(key), update: async (key: string, value: unknown) => void store.set(key, JSON.parse(JSON.stringify(value))) } as Memento;
    const { tools } = await easel();
    const order = await editOrderFrom({ images: [art('hero.png')], mask: art('mask.png'), prompt: 'x', replace: true, exact: true }, tools);
    assert.ok(order.replaces && order.exact && order.request.expected === '1024x768');
    const references = order.references?.map((file): OrderReference => (file.role === 'mask' ? { uri: file.uri, role: file.role, mend: { alpha: 'invert' } } : file)) ?? [];
    await rememberOrder(state, { ...order, references });
    const again = lastOrder(state);
    assert.deepEqual([again?.replaces, again?.exact, again?.request.expected], [undefined, undefined, undefined]);
    assert.deepEqual(again?.references?.map(({ uri, role, mend }) => [uri.toString(), role, mend?.alpha]), [[art('hero.png').toString(), 'image', undefined], [art('mask.png').toString(), 'mask', 'invert']]);
    assert.equal(again.name, 'hero-edit');
  });
});
