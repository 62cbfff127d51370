import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { createClient, type Client, type ClientInternals, type ClientOptions, type ProxySettings, type Reply, type SendOptions, type SendProgress } from '../../../src/api/client.ts';
import { profileFor, type ServiceId } from '../../../src/api/profiles.ts';
import { FailureError, type Failure } from '../../../src/images/failure.ts';
import type { ImageRequest } from '../../../src/images/request.ts';

export const noProxy: ProxySettings = { url: '', strictSSL: true, noProxy: [] };
export const key = 'hk-test-key';

export interface BenchSetup extends ClientInternals {
  readonly baseUrl: string;
  readonly service?: ServiceId;
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
  /** Sends and gives the failure it ends in; fails the test if it does not. */
  failure(request?: Partial<ImageRequest>, options?: Partial<SendOptions>): Promise<Failure>;
  /** Names of the files in the landing's folder. */
  files(): string[];
}

/** Sets a client up for one test. Waits are short unless the test says otherwise. */
export function setUp(t: TestContext, setup: BenchSetup): Bench {
  const folder = mkdtempSync(join(tmpdir(), 'easel-api-'));
  const lines: string[] = [];
  const progress: SendProgress[] = [];
  const links = new Map<number, string>();
  const abort = new AbortController();
  let listeners: ((told: SendProgress) => void)[] = [];
  const options: ClientOptions = {
    profile: profileFor({ service: setup.service ?? 'openai-hk', baseUrl: setup.baseUrl }),
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
    send: (request, more) =>
      client.generate(
        { prompt: 'a siamese cat', model: 'gpt-image-2', size: '1024x1024', quality: 'low', count: 1, ...request },
        {
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
          ...more,
        },
      ),
    failure: async (request, more) => {
      try {
        await bench.send(request, more);
      } catch (error) {
        if (error instanceof FailureError) return error.failure;
        throw error;
      }
      throw new Error('it should have failed');
    },
    files: () => readdirSync(folder).toSorted(),
  };
  return bench;
}
