import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCanvas } from '@napi-rs/canvas';
import { Uri, window, workspace } from 'vscode';
import type { PanelReference } from '../../../src/protocol/panel.ts';
import { memoryFilesSlowAtFirst } from '../memoryFiles.ts';
import { drawPicture } from '../pictures.ts';
import { easel, exists, rejection, root, until } from '../support.ts';
import { forgetComposer, openComposer, type ComposerPanel } from './composerPanel.ts';

/** A mask as most programs paint it: white where something is to change, and no transparency. */
async function whiteOnBlack(width: number, height: number): Promise<Buffer> {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.fillStyle = 'black';
  context.fillRect(0, 0, width, height);
  context.fillStyle = 'white';
  context.fillRect(0, 0, width / 3, height);
  return canvas.encode('png');
}

describe('the files of the composer', () => {
  let panel: ComposerPanel;
  let storage: string;
  const art = (name: string): Uri => Uri.joinPath(root(), 'files of composer', name);
  before(async () => {
    await workspace.fs.createDirectory(art('.'));
    for (const name of ['a.png', 'b.png', 'c [1].png']) await workspace.fs.writeFile(art(name), await drawPicture(320, 240, 'png'));
    await workspace.fs.writeFile(art('hole.png'), await drawPicture(320, 240, 'png', true));
    await workspace.fs.writeFile(art('white.png'), await whiteOnBlack(640, 480));
    await workspace.fs.writeFile(art('notes.txt'), Buffer.from('no image'));
    await workspace.fs.writeFile(art('garbage.png'), Buffer.from('no image'));
  });
  beforeEach(async () => {
    await forgetComposer();
    storage = await mkdtemp(join(tmpdir(), 'easel-panel-'));
    panel = await openComposer(storage);
  });
  afterEach(() => panel.dispose());
  after(async () => {
    await forgetComposer();
    await workspace.fs.delete(art('.'), { recursive: true });
  });

  const short = ({ name, role }: PanelReference): string => `${name.replace('files of composer/', '')}:${role}`;
  const list = (): string => panel.composer().references.map(short).join(' ');
  const idOf = (name: string): string => panel.composer().references.find((file) => file.name.endsWith(name))?.id ?? assert.fail(name);
  const drop = (...names: readonly string[]) => panel.ask('reference.drop', { uris: names.map((name) => art(name).toString()) });
  /** Waits until all of the files have been looked at. */
  const looked = () => panel.become('all to be looked at', ({ references }) => references.every(({ bytes, faults }) => bytes > 0 || faults.length > 0));

  it('takes images that are dropped from the Explorer, each once, and tells their size', async () => {
    await drop('a.png', 'b.png', 'a.png', 'c [1].png');
    await looked();
    assert.equal(list(), 'a.png:image b.png:image c [1].png:image');
    assert.deepEqual(panel.composer().references.map(({ width, height }) => [width, height]), [[320, 240], [320, 240], [320, 240]]);
    await until('small pictures', () => panel.composer().references.every(({ id, thumb }) => thumb !== undefined || panel.thumbs.has(id)));
    assert.deepEqual(panel.said, []);
  });

  it('refuses, by name, what lies outside the workspace or is no image', async () => {
    const outside = Uri.file(join(tmpdir(), 'outside.png'));
    const around = `${root().toString()}/../${encodeURIComponent('..')}/etc/hidden.png`;
    await panel.ask('reference.drop', { uris: [outside.toString(), around, art('notes.txt').toString(), 'https://example.com/far.png', 'no uri at all', art('a.png').toString()] });
    await looked();
    assert.equal(list(), 'a.png:image');
    const said = panel.said.join();
    for (const name of ['outside.png', 'hidden.png', 'notes.txt', 'far.png']) assert.ok(said.includes(name), `${name} in: ${said}`);
    assert.ok(!said.includes('a.png,'));
  });

  it('says of what is no picture that it is none, and lets nothing be sent with it', async () => {
    await panel.ask('draft.change', { draft: { prompt: 'x' } });
    await drop('a.png', 'garbage.png');
    await panel.become('a fault', ({ references }) => references.some(({ faults }) => faults.length > 0));
    assert.deepEqual(panel.composer().references.map(({ faults }) => faults.length), [0, 1]);
    assert.match(panel.composer().faults.map(({ field, sentence }) => `${field} ${sentence}`).join(), /^references .*garbage\.png is not a picture/);
    assert.match((await rejection(panel.desk.composer.order())).message, /invalid-request/);
    await panel.ask('reference.remove', { reference: idOf('garbage.png') });
    assert.deepEqual(panel.composer().faults, []);
    assert.equal((await panel.desk.composer.order()).references?.length, 1);
  });

  it('looks again at a file that changes, or goes', async () => {
    await drop('b.png');
    await looked();
    await workspace.fs.writeFile(art('b.png'), await drawPicture(500, 500, 'png'));
    await panel.become('the new size', ({ references }) => references[0]?.width === 500);
    await workspace.fs.delete(art('b.png'));
    await panel.become('a fault', ({ references }) => references[0]?.faults.length === 1);
    await workspace.fs.writeFile(art('b.png'), await drawPicture(320, 240, 'png'));
    await panel.become('no fault', ({ references }) => references[0]?.faults.length === 0 && references[0].width === 320);
  });

  it('puts files in another order and another role: the first image is edited, and there is one mask', async () => {
    await drop('a.png', 'b.png', 'hole.png');
    await panel.ask('reference.move', { reference: idOf('b.png'), to: 0 });
    assert.equal(list(), 'b.png:image a.png:image hole.png:image');
    await panel.ask('reference.role', { reference: idOf('hole.png'), role: 'mask' });
    assert.equal(list(), 'b.png:image a.png:image hole.png:mask');
    await looked();
    assert.deepEqual(panel.composer().references.map(({ faults }) => faults), [[], [], []]);
    assert.equal(panel.desk.composer.mask()?.toString(), art('hole.png').toString());
    await panel.ask('reference.move', { reference: idOf('hole.png'), to: 0 });
    assert.equal(list(), 'b.png:image a.png:image hole.png:mask', 'a mask stays behind the images');
    await panel.ask('reference.role', { reference: idOf('a.png'), role: 'mask' });
    assert.equal(list(), 'b.png:image hole.png:image a.png:mask');
    await panel.ask('reference.role', { reference: idOf('hole.png'), role: 'edited' });
    assert.equal(list(), 'hole.png:image b.png:image a.png:mask');
    const id = idOf('a.png');
    const file = panel.desk.composer.referenceOf(id);
    assert.deepEqual([file?.uri.toString(), file?.role], [art('a.png').toString(), 'mask']);
    await panel.ask('reference.remove', { reference: id });
    assert.equal(panel.desk.composer.referenceOf(id), undefined);
    assert.match((await rejection(panel.ask('reference.remove', { reference: id }))).message, /not in the list any more/);
  });

  it('offers what mends a mask, and sends it mended', async () => {
    await panel.ask('draft.change', { draft: { prompt: 'x' } });
    await drop('a.png', 'white.png');
    await panel.ask('reference.role', { reference: idOf('white.png'), role: 'mask' });
    await panel.become('mends', ({ references }) => (references[1]?.mends.length ?? 0) > 0);
    const [, mask] = panel.composer().references;
    assert.match(mask?.faults.join() ?? '', /white\.png has no transparency/);
    const [offer] = mask?.mends ?? [];
    assert.equal(offer?.title, 'Change What Is White, Scale to 320x240');
    await panel.ask('reference.mend', { reference: mask?.id ?? '', mend: offer.id });
    await panel.become('no fault', ({ references, faults }) => references[1]?.faults.length === 0 && references[1].width === 320 && faults.length === 0);
    const order = await panel.desk.composer.order();
    assert.deepEqual(order.references?.map(({ role, mend }) => [role, mend?.alpha, mend?.size]), [['image', undefined, undefined], ['mask', 'from-white', { width: 320, height: 240 }]]);
    const asIs = panel.composer().references[1]?.mends.find(({ title }) => title === 'Use the Mask as It Is');
    await panel.ask('reference.mend', { reference: mask?.id ?? '', mend: asIs?.id ?? '' });
    await panel.become('the fault again', ({ references }) => references[1]?.faults.length === 1);
    await rejection(panel.ask('reference.mend', { reference: mask?.id ?? '', mend: 'no such' }));
  });

  it('judges a file in the role that it has, also where the look at it in another one takes longer', async () => {
    const { provider, reads, release } = memoryFilesSlowAtFirst();
    const registered = workspace.registerFileSystemProvider('easel-slow', provider, { isCaseSensitive: true });
    try {
      const mask = Uri.parse('easel-slow:/white.png');
      await provider.writeFile(mask, await whiteOnBlack(640, 480), { create: true, overwrite: true });
      await drop('a.png');
      const { composer } = panel.desk;
      await composer.use([mask], 'reference');
      await until('the file being read as an image', () => reads() === 1);
      await composer.use([mask], 'mask');
      await panel.become('mends', ({ references }) => references[1]?.role === 'mask' && references[1].mends.length > 0);
      release();
      // Both looks copied the file, for it is not on this computer, and delete their copies when they are done.
      const { scratch } = (await easel()).tools;
      await until('the first look to end', async () => reads() > 1 && (await readdir(scratch)).length === 0);
      assert.ok((panel.composer().references[1]?.mends.length ?? 0) > 0);
    } finally {
      release();
      registered.dispose();
    }
  });

  it('keeps a picture that is pasted, by what its bytes are, under its own name in Easel\'s storage', async () => {
    const bytes = await drawPicture(200, 100, 'webp');
    await panel.ask('reference.bytes', { name: '../../evil/photo.png', bytes });
    await looked();
    const [file] = panel.composer().references;
    assert.deepEqual([file?.name, file?.width, file?.height, file?.faults], ['photo.webp', 200, 100, []]);
    const path = panel.desk.composer.referenceOf(file?.id ?? '')?.uri.fsPath ?? '';
    assert.ok(path.startsWith(join(storage, 'references')));
    assert.deepEqual(await readFile(path), bytes);
    assert.equal(panel.composer().namedAfterPrompt, 'photo-edit');

    const { buffer, byteOffset, byteLength } = bytes;
    await panel.ask('reference.bytes', { name: 'photo.png', bytes: (buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength) });
    assert.equal(panel.composer().references.length, 1, 'the same picture once');
    await rejection(panel.ask('reference.bytes', { name: 'words.png', bytes: Buffer.from('these are words') }));
    assert.equal(panel.composer().references.length, 1);
    assert.equal((await readdir(join(storage, 'references'))).length, 1);
  });

  it('forgets what was pasted when no draft needs it any more and a week has passed', async () => {
    await panel.ask('reference.bytes', { name: 'kept.png', bytes: await drawPicture(20, 20, 'png') });
    const kept = panel.desk.composer.referenceOf(idOf('kept.png'))?.uri.fsPath ?? '';
    for (const name of ['old', 'young']) {
      await mkdir(join(storage, 'references', name));
      await writeFile(join(storage, 'references', name, 'x.png'), 'x');
    }
    const long = new Date(Date.now() - 8 * 24 * 60 * 60 * 1000);
    for (const folder of [join(storage, 'references', 'old'), join(kept, '..')]) await utimes(folder, long, long);
    panel.dispose();
    panel = await openComposer(storage);
    await until('the old one to be gone', () => !existsSync(join(storage, 'references', 'old')));
    assert.ok(existsSync(kept) && existsSync(join(storage, 'references', 'young')));
  });

  it('takes a painted mask in the place of the one before', async () => {
    await drop('a.png', 'b.png');
    await panel.desk.composer.use([art('hole.png')], 'mask');
    const painted = Uri.file(join(storage, 'painted.png'));
    await writeFile(painted.fsPath, await drawPicture(320, 240, 'png', true));
    await panel.desk.composer.setMask(painted);
    assert.equal(list(), 'a.png:image b.png:image painted.png:mask');
    assert.deepEqual(panel.composer().faults.filter(({ field }) => field === 'references'), []);
  });

  it('lets the folder be chosen, and only in the workspace', async () => {
    const before = window.showOpenDialog;
    let chosen = art('.');
    Object.assign(window, { showOpenDialog: async () => [chosen] });
    try {
      await panel.ask('target.pick', {});
      await panel.become('the folder', ({ draft }) => draft.folder === 'files of composer');
      chosen = root();
      await panel.ask('target.pick', {});
      await panel.become('the workspace folder itself', ({ draft }) => draft.folder === '');
      chosen = Uri.file(tmpdir());
      await panel.ask('target.pick', {});
      await until('a sentence', () => panel.said.some((sentence) => sentence.includes('is not in the open workspace')));
      assert.equal(panel.composer().draft.folder, '');
    } finally {
      Object.assign(window, { showOpenDialog: before });
    }
  });

  it('cannot replace what lies outside the workspace, and is told again what to replace', async () => {
    await panel.ask('draft.change', { draft: { prompt: 'x' } });
    await panel.ask('reference.bytes', { name: 'photo.png', bytes: await drawPicture(20, 20, 'png') });
    await panel.ask('draft.change', { draft: { replace: true } });
    assert.match(panel.composer().faults.map(({ sentence }) => sentence).join(), /photo\.png is not in the workspace and is not replaced/);
    await drop('a.png');
    await panel.ask('reference.role', { reference: idOf('a.png'), role: 'edited' });
    assert.equal(panel.composer().draft.replace, false);
    await panel.ask('draft.change', { draft: { replace: true, count: 3, name: '?', folder: '..' } });
    const order = await panel.desk.composer.order();
    assert.deepEqual([order.replaces?.toString(), order.request.count, order.request.format, order.exact], [art('a.png').toString(), 1, 'png', { width: 320, height: 240 }]);
    assert.ok(await exists(art('a.png')));
  });
});
