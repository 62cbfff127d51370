// One of many processes at one ledger, which a test kills. Reads what to do from its first argument; prints the name of each job as soon as its
// line is said to be on disk, or a line for each removal.
import { appendFileSync, writeSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { openLedger } from '../../../src/spend/ledger.ts';
import { sampleCharge } from './charges.ts';

export interface CrowdTask {
  readonly file: string;
  /** What its jobs' names begin with. */
  readonly name: string;
  readonly does: 'append' | 'remove';
  readonly times: number;
  /** Ends after so many lines, in the midst of the next one. */
  readonly tearsAfter?: number;
}

/** Every fourth charge is of a year that is being deleted. */
export const oldYear = { from: Date.UTC(2020, 0), to: Date.UTC(2021, 0) } as const;
export const isOld = (job: string): boolean => Number(/\d+$/.exec(job)?.[0]) % 4 === 3;

/** Some lines are longer than a page of memory: those are the ones that a kill can tear. */
export const chargeFor = (job: string): ReturnType<typeof sampleCharge> =>
  sampleCharge({ job, time: isOld(job) ? '2020-06-01T00:00:00.000Z' : '2026-11-26T10:00:00.000Z', ...(/[27]$/.test(job) && { prompt: 'cat '.repeat(2500) }) });

async function main({ file, name, does, times, tearsAfter }: CrowdTask): Promise<void> {
  const ledger = openLedger(file, { snapshotAfter: 100 });
  for (let turn = 0; turn < times; turn += 1) {
    const job = `${name}-${turn}`;
    if (does === 'remove') {
      writeSync(1, `${await ledger.remove(oldYear.from, oldYear.to)}\n`);
      // Without a pause no appender would ever find the ledger where it was a moment ago.
      await pause(50);
      continue;
    }
    if (turn === tearsAfter) {
      appendFileSync(file, `\n${JSON.stringify(chargeFor(job)).slice(0, 60)}`);
      process.kill(process.pid, 'SIGKILL');
    }
    await ledger.append(chargeFor(job));
    writeSync(1, `${job}\n`);
    // As a window does after each charge; every now and then it writes a snapshot.
    if (turn % 10 === 9) await ledger.roll();
  }
}

const [, script, task] = process.argv;
// Imported for its names, this is no child.
if (task !== undefined && script?.endsWith('crowdChild.mjs')) await main(JSON.parse(task) as CrowdTask);
