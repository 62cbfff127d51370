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
  for (const end of ends) end();
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
