import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const ends = new Set<() => void>();

/**
 * Runs `end` when this process exits or is told to (SIGINT, SIGTERM, SIGHUP): the last chance to end what was started.
 * `end` must be synchronous and must not throw. Returns a function that takes `end` back.
 */
export function atEnd(end: () => void): () => void {
  if (ends.size === 0) listen();
  ends.add(end);
  return () => {
    ends.delete(end);
    if (ends.size === 0) unlisten();
  };
}

/** A new folder for the time being: deleted by `remove`, or when this process ends. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  // The real path, and a short one: VS Code makes sockets in it, whose paths may have no more than 103 characters.
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'easel-'));
  const remove = (): void => {
    forget();
    try {
      fs.rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    } catch (error) {
      console.error(`A temporary folder is left over: ${String(error)}`);
    }
  };
  const forget = atEnd(remove);
  return { path: folder, remove };
}

/** Ends a process that was started with `detached: true`, and everything it started in its turn. */
export function killGroup(pid: number | undefined, signal: NodeJS.Signals = 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // ESRCH: it has ended already, which is what was wanted.
  }
}

const signals = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

function runAll(): void {
  for (const end of [...ends].toReversed()) end();
  ends.clear();
}

// Leaving by process.exit (not by the signal itself) lets the 'exit' listeners of others, such as Playwright's, run too.
const onSignal = (signal: NodeJS.Signals): void => process.exit(signals[signal as keyof typeof signals]);

function listen(): void {
  process.on('exit', runAll);
  for (const signal of Object.keys(signals)) process.on(signal, onSignal);
}

function unlisten(): void {
  process.off('exit', runAll);
  for (const signal of Object.keys(signals)) process.off(signal, onSignal);
}
