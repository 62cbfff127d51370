import assert from 'node:assert/strict';
import { access, appendFile, mkdir, readdir, readFile, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { ImageRequest } from '../../../src/images/request.ts';
import { keepsFor, prune, discard } from '../../../src/jobs/recovery.ts';
import type { JournalLine, Sending } from '../../../src/jobs/journal.ts';
import { ratesOpenAiHk } from '../../../src/images/price.ts';
import { startGateway, type Gateway } from '../../gateway/gateway.ts';
import { pictureOfBytes } from '../../gateway/pictures.ts';
import { saverInto, type Moment } from '../../kill/child.ts';
import { openYard, type Yard } from '../../kill/kill.ts';

let gateway: Gateway;
let yard: Yard;
let jobs = 0;
let picture: Buffer;

before(async () => {
  picture = await pictureOfBytes(400_000);
  gateway = await startGateway({ picture: () => picture });
  yard = await openYard(gateway);
});
afterEach(async () => {
  gateway.clear();
  for (const name of await yard.kept()) await rm(join(yard.folder, 'journal', name), { recursive: true });
});
after(async () => {
  await yard.close();
  await gateway.close();
});

const request: ImageRequest = { prompt: 'a white siamese cat', model: 'gpt-image-2', size: '1024x1024', quality: 'low', count: 2 };
const sent = (): number => gateway.requests.filter(({ kind }) => kind === 'generations' || kind === 'edits').length;
const nextJob = (): string => `job-${(jobs += 1)}`;

/** Runs a job in a process of its own, which ends at `dieAt`. */
async function killed(dieAt: Moment, responseFormat: 'url' | 'b64_json', over: Partial<ImageRequest> = {}, where = yard): Promise<string> {
  const job = nextJob();
  const { signal, output } = await where.start({ job, request: { ...request, ...over }, responseFormat, dieAt }).over;
  assert.equal(signal, 'SIGKILL', `it got to "${dieAt}" and ended there: ${output}`);
  return job;
}

/** The first lines of a job that was never there, and its folder, as a window of this computer that is gone left it. */
async function planted(lines: readonly (JournalLine | string)[], over: { readonly job?: string; readonly owner?: string } = {}): Promise<{ readonly job: string; readonly folder: string }> {
  const job = over.job ?? nextJob();
  const begun = await yard.window().journal.begin(sending(job));
  const folder = over.owner === undefined ? begun.folder.replace(/~(.{8})-.*$/, `~$1-${'0'.repeat(16)}`) : begun.folder.replace(/~.*$/, over.owner);
  await rename(begun.folder, folder);
  begun.release();
  await writeFile(join(folder, 'job.jsonl'), lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''));
  return { job, folder };
}

const sending = (job: string): Sending => ({
  event: 'sending',
  version: 1,
  time: '2026-11-23T10:00:00.000Z',
  job,
  origin: gateway.origin,
  service: 'openai-hk',
  workspace: '',
  label: 'OpenAI-HK',
  destination: { folder: 'file:///nowhere', name: 'cat', recipe: false },
  request,
  rates: ratesOpenAiHk,
});

/** What is to come of a job of two pictures that was killed at a moment. */
const cuts: readonly { readonly at: Moment; readonly url?: readonly number[] | 'unknown' | 'settled'; readonly b64?: readonly number[] | 'unknown' | 'settled' }[] = [
  { at: 'begun', url: 'unknown', b64: 'unknown' },
  { at: 'sent', url: 'unknown', b64: 'unknown' },
  { at: 'after url 0', url: [0] },
  { at: 'after url 1', url: [0, 1] },
  { at: 'before received 0', url: [0, 1], b64: [0] },
  { at: 'after received 0', url: [0, 1], b64: [0] },
  { at: 'after received 1', url: [0, 1], b64: [0, 1] },
  { at: 'before usage', url: [0, 1], b64: [0, 1] },
  { at: 'after usage', url: [0, 1], b64: [0, 1] },
  { at: 'before charge', url: [0, 1], b64: [0, 1] },
  { at: 'between charge and its line', url: [0, 1], b64: [0, 1] },
  { at: 'after charged', url: [0, 1], b64: [0, 1] },
  { at: 'before saved 0', url: [0, 1], b64: [0, 1] },
  { at: 'after saved 0', url: [0, 1], b64: [0, 1] },
  { at: 'before saved 1', url: [0, 1], b64: [0, 1] },
  { at: 'after saved 1', url: 'settled', b64: 'settled' },
  { at: 'before finish', url: 'settled', b64: 'settled' },
];

for (const { at, ...expected } of cuts) {
  for (const [responseFormat, outcome] of [['url', expected.url], ['b64_json', expected.b64]] as const) {
    if (outcome === undefined) continue;
    test(`killed ${at} (${responseFormat})`, async () => {
      const job = await killed(at, responseFormat);
      const window = yard.window();
      const [leftover, ...others] = await window.leftovers();
      assert.ok(leftover);
      assert.deepEqual(others, []);
      assert.equal(leftover.job, job);
      const asked = sent();
      if (outcome === 'unknown') {
        assert.equal(leftover.kind, 'unknown');
        const billed = gateway.requests.some(({ paid }) => paid);
        assert.equal((await window.lookInto(leftover)).kind, billed ? 'charged' : 'none');
        assert.equal((await yard.charges(job)).length, billed ? 1 : 0);
      } else if (outcome === 'settled') {
        assert.equal(leftover.kind, 'settled');
        assert.equal(await prune(window.journal, window.ledger, new Date()), 1);
      } else {
        assert.equal(leftover.kind, 'kept');
        const result = await window.recover(leftover);
        assert.deepEqual(result?.troubles, []);
        const put = result.assets.map(({ picture }) => picture.index);
        if (at === 'after saved 0' || at === 'before saved 1') assert.deepEqual(put, [1], 'what is in its place is not put there again');
        assert.deepEqual(result.differences.map(({ kind }) => kind), put.includes(1) ? [] : ['fewer']);
      }
      assert.ok(asked <= 1 && sent() === asked, 'nothing is sent again');
      const pictures = outcome === 'unknown' ? [] : outcome === 'settled' ? [0, 1] : outcome;
      for (const index of pictures) assert.ok((await yard.assets(job)).includes(index), `picture ${index} is in its place`);
      const charges = await yard.charges(job);
      if (outcome !== 'unknown') assert.equal(charges.length, 1);
      for (const { measured } of charges) assert.ok(measured, 'the log knows what the answer did not come to say');
      // More may have arrived before the kill than it waited for.
      const places = (await yard.assets(job)).map((index) => pathToFileURL(join(yard.folder, 'assets', `${job}-${index}.png`)).href);
      assert.deepEqual((await yard.files(job)).toSorted(), places, 'the ledger knows where each picture is');
      assert.deepEqual(await yard.kept(), []);
    });
  }
}

test('a stream is cut at its pictures too', async () => {
  for (const at of ['after received 0', 'before received 0', 'before usage'] as const) {
    const job = await killed(at, 'b64_json', { stream: { partialImages: 0 }, count: 1 });
    const window = yard.window();
    const [leftover] = await window.leftovers();
    assert.ok(leftover);
    await window.recover(leftover);
    assert.deepEqual(await yard.assets(job), [0], at);
    assert.equal((await yard.charges(job)).length, 1);
  }
});

test('of several windows that recover one job, one does', async () => {
  const job = await killed('after received 1', 'b64_json');
  const windows = [yard.window(), yard.window(), yard.window(), yard.window()];
  const found = await Promise.all(windows.map((window) => window.leftovers()));
  assert.deepEqual(found.map((one) => one.length), [1, 1, 1, 1]);
  const results = await Promise.all(windows.map(async (window, place) => {
    const [leftover] = found[place] ?? [];
    assert.ok(leftover);
    return window.recover(leftover);
  }));
  assert.equal(results.filter((result) => result !== undefined).length, 1);
  assert.equal((await yard.charges(job)).length, 1);
  assert.deepEqual(await yard.kept(), []);
});

test('a job that runs in another window is left alone, and is a leftover as soon as that window is killed', async () => {
  gateway.faultNext({ kind: 'no-headers', ms: Infinity });
  const job = nextJob();
  const child = yard.start({ job, request, responseFormat: 'url' });
  await gateway.waitFor(({ bodyRead }) => bodyRead);
  const window = yard.window();
  assert.deepEqual(await window.leftovers(), []);
  assert.equal(await prune(window.journal, window.ledger, new Date(Date.now() + 2 * keepsFor)), 0, 'whatever the clock says');
  child.process.kill('SIGKILL');
  await child.over;
  assert.deepEqual((await window.leftovers()).map((one) => one.job), [job]);
});

test('a job that runs in this window is no leftover; what it could not save is, in this window', async () => {
  const window = yard.window();
  const entry = await window.journal.begin(sending(nextJob()));
  assert.deepEqual(await window.leftovers(), []);
  entry.release();
  assert.equal((await window.leftovers()).length, 1);
  assert.deepEqual(await yard.window().leftovers(), [], 'the window lives: another has no business with it');
  await window.journal.close();
  assert.equal((await yard.window().leftovers()).length, 1);
});

test('a window of another computer counts as alive for a day after its last word', async () => {
  const { folder } = await planted([], { owner: `~ffffffff-${'0'.repeat(16)}` });
  await writeFile(join(folder, 'job.jsonl'), `${JSON.stringify(sending(folder.replace(/^.*\/|~.*$/g, '')))}\n`);
  const window = yard.window();
  assert.deepEqual(await window.leftovers(), []);
  const dayBefore = new Date(Date.now() - 25 * 3_600_000);
  for (const file of ['job.jsonl', '']) await utimes(join(folder, file), dayBefore, dayBefore);
  assert.equal((await window.leftovers()).length, 1);
});

test('lines that are torn, strange or hostile do no harm', async () => {
  const secret = join(yard.folder, 'secret.png');
  await writeFile(secret, picture);
  const job = nextJob();
  const { folder } = await planted(
    [
      '',
      '{"event":"sen',
      'null',
      '[]',
      '{"event":"unknown","index":0}',
      JSON.stringify({ ...sending(job), job: 'another' }),
      sending(job),
      { event: 'received', index: 0, file: '../../secret.png', bytes: picture.length },
      '{"event":"received","index":-1,"file":"picture-0","bytes":5}',
      '{"event":"received","index":1e9,"file":"picture-1000000001","bytes":5}',
      '{"event":"received","index":"__proto__","file":"x","bytes":5}',
      '{"event":"saved","index":1.5,"uri":"file:///x"}',
      '{"event":"usage","usage":{"textIn":-1,"imageIn":0,"imageOut":0}}',
      '{"event":"url","index":3,"url":"http://pictures.example.invalid/x.png"}',
      '\u0000\u0000\u0000',
    ],
    { job },
  );
  await writeFile(join(folder, 'picture-1'), picture);
  await writeFile(join(folder, 'picture-1.png'), picture);
  await mkdir(join(folder, 'picture-2'));
  await appendFile(join(folder, 'job.jsonl'), '{"event":"saved","index":0,"ur');
  const window = yard.window();
  const [leftover] = await window.leftovers();
  assert.ok(leftover);
  assert.deepEqual(leftover.remains.pictures.map(({ index, file }) => [index, file]), [[0, join(folder, 'picture-1')]]);
  assert.equal(leftover.remains.usage, undefined);
  const result = await window.recover(leftover);
  assert.equal(result?.assets.length, 1);
  assert.deepEqual(result.troubles.map(({ code }) => code), ['download-refused'], 'a link that is not safe is not fetched');
  assert.equal(result.owed.length, 1);
  assert.match(await readFile(join(result.kept ?? '', 'job.jsonl'), 'utf8'), /"ur\n+{"event":"charged"}\n/, 'a torn line spoils no other');
  await result.discard();
  assert.deepEqual(await yard.kept(), []);
});

test('half a picture is none; whole bytes of an unknown format stay until they are thrown away', async () => {
  const job = nextJob();
  const { folder } = await planted([sending(job), { event: 'received', index: 1, file: 'picture-2', bytes: 7 }], { job });
  await writeFile(join(folder, 'picture-1'), picture);
  await truncate(join(folder, 'picture-1'), picture.length - 1);
  await writeFile(join(folder, 'picture-2'), 'unknown');
  const window = yard.window();
  const [leftover] = await window.leftovers();
  assert.ok(leftover);
  assert.deepEqual([leftover.kind, leftover.remains.pictures, leftover.remains.unread], ['kept', [], [1]]);
  const result = await window.recover(leftover);
  assert.ok(result?.kept);
  const again = await result.resume({ client: { fetch: () => Promise.reject(new Error('nothing is to be fetched')) }, save: () => Promise.reject(new Error('nothing is to be saved')), signal: new AbortController().signal });
  assert.ok(again.kept, 'trying again deletes nothing');
  assert.equal((await yard.charges(job)).length, 1);
  const [still] = await window.leftovers();
  assert.ok(still);
  assert.equal(await discard(still, window), true);
  assert.equal((await yard.charges(job)).length, 1, 'charged once');
  assert.deepEqual(await yard.kept(), []);
});

test('a picture that still cannot be saved stays, also when two people try', async () => {
  const job = await killed('after received 1', 'b64_json');
  const window = yard.window();
  const [leftover] = await window.leftovers();
  assert.ok(leftover);
  const result = await window.recover(leftover, { save: () => Promise.reject(new Error('read-only')) });
  assert.equal(result?.unsaved.length, 2);
  const [again] = await window.leftovers();
  assert.ok(again, 'what a notification offers is in the list as well');
  const [fromList, fromMessage] = await Promise.all([
    window.recover(again),
    result.resume({ client: { fetch: () => Promise.reject(new Error('no links')) }, save: () => Promise.reject(new Error('the list was quicker')), signal: new AbortController().signal }),
  ]);
  assert.equal(fromList?.assets.length, 2);
  assert.deepEqual([fromMessage.unsaved, fromMessage.owed, fromMessage.kept], [[], [], undefined]);

  const other = await killed('after received 1', 'b64_json');
  const [found] = await window.leftovers();
  assert.ok(found);
  const once = await window.recover(found, { save: () => Promise.reject(new Error('read-only')) });
  const [listed] = await window.leftovers();
  assert.ok(once && listed);
  let list: Promise<unknown> | undefined;
  const message = await once.resume({
    client: { fetch: () => Promise.reject(new Error('no links')) },
    save: async (...picture) => {
      list ??= window.recover(listed).then((result) => assert.equal(result, undefined, 'the message has it in hand'));
      await list;
      return saverInto(join(yard.folder, 'assets'))(...picture);
    },
    signal: new AbortController().signal,
  });
  assert.equal(message.assets.length, 2);
  assert.deepEqual(await yard.assets(other), [0, 1]);
  assert.deepEqual(await yard.assets(job), [0, 1]);
  assert.equal((await yard.charges(job)).length, 1);
});

test('what was set aside is free again once it is known that nothing was charged, or nobody wants to know', async (t) => {
  // A service of its own: of jobs that were killed before, a row may still come into the log.
  const quiet = await startGateway({ picture: () => picture });
  const own = await openYard(quiet);
  t.after(async () => {
    await own.close();
    await quiet.close();
  });
  const window = own.window();
  const reserve = (job: string): Promise<void> =>
    window.ledger.append({ version: 1, kind: 'reserve', job, time: new Date().toISOString(), workspace: '', service: 'openai-hk', origin: quiet.baseUrl, amount: { micros: 1, unit: 'credits' } });
  const reserved = async (): Promise<readonly string[]> => (await window.ledger.roll()).open.map(({ job }) => job);
  const [uncharged, forgotten] = [await killed('begun', 'url', {}, own), await killed('begun', 'url', {}, own)];
  for (const job of [uncharged, forgotten]) await reserve(job);
  for (const leftover of await window.leftovers()) {
    if (leftover.job === uncharged) assert.equal((await window.lookInto(leftover)).kind, 'none');
    else assert.ok(await discard(leftover, window));
    assert.ok(!(await reserved()).includes(leftover.job));
  }
  assert.deepEqual(await reserved(), []);
});

test('leftovers go after 30 days, with their charge entered; what never was sent leaves no charge', async () => {
  const paid = await killed('after received 1', 'b64_json');
  const never = await killed('begun', 'url');
  const window = yard.window();
  const { journal, ledger } = window;
  assert.equal(await prune(journal, ledger, new Date(Date.now() + keepsFor - 60_000)), 0);
  assert.equal(await prune(journal, ledger, new Date(Date.now() + keepsFor + 60_000)), 2);
  assert.equal((await yard.charges(paid)).length, 1);
  assert.deepEqual(await yard.charges(never), []);
  assert.deepEqual(await yard.kept(), []);
});

test('a folder that cannot be read is shown where it holds something, and goes after 30 days', async () => {
  const { folder } = await planted(['{"event":"sending","version":2}']);
  const window = yard.window();
  assert.deepEqual(await window.leftovers(), []);
  await writeFile(join(folder, 'picture-1'), picture);
  const [leftover] = await window.leftovers();
  assert.equal(leftover?.kind, 'unreadable');
  await assert.rejects(window.recover(leftover), { name: 'FailureError' });
  assert.equal((await window.leftovers()).length, 1, 'it stays');
  assert.equal(await prune(window.journal, window.ledger, new Date(Date.now() + keepsFor + 60_000)), 1);
  assert.deepEqual(await yard.kept(), []);
});

test('a job that was killed before its first line was whole goes at once: nothing was sent', async () => {
  for (const torn of [undefined, '', '{"event":"sending","version":1,"ti']) {
    const { folder } = await planted([]);
    if (torn === undefined) await rm(join(folder, 'job.jsonl'));
    else await writeFile(join(folder, 'job.jsonl'), torn);
    const window = yard.window();
    assert.equal(await prune(window.journal, window.ledger, new Date()), 1);
    assert.deepEqual(await yard.kept(), []);
  }
});

test('a journal that is being deleted when the window dies is not taken for a job', async () => {
  const { folder } = await planted([]);
  await rename(folder, `${folder}.done`);
  assert.deepEqual(await yard.window().leftovers(), []);
  assert.deepEqual(await yard.kept(), []);
});

test('the door of a window that was killed is cleared away, that of a live one stays', async () => {
  const journal = join(yard.folder, 'journal');
  const doors = async (): Promise<string[]> => (await readdir(journal)).filter((name) => name.endsWith('.door'));
  const live = yard.window();
  const entry = await live.journal.begin(sending(nextJob()));
  await entry.finish();
  const before = await doors();
  await killed('begun', 'url');
  const fresh = (await doors()).find((name) => !before.includes(name)) ?? '';
  const socket = await readFile(join(journal, fresh), 'utf8');
  await access(socket);
  const window = yard.window();
  for (const leftover of await window.leftovers()) await discard(leftover, window);
  await window.leftovers();
  assert.ok(!(await doors()).includes(fresh));
  await assert.rejects(access(socket), { code: 'ENOENT' });
  const mine = (await doors()).filter((name) => before.includes(name));
  assert.ok(mine.length > 0);
});

test('jobs that begin at once are one window’s', async () => {
  const { journal } = yard.window();
  const entries = await Promise.all(Array.from({ length: 6 }, () => journal.begin(sending(nextJob()))));
  assert.equal(new Set(entries.map(({ folder }) => folder.replace(/^.*~/, ''))).size, 1);
  await Promise.all(entries.map((entry) => entry.finish()));
  await journal.close();
});

test('a door that a cleaner took away is opened anew with the next job', async () => {
  const window = yard.window();
  const first = await window.journal.begin(sending(nextJob()));
  const name = first.folder.replace(/^.*~/, '');
  const socket = await readFile(join(yard.folder, 'journal', `${name}.door`), 'utf8');
  await first.finish();
  await rm(socket);
  const second = await window.journal.begin(sending(nextJob()));
  assert.equal(second.folder.replace(/^.*~/, ''), name, 'under the same name');
  assert.deepEqual(await yard.window().leftovers(), []);
  await second.finish();
  await window.journal.close();
  await assert.rejects(access(socket), { code: 'ENOENT' });
});
