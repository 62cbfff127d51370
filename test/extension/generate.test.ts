import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CancellationTokenSource, commands, ConfigurationTarget, extensions, Uri, workspace } from 'vscode';
import { imageHeader } from '../../src/images/format.ts';
import { startGateway, type Gateway } from '../gateway/gateway.ts';
import { configure, easel, exists, generate, openGateway, paid, rejection, root } from './support.ts';

const nameOf = (uri: Uri): string => uri.path.slice(uri.path.lastIndexOf('/') + 1);

describe('easel.generate as an API', () => {
  let gateway: Gateway;
  before(async () => {
    gateway = await openGateway();
  });
  afterEach(() => gateway.clear());
  after(async () => {
    await workspace.fs.delete(Uri.joinPath(root(), 'assets'), { recursive: true });
    await configure('easel.baseUrl', undefined);
    await gateway.close();
  });

  it('resolves to the assets and the charge, and asks nothing', async () => {
    const result = await generate({ prompt: 'A red bicycle', size: '1280x720', quality: 'medium' });
    const [asset, ...more] = result.assets;
    assert.ok(asset);
    assert.deepEqual(more, []);
    assert.equal(asset.uri.toString(), Uri.joinPath(root(), 'assets/a-red-bicycle.png').toString());
    const bytes = await workspace.fs.readFile(asset.uri);
    assert.equal(asset.bytes, bytes.length);
    assert.deepEqual({ width: asset.width, height: asset.height, format: asset.format }, { width: 1280, height: 720, format: 'png' });
    assert.equal(imageHeader(bytes)?.width, 1280);
    const { amount, unit, measured, usage } = result.charge;
    assert.ok(usage);
    assert.equal(unit, 'credits');
    assert.equal(measured, true);
    assert.equal(amount, ((usage.textIn * 5 + usage.imageIn * 10 + usage.imageOut * 40) * 71_000) / 1e6);
    assert.deepEqual(result.notes, []);
    const [request] = gateway.requests;
    assert.equal(request?.headers['authorization'], 'Bearer hk-test-key');
    assert.deepEqual(request?.fields, { model: 'gpt-image-2', prompt: 'A red bicycle', n: 1, size: '1280x720', quality: 'medium' });
  });

  it('enters the charge into the ledger, with neither prompt nor key', async () => {
    const { tools, storage } = await easel();
    const before = (await tools.ledger.read()).length;
    const journal = async (): Promise<string[]> => (await readdir(join(storage, 'journal')).catch((): string[] => [])).toSorted();
    const kept = await journal();
    const { charge } = await generate({ prompt: 'A secret unicorn', name: 'animal' });
    const charges = await tools.ledger.read();
    assert.equal(charges.length, before + 1);
    const last = charges.at(-1);
    assert.equal(last && last.amount.micros / 1e6, charge.amount);
    assert.ok(last && [root().toString(), workspace.workspaceFile?.toString()].includes(last.workspace));
    assert.doesNotMatch(await readFile(join(storage, 'ledger.jsonl'), 'utf8'), /unicorn|hk-test-key/);
    assert.deepEqual(last.files?.map((uri) => nameOf(Uri.parse(uri))), ['animal.png']);
    assert.deepEqual(await journal(), kept, 'the journal forgets what is done');
  });

  it('numbers several pictures and never overwrites', async () => {
    const first = await generate({ prompt: 'A green tree', count: 3 });
    assert.deepEqual(first.assets.map(({ uri }) => nameOf(uri)), ['a-green-tree.png', 'a-green-tree-2.png', 'a-green-tree-3.png']);
    const bytes = await workspace.fs.readFile(Uri.joinPath(root(), 'assets/a-green-tree.png'));
    const second = await generate({ prompt: 'A green tree' });
    assert.deepEqual(second.assets.map(({ uri }) => nameOf(uri)), ['a-green-tree-4.png']);
    assert.deepEqual(await workspace.fs.readFile(Uri.joinPath(root(), 'assets/a-green-tree.png')), bytes);
  });

  it('requests side by side take different names', async () => {
    const results = await Promise.all([1, 2, 3].map(() => generate({ prompt: 'A blue boat' })));
    assert.deepEqual(results.flatMap(({ assets }) => assets.map(({ uri }) => nameOf(uri))).toSorted(), ['a-blue-boat-2.png', 'a-blue-boat-3.png', 'a-blue-boat.png']);
  });

  it('takes folder, name and format, and names the file by what came', async () => {
    const result = await generate({ prompt: '一只白色的暹罗猫', folder: 'assets/deep/er', format: 'webp' });
    assert.equal(result.assets[0]?.uri.toString(), Uri.joinPath(root(), 'assets/deep/er/一只白色的暹罗猫.webp').toString());
    assert.equal(result.assets[0]?.format, 'webp');
    const named = await generate({ prompt: 'x', folder: Uri.joinPath(root(), 'assets/other'), name: 'logo' });
    assert.equal(named.assets[0]?.uri.toString(), Uri.joinPath(root(), 'assets/other/logo.png').toString());
  });

  it('names a picture by its bytes when another format comes than asked, and says so', async () => {
    gateway.faultNext('other-format');
    const result = await generate({ prompt: 'A surprise', format: 'png' });
    assert.equal(nameOf(result.assets[0]?.uri ?? root()), 'a-surprise.webp');
    assert.equal(result.notes.length, 1);
    assert.match(result.notes[0] ?? '', /webp.*png/);
  });

  const refused: readonly [string, unknown, RegExp][] = [
    ['no object', 'a cat', /prompt/],
    ['no prompt', {}, /"prompt"/],
    ['an empty prompt', { prompt: '  ' }, /prompt is empty/],
    ['a misspelt member', { prompt: 'x', qualty: 'low' }, /"qualty"/],
    ['an unknown quality', { prompt: 'x', quality: 'best' }, /"quality"/],
    ['a size off the grid', { prompt: 'x', size: '1000x1000' }, /multiples of 16.*1008x1008|1008x1008/],
    ['too many pictures', { prompt: 'x', count: 11 }, /1 to 10/],
    ['a transparent background that the model cannot draw', { prompt: 'x', background: 'transparent' }, /gpt-image-2/],
    ['a folder that leads out', { prompt: 'x', folder: '../elsewhere' }, /\.\./],
    ['an absolute folder', { prompt: 'x', folder: '/tmp' }, /workspace/],
    ['a folder of another place', { prompt: 'x', folder: Uri.file('/etc') }, /not in the open workspace/],
    ['a URI that leads out', { prompt: 'x', folder: Uri.file('/etc').with({ path: '/etc' }) }, /not in the open workspace/],
    ['a name that is a path', { prompt: 'x', name: '../../x' }, /path/],
  ];
  for (const [what, args, sentence] of refused) {
    it(`refuses ${what}, with a sentence, and sends nothing`, async () => {
      const error = await rejection(generate(args));
      assert.equal(error.code, 'invalid-request');
      assert.match(error.message, sentence);
      assert.equal(gateway.requests.length, 0);
    });
  }

  it('rejects with the code of the failure', async () => {
    gateway.faultNext('key-refused');
    assert.equal((await rejection(generate({ prompt: 'x' }))).code, 'key-refused');
    gateway.faultNext('moderation');
    const error = await rejection(generate({ prompt: 'x' }));
    assert.equal(error.code, 'moderation');
    assert.doesNotMatch(error.message, /[{}<>]|undefined|\[object/);
    gateway.clear();
    gateway.faultNext('reset-after-read');
    assert.equal((await rejection(generate({ prompt: 'x' }))).code, 'connection-lost');
    assert.equal(paid(gateway), 1, 'it is not sent again');
  });

  it('stops at once when its caller cancels', async () => {
    gateway.faultNext('no-answer');
    const source = new CancellationTokenSource();
    const answer = rejection(generate({ prompt: 'x' }, source.token));
    await gateway.waitFor(({ kind }) => kind === 'generations');
    source.cancel();
    assert.equal((await answer).code, 'cancelled');
    assert.deepEqual((await easel()).tools.board.running, []);
  });

  it('without a key it is refused, and asks for none', async () => {
    const { tools } = await easel();
    await tools.keys.remove(gateway.origin);
    assert.equal((await rejection(generate({ prompt: 'x' }))).code, 'no-key');
    assert.equal(gateway.requests.length, 0);
    await tools.keys.set(gateway.origin, 'hk-test-key');
  });
});

describe('the key', () => {
  let gateway: Gateway;
  let foreign: Gateway;
  before(async () => {
    gateway = await openGateway();
    foreign = await startGateway();
  });
  after(async () => {
    await configure('easel.baseUrl', undefined);
    await Promise.all([gateway.close(), foreign.close()]);
  });

  it('goes where the user says, never where the workspace says', async () => {
    const file = Uri.joinPath(root(), '.vscode/settings.json');
    const hostile = { 'easel.baseUrl': foreign.baseUrl, 'easel.service': 'custom', 'easel.rates': { unit: 'USD', textIn: 0, imageIn: 0, imageOut: 0 }, 'easel.quality': 'medium' };
    const changed = new Promise<void>((resolve) => {
      const listening = workspace.onDidChangeConfiguration((event) => {
        if (!event.affectsConfiguration('easel.quality')) return;
        listening.dispose();
        resolve();
      });
    });
    await workspace.fs.writeFile(file, Buffer.from(JSON.stringify(hostile)));
    await changed;
    try {
      const { charge, assets } = await generate({ prompt: 'x', name: 'hostile' });
      assert.equal(foreign.requests.length, 0);
      assert.equal(paid(gateway), 1);
      assert.equal(charge.unit, 'credits');
      assert.ok(charge.amount > 0);
      // What a workspace may say is heard.
      assert.equal(gateway.requests.find(({ kind }) => kind === 'generations')?.fields['quality'], 'medium');
      for (const { uri } of assets) await workspace.fs.delete(uri);
    } finally {
      await workspace.fs.delete(file);
    }
  });

  it('is one key for each origin', async () => {
    const { tools } = await easel();
    await configure('easel.baseUrl', foreign.baseUrl);
    assert.equal((await rejection(generate({ prompt: 'x' }))).code, 'no-key');
    assert.equal(foreign.requests.length, 0);
    assert.equal(await tools.keys.get(gateway.origin), 'hk-test-key');
    await configure('easel.baseUrl', gateway.baseUrl);
  });

  it('never travels in the clear', async () => {
    await configure('easel.baseUrl', 'http://images.example.com/v1');
    assert.equal((await rejection(generate({ prompt: 'x' }))).code, 'insecure-url');
    await configure('easel.baseUrl', gateway.baseUrl);
  });

  it('reaches neither the origin of the pictures nor the log', async () => {
    const { logs } = await easel();
    await generate({ prompt: 'x', name: 'clean' });
    const files = gateway.requests.filter(({ server }) => server === 'files');
    assert.ok(files.length > 0);
    for (const { headers } of files) assert.equal(headers['authorization'], undefined);
    const written = await Promise.all((await readdir(logs, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => readFile(join(entry.parentPath, entry.name), 'utf8')));
    const log = written.join('\n');
    assert.match(log, /job [\da-f-]{36}/, 'the log tells of the job');
    assert.doesNotMatch(log, /hk-test-key|[?&](sig|signature|expires)=[^…*\s]{4}/i);
    await workspace.fs.delete(Uri.joinPath(root(), 'assets'), { recursive: true });
  });
});

describe('the extension', () => {
  it('has registered every command it contributes', async () => {
    await easel();
    const manifest = extensions.getExtension('easel.easel')?.packageJSON as { contributes: { commands: { command: string }[] } };
    const registered = new Set(await commands.getCommands(true));
    for (const { command } of manifest.contributes.commands) assert.ok(registered.has(command), command);
  });

  it('keeps what decides about the key out of the reach of workspaces', async () => {
    const settings = workspace.getConfiguration('easel');
    await assert.rejects(Promise.resolve(settings.update('baseUrl', 'https://evil.example.com', ConfigurationTarget.Workspace)));
    assert.equal(await exists(Uri.joinPath(root(), '.vscode/settings.json')), false);
  });
});
