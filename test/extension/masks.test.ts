import assert from 'node:assert/strict';
import { createCanvas } from '@napi-rs/canvas';
import { Uri, commands, workspace } from 'vscode';
import { inspectReferences, prepareReferences, type OrderReference } from '../../src/editor/orders/references.ts';
import type { MaskMend } from '../../src/images/mask.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { drawPicture } from './pictures.ts';
import { configure, easel, openGateway, rejection, root } from './support.ts';

const model = 'gpt-image-2';

/** A mask with a rectangle in its middle; a colour of `''` is transparent. */
function drawMask(width: number, height: number, middle: string, around: string, format: 'png' | 'jpeg' = 'png'): Promise<Buffer> {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  if (around !== '') {
    context.fillStyle = around;
    context.fillRect(0, 0, width, height);
  }
  const place = [width / 4, height / 4, width / 2, height / 2] as const;
  if (middle === '') context.clearRect(...place);
  else {
    context.fillStyle = middle;
    context.fillRect(...place);
  }
  return format === 'png' ? canvas.encode('png') : canvas.encode('jpeg', 90);
}

describe('masks', () => {
  let gateway: Gateway;
  const art = (name: string): Uri => Uri.joinPath(root(), 'masks', name);
  before(async () => {
    gateway = await openGateway();
    await workspace.fs.createDirectory(art('.'));
    await workspace.fs.writeFile(art('hero.png'), await drawPicture(640, 480, 'png'));
    for (const [name, bytes] of Object.entries({
      'good.png': drawMask(640, 480, '', '#000'),
      'photo.png': drawPicture(640, 480, 'png'),
      'painted.png': drawMask(640, 480, '#fff', '#000'),
      'painted.jpg': drawMask(320, 240, '#fff', '#000', 'jpeg'),
      'empty.png': createCanvas(640, 480).encode('png'),
      'small.png': drawMask(64, 48, '', '#000'),
      'island.png': drawMask(640, 480, '#f00', ''),
    })) await workspace.fs.writeFile(art(name), await bytes);
    // A channel for alpha that no pixel makes use of: only the pixels tell.
    const seven = createCanvas(640, 480);
    const context = seven.getContext('2d');
    context.fillStyle = '#777';
    context.fillRect(0, 0, 640, 480);
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = 'rgba(0, 0, 0, 0.9)';
    context.fillRect(0, 0, 1, 1);
    await workspace.fs.writeFile(art('channel.png'), await seven.encode('png'));
  });
  afterEach(() => gateway.clear());
  after(async () => {
    await workspace.fs.delete(art('.'), { recursive: true });
    await configure('easel.baseUrl', undefined);
    await gateway.close();
  });

  const wanted = (mask: string, mend?: MaskMend): readonly OrderReference[] => [{ uri: art('hero.png'), role: 'image' }, { uri: art(mask), role: 'mask', ...(mend && { mend }) }];
  const inspect = async (mask: string, mend?: MaskMend) => inspectReferences(wanted(mask, mend), model, (await easel()).tools);

  const refused: readonly (readonly [string, RegExp])[] = [
    ['photo.png', /photo\.png has no transparency/],
    ['channel.png', /channel\.png has no transparency/],
    ['painted.jpg', /painted\.jpg is not a PNG file/],
    ['empty.png', /empty\.png is transparent everywhere/],
    ['small.png', /small\.png has 64x48 pixels and the edited picture has 640x480/],
  ];
  for (const [mask, sentence] of refused) {
    it(`refuse ${mask} with a sentence, and send nothing`, async () => {
      const error = await rejection(commands.executeCommand('easel.edit', { images: [art('hero.png')], mask: art(mask), prompt: 'x' }));
      assert.equal(error.code, 'invalid-request');
      assert.match(error.message, sentence);
      assert.equal(gateway.requests.length, 0);
    });
  }

  it('are good as they are, with nothing to say', async () => {
    const { faults, doubts, mends, references } = await inspect('good.png');
    assert.deepEqual([faults, doubts, mends], [[], [], []]);
    assert.equal(references[1]?.mask?.transparent, 0.25);
  });

  const size = { width: 640, height: 480 };
  const mended: readonly (readonly [string, readonly MaskMend[]])[] = [
    ['painted.png', [{ alpha: 'from-white' }, { alpha: 'from-black' }]],
    ['painted.jpg', [{ size, alpha: 'from-white' }, { size, alpha: 'from-black' }]],
    ['small.png', [{ size }]],
    ['photo.png', []],
    ['empty.png', []],
  ];
  for (const [mask, mends] of mended) {
    it(`are mended: ${mask}`, async () => {
      const found = await inspect(mask);
      assert.deepEqual(found.mends.map(({ mend }) => mend), mends);
      for (const { mend } of found.mends) {
        assert.deepEqual((await inspect(mask, mend)).faults, []);
        const prepared = await prepareReferences(wanted(mask, mend), model, (await easel()).tools);
        const upload = prepared.uploads[1];
        assert.equal(upload?.mime, 'image/png');
        assert.notEqual(upload.file, art(mask).fsPath);
        assert.deepEqual(prepared.references[1]?.header, { format: 'png', alpha: true, ...size });
        assert.equal(prepared.recipe[1]?.name, workspace.asRelativePath(art(mask)));
        assert.ok(prepared.notes.includes(`A mended copy of the mask ${workspace.asRelativePath(art(mask))} was sent.`));
        await prepared.dispose();
      }
    });
  }

  it('that look turned round are in doubt, may go, and can be inverted', async () => {
    const { faults, doubts, mends } = await inspect('island.png');
    assert.deepEqual(faults, []);
    assert.deepEqual(doubts, [{ code: 'mask-inverted', name: workspace.asRelativePath(art('island.png')), transparent: 0.75 }]);
    assert.deepEqual(mends, [{ mend: { alpha: 'invert' }, title: 'Invert the Mask' }]);
    const prepared = await prepareReferences(wanted('island.png'), model, (await easel()).tools);
    assert.equal(prepared.notes.length, 1);
    await prepared.dispose();
    const inverted = await inspect('island.png', { alpha: 'invert' });
    assert.deepEqual([inverted.faults, inverted.doubts, inverted.mends, inverted.references[1]?.mask?.transparent], [[], [], [], 0.25]);
  });
});
