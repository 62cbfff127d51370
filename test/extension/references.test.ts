import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCanvas } from '@napi-rs/canvas';
import { Uri, commands, workspace } from 'vscode';
import { inspectReferences, prepareReferences } from '../../src/editor/orders/references.ts';
import type { CommandResult } from '../../src/editor/result.ts';
import { FailureError } from '../../src/images/failure.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { drawPicture } from './pictures.ts';
import { configure, easel, openGateway, rejection, root } from './support.ts';

const model = 'gpt-image-2';
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('references in other formats', () => {
  let gateway: Gateway;
  const art = (name: string): Uri => Uri.joinPath(root(), 'other formats', name);
  before(async () => {
    gateway = await openGateway();
    await workspace.fs.createDirectory(art('.'));
    await workspace.fs.writeFile(art('hero.png'), await drawPicture(1024, 768, 'png'));
    const canvas = createCanvas(640, 480);
    await workspace.fs.writeFile(art('still.gif'), await canvas.encode('gif'));
    await workspace.fs.writeFile(art('photo.avif'), await canvas.encode('avif', { speed: 10 }));
    await workspace.fs.writeFile(art('icon.svg'), Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M0 0h12v12z"/></svg>'));
    // 2 × 1 pixels of 24 bits.
    await workspace.fs.writeFile(art('old.bmp'), Buffer.from('Qk0+AAAAAAAAADYAAAAoAAAAAgAAAAEAAAABABgAAAAAAAgAAAAAAAAAAAAAAAAAAAAAAAAAAAD/AP8AAAA=', 'base64'));
    // Two pictures of one pixel.
    await workspace.fs.writeFile(art('moving.gif'), Buffer.from('R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAkQBACwAAAAAAQABAAACAkQBADs=', 'base64'));
    await workspace.fs.writeFile(art('cut.gif'), Buffer.from('R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAAC', 'base64'));
  });
  afterEach(() => gateway.clear());
  after(async () => {
    await workspace.fs.delete(art('.'), { recursive: true });
    await configure('easel.baseUrl', undefined);
    await gateway.close();
  });

  /** What copies there are. */
  const copies = async (): Promise<readonly string[]> => readdir((await easel()).tools.scratch).catch(() => []);

  it('go out as PNG, the result beside the first, and no copy stays', async () => {
    const names = ['still.gif', 'photo.avif', 'icon.svg', 'old.bmp', 'hero.png'];
    const { assets } = await commands.executeCommand<CommandResult>('easel.edit', { images: names.map(art), prompt: 'Together' });
    assert.match(assets[0]?.uri.path ?? '', /\/other formats\/still-edit\.\w+$/);
    const sent = gateway.requests.find(({ kind }) => kind === 'edits');
    assert.deepEqual(sent?.files.map(({ mime }) => mime), names.map(() => 'image/png'));
    assert.equal(sent?.files.at(-1)?.sha256, sha256(await workspace.fs.readFile(art('hero.png'))), 'what is taken as it is goes as it is');
    assert.deepEqual(await copies(), []);
  });

  it('are named and hashed as the user has them, and what was made of them is told', async () => {
    const { tools } = await easel();
    const prepared = await prepareReferences(['moving.gif', 'icon.svg'].map((name) => ({ uri: art(name), role: 'image' as const })), model, tools);
    assert.deepEqual(prepared.recipe, await Promise.all(['moving.gif', 'icon.svg'].map(async (name) => ({ role: 'image', name: workspace.asRelativePath(art(name)), sha256: sha256(await workspace.fs.readFile(art(name))) }))));
    assert.deepEqual(prepared.references.map(({ header }) => [header?.format, header?.width, header?.height]), [['png', 1, 1], ['png', 512, 512]]);
    assert.deepEqual(prepared.notes, [`The first picture of ${workspace.asRelativePath(art('moving.gif'))} was sent, as a PNG copy.`, `A PNG copy of ${workspace.asRelativePath(art('icon.svg'))} was sent.`]);
    assert.equal((await copies()).length, 2);
    await prepared.dispose();
    assert.deepEqual(await copies(), []);
  });

  it('are refused by name where they cannot be converted', async () => {
    const error = await rejection(commands.executeCommand('easel.edit', { images: [art('cut.gif')], prompt: 'x' }));
    assert.equal(error.code, 'invalid-request');
    assert.match(error.message, /The pixels of .*cut\.gif cannot be read/);
    assert.equal(gateway.requests.length, 0);
    assert.deepEqual(await copies(), []);
  });

  it('are named without their folder where they lie outside the workspace', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'easel-outside-'));
    try {
      await writeFile(join(folder, 'far.png'), await drawPicture(64, 64, 'png'));
      const { references, faults } = await inspectReferences([{ uri: Uri.file(join(folder, 'far.png')), role: 'image' }], model, (await easel()).tools);
      assert.deepEqual([references.map(({ name }) => name), faults], [['far.png'], []]);
      const gone = await rejection(inspectReferences([{ uri: Uri.file(join(folder, 'gone.png')), role: 'image' }], model, (await easel()).tools));
      assert.ok(gone instanceof FailureError && gone.failure.code === 'file-unreadable');
      assert.equal(gone.failure.name, 'gone.png');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
