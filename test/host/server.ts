import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { atEnd, killGroup } from './ending.ts';
import type { Installation } from './install.ts';

/** A running VS Code server: it serves the workbench, and starts one extension host for each page that shows it. */
export type Server = {
  readonly port: number;
  /** Settles when the server process has ended, by itself or by `close`. */
  readonly ended: Promise<void>;
  /** All that the server has written so far: where an extension host's end is told. */
  output(): string;
  /** The process ids of the extension hosts that run now, the oldest first. Linux only: read from /proc. */
  extensionHosts(): number[];
  /** Ends the server and all its children. */
  close(): Promise<void>;
};

/** What a server is started with; paths are absolute. */
export type ServerOptions = {
  readonly userDataDir: string;
  readonly extensionsDir: string;
  /** 0: any free port. */
  readonly port: number;
  /** Whether folders have to be trusted first. */
  readonly trust: boolean;
  /** The whole environment of the server, its extension hosts and their children. */
  readonly env: NodeJS.ProcessEnv;
};

/** Starts the server and waits until it listens on 127.0.0.1. */
export async function startServer(host: Installation, options: ServerOptions): Promise<Server> {
  const args = [
    path.join(import.meta.dirname, 'server.cjs'),
    path.join(host.vscode, 'out/server-main.js'),
    '--host=127.0.0.1',
    `--port=${options.port}`,
    '--without-connection-token',
    '--accept-server-license-terms',
    '--telemetry-level=off',
    ...(options.trust ? [] : ['--disable-workspace-trust']),
    '--disable-experiments',
    '--disable-getting-started-override',
    `--user-data-dir=${options.userDataDir}`,
    `--server-data-dir=${path.join(options.userDataDir, 'server')}`,
    `--extensions-dir=${options.extensionsDir}`,
  ];
  const child = spawn(host.node, args, { env: options.env, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  const forget = atEnd(() => killGroup(child.pid));
  const log = fs.createWriteStream(path.join(options.userDataDir, 'server.log'));
  let output = '';
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      log.end();
      // The children that outlive the server, if any, are still of its group.
      killGroup(child.pid);
      forget();
      resolve();
    });
  });
  const port = await new Promise<number>((resolve, reject) => {
    const take = (data: Buffer): void => {
      log.write(data);
      output += data.toString();
      const listening = /Extension host agent listening on (\d+)/.exec(output);
      if (listening !== null) resolve(Number(listening[1]));
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('error', reject);
    child.once('close', (code, signal) => reject(new Error(`VS Code's server ended at its start (${signal ?? code}).\n${output}`)));
  });
  return {
    port,
    ended,
    output: () => output,
    extensionHosts: () => extensionHostsOf(child.pid),
    async close() {
      child.kill('SIGTERM');
      const impatience = setTimeout(() => killGroup(child.pid), 3000);
      await ended;
      clearTimeout(impatience);
    },
  };
}

/** Extension hosts among the children of a server. */
function extensionHostsOf(server: number | undefined): number[] {
  const parentOf = (pid: string): number => Number(/\) \S (\d+)/.exec(read(`/proc/${pid}/stat`))?.[1]);
  return fs
    .readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && parentOf(pid) === server && read(`/proc/${pid}/cmdline`).includes('--type=extensionHost'))
    .map(Number)
    .toSorted((a, b) => a - b);
}

/** Empty where a process has ended meanwhile. */
function read(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
