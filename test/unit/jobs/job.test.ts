import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { createClient, type Client } from '../../../src/api/client.ts';
import { profileFor } from '../../../src/api/profiles.ts';
import { billedOf, FailureError, type FailureCode, type WriteTrouble } from '../../../src/images/failure.ts';
import { failureActions } from '../../../src/images/failureSentence.ts';
import { imageHeader } from '../../../src/images/format.ts';
import { runJob, type Job, type JobProgress, type JobTools } from '../../../src/jobs/job.ts';
import { openJournal, type Journal, type JournalLine } from '../../../src/jobs/journal.ts';
import type { Charge } from '../../../src/spend/entry.ts';
import { openLedger } from '../../../src/spend/ledger.ts';
import { startGateway, type Gateway } from '../../gateway/gateway.ts';
import { pictureOfBytes } from '../../gateway/pictures.ts';

let gateway: Gateway;
let client: Client;
let folder = '';
let jobs = 0;

before(async () => {
  gateway = await startGateway();
  folder = await mkdtemp(join(tmpdir(), 'easel-job-'));
  client = createClient(
    { profile: profile(), proxy: { url: '', strictSSL: true, noProxy: [] }, timeoutMs: 60_000, userAgent: 'test', log: () => undefined },
    { environment: {}, downloadDelays: [1, 1] },
  );
});
afterEach(() => gateway.clear());
after(async () => {
  await client.close();
  await gateway.close();
  await rm(folder, { recursive: true });
});

const profile = () => profileFor({ service: 'openai-hk', baseUrl: gateway.baseUrl });

/** One job with a journal and a ledger of its own, and everything that can be asked of it afterwards. */
function prepare(request: Partial<Job['request']> = {}, over: Partial<Job> = {}) {
  const place = join(folder, String((jobs += 1)));
  const ledger = openLedger(join(place, 'ledger.jsonl'));
  const job: Job = {
    id: 'job-1',
    request: { prompt: 'a white siamese cat', model: 'gpt-image-2', size: '1024x1024', quality: 'low', count: 1, ...request },
    responseFormat: 'auto',
    destination: { folder: pathToFileURL(place).href, name: 'cat', recipe: true },
    workspace: 'file:///w',
    ...over,
  };
  const stages: JobProgress['stage'][] = [];
  /** The jobs' folders in the journal. */
  const kept = async (): Promise<string[]> => (await readdir(join(place, 'journal'))).filter((name) => !name.endsWith('.door'));
  const tools: JobTools = {
    client,
    profile: profile(),
    key: 'hk-test-key',
    journal: openJournal(join(place, 'journal')),
    ledger,
    save: async ({ file, index, header, bytes }) => {
      const target = join(place, `cat-${index}.${header.format}`);
      await copyFile(file, target);
      return { uri: pathToFileURL(target).href, header, bytes };
    },
    now: () => new Date('2026-11-23T10:00:00Z'),
    signal: new AbortController().signal,
    onProgress: ({ stage }) => void (stages.at(-1) === stage || stages.push(stage)),
  };
  return {
    job,
    tools,
    stages,
    charges: (): Promise<readonly Charge[]> => ledger.read(),
    kept,
    lines: async (): Promise<JournalLine[]> =>
      (await readFile(join(place, 'journal', (await kept()).join(), 'job.jsonl'), 'utf8'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as JournalLine),
  };
}

const paid = (): number => gateway.requests.filter(({ kind }) => kind === 'generations').length;
const failsWith = (code: FailureCode) => (error: unknown) => error instanceof FailureError && error.failure.code === code;

for (const responseFormat of ['url', 'b64_json'] as const) {
  test(`a job brings its pictures to their place and its charge to the ledger (${responseFormat})`, async () => {
    const { job, tools, stages, charges, kept } = prepare({ count: 2 }, { responseFormat });
    const result = await runJob(job, tools);
    assert.equal(result.assets.length, 2);
    for (const { uri, picture } of result.assets) {
      const bytes = await readFile(new URL(uri));
      assert.equal(bytes.length, picture.bytes);
      assert.deepEqual(imageHeader(bytes), picture.header);
      assert.equal(picture.header.width, 1024);
    }
    assert.deepEqual(result.differences, []);
    assert.deepEqual(result.troubles, []);
    assert.equal(result.kept, undefined);
    const [charge, ...more] = await charges();
    assert.deepEqual(more, []);
    assert.ok(charge?.usage && charge.measured);
    // The customer's formula, in millionths of a credit.
    const { textIn, imageIn, imageOut } = charge.usage;
    assert.equal(charge.amount.micros, (textIn * 5 + imageIn * 10 + imageOut * 40) * 71_000);
    assert.equal(charge.received, 2);
    assert.deepEqual(charge.files, result.assets.map(({ uri }) => uri));
    assert.ok(!('prompt' in charge) && !('edit' in charge));
    assert.deepEqual(await kept(), [], 'the journal forgets what is done');
    assert.equal(paid(), 1);
    assert.equal(stages[0], 'sent');
    assert.equal(stages.at(-1), 'saving');
  });
}

test('a picture that cannot be saved stays, is saved later, and is paid for once', async () => {
  const { job, tools, charges, kept, lines } = prepare();
  const refuse: JobTools['save'] = () => Promise.reject(new FailureError({ code: 'save-failed', path: 'assets', message: 'disk full' }));
  const first = await runJob(job, { ...tools, save: refuse });
  assert.deepEqual(first.assets, []);
  assert.equal(first.unsaved.length, 1);
  assert.deepEqual(first.troubles, [{ code: 'save-failed', path: 'assets', message: 'disk full' }]);
  assert.match((await kept()).join(), /^job-1~[0-9a-f]{8}-[0-9a-f]{16}$/);
  assert.deepEqual((await lines()).map(({ event }) => event), ['sending', 'url', 'usage', 'received', 'charged']);

  const again = await first.resume({ ...tools, save: refuse });
  assert.equal(again.unsaved.length, 1);
  assert.equal(again.troubles.length, 1);

  const last = await again.resume(tools);
  assert.equal(last.assets.length, 1);
  assert.deepEqual(last.troubles, []);
  assert.deepEqual(await kept(), []);
  assert.equal((await charges()).length, 1);
  assert.equal(paid(), 1);
});

test('what the service refuses costs nothing and leaves nothing', async () => {
  const { job, tools, charges, kept } = prepare();
  gateway.faultNext('key-refused');
  await assert.rejects(runJob(job, tools), failsWith('key-refused'));
  assert.deepEqual(await charges(), []);
  assert.deepEqual(await kept(), []);
});

test('a request whose answer is unknown is remembered, not sent again', async () => {
  const { job, tools, charges, kept, lines } = prepare();
  gateway.faultNext('reset-after-read');
  await assert.rejects(runJob(job, tools), failsWith('connection-lost'));
  assert.equal(paid(), 1);
  assert.deepEqual(await charges(), []);
  assert.match((await kept()).join(), /^job-1~[0-9a-f]{8}-[0-9a-f]{16}$/);
  assert.deepEqual((await lines()).map(({ event }) => event), ['sending', 'failed']);
});

test('a link that cannot be fetched is kept with its charge, and fetched later without paying again', async () => {
  const { job, tools, charges, kept, lines } = prepare({ count: 2 });
  gateway.faultNext({ kind: 'url', trouble: { kind: 'flaky', times: 4, how: 'status' } });
  const first = await runJob(job, tools);
  assert.deepEqual(first.assets, []);
  assert.deepEqual(first.troubles.map(({ code }) => code), ['download-failed']);
  assert.deepEqual(first.differences, [], 'what is owed is not missing');
  assert.equal(first.owed.length, 2);
  assert.deepEqual((await lines()).filter((line) => line.event === 'url').map(({ index, url }) => ({ index, url })).toSorted((a, b) => a.index - b.index), first.owed);
  assert.equal((await charges()).length, 1, 'the service has charged');

  const last = await first.resume(tools);
  assert.equal(last.assets.length, 2);
  assert.deepEqual([last.owed, last.troubles, last.differences], [[], [], []]);
  assert.deepEqual(await kept(), []);
  assert.equal((await charges()).length, 1);
  assert.equal(paid(), 1);
});

test('a job cancelled while its pictures are fetched can be taken up again', async () => {
  const { job, tools } = prepare();
  gateway.faultNext({ kind: 'url', trouble: { kind: 'hang' } });
  const abort = new AbortController();
  const running = runJob(job, { ...tools, signal: abort.signal });
  await gateway.waitFor(({ kind }) => kind === 'file');
  abort.abort();
  const cancelled = await running;
  assert.deepEqual(cancelled.troubles, [{ code: 'cancelled', sent: true }]);
  assert.equal(cancelled.owed.length, 1);
  assert.ok(cancelled.kept);
});

test('without usage the charge is the estimate, and said to be one', async () => {
  const { job, tools, charges } = prepare();
  gateway.faultNext('no-usage');
  await runJob(job, tools);
  const [charge] = await charges();
  assert.ok(charge);
  assert.equal(charge.measured, false);
  assert.equal(charge.usage, undefined);
  assert.ok(charge.amount.micros > 0);
});

test('an edit without usage counts its images too', async () => {
  const plain = prepare();
  const file = join(folder, 'edited.png');
  await writeFile(file, await pictureOfBytes(400_000));
  const edit = prepare({}, { uploads: [{ role: 'image', file, name: 'edited.png', mime: 'image/png' }], imageSizes: [{ width: 1024, height: 1024 }] });
  for (const { job, tools } of [plain, edit]) {
    gateway.faultNext('no-usage');
    assert.equal((await runJob(job, tools)).assets.length, 1);
  }
  assert.equal(gateway.requests.find(({ kind }) => kind === 'edits')?.files.length, 1);
  const [[made], [edited]] = [await plain.charges(), await edit.charges()];
  assert.ok(made && edited && edited.amount.micros > made.amount.micros);
  assert.ok(edited.edit && !made.edit);
  assert.deepEqual(await edit.kept(), []);
});

test('the prompt is entered with the charge where the user wants it there, and nowhere else', async () => {
  for (const prompts of [true, false]) {
    const { job, tools, charges } = prepare({}, { prompts });
    await runJob(job, tools);
    assert.equal((await charges())[0]?.prompt, prompts ? 'a white siamese cat' : undefined);
  }
});

test('the ledger knows each picture once it is in its place, however often saving it was tried', async () => {
  const { job, tools, charges } = prepare({ count: 2 });
  const later: JobTools['save'] = (picture, ...rest) => (picture.index === 0 ? tools.save(picture, ...rest) : Promise.reject(new Error('no room')));
  const first = await runJob(job, { ...tools, save: later });
  assert.deepEqual((await charges())[0]?.files, first.assets.map(({ uri }) => uri));
  const { assets } = await first.resume({ client, save: tools.save, signal: tools.signal });
  assert.equal(assets.length, 2);
  assert.deepEqual((await charges())[0]?.files, assets.map(({ uri }) => uri));
});

test('what differs from what was asked is said', async () => {
  const { job, tools, charges } = prepare({ count: 3 });
  gateway.faultNext({ kind: 'fewer', count: 1 });
  const result = await runJob(job, tools);
  assert.deepEqual(result.differences, [{ kind: 'fewer', asked: 3, got: 1 }]);
  assert.equal((await charges())[0]?.received, 1);

  const other = prepare();
  gateway.faultNext({ kind: 'other-size', width: 1254, height: 1254 });
  assert.deepEqual((await runJob(other.job, other.tools)).differences, [{ kind: 'size', picture: 1, asked: '1024x1024', got: '1254x1254' }]);
});

test('an automatic size that does not follow the image, as it was shown, is said', async () => {
  const file = join(folder, 'followed.png');
  await writeFile(file, await pictureOfBytes(400_000));
  const { job, tools } = prepare({ size: 'auto', expected: '1024x1024' }, { uploads: [{ role: 'image', file, name: 'followed.png', mime: 'image/png' }], imageSizes: [{ width: 1024, height: 1024 }] });
  gateway.faultNext({ kind: 'other-size', width: 1254, height: 1254 });
  assert.deepEqual((await runJob(job, tools)).differences, [{ kind: 'followed', picture: 1, expected: '1024x1024', got: '1254x1254' }]);
  assert.equal(gateway.requests.find(({ kind }) => kind === 'edits')?.fields['size'], 'auto');
  assert.equal(gateway.requests.some(({ fields }) => 'expected' in fields), false, 'the service is not told');
});

test('transparency that was asked for and is not in the pixels is said', async () => {
  const { job, tools } = prepare({ background: 'transparent', model: 'gpt-image-1' });
  const opaque: JobTools['save'] = async (picture, destination, recipe) => ({ ...(await tools.save(picture, destination, recipe)), opaque: true });
  const result = await runJob(job, { ...tools, save: opaque });
  assert.equal(result.assets[0]?.picture.header.alpha, true, 'its header does not tell');
  assert.deepEqual(result.differences, [{ kind: 'opaque', picture: 1 }]);
  assert.deepEqual((await runJob({ ...job, id: 'job-2' }, tools)).differences, []);
});

test('bytes that no one can read stay in the journal, beside pictures that are saved', async () => {
  const { job, tools, kept } = prepare({ count: 2 });
  const unreadable: Client = {
    ...client,
    generate: async (request, options) => {
      const reply = await client.generate(request, options);
      return { ...reply, pictures: reply.pictures.slice(0, 1), troubles: [{ index: 1, failure: { code: 'bad-reply', message: 'no image format that is known' } }] };
    },
  };
  const result = await runJob(job, { ...tools, client: unreadable });
  assert.equal(result.assets.length, 1);
  assert.equal(result.troubles[0]?.code, 'bad-reply');
  assert.match((await kept()).join(), /^job-1~[0-9a-f]{8}-[0-9a-f]{16}$/);
  assert.ok(result.kept && (await readdir(result.kept)).includes('picture-2'));
});

/** A journal whose disk takes lines, and of these pictures nothing: as a full one, where the system has a device that is. */
async function withoutRoom(tools: JobTools, pictures: readonly number[]): Promise<{ readonly tools: JobTools; readonly why: WriteTrouble }> {
  const full = await stat('/dev/full').then(
    () => true,
    () => false,
  );
  const begin: Journal['begin'] = async (line) => {
    const entry = await tools.journal.begin(line);
    // An event's picture lies beside its place until the event ends.
    if (full) for (const index of pictures) await symlink('/dev/full', `${entry.landing.pictureFile(index)}${line.request.stream ? `.event-${index}` : ''}`);
    const pictureFile = (index: number): string => (full || !pictures.includes(index) ? entry.landing.pictureFile(index) : join(entry.folder, 'missing', String(index)));
    return { ...entry, landing: { ...entry.landing, pictureFile } };
  };
  return { tools: { ...tools, journal: { ...tools.journal, begin } }, why: full ? 'full' : 'other' };
}

for (const call of ['generate', 'edit'] as const) {
  for (const stream of [false, true]) {
    test(`a picture that the journal has no room for is lost and paid for, and no free try is promised (${call}, ${stream ? 'SSE' : 'b64_json'})`, async () => {
      const file = join(folder, `lost-${call}.png`);
      await writeFile(file, await pictureOfBytes(400_000));
      const { job, tools, charges, kept } = prepare(stream ? { stream: { partialImages: 0 } } : {}, {
        responseFormat: 'b64_json',
        ...(call === 'edit' && { uploads: [{ role: 'image', file, name: 'lost.png', mime: 'image/png' }], imageSizes: [{ width: 1024, height: 1024 }] }),
      });
      const broken = await withoutRoom(tools, [0]);
      const error: unknown = await runJob(job, broken.tools).catch((thrown: unknown) => thrown);
      assert.ok(error instanceof FailureError && error.failure.code === 'keep-failed', String(error));
      assert.equal(error.failure.path, tools.journal.folder, 'a folder that is there to be looked at');
    assert.deepEqual([error.failure.why, error.failure.sent, billedOf(error.failure)], [broken.why, undefined, 'yes']);
      assert.equal(failureActions(error.failure).includes('retry'), false);
      const [charge, ...more] = await charges();
      assert.deepEqual([charge?.measured, charge?.received, more.length], [true, 0, 0]);
      assert.deepEqual(await kept(), [], 'nothing is left to be recovered');
      assert.equal(gateway.requests.filter(({ paid: billed }) => billed).length, 1);
    });
  }
}

test('what the journal has no room for is charged by estimate where the service does not say, and once', async () => {
  const { job, tools, charges } = prepare({ count: 2 }, { responseFormat: 'b64_json' });
  gateway.faultNext('no-usage');
  await assert.rejects(runJob(job, (await withoutRoom(tools, [0, 1])).tools), failsWith('keep-failed'));
  const [charge, ...more] = await charges();
  assert.ok(charge && !charge.measured && charge.amount.micros > 0);
  assert.deepEqual(more, []);
});

test('where the ledger has no room either, the request is kept to be looked into', async () => {
  const { job, tools, lines } = prepare({}, { responseFormat: 'b64_json' });
  const broken = (await withoutRoom(tools, [0])).tools;
  await assert.rejects(runJob(job, { ...broken, ledger: { ...tools.ledger, append: () => Promise.reject(new Error('disk full')) } }), failsWith('keep-failed'));
  assert.equal((await lines()).at(-1)?.event, 'failed');
});

test('of several pictures, those that the journal has room for are saved, and the lost one is told', async () => {
  const { job, tools, charges, kept } = prepare({ count: 3 }, { responseFormat: 'b64_json' });
  const broken = await withoutRoom(tools, [1]);
  const result = await runJob(job, broken.tools);
  assert.deepEqual(result.assets.map(({ picture }) => picture.index), [0, 2]);
  assert.deepEqual(result.troubles.map(({ code }) => code), ['keep-failed']);
  assert.deepEqual(result.differences, [{ kind: 'fewer', asked: 3, got: 2 }]);
  assert.deepEqual([result.unsaved, result.owed, result.kept], [[], [], undefined]);
  assert.equal((await charges()).length, 1);
  assert.deepEqual(await kept(), []);
});

test('a link that the journal has no room for is fetched again as long as the window lives, and not paid for again', async () => {
  const { job, tools, charges } = prepare({}, { responseFormat: 'url' });
  const begin: Journal['begin'] = async (line) => {
    const entry = await tools.journal.begin(line);
    // Nothing more can be written to it.
    await rm(join(entry.folder, 'job.jsonl'));
    await mkdir(join(entry.folder, 'job.jsonl'));
    return entry;
  };
  gateway.faultNext({ kind: 'url', trouble: { kind: 'flaky', times: 4, how: 'status' } });
  const first = await runJob(job, { ...tools, journal: { ...tools.journal, begin } });
  assert.equal(first.owed.length, 1);
  const last = await first.resume(tools);
  assert.equal(last.assets.length, 1);
  assert.equal((await charges()).length, 1);
  assert.equal(paid(), 1);
});

test('a journal that cannot be written stops the job before it is sent, and says so', async () => {
  const { job, tools, charges } = prepare();
  for (const [code, why] of [['ENOSPC', 'full'], ['EACCES', 'refused'], ['EIO', 'other']] as const) {
    const begin = (): Promise<never> => Promise.reject(Object.assign(new Error(`${code}: no`), { code }));
    const error: unknown = await runJob(job, { ...tools, journal: { ...tools.journal, begin } }).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof FailureError);
    assert.deepEqual(error.failure, { code: 'keep-failed', sent: false, path: tools.journal.folder, why, message: `${code}: no` });
    assert.equal(billedOf(error.failure), 'no');
  }
  assert.equal(gateway.requests.length, 0);
  assert.deepEqual(await charges(), []);
});

test('a journal whose folder is a file stops the job before it is sent', async () => {
  const { job, tools } = prepare();
  const place = join(folder, 'no-folder');
  await writeFile(place, 'a file');
  await assert.rejects(runJob(job, { ...tools, journal: openJournal(join(place, 'journal')) }), failsWith('keep-failed'));
  assert.equal(gateway.requests.length, 0);
});

test('a ledger that cannot be written does not keep the pictures', async () => {
  const { job, tools, kept } = prepare();
  const result = await runJob(job, { ...tools, ledger: { ...tools.ledger, append: () => Promise.reject(new Error('disk full')) } });
  assert.equal(result.assets.length, 1);
  assert.equal(result.troubles[0]?.code, 'internal');
  assert.deepEqual(await kept(), []);
});
