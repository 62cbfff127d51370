import { randomUUID } from 'node:crypto';
import { link, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

/** The right to put another file in the place of one. Nobody else's as long as it is held. */
export interface Lock {
  /** False where it was taken for left behind, and may be another's: then nothing may be put in place any more. */
  held(): Promise<boolean>;
  release(): Promise<void>;
}

/** A lock that is older counts as left behind, in milliseconds; its owner gives up a good while before. */
const left = 30_000;
const heldFor = 20_000;
/** How long a lock is waited for, in milliseconds, and how often is looked. */
const patience = 60_000;
const looks = 10;

const lockOf = (file: string): string => `${file}.lock`;

interface Found {
  readonly text: string;
  readonly left: boolean;
}

function isGone(owner: unknown): boolean {
  const { pid, host } = owner as { readonly pid?: unknown; readonly host?: unknown };
  if (typeof pid !== 'number' || host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/** What lies there; undefined where nothing does. */
async function look(path: string): Promise<Found | undefined> {
  try {
    const text = await readFile(path, 'utf8');
    // Its age first: what was made a moment ago may have nothing in it yet.
    const old = Math.abs(Date.now() - (await stat(path)).mtimeMs) > left;
    return { text, left: old || (text.endsWith('\n') && isGone(JSON.parse(text))) };
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : { text: '', left: false };
  }
}

/** Waits as long as somebody is about to put another file in the place of this one. */
export async function whenUnlocked(file: string): Promise<void> {
  // A lock that cannot even be looked at is not waited for for ever.
  for (const since = Date.now(); Date.now() - since < patience; await pause(looks)) if (!(await isLocked(file))) return;
}

/** Whether somebody is about to put another file in the place of this one. */
export async function isLocked(file: string): Promise<boolean> {
  const found = await look(lockOf(file));
  return found !== undefined && !found.left;
}

/** Takes away a lock that was left behind, unless it is another by now. */
async function clear(path: string, { text }: Found): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  await rename(path, aside).catch(() => undefined);
  const taken = await look(aside);
  if (taken && taken.text !== text) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

/** @throws {Error} where another has it for a minute */
export async function takeLock(file: string): Promise<Lock> {
  const path = lockOf(file);
  const text = `${JSON.stringify({ pid: process.pid, host: hostname(), token: randomUUID() })}\n`;
  const since = Date.now();
  for (;;) {
    try {
      const handle = await open(path, 'wx', 0o600);
      try {
        await handle.writeFile(text);
      } finally {
        await handle.close();
      }
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const found = await look(path);
    if (found?.left) await clear(path, found);
    else if (Date.now() - since > patience) throw new Error(`${file} is being written anew by another window`);
    else await pause(looks);
  }
  const taken = Date.now();
  const isMine = async (): Promise<boolean> => (await look(path))?.text === text;
  return {
    held: async () => Math.abs(Date.now() - taken) < heldFor && (await isMine()),
    async release() {
      if (await isMine()) await rm(path, { force: true });
    },
  };
}
