import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { prune } from '../../src/jobs/recovery.ts';
import { startGateway, type Gateway } from '../gateway/gateway.ts';
import type { Fault } from '../gateway/faults.ts';
import { pictureOfBytes } from '../gateway/pictures.ts';
import type { ChildTask } from './child.ts';
import { openYard, type Yard } from './kill.ts';

/** What came of many kills. */
export interface Toll {
  readonly kills: number;
  /** Jobs that were over before their child was killed. */
  readonly finished: number;
  /** Pictures that had arrived, as bytes or as links, and were recovered. */
  readonly recovered: number;
  /** Jobs of which only the usage log knew whether they were charged. */
  readonly unknown: number;
}

type Kind = Pick<ChildTask, 'responseFormat'> & { readonly request: Partial<ChildTask['request']>; readonly edit?: true; readonly fault?: Fault };

const drip: Fault = { kind: 'drip', pieces: 30, everyMs: 8 };
const kinds: readonly Kind[] = [
  { responseFormat: 'url', request: { count: 3 } },
  { responseFormat: 'b64_json', request: { count: 3 }, fault: drip },
  { responseFormat: 'url', request: { count: 2 }, fault: { kind: 'url', trouble: { kind: 'flaky', times: 1, how: 'cut' } } },
  { responseFormat: 'b64_json', request: { count: 2, stream: { partialImages: 0 } }, fault: drip },
  { responseFormat: 'b64_json', request: { count: 1 }, edit: true, fault: drip },
  { responseFormat: 'url', request: { count: 1 }, edit: true },
];

/** Numbers from 0 to 1, the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  // mulberry32, public domain
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Kills processes with SIGKILL at random moments of their jobs and recovers each time, with two windows at once. Fails where a picture that had
 * arrived is lost, a request is sent twice, or the ledger is not to the millionth what the service has billed.
 */
export async function killAtRandom(kills: number, seed: number): Promise<Toll> {
  const random = randomFrom(seed);
  const picture = await pictureOfBytes(400_000);
  const opening = 10_000_000;
  const gateway = await startGateway({ picture: () => picture, latencyMs: 40, credits: opening });
  const yard = await openYard(gateway);
  try {
    await writeFile(join(yard.folder, 'image.png'), picture);
    /** How long each kind of job takes when nobody kills it, in milliseconds. */
    const spans = new Map<Kind, number>();
    let [finished, recovered, unknown] = [0, 0, 0];
    for (let kill = 0; kill < kills; kill += 1) {
      const kind = kinds[kill % kinds.length] ?? { responseFormat: 'url', request: {} };
      if (!spans.has(kind)) spans.set(kind, await spanOf(kind, `span-${kill}`, yard, gateway));
      const job = `job-${kill}`;
      const child = yard.start(taskOf(kind, job, yard, gateway));
      await child.ready;
      // Every other one when the answer is on its way: that is when there is something to lose.
      if ((kill + Math.floor(kill / kinds.length)) % 2 === 1) await Promise.race([child.over, gateway.waitFor(({ paid }) => paid)]);
      await pause(random() * 1.1 * (spans.get(kind) ?? 0));
      child.process.kill('SIGKILL');
      const { signal, output } = await child.over;
      if (signal === null) finished += 1;
      const what = `kill ${kill} of seed ${seed}, ${kind.responseFormat}, ${signal === null ? output : 'killed'}`;
      const outcome = await recoverAll(job, yard, gateway, what);
      recovered += outcome.recovered;
      unknown += outcome.unknown;
    }
    const entered = (await yard.window().ledger.read()).reduce((sum, { amount }) => sum + amount.micros, 0);
    assert.equal(entered, Math.round((opening - gateway.balance()) * 1000) * 1000, 'the ledger is what the service billed');
    assert.deepEqual(await yard.kept(), [], 'nothing is left behind');
    return { kills, finished, recovered, unknown };
  } finally {
    await yard.close();
    await gateway.close();
  }
}

function taskOf({ responseFormat, request, edit, fault }: Kind, job: string, yard: Yard, gateway: Gateway): Omit<ChildTask, 'folder' | 'baseUrl'> {
  gateway.clear();
  if (fault) gateway.faultNext(fault);
  return {
    job,
    request: { prompt: `a cat, ${job}`, model: 'gpt-image-2', size: '1024x1024', quality: 'low', count: 1, ...request },
    responseFormat,
    ...(edit && { image: join(yard.folder, 'image.png') }),
  };
}

async function spanOf(kind: Kind, job: string, yard: Yard, gateway: Gateway): Promise<number> {
  const child = yard.start(taskOf(kind, job, yard, gateway));
  await child.ready;
  const began = performance.now();
  const { output } = await child.over;
  assert.match(output, /"assets":[1-9]/);
  return performance.now() - began;
}

async function recoverAll(job: string, yard: Yard, gateway: Gateway, what: string): Promise<{ readonly recovered: number; readonly unknown: number }> {
  const [first, second] = [yard.window(), yard.window()];
  const requests = () => gateway.requests.filter(({ kind }) => kind === 'generations' || kind === 'edits');
  // What the dead process had handed to the system is still on its way; what is asked after it comes after it.
  await fetch(gateway.logUrl, { method: 'POST' });
  if (requests().length > 0) await gateway.waitFor(({ kind, ended }) => kind !== 'log' && kind !== 'file' && ended !== undefined);

  const lines = await yard.lines(job);
  const saved = await yard.assets(job).catch((): number[] => []);
  const arrived = [...new Set(lines.flatMap((line) => (line.event === 'received' || line.event === 'url' ? [line.index] : [])))];
  const [found, foundToo] = await Promise.all([first.leftovers(), second.leftovers()]);
  assert.equal(found.length, foundToo.length, what);
  assert.ok(found.length <= 1, what);
  const [leftover] = found;
  let unknown = 0;
  if (leftover?.kind === 'unknown') {
    unknown = 1;
    const verdict = await first.lookInto(leftover);
    assert.equal(verdict.kind, requests().some(({ paid }) => paid) ? 'charged' : 'none', what);
  } else if (leftover?.kind === 'kept') {
    const results = await Promise.all([first.recover(leftover), second.recover(foundToo[0] ?? leftover)]);
    assert.equal(results.filter((result) => result !== undefined).length, 1, what);
  } else await Promise.all([prune(first.journal, first.ledger, new Date()), prune(second.journal, second.ledger, new Date())]);

  const assets = await yard.assets(job);
  for (const index of arrived) assert.ok(assets.includes(index), `picture ${index} is lost: ${what}`);
  assert.ok(requests().length <= 1, `sent twice: ${what}`);
  assert.equal((await yard.charges(job)).length, requests().some(({ paid }) => paid) ? 1 : 0, `charges: ${what}`);
  assert.deepEqual(await yard.kept(), [], what);
  await Promise.all([first.journal.close(), second.journal.close()]);
  return { recovered: arrived.filter((index) => !saved.includes(index)).length, unknown };
}
