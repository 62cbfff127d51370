import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FileSystemError, Uri, workspace, type Disposable, type FileSystemProvider } from 'vscode';
import type { Gateway } from '../gateway/gateway.ts';
import { memoryFiles } from './memoryFiles.ts';
import { placeForPerson, watchMessages } from './placing.ts';
import { configure, easel, exists, openGateway, paid, root, until } from './support.ts';

/** What keeps a picture from its place. */
const troubles: Readonly<Record<string, (uri: Uri) => Error>> = {
  'a folder that is read-only': (uri) => FileSystemError.NoPermissions(uri),
  'a disk that is full': () => Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }),
  'a virtual file system that is down': () => FileSystemError.Unavailable('the connection is gone'),
};

describe('what is paid for and has no place', () => {
  let gateway: Gateway;
  let provider: FileSystemProvider;
  let registered: Disposable;
  let trouble: ((uri: Uri) => Error) | undefined;
  const place = (...names: readonly string[]): Uri => Uri.joinPath(root(), 'unsaved', ...names);

  before(async () => {
    gateway = await openGateway();
    await configure('easel.openPictures', false);
    const files = memoryFiles();
    const refuse = (uri: Uri): void => {
      if (trouble) throw trouble(uri);
    };
    provider = {
      ...files,
      createDirectory(uri) {
        refuse(uri);
        return files.createDirectory(uri);
      },
      writeFile(uri, bytes, options) {
        refuse(uri);
        return files.writeFile(uri, bytes, options);
      },
    };
    registered = workspace.registerFileSystemProvider('easel-unsaved', provider, { isCaseSensitive: true });
  });
  afterEach(() => {
    trouble = undefined;
    gateway.clear();
  });
  after(async () => {
    registered.dispose();
    if (await exists(place('.'))) await workspace.fs.delete(place('.'), { recursive: true });
    await configure('easel.openPictures', undefined);
    await configure('easel.baseUrl', undefined);
    await gateway.close();
  });

  const journal = async (): Promise<string[]> => (await readdir(join((await easel()).storage, 'journal'))).filter((name) => !name.endsWith('.door'));
  const charges = async (): Promise<number> => (await (await easel()).tools.ledger.read()).length;

  for (const [what, why] of Object.entries(troubles)) {
    for (const remedy of ['Try Again', 'Save As…', 'Discard'] as const) {
      it(`${what}: it is kept, and ${remedy} does what it says, without paying again`, async () => {
        const [kept, entered] = [await journal(), await charges()];
        const folder = Uri.parse(`easel-unsaved:/${randomUUID()}`);
        const name = `kite-${randomUUID()}`;
        trouble = why;
        let tries = 0;
        const watching = watchMessages(({ sentence, titles }) => {
          if (sentence.startsWith('Discard the picture')) return 'Discard';
          if (!/could not be saved in/.test(sentence)) return undefined;
          assert.deepEqual(titles, ['Try Again', 'Save As…', 'Discard', 'Show Log']);
          tries += 1;
          // The first try again comes too early: the trouble is still there.
          if (remedy === 'Try Again' && tries === 2) trouble = undefined;
          return remedy;
        }, place());
        try {
          await placeForPerson(`A kite ${name}`, folder, { name });
          await until('its end', async () => (await journal()).length === kept.length);
          const saved = remedy === 'Try Again' ? Uri.joinPath(folder, `${name}.png`) : place(`${name}.png`);
          if (remedy !== 'Discard') {
            await watching.shown(/^Made kite-/);
            assert.ok((await workspace.fs.stat(saved)).size > 0);
          } else assert.equal(await exists(place(`${name}.png`)), false);
          assert.equal(tries, remedy === 'Try Again' ? 2 : 1);
          assert.match((await watching.shown(/could not be saved/)).sentence, /^The picture is made but could not be saved in .*: try again, or save it elsewhere\.$/);
        } finally {
          watching.stop();
        }
        assert.equal(paid(gateway), 1);
        assert.equal(await charges(), entered + 1);
      });
    }
  }

  it('a file where the folder was: it is kept, and saved when the folder can be made', async () => {
    const kept = await journal();
    await workspace.fs.writeFile(place('gone'), Buffer.from('a file'));
    const watching = watchMessages(async ({ sentence }) => {
      if (!/could not be saved in/.test(sentence)) return undefined;
      await workspace.fs.delete(place('gone'));
      return 'Try Again';
    });
    try {
      await placeForPerson('A kite without a folder', place('gone'));
      await watching.shown(/^Made a-kite-without-a-folder\.png/);
    } finally {
      watching.stop();
    }
    assert.ok(await exists(place('gone', 'a-kite-without-a-folder.png')));
    assert.deepEqual([await journal(), paid(gateway)], [kept, 1]);
  });

  it('a folder that is deleted meanwhile is made again', async () => {
    await workspace.fs.createDirectory(place('deleted'));
    gateway.faultNext({ kind: 'no-headers', ms: 500 });
    const watching = watchMessages(() => undefined);
    try {
      const placed = placeForPerson('A kite of a deleted folder', place('deleted'));
      await gateway.waitFor(({ kind }) => kind === 'generations');
      await workspace.fs.delete(place('deleted'), { recursive: true });
      await placed;
      await watching.shown(/^Made a-kite-of-a-deleted-folder\.png/);
    } finally {
      watching.stop();
    }
    assert.ok(await exists(place('deleted', 'a-kite-of-a-deleted-folder.png')));
  });

  it('a name that is taken meanwhile stays whose it is: the picture takes the next', async () => {
    gateway.faultNext({ kind: 'no-headers', ms: 500 });
    const watching = watchMessages(() => undefined);
    try {
      const placed = placeForPerson('A kite twice', place('taken'));
      await gateway.waitFor(({ kind }) => kind === 'generations');
      await workspace.fs.writeFile(place('taken', 'a-kite-twice.png'), Buffer.from('mine'));
      await placed;
      await watching.shown(/^Made a-kite-twice-2\.png/);
    } finally {
      watching.stop();
    }
    assert.equal(Buffer.from(await workspace.fs.readFile(place('taken', 'a-kite-twice.png'))).toString(), 'mine');
  });
});
