import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { Uri, workspace } from 'vscode';
import type { Gateway } from '../../gateway/gateway.ts';
import { drawPicture } from '../pictures.ts';
import { configure, exists, generate, openGateway, rejection, root } from '../support.ts';
import { forgetComposer, openComposer, type ComposerPanel } from './composerPanel.ts';

/** A painted mask as the panel makes it: black, with a transparent rectangle. */
async function paint(width: number, height: number, hole: readonly [number, number, number, number] = [10, 10, 50, 40]): Promise<Uint8Array> {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.fillRect(0, 0, width, height);
  context.clearRect(...hole);
  return Uint8Array.from(await canvas.encode('png'));
}

/** A PNG whose header claims another size. */
function claiming(png: Uint8Array, width: number, height: number): Uint8Array {
  const bytes = Buffer.from(png);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return Uint8Array.from(bytes);
}

describe('masks painted in the panel', () => {
  let gateway: Gateway;
  let panel: ComposerPanel;
  let storage: string;
  const folder = `painted-${randomUUID().slice(0, 8)}`;
  const art = (name: string): Uri => Uri.joinPath(root(), folder, name);
  before(async () => {
    gateway = await openGateway();
    await configure('easel.openPictures', false);
    await workspace.fs.createDirectory(art('.'));
    await workspace.fs.writeFile(art('hero.png'), await drawPicture(640, 480, 'png'));
    await workspace.fs.writeFile(art('other.webp'), await drawPicture(300, 200, 'webp'));
    const drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="800" height="600"><rect width="400" height="600" fill="#c33"/></svg>';
    await workspace.fs.writeFile(art('drawing.svg'), new TextEncoder().encode(drawing));
  });
  beforeEach(async () => {
    await forgetComposer();
    storage = mkdtempSync(join(tmpdir(), 'easel-masks-'));
    panel = await openComposer(storage);
  });
  afterEach(() => {
    panel.dispose();
    rmSync(storage, { recursive: true });
  });
  after(async () => {
    await forgetComposer();
    await workspace.fs.delete(art('.'), { recursive: true });
    await configure('easel.openPictures', undefined);
    await configure('easel.baseUrl', undefined);
    await gateway.close();
  });

  /** Makes an image the edited one, and begins a mask for it. */
  async function begin(...names: readonly string[]) {
    await panel.desk.composer.use(names.map(art), 'edit');
    const { references } = await panel.desk.composer.state();
    const [first] = references;
    assert.ok(first);
    return panel.ask('mask.begin', { reference: first.id });
  }
  const save = (reference: string, bytes: Uint8Array, beside = false) => panel.ask('mask.save', { reference, bytes, beside });
  const masks = (): readonly string[] => (existsSync(join(storage, 'masks')) ? readdirSync(join(storage, 'masks')) : []);
  const fileOf = (src: string): string => src.replace(/^test:/, '');

  it('begin with the edited image, in a copy that the panel may load', async () => {
    const { reference, image, mask } = await begin('hero.png', 'other.webp');
    assert.deepEqual([image.name, image.width, image.height, mask], ['hero.png', 640, 480, undefined]);
    assert.ok(fileOf(image.src).startsWith(storage));
    assert.deepEqual(readFileSync(fileOf(image.src)), readFileSync(art('hero.png').fsPath));
    assert.equal(panel.composer().references[0]?.id, reference);
  });

  it('begin with the picture that will be sent, where that is made of another', async () => {
    const { image } = await begin('drawing.svg');
    const { width, height } = await loadImage(fileOf(image.src));
    assert.deepEqual([image.width, image.height], [width, height]);
    assert.equal(readFileSync(fileOf(image.src)).subarray(1, 4).toString(), 'PNG');
  });

  it('begin with a picture of the gallery, which becomes the edited image', async () => {
    await generate({ prompt: 'A lighthouse', folder: art('made') });
    const { requests } = await panel.ask('gallery.list', { text: '', folder: `${folder}/made`, model: '', since: '' });
    const { requests: details } = await panel.ask('gallery.details', { requests: requests.map(([id]) => id) });
    const picture = details[0]?.pictures[0];
    assert.ok(picture);
    await begin('hero.png');
    const { reference, image } = await panel.ask('mask.begin', { picture: picture.id });
    assert.deepEqual([image.name, image.width, image.height], [picture.name, picture.width, picture.height]);
    const file = panel.desk.composer.referenceOf(reference);
    assert.equal(file?.uri.path, art(`made/${picture.name}`).path);
    assert.match((await rejection(panel.ask('mask.begin', { picture: 'nobody' }))).message, /not in the gallery/);
  });

  it('become the mask of the edited image, and are what one goes on painting', async () => {
    const { reference } = await begin('hero.png');
    const bytes = await paint(640, 480);
    const composer = await save(reference, bytes);
    assert.deepEqual(composer.references.map(({ role, faults, doubts }) => [role, faults, doubts]), [['image', [], []], ['mask', [], []]]);
    assert.deepEqual(masks(), [`${createHash('sha256').update(bytes).digest('hex')}.png`]);
    assert.deepEqual(Uint8Array.from(readFileSync(panel.desk.composer.mask()?.fsPath ?? '')), bytes);
    assert.deepEqual(panel.said, []);
    assert.equal(await exists(art('hero-mask.png')), false);

    const again = await panel.ask('mask.begin', { reference });
    assert.deepEqual(Uint8Array.from(readFileSync(fileOf(again.mask ?? ''))), bytes);
    const second = await save(reference, await paint(640, 480, [0, 0, 5, 5]));
    assert.deepEqual(second.references.map(({ role }) => role), ['image', 'mask']);
  });

  it('are saved beside the image under a free name when asked', async () => {
    const { reference } = await begin('hero.png');
    const bytes = await paint(640, 480, [1, 2, 3, 4]);
    for (const name of ['hero-mask.png', 'hero-mask-2.png']) {
      await save(reference, bytes, true);
      assert.deepEqual(Uint8Array.from(await workspace.fs.readFile(art(name))), bytes);
      assert.equal(panel.said.at(-1), `The mask was saved as ${folder}/${name}.`);
    }
  });

  const refused: readonly (readonly [string, () => Promise<Uint8Array>, RegExp])[] = [
    ['of another size', () => paint(480, 640), /has 480x640 pixels and the edited image has 640x480/],
    ['that claims to be huge', async () => claiming(await paint(640, 480), 60_000, 60_000), /has 60000x60000 pixels/],
    ['that ends too early', async () => (await paint(640, 480)).subarray(0, 200), /no PNG that can be read/],
    ['without alpha', async () => Uint8Array.from(await drawPicture(640, 480, 'png')), /no transparent pixels/],
    ['in another format', async () => Uint8Array.from(await drawPicture(640, 480, 'webp', true)), /no PNG that can be read/],
    ['that is no picture', async () => new TextEncoder().encode('not a picture'), /no PNG that can be read/],
    ['with nothing painted', () => paint(640, 480, [0, 0, 0, 0]), /no transparent pixels/],
    ['with everything painted', () => paint(640, 480, [0, 0, 640, 480]), /transparent everywhere/],
  ];
  for (const [what, bytes, sentence] of refused) {
    it(`are refused in one sentence: one ${what}`, async () => {
      const { reference } = await begin('hero.png');
      assert.match((await rejection(save(reference, await bytes()))).message, sentence);
      assert.deepEqual((await panel.desk.composer.state()).references.map(({ id }) => id), [reference]);
      assert.deepEqual(masks(), []);
    });
  }

  it('belong to the edited image alone, for as long as it is there', async () => {
    const { reference } = await begin('hero.png', 'other.webp');
    const other = panel.composer().references[1];
    assert.ok(other);
    const bytes = await paint(300, 200);
    assert.match((await rejection(save(other.id, bytes))).message, /for the edited image alone/);
    assert.match((await rejection(panel.ask('mask.begin', { reference: other.id }))).message, /for the edited image alone/);
    await panel.ask('reference.remove', { reference });
    assert.match((await rejection(save(reference, await paint(640, 480)))).message, /not among the references any more/);
    assert.match((await rejection(panel.ask('mask.begin', { reference: '../../etc/passwd' }))).message, /not among the references any more/);
    assert.deepEqual(masks(), []);
  });
});
