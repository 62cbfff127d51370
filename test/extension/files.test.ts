import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Uri, workspace } from 'vscode';
import { saveAsset } from '../../src/editor/files/saveAsset.ts';
import { FailureError } from '../../src/images/failure.ts';
import { memoryFiles } from './memoryFiles.ts';
import { rejection } from './support.ts';

describe('saving an asset', () => {
  let folder = '';
  let source = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'easel-files-'));
    source = join(folder, 'source');
    await writeFile(source, 'picture');
  });
  after(() => rm(folder, { recursive: true }));

  const save = (target: Uri, name = 'cat'): Promise<Uri> => saveAsset(source, { folder: target, name, extension: 'png' });

  it('makes the folder, takes the first free name, and leaves nothing else', async () => {
    const target = join(folder, 'a/b');
    assert.equal((await save(Uri.file(target))).fsPath, join(target, 'cat.png'));
    assert.equal((await save(Uri.file(target))).fsPath, join(target, 'cat-2.png'));
    await rm(join(target, 'cat.png'));
    assert.equal((await save(Uri.file(target))).fsPath, join(target, 'cat.png'));
    assert.deepEqual((await readdir(target)).toSorted(), ['cat-2.png', 'cat.png']);
    assert.equal(await readFile(join(target, 'cat-2.png'), 'utf8'), 'picture');
    assert.equal(await readFile(source, 'utf8'), 'picture', 'the source stays');
  });

  it('gives racing pictures a name each', async () => {
    const target = join(folder, 'race');
    const saved = await Promise.all(Array.from({ length: 24 }, () => save(Uri.file(target))));
    assert.equal(new Set(saved.map(String)).size, 24);
    assert.equal((await readdir(target)).length, 24);
  });

  it('never replaces what is there, whatever it is', async () => {
    const target = join(folder, 'taken');
    await mkdir(join(target, 'cat.png'), { recursive: true });
    await writeFile(join(target, 'cat-2.png'), 'mine');
    assert.equal((await save(Uri.file(target))).fsPath, join(target, 'cat-3.png'));
    assert.equal(await readFile(join(target, 'cat-2.png'), 'utf8'), 'mine');
  });

  it('is as readable as any new file, however private its source is', async () => {
    await chmod(source, 0o600);
    const target = join(folder, 'modes');
    const { fsPath } = await save(Uri.file(target));
    const usual = join(target, 'usual');
    await writeFile(usual, '');
    assert.equal((await stat(fsPath)).mode, (await stat(usual)).mode);
  });

  it('finds a picture where it put it before, when it is asked to look', async () => {
    const target = Uri.file(join(folder, 'again'));
    const asked: string[] = [];
    const again = (same: string): Promise<Uri> =>
      saveAsset(source, {
        folder: target,
        name: 'cat',
        extension: 'png',
        isSame: async ({ path }) => {
          asked.push(path.slice(path.lastIndexOf('/') + 1));
          return path.endsWith(same);
        },
      });
    await save(target);
    await save(target);
    assert.equal((await again('cat-2.png')).path, Uri.joinPath(target, 'cat-2.png').path);
    assert.deepEqual(asked, ['cat.png', 'cat-2.png']);
    assert.equal((await again('none')).path, Uri.joinPath(target, 'cat-3.png').path);
    assert.deepEqual((await readdir(target.fsPath)).toSorted(), ['cat-2.png', 'cat-3.png', 'cat.png']);
  });

  it('takes away what a crash left a day ago, and nothing else', async () => {
    const target = join(folder, 'leftovers');
    const left = '.easel-0b0f4a52-7a3e-4d7c-9d53-6f0f6a1d1b11.tmp';
    const young = '.easel-1b0f4a52-7a3e-4d7c-9d53-6f0f6a1d1b11.tmp';
    await mkdir(target);
    for (const name of [left, young, '.easel-notes.tmp']) await writeFile(join(target, name), '');
    for (const name of [left, '.easel-notes.tmp']) await utimes(join(target, name), 0, 0);
    await save(Uri.file(target));
    assert.deepEqual((await readdir(target)).toSorted(), ['.easel-notes.tmp', young, 'cat.png'].toSorted());
  });

  it('goes on with what a crash left of the same picture, and leaves nothing of it beside', async () => {
    const target = join(folder, 'marked');
    const mark = '2b0f4a52-7a3e-4d7c-9d53-6f0f6a1d1b11-1';
    await mkdir(target);
    await writeFile(join(target, `.easel-${mark}.tmp`), 'half a picture');
    await saveAsset(source, { folder: Uri.file(target), name: 'cat', extension: 'png', mark });
    assert.deepEqual(await readdir(target), ['cat.png']);
    assert.deepEqual(await readFile(join(target, 'cat.png')), await readFile(source));
  });

  it('fails with a defined failure where it cannot write', async () => {
    const blocked = join(folder, 'file');
    await writeFile(blocked, '');
    const error = await rejection(save(Uri.file(join(blocked, 'below'))));
    assert.ok(error instanceof FailureError);
    assert.equal(error.failure.code, 'save-failed');
  });

  it('writes to virtual file systems through VS Code, under the same rules', async () => {
    const provider = memoryFiles();
    const registered = workspace.registerFileSystemProvider('easel-memory', provider, { isCaseSensitive: true });
    try {
      const target = Uri.parse('easel-memory:/art');
      const saved = await Promise.all([save(target), save(target), save(target)]);
      assert.deepEqual(saved.map(({ path }) => path).toSorted(), ['/art/cat-2.png', '/art/cat-3.png', '/art/cat.png']);
      assert.deepEqual([...provider.files.keys()].toSorted(), ['/art/cat-2.png', '/art/cat-3.png', '/art/cat.png'], 'nothing else is left');
      for (const bytes of provider.files.values()) assert.equal(Buffer.from(bytes).toString(), 'picture');
      const nowhere = await rejection(save(Uri.parse('easel-unknown:/art')));
      assert.ok(nowhere instanceof FailureError && nowhere.failure.code === 'save-failed');
    } finally {
      registered.dispose();
    }
  });
});
