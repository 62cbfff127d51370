import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { createClient, type Client } from '../../../src/api/client.ts';
import { profileFor } from '../../../src/api/profiles.ts';
import { FailureError, type FailureCode } from '../../../src/images/failure.ts';
import { imageHeader } from '../../../src/images/format.ts';
import { runJob, type Job, type JobProgress, type JobTools } from '../../../src/jobs/job.ts';
import { openJournal, type JournalLine } from '../../../src/jobs/journal.ts';
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

test('a journal that cannot be written stops the job before it is paid for', async () => {
  const { job, tools } = prepare();
  const journal = { ...tools.journal, begin: () => Promise.reject(new Error('disk full')) };
  await assert.rejects(runJob(job, { ...tools, journal }), /disk full/);
  assert.equal(paid(), 0);
});

test('a ledger that cannot be written does not keep the pictures', async () => {
  const { job, tools, kept } = prepare();
  const result = await runJob(job, { ...tools, ledger: { ...tools.ledger, append: () => Promise.reject(new Error('disk full')) } });
  assert.equal(result.assets.length, 1);
  assert.equal(result.troubles[0]?.code, 'internal');
  assert.deepEqual(await kept(), []);
});
