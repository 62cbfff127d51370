import assert from 'node:assert/strict';
import { build } from 'esbuild';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type Client } from '../../src/api/client.ts';
import { profileFor } from '../../src/api/profiles.ts';
import { imageHeader } from '../../src/images/format.ts';
import { removeDoor } from '../../src/jobs/door.ts';
import { openJournal, type Journal, type JournalLine } from '../../src/jobs/journal.ts';
import { leftovers, lookInto, recover, type AccountTools, type Leftover, type RecoverTools, type Verdict } from '../../src/jobs/recovery.ts';
import type { JobResult } from '../../src/jobs/job.ts';
import type { Charge } from '../../src/spend/entry.ts';
import { openLedger, type Ledger } from '../../src/spend/ledger.ts';
import { lineIn } from '../../src/spend/lineIn.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { saverInto, type ChildTask } from './child.ts';

/** A place where children run jobs and are killed, and where what they leave is looked for. */
export interface Yard {
  readonly folder: string;
  /** Starts a child on a task. */
  start(task: Omit<ChildTask, 'folder' | 'baseUrl'>): Child;
  /** A window that starts after a kill. */
  window(): Window;
  /** The lines of a job, from whoever has it; empty where it is forgotten. Throws for no line but the last. */
  lines(job: string): Promise<readonly JournalLine[]>;
  /** Every line of the ledger that charges the job: the ledger itself would count two of them once. */
  charges(job: string): Promise<readonly Charge[]>;
  /** URIs of the pictures that the ledger knows of the job. */
  files(job: string): Promise<readonly string[]>;
  /** The numbers of a job's pictures that lie in their place, each one whole. */
  assets(job: string): Promise<readonly number[]>;
  /** What the journal still has, doors aside. */
  kept(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface Child {
  readonly process: ChildProcess;
  /** Resolves when its job is about to begin, or it is over before that. */
  readonly ready: Promise<void>;
  /** Resolves when it is over: with what it printed, or with the signal that ended it. */
  readonly over: Promise<{ readonly signal: NodeJS.Signals | null; readonly output: string }>;
}

/** One window's view of the yard. */
export interface Window {
  readonly journal: Journal;
  readonly ledger: Ledger;
  leftovers(): Promise<readonly Leftover[]>;
  recover(leftover: Leftover, over?: Partial<RecoverTools>): Promise<JobResult | undefined>;
  /** Asks the usage log as if all waiting were over. */
  lookInto(leftover: Leftover): Promise<Verdict>;
}

/** Bundles the child once, so that each start of it is quick. */
export async function openYard(gateway: Gateway): Promise<Yard> {
  const folder = mkdtempSync(join(tmpdir(), 'easel-kill-'));
  const script = join(folder, 'child.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'child.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  const client: Client = createClient(
    { profile: profileFor({ service: 'openai-hk', baseUrl: gateway.baseUrl }), proxy: { url: '', strictSSL: true, noProxy: [] }, timeoutMs: 60_000, userAgent: 'test', log: () => undefined },
    { environment: {}, downloadDelays: [1, 1] },
  );
  const running = new Set<ChildProcess>();
  const windows: Journal[] = [];
  const journalFolder = join(folder, 'journal');
  const assets = join(folder, 'assets');
  const kept = async (): Promise<string[]> => (await readdir(journalFolder).catch((): string[] => [])).filter((name) => !name.endsWith('.door'));

  return {
    folder,
    start(task) {
      const all: ChildTask = { ...task, folder, baseUrl: gateway.baseUrl };
      const child = spawn(process.execPath, [script, JSON.stringify(all)], { stdio: ['ignore', 'pipe', 'inherit'] });
      running.add(child);
      let output = '';
      const ready = new Promise<void>((resolve) => {
        child.stdout.on('data', (data: Buffer) => {
          output += data.toString();
          if (output.startsWith('ready\n')) resolve();
        });
        child.once('close', () => resolve());
      });
      const over = new Promise<{ signal: NodeJS.Signals | null; output: string }>((resolve) => {
        child.once('close', (_code, signal) => {
          running.delete(child);
          resolve({ signal, output });
        });
      });
      return { process: child, ready, over };
    },
    window() {
      const journal = openJournal(journalFolder);
      windows.push(journal);
      const ledger = openLedger(join(folder, 'ledger.jsonl'));
      const later = (): Date => new Date(Date.now() + 3_600_000);
      const account: AccountTools = { client, key: 'hk-test-key', timeoutMs: 60_000, signal: new AbortController().signal, now: later, onTrouble: (failure) => assert.fail(JSON.stringify(failure)) };
      return {
        journal,
        ledger,
        leftovers: () => leftovers(journal, new Date()),
        recover: (leftover, over) => recover(leftover, { journal, ledger, client, save: saverInto(assets), signal: new AbortController().signal, onProgress: () => undefined, account, ...over }),
        lookInto: (leftover) => lookInto(leftover, { journal, ledger, account }),
      };
    },
    async lines(job) {
      const name = (await kept()).find((one) => one.startsWith(`${job}~`));
      const text = name === undefined ? '' : await readFile(join(journalFolder, name, 'job.jsonl'), 'utf8').catch(() => '');
      const lines = text.split('\n');
      return lines.flatMap((line, place) => {
        if (line === '' || place === lines.length - 1) return [];
        return [JSON.parse(line) as JournalLine];
      });
    },
    async charges(job) {
      const text = await readFile(join(folder, 'ledger.jsonl'), 'utf8').catch(() => '');
      const lines = text.split('\n').flatMap((line) => (line === '' ? [] : [lineIn(JSON.parse(line))]));
      return lines.flatMap((line) => (line && !('kind' in line) && line.job === job ? [line] : []));
    },
    files: async (job) => (await openLedger(join(folder, 'ledger.jsonl')).read()).find((charge) => charge.job === job)?.files ?? [],
    async assets(job) {
      const names = (await readdir(assets).catch((): string[] => [])).filter((name) => name.startsWith(`${job}-`));
      const found = await Promise.all(
        names.map(async (name) => {
          const bytes = await readFile(join(assets, name));
          if (!imageHeader(bytes) || !isPng(bytes)) throw new Error(`${name} is not whole`);
          return Number(/-(\d+)\.\w+$/.exec(name)?.[1]);
        }),
      );
      return found.toSorted((a, b) => a - b);
    },
    kept,
    async close() {
      for (const child of running) child.kill('SIGKILL');
      await Promise.all(windows.map((journal) => journal.close()));
      await client.close();
      // The sockets of those that were killed.
      for (const name of await readdir(journalFolder).catch((): string[] => [])) if (name.endsWith('.door')) await removeDoor(journalFolder, name.slice(0, -'.door'.length));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** From its signature to the end of its last chunk. */
const isPng = (bytes: Buffer): boolean => bytes.readUInt32BE(0) === 0x89504e47 && bytes.subarray(-8).toString('latin1') === 'IEND\xae\x42\x60\x82';
