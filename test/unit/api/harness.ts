import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { createClient, type Client, type ClientInternals, type ClientOptions, type ProxySettings, type Reply, type SendOptions, type SendProgress, type Upload } from '../../../src/api/client.ts';
import { profileFor, type Dialect, type ServiceId } from '../../../src/api/profiles.ts';
import { FailureError, type Failure } from '../../../src/images/failure.ts';
import type { ImageRequest } from '../../../src/images/request.ts';

export const noProxy: ProxySettings = { url: '', strictSSL: true, noProxy: [] };
export const key = 'hk-test-key';

export interface BenchSetup extends ClientInternals {
  readonly baseUrl: string;
  readonly service?: ServiceId;
  /** For the service `custom`. */
  readonly dialect?: Partial<Dialect>;
  readonly proxy?: ProxySettings;
  readonly timeoutMs?: number;
}

/** A client with a landing in a folder of its own, both gone after the test, and everything they told. */
export interface Bench {
  readonly client: Client;
  readonly folder: string;
  readonly links: Map<number, string>;
  readonly progress: SendProgress[];
  readonly lines: string[];
  readonly abort: AbortController;
  /** Resolves with the first progress of that stage, past or future. */
  stage(name: SendProgress['stage']): Promise<SendProgress>;
  send(request?: Partial<ImageRequest>, options?: Partial<SendOptions>): Promise<Reply>;
  edit(uploads: readonly Upload[], request?: Partial<ImageRequest>, options?: Partial<SendOptions>): Promise<Reply>;
  /** Sends and gives the failure it ends in; fails the test if it does not. */
  failure(request?: Partial<ImageRequest>, options?: Partial<SendOptions>): Promise<Failure>;
  editFailure(uploads: readonly Upload[], request?: Partial<ImageRequest>, options?: Partial<SendOptions>): Promise<Failure>;
  /** Names of the files in the landing's folder. */
  files(): string[];
}

const usual: ImageRequest = { prompt: 'a siamese cat', model: 'gpt-image-2', size: '1024x1024', quality: 'low', count: 1 };

/** Sets a client up for one test. Waits are short unless the test says otherwise. */
export function setUp(t: TestContext, setup: BenchSetup): Bench {
  const folder = mkdtempSync(join(tmpdir(), 'easel-api-'));
  const lines: string[] = [];
  const progress: SendProgress[] = [];
  const links = new Map<number, string>();
  const abort = new AbortController();
  let listeners: ((told: SendProgress) => void)[] = [];
  const options: ClientOptions = {
    profile: profileFor({ service: setup.service ?? 'openai-hk', baseUrl: setup.baseUrl, custom: { dialect: setup.dialect ?? {} } }),
    proxy: setup.proxy ?? noProxy,
    timeoutMs: setup.timeoutMs ?? 30_000,
    userAgent: 'easel-test',
    log: (line) => lines.push(line),
  };
  const client = createClient(options, { environment: {}, downloadDelays: [1, 1, 1], waits: [0.001, 0.001, 0.001], ...setup });
  t.after(async () => {
    abort.abort();
    await client.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const sending: SendOptions = {
    key,
    responseFormat: 'b64_json',
    signal: abort.signal,
    landing: {
      pictureFile: (index) => join(folder, `${index}.picture`),
      keepUrl: async (index, url) => {
        await Promise.resolve();
        links.set(index, url);
      },
    },
    onProgress: (told) => {
      progress.push(told);
      for (const listener of listeners) listener(told);
    },
  };
  const bench: Bench = {
    client,
    folder,
    links,
    progress,
    lines,
    abort,
    stage: (name) =>
      new Promise((resolve) => {
        const look = (told: SendProgress): void => {
          if (told.stage === name) resolve(told);
        };
        for (const told of progress) look(told);
        listeners = [...listeners, look];
      }),
    send: (request, more) => client.generate({ ...usual, ...request }, { ...sending, ...more }),
    edit: (uploads, request, more) => client.edit({ ...usual, ...request }, uploads, { ...sending, ...more }),
    failure: (request, more) => failureOf(bench.send(request, more)),
    editFailure: (uploads, request, more) => failureOf(bench.edit(uploads, request, more)),
    files: () => readdirSync(folder).toSorted(),
  };
  return bench;
}

const failureOf = async (sent: Promise<Reply>): Promise<Failure> => {
  try {
    await sent;
  } catch (error) {
    if (error instanceof FailureError) return error.failure;
    throw error;
  }
  throw new Error('it should have failed');
};

/** Paths within `folder` that this process holds open, where the system tells (Linux); else none. */
export function openFiles(folder: string): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${descriptor}`);
      return path.startsWith(folder) ? [path] : [];
    } catch {
      return [];
    }
  });
}
