import { createHash, randomBytes } from 'node:crypto';
import { access, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/**
 * Names one window on one computer: 8 hex digits of the computer, a hyphen, 16 random ones. Of the computer's name only the first
 * label counts, for the rest changes with the network it is in.
 */
export function newWindowId(): string {
  return `${computer()}-${randomBytes(8).toString('hex')}`;
}

export const windowIdPattern = /^[0-9a-f]{8}-[0-9a-f]{16}$/;

const computer = (): string => createHash('sha256').update(hostname().split('.')[0]?.toLowerCase() ?? '').digest('hex').slice(0, 8);

/** By which other windows see that this one is alive: a socket that the system closes with the process, whatever ends it. */
export interface Door {
  /** Whether the socket is still where others look for it: cleaners of temporary folders take it away. */
  stands(): Promise<boolean>;
  close(): Promise<void>;
}

/** A window's address is told in the journal's own folder: windows need not agree on where temporary files go. */
const noteOf = (folder: string, window: string): string => join(folder, `${window}.door`);

/** Socket names longer than this are refused by some systems, in bytes. */
const longestAddress = 100;

function addressOf(window: string): string {
  const name = `easel-${window}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  const usual = join(tmpdir(), `${name}.sock`);
  return Buffer.byteLength(usual) <= longestAddress ? usual : `/tmp/${name}.sock`;
}

/** Opens the door of `window` for the journal in `folder`, which exists. A system that gives no socket makes the window one that cannot be asked. */
export async function openDoor(folder: string, window: string): Promise<Door> {
  const address = addressOf(window);
  const note = noteOf(folder, window);
  const server = await listen(address);
  await writeFile(note, server ? address : '', { mode: 0o600 });
  return {
    stands: async () => (await there(note)) && (server === undefined || process.platform === 'win32' || (await there(address))),
    async close() {
      // The note first: without it a window counts as gone.
      await rm(note, { force: true });
      // Closing removes the socket's file.
      if (server) await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function listen(address: string): Promise<Server | undefined> {
  const server = createServer((caller) => caller.destroy());
  server.unref();
  return new Promise((resolve) => {
    server.once('error', () => resolve(undefined));
    server.listen(address, () => {
      // An accept that fails later is no reason to end the window.
      server.on('error', () => undefined);
      resolve(server);
    });
  });
}

const there = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Whether a window is alive; `unknown` where it cannot be asked: it runs on another computer, or got no socket. */
export type Life = 'alive' | 'dead' | 'unknown';

/** Knocks at the door of `window`. Whatever is not a clear no counts as alive. */
export async function lifeOf(folder: string, window: string): Promise<Life> {
  if (!window.startsWith(computer())) return 'unknown';
  let address: string;
  try {
    address = await readFile(noteOf(folder, window), 'utf8');
  } catch (error) {
    // The door is there before the window's first job is, and goes with its last.
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'dead' : 'unknown';
  }
  if (address === '') return 'unknown';
  return new Promise((resolve) => {
    const caller = connect(address);
    caller.once('connect', () => {
      caller.destroy();
      resolve('alive');
    });
    caller.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED' || error.code === 'ENOENT' ? 'dead' : 'alive'));
  });
}

/** Removes what a dead window's door left behind. */
export async function removeDoor(folder: string, window: string): Promise<void> {
  const note = noteOf(folder, window);
  const address = await readFile(note, 'utf8').catch(() => '');
  if (process.platform !== 'win32' && basename(address) === `easel-${window}.sock`) await rm(address, { force: true });
  await rm(note, { force: true });
}
