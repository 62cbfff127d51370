import { constants } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { pathToFileURL } from 'node:url';
import { createClient } from '../../../src/api/client.ts';
import { profileFor } from '../../../src/api/profiles.ts';
import { FailureError, type Failure, type FailureCode } from '../../../src/images/failure.ts';
import { imageHeader } from '../../../src/images/format.ts';
import { runJob, type Job, type JobResult, type JobTools } from '../../../src/jobs/job.ts';
import { openJournal } from '../../../src/jobs/journal.ts';
import { openLedger } from '../../../src/spend/ledger.ts';
import { makeAnswer, makeFile, saysNotTaken, type Answer } from './answer.ts';
import type { Stuff } from './body.ts';
import { chanceOf } from './chance.ts';
import { startRawServer } from './server.ts';

/** Every way to fail that a server's reply can lead to. `internal` is none of them: it says that Easel is wrong. */
const failures = {
  'key-refused': true,
  forbidden: true,
  'not-verified': true,
  'model-not-found': true,
  'not-found': true,
  moderation: true,
  'parameter-refused': true,
  'bad-request': true,
  quota: true,
  'rate-limited': true,
  'too-large': true,
  overloaded: true,
  'server-error': true,
  'gateway-timeout': true,
  redirected: true,
  'connection-lost': true,
  timeout: true,
  // of a connection that is not there in time, where this computer is busy
  unreachable: true,
  'bad-reply': true,
  'no-pictures': true,
  'download-failed': true,
  'download-refused': true,
} as const satisfies Partial<Record<FailureCode, true>>;

/** How one case ended: in pictures or a failure's code, and what is wrong with that. */
export interface Played {
  readonly ending: string;
  readonly complaints: readonly string[];
}

/** A case that takes longer than this hangs, in milliseconds. */
const limit = 30_000;
/** The client's waits after an answer that says that the request was not taken. */
const waits = [0.001, 0.001];

/** Plays one case of the seed: one request to a server that answers with anything. */
export async function playFuzz(seed: number, pictures: Stuff['pictures'], root: string): Promise<Played> {
  const chance = chanceOf(seed);
  const key = `hk-${chance.bytes(16).toString('hex')}`;
  const [events, edit, links] = [chance.once(2), chance.once(2), chance.once(3)];
  const place = await mkdtemp(join(root, `${seed}-`));
  let answer: Answer | undefined;
  const files = new Map<string, Answer>();
  const server = await startRawServer((method, path, origin) => {
    if (method === 'POST') return (answer ??= makeAnswer(chance, { pictures, origin }, { events }));
    // whichever link is asked for first
    const file = files.get(path) ?? makeFile(chanceOf(seed ^ path.split('').reduce((hash, char) => Math.imul(hash, 31) + char.charCodeAt(0), 7)), { pictures, origin });
    files.set(path, file);
    return file;
  });

  const lines: string[] = [];
  const profile = profileFor({ service: 'openai-hk', baseUrl: `${server.origin}/v1` });
  const client = createClient(
    { profile, proxy: { url: '', strictSSL: true, noProxy: [] }, timeoutMs: 1500, userAgent: 'easel-test', log: (line) => lines.push(line) },
    { environment: {}, waits, downloadDelays: [1], downloadStallMs: 150 },
  );
  const assets = join(place, 'assets');
  const upload = join(place, 'upload.png');
  await mkdir(assets);
  await writeFile(upload, pictures[0]);
  const journal = openJournal(join(place, 'journal'));
  const ledger = openLedger(join(place, 'ledger.jsonl'));
  const job: Job = {
    id: 'job-1',
    request: { prompt: 'a cat', model: 'gpt-image-2', size: 'auto', quality: 'low', count: 2, ...(events && { stream: { partialImages: 1 } }) },
    responseFormat: links ? 'url' : 'b64_json',
    ...(edit && { uploads: [{ role: 'image' as const, file: upload, name: 'upload.png', mime: 'image/png' as const }] }),
    destination: { folder: pathToFileURL(assets).href, name: 'cat', recipe: false },
    workspace: '',
  };
  const tools: JobTools = {
    client,
    profile,
    key,
    journal,
    ledger,
    save: async ({ file, index, header, bytes }) => {
      const target = join(assets, `cat-${index + 1}.${header.format}`);
      await copyFile(file, target, constants.COPYFILE_EXCL);
      return { uri: pathToFileURL(target).href, header, bytes };
    },
    now: () => new Date(),
    signal: new AbortController().signal,
    onProgress: (progress) => lines.push(JSON.stringify(progress)),
  };

  let ended: JobResult | { readonly error: unknown } | undefined;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), limit)));
  try {
    ended = await Promise.race([runJob(job, tools).catch((error: unknown) => ({ error })), late]);
    const closed = await Promise.race([Promise.all([client.close(), journal.close()]), late]);
    const sent = server.asked.filter((request) => request.startsWith('POST ')).length;
    const most = answer !== undefined && saysNotTaken(answer) ? 1 + waits.length : 1;
    const told = ended === undefined ? [] : 'error' in ended ? [codeOf(ended.error)] : ended.troubles.map(({ code }) => code);
    const charges = await ledger.read();
    const complaints = [
      ...(closed === undefined ? [`it did not end within ${limit} ms`] : []),
      ...told.filter((code) => !Object.hasOwn(failures, code)).map((code) => `it ended in ${code}`),
      ...(told.includes('unreachable') && sent > 0 && most === 1 ? ['a request that was taken is said not to have gone out'] : []),
      ...(sent > most ? [`${sent} requests, not ${most}`] : []),
      ...(charges.length > 1 ? [`${charges.length} charges`] : []),
      ...(ended !== undefined && 'assets' in ended ? await wrongAssets(ended, assets) : []),
      ...(await wrongLeftovers(join(place, 'journal'))),
      ...(lines.join('\n').includes(key) || JSON.stringify(failureOf(ended) ?? '').includes(key) ? ['the key is told'] : []),
      ...(server.heard().split('\r\n').some((line) => line.includes(key) && line !== `authorization: Bearer ${key}`) ? ['the key is sent elsewhere than in its header'] : []),
    ];
    const ending = ended === undefined ? 'nothing' : 'error' in ended ? told.join() : ended.assets.length === 0 ? 'links' : 'pictures';
    return { ending, complaints };
  } finally {
    clearTimeout(timer);
    await server.close();
    await rm(place, { recursive: true, force: true });
  }
}

function failureOf(ended: JobResult | { readonly error: unknown } | undefined): Failure | readonly Failure[] | undefined {
  if (ended === undefined) return undefined;
  if ('troubles' in ended) return ended.troubles;
  return ended.error instanceof FailureError ? ended.error.failure : undefined;
}

const codeOf = (error: unknown): string => (error instanceof FailureError ? (error.failure.code === 'internal' ? error.message : error.failure.code) : `no failure of ours: ${String(error)}`);

/** Everything in the assets' folder is a picture by its bytes, and is what the result says that it is. */
async function wrongAssets({ assets }: JobResult, folder: string): Promise<readonly string[]> {
  const complaints: string[] = [];
  const names = new Set(await readdir(folder));
  for (const { uri, header, bytes } of assets) {
    const name = basename(new URL(uri).pathname);
    const found = names.delete(name) ? await readFile(join(folder, name)) : Buffer.alloc(0);
    if (found.length !== bytes || !isDeepStrictEqual(imageHeader(found), header)) complaints.push(`${name} is not the picture that it is said to be`);
  }
  return [...complaints, ...[...names].map((name) => `nobody knows of ${name}`)];
}

/** Where the journal keeps a job it keeps its lines, and pictures that are whole: nothing half, nothing temporary. */
async function wrongLeftovers(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => !entry.isDirectory());
  const complaints: string[] = [];
  for (const { name, parentPath } of files) {
    const text = name === 'job.jsonl' ? '' : await readFile(join(parentPath, 'job.jsonl'), 'utf8').catch(() => undefined);
    if (text === undefined || (name !== 'job.jsonl' && !/^picture-\d+$/.test(name))) complaints.push(`${basename(dirname(join(parentPath, name)))}/${name} is left`);
  }
  const lineless = entries.filter((entry) => entry.isDirectory() && !files.some(({ name, parentPath }) => name === 'job.jsonl' && parentPath === join(entry.parentPath, entry.name)));
  return [...complaints, ...lineless.map(({ name }) => `the folder ${name} is left without a line`)];
}
