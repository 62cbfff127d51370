import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Uri, commands, workspace } from 'vscode';
import type { CommandResult } from '../../src/editor/result.ts';
import { drawPicture } from './pictures.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { configure, easel, exists, openGateway, paid, rejection, root } from './support.ts';

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
  afterEach(() => gateway.clear());
  after(async () => {
    await workspace.fs.delete(art('.'), { recursive: true });
    await configure('easel.baseUrl', undefined);
    await gateway.close();
  });

  it('sends the images in order, each as what it is, and puts the result beside the first', async () => {
    const images = [art('hero.png'), art('like.jpg'), art('wrong-name.png')];
    const { assets, charge } = await edit({ images, mask: art('mask.png'), prompt: 'At night' });
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

  const refused: readonly [string, () => unknown, RegExp][] = [
    ['no images', () => ({ prompt: 'x' }), /"images"/],
    ['an empty list', () => ({ images: [], prompt: 'x' }), /"images"/],
    ['what is no URI', () => ({ images: ['art/hero.png'], prompt: 'x' }), /"images/],
    ['a drawing with text, by name', () => ({ images: [art('words.svg')], prompt: 'x' }), /words\.svg has text/],
    ['a file that is not there', () => ({ images: [art('gone.png')], prompt: 'x' }), /gone\.png/],
    ['a mask of another size', () => ({ images: [art('hero.png')], mask: art('small-mask.png'), prompt: 'x' }), /64x64[^]*1024x768|1024x768[^]*64x64/],
    // What the gateway draws opaque has no alpha channel.
    ['a mask without transparency', () => ({ images: [art('hero.png')], mask: art('hero-edit.png'), prompt: 'x' }), /hero-edit\.png has no transparency/],
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
});
