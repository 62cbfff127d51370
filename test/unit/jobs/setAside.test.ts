import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { createClient, type Client } from '../../../src/api/client.ts';
import { profileFor } from '../../../src/api/profiles.ts';
import { FailureError, type Failure } from '../../../src/images/failure.ts';
import { markUnknown, releaseAbandoned } from '../../../src/jobs/abandoned.ts';
import { runJob } from '../../../src/jobs/job.ts';
import { openJournal, type Journal } from '../../../src/jobs/journal.ts';
import { discard, keepsFor, leftovers, prune } from '../../../src/jobs/recovery.ts';
import type { Reservation } from '../../../src/spend/entry.ts';
import { openLedger, type Ledger } from '../../../src/spend/ledger.ts';
import { startGateway, type Gateway } from '../../gateway/gateway.ts';

let gateway: Gateway;
let client: Client;
let folder = '';
let places = 0;
const opened: Journal[] = [];

before(async () => {
  gateway = await startGateway();
  folder = await mkdtemp(join(tmpdir(), 'easel-aside-'));
  client = createClient(
    { profile: profile(), proxy: { url: '', strictSSL: true, noProxy: [] }, timeoutMs: 60_000, userAgent: 'test', log: () => undefined },
    { environment: {}, downloadDelays: [1, 1] },
  );
});
afterEach(async () => {
  gateway.clear();
  for (const journal of opened.splice(0)) await journal.close();
});
after(async () => {
  await client.close();
  await gateway.close();
  await rm(folder, { recursive: true });
});

const profile = () => profileFor({ service: 'openai-hk', baseUrl: gateway.baseUrl });
const now = new Date();

interface Place {
  readonly path: string;
  readonly ledger: Ledger;
  /** Another window's view of the journal. */
  readonly journal: () => Journal;
  readonly reserve: (job: string, over?: Partial<Reservation>) => Promise<void>;
  /** What is set aside, with a question mark where nobody knows. */
  readonly open: () => Promise<readonly string[]>;
}

function prepare(): Place {
  const path = join(folder, String((places += 1)));
  const ledger = openLedger(join(path, 'ledger.jsonl'));
  return {
    path,
    ledger,
    journal() {
      const journal = openJournal(join(path, 'journal'));
      opened.push(journal);
      return journal;
    },
    reserve: (job, over) =>
      ledger.append({ version: 1, kind: 'reserve', job, time: now.toISOString(), workspace: '', service: 'openai-hk', origin: gateway.origin, amount: { micros: 9_000_000, unit: 'credits' }, ...over }),
    open: async () => (await ledger.roll()).open.map(({ job, doubt }) => (doubt ? `${job}?` : job)),
  };
}

/** Runs a job that something was set aside for. */
async function run({ ledger, journal, reserve }: Place, over: { readonly client?: Client; readonly journal?: Journal; readonly signal?: AbortSignal } = {}): Promise<Failure | undefined> {
  await reserve('job');
  try {
    await runJob(
      {
        id: 'job',
        request: { prompt: 'a white siamese cat', model: 'gpt-image-2', size: '1024x1024', quality: 'low', count: 1 },
        responseFormat: 'auto',
        destination: { folder: 'file:///nowhere', name: 'cat', recipe: false },
        workspace: '',
      },
      {
        client: over.client ?? client,
        profile: profile(),
        key: 'hk-test-key',
        journal: over.journal ?? journal(),
        ledger,
        save: async ({ header, bytes }) => ({ uri: 'file:///nowhere/cat.png', header, bytes }),
        now: () => now,
        signal: over.signal ?? new AbortController().signal,
        onProgress: () => undefined,
      },
    );
    return undefined;
  } catch (error) {
    return error instanceof FailureError ? error.failure : { code: 'internal', message: String(error) };
  }
}

const charged = async ({ ledger }: Place): Promise<number> => (await ledger.read()).length;

test('a charge settles what was set aside', async () => {
  const place = prepare();
  assert.equal(await run(place), undefined);
  assert.deepEqual(await place.open(), []);
  assert.equal(await charged(place), 1);
});

test('what the service did not bill is given back; of what it may have billed nobody knows', async () => {
  for (const [fault, open] of [['key-refused', []], ['moderation', []], ['rate-limited', []], ['reset-after-read', ['job?']], ['server-error', ['job?']]] as const) {
    const place = prepare();
    // Sent again where the service says so: as often as it takes to give up.
    for (let times = 0; times < 8; times += 1) gateway.faultNext(fault);
    const quick: Client = { ...client, generate: (request, options) => client.generate(request, { ...options, signal: AbortSignal.any([options.signal, AbortSignal.timeout(fault === 'rate-limited' ? 300 : 60_000)]) }) };
    assert.ok(await run(place, { client: quick }), fault);
    assert.deepEqual(await place.open(), open, fault);
    assert.equal(await charged(place), 0);
    gateway.clear();
  }
});

test('what fails and is billed all the same is settled by its charge', async () => {
  const place = prepare();
  const refusing: Client = {
    ...client,
    generate: () => Promise.reject(new FailureError({ code: 'no-pictures' }, { usage: { textIn: 6, imageIn: 0, imageOut: 275 } })),
  };
  assert.equal((await run(place, { client: refusing }))?.code, 'no-pictures');
  assert.deepEqual(await place.open(), []);
  assert.equal(await charged(place), 1);
});

test('a journal that cannot be written sends nothing, and sets nothing aside', async () => {
  const place = prepare();
  assert.ok(await run(place, { journal: { ...place.journal(), begin: () => Promise.reject(new Error('disk full')) } }));
  assert.deepEqual(await place.open(), []);
});

test('a cancelled job that was sent stays in doubt, also where the window is closing', async () => {
  for (const closing of [false, true]) {
    const place = prepare();
    const journal = place.journal();
    const abort = new AbortController();
    gateway.faultNext('no-answer');
    const running = run(place, { journal, signal: abort.signal });
    await gateway.waitFor(({ kind }) => kind === 'generations');
    if (closing) await journal.close();
    abort.abort();
    assert.deepEqual(await running, { code: 'cancelled', sent: true });
    assert.deepEqual(await place.open(), ['job?']);
    gateway.clear();
  }
});

test('a link that a closing window leaves without its usage is charged for when the log was asked, not by a guess', async () => {
  for (const closing of [false, true]) {
    const place = prepare();
    const journal = place.journal();
    const linked: Client = {
      ...client,
      async generate(_request, { landing }) {
        await landing.keepUrl(0, `${gateway.origin}/files/0`);
        if (closing) await journal.close();
        throw new FailureError({ code: 'cancelled', sent: true });
      },
    };
    assert.equal((await run(place, { client: linked, journal }))?.code, closing ? 'cancelled' : undefined);
    const [left] = await leftovers(place.journal(), now);
    assert.equal(await charged(place), closing ? 0 : 1);
    assert.deepEqual(await place.open(), closing ? ['job'] : []);
    // What its user cancelled stays in hand, to be tried again.
    assert.deepEqual(left && [left.kind, left.remains.links.length], closing ? ['kept', 1] : undefined);
  }
});

/** A window that was killed in mid-air: its door is still noted, and nobody answers there. */
async function deadWindow({ path, journal }: Place): Promise<string> {
  const mine = await journal().window();
  const gone = mine.replace(/-.*/, '-00000000000000aa');
  const address = join(tmpdir(), `easel-${gone}.sock`);
  const script = `require('node:net').createServer().listen(${JSON.stringify(address)}, () => process.kill(process.pid, 'SIGKILL'))`;
  await new Promise((resolve) => spawn(process.execPath, ['-e', script]).once('exit', resolve));
  await mkdir(join(path, 'journal'), { recursive: true });
  await writeFile(join(path, 'journal', `${gone}.door`), address);
  return gone;
}

test('what a window that is gone had set aside for jobs that it never began is given back, and nothing else', async () => {
  const place = prepare();
  const [here, there] = [place.journal(), place.journal()];
  const dead = await deadWindow(place);
  const day = 24 * 3_600_000;
  await place.reserve('never begun', { window: dead });
  await place.reserve('ours', { window: await here.window() });
  await place.reserve('theirs', { window: await there.window() });
  await place.reserve('nobody’s, of today');
  await place.reserve('nobody’s, of long ago', { time: new Date(now.getTime() - day - 1).toISOString() });
  await place.reserve('another computer’s', { window: `${'0'.repeat(8)}-${'1'.repeat(16)}` });
  await place.reserve('sent', { window: dead });
  await place.reserve('doubtful', { window: dead });
  await place.ledger.append({ version: 1, kind: 'doubt', job: 'doubtful' });
  await mkdir(join(place.path, 'journal', `sent~${dead}`));

  assert.equal(await releaseAbandoned(here, place.ledger, now), 2);
  assert.deepEqual(await place.open(), ['ours', 'theirs', 'nobody’s, of today', 'another computer’s', 'sent', 'doubtful?']);
  await there.close();
  assert.equal(await releaseAbandoned(here, place.ledger, now), 1, 'its window was closed');
  assert.deepEqual(await place.open(), ['ours', 'nobody’s, of today', 'another computer’s', 'sent', 'doubtful?']);
});

/** A job that was sent, by a window that is gone. */
async function interrupted(place: Place, whole = true): Promise<void> {
  await place.reserve('job');
  const journal = place.journal();
  const window = await journal.window();
  const entry = await journal.begin({
    event: 'sending',
    version: 1,
    time: now.toISOString(),
    job: 'job',
    origin: gateway.origin,
    service: 'openai-hk',
    workspace: '',
    label: 'OpenAI-HK',
    destination: { folder: 'file:///nowhere', name: 'cat', recipe: false },
    request: { prompt: 'a cat', model: 'gpt-image-2', size: '1024x1024', quality: 'low', count: 1 },
    rates: { unit: 'credits', textIn: 1, imageIn: 1, imageOut: 1 },
  });
  if (!whole) await writeFile(join(entry.folder, 'job.jsonl'), '{"event":"sen');
  await rename(entry.folder, join(dirname(entry.folder), `job~${window.replace(/-.*/, `-${'0'.repeat(16)}`)}`));
  entry.release();
}

test('an interrupted request is marked as unknown once, and is so until somebody decides', async () => {
  const place = prepare();
  await interrupted(place);
  const journal = place.journal();
  assert.equal(await releaseAbandoned(journal, place.ledger, now), 0);
  const found = await leftovers(journal, now);
  assert.deepEqual(found.map(({ kind }) => kind), ['unknown']);
  const appended: unknown[] = [];
  const watched: Ledger = { ...place.ledger, append: (line) => (appended.push(line), place.ledger.append(line)) };
  await markUnknown(found, watched);
  await markUnknown(found, watched);
  assert.deepEqual(appended, [{ version: 1, kind: 'doubt', job: 'job' }]);
  assert.deepEqual(await place.open(), ['job?']);
  const [leftover] = found;
  assert.ok(leftover && (await discard(leftover, { journal, ledger: place.ledger })));
  assert.deepEqual(await place.open(), []);
});

test('after 30 days an interrupted request goes, and stays unknown; one that never was sent goes at once with what was set aside', async () => {
  const unknown = prepare();
  await interrupted(unknown);
  assert.equal(await prune(unknown.journal(), unknown.ledger, new Date(Date.now() + keepsFor + 60_000)), 1);
  assert.deepEqual(await unknown.open(), ['job']);
  const torn = prepare();
  await interrupted(torn, false);
  assert.equal(await prune(torn.journal(), torn.ledger, new Date()), 1);
  assert.deepEqual(await torn.open(), []);
});
