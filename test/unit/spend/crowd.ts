import assert from 'node:assert/strict';
import { build } from 'esbuild';
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { openLedger } from '../../../src/spend/ledger.ts';
import { snapshotOf } from '../../../src/spend/snapshot.ts';
import { chargeFor, isOld, oldYear, type CrowdTask } from './crowdChild.ts';
import { rollTold } from './sums.ts';

export interface Crowd {
  readonly processes: number;
  /** Lines that each of them gets to disk, all its lives together. */
  readonly appends: number;
  /** How often each of the appending processes is killed, and started anew. Of these kills every second one is in the midst of a line. */
  readonly kills: number;
  /** Processes that delete the old year's charges meanwhile, each killed at a random moment and started anew until the others are through. */
  readonly removers: number;
}

export interface CrowdResult {
  readonly kept: number;
  readonly torn: number;
  readonly removals: number;
}

/** Starts a child; resolves with what it printed when it is over. It is killed so many milliseconds after its `until`th line. */
function life(script: string, task: CrowdTask, { until, wait = 0 }: { readonly until?: number; readonly wait?: number }): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, JSON.stringify(task)], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    let timer: NodeJS.Timeout | undefined;
    child.stdout.on('data', (data: Buffer) => {
      output += data.toString();
      if (until !== undefined && output.split('\n').length > until) timer ??= setTimeout(() => child.kill('SIGKILL'), wait);
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      if (code !== 0 && signal !== 'SIGKILL') reject(new Error(`a process of the crowd ended with ${code ?? signal}`));
      else resolve(output.split('\n').slice(0, -1));
    });
  });
}

/**
 * Lets many processes write one ledger, kills them, and looks whether all that was said to be on disk is there, whole.
 * @param seed of the moments; the order in which the processes get on is the computer's
 */
export async function crowdAt({ processes, appends, kills, removers }: Crowd, seed: number): Promise<CrowdResult> {
  const folder = await mkdtemp(join(tmpdir(), 'easel-crowd-'));
  let state = seed % 2_147_483_646 || 1;
  const random = (below: number): number => (state = (state * 48_271) % 2_147_483_647) % below;
  try {
    const script = join(folder, 'crowdChild.mjs');
    await build({ entryPoints: [join(import.meta.dirname, 'crowdChild.ts')], outfile: script, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' });
    const file = join(folder, 'ledger.jsonl');
    const said: string[] = [];
    const running = new Set(Array.from({ length: processes }, (_, place) => place));
    let [removals, torn] = [0, 0];

    async function appender(place: number): Promise<void> {
      for (let [lives, done] = [0, 0]; done < appends; lives += 1) {
        const task: CrowdTask = { file, name: `p${place}.${lives}`, does: 'append', times: appends - done };
        const ends = 1 + random(Math.max(1, Math.floor((2 * appends) / (kills + 1))));
        const tears = lives < kills && lives % 2 === 1;
        const jobs = await life(script, { ...task, ...(tears && { tearsAfter: ends }) }, lives < kills && !tears ? { until: ends } : {});
        if (tears && jobs.length === ends) torn += 1;
        done += jobs.length;
        said.push(...jobs);
      }
      running.delete(place);
    }
    async function remover(place: number): Promise<void> {
      for (let lives = 0; running.size > 0; lives += 1) {
        const said = await life(script, { file, name: `r${place}.${lives}`, does: 'remove', times: 1000 }, { until: 1 + random(3), wait: random(50) });
        removals += said.length;
      }
    }
    await Promise.all([...Array.from({ length: processes }, (_, place) => appender(place)), ...Array.from({ length: removers }, (_, place) => remover(place))]);
    await judge(file, said, torn, removers > 0);
    return { kept: said.length, torn, removals };
  } finally {
    // A snapshot may still be on its way there.
    await rm(folder, { recursive: true, maxRetries: 10, retryDelay: 20 });
  }
}

async function judge(file: string, said: readonly string[], torn: number, removed: boolean): Promise<void> {
  const ledger = openLedger(file);
  // Under way when the others ended, a removal may have been killed.
  if (removed) await ledger.remove(oldYear.from, oldYear.to);
  const charges = await ledger.read();
  const jobs = new Set(charges.map(({ job }) => job));
  const lost = said.filter((job) => !jobs.has(job) && !(removed && isOld(job)));
  assert.deepEqual(lost, [], 'what was said to be on disk is there');
  for (const charge of charges) assert.deepEqual(charge, chargeFor(charge.job), 'no line is mixed with another');

  const text = await readFile(file, 'utf8');
  const broken = text.split('\n').filter((line) => line !== '' && !line.endsWith('}'));
  for (const line of broken) {
    const job = /"job":"([^"]+)"/.exec(line)?.[1];
    assert.ok(job === undefined || JSON.stringify(chargeFor(job)).startsWith(line), `a torn line ends where it was torn: ${line}`);
  }
  assert.equal(ledger.skipped, broken.length);
  // A kill can tear a line of its own accord; of those that were torn for certain none has been lost, but with a job that was deleted.
  if (!removed) assert.ok(broken.length >= torn, `${torn} were torn, ${broken.length} are there`);
  if (removed) {
    assert.ok(![...jobs].some(isOld), 'what was deleted is gone');
    assert.doesNotMatch(text, /"2020-/);
  }

  const roll = await openLedger(file).roll();
  await rm(snapshotOf(file), { force: true });
  assert.deepEqual(rollTold(await openLedger(file).roll()), rollTold(roll), 'whoever wrote the last snapshot, it is right');
  const beside = (await readdir(join(file, '..'))).filter((name) => name.startsWith(`${basename(file)}.`) && name.endsWith('.new'));
  if (removed) assert.deepEqual(beside, [], 'nothing of an interrupted removal is left');
}
