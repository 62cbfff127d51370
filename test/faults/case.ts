import { constants } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { pathToFileURL } from 'node:url';
import { createClient, type ClientInternals } from '../../src/api/client.ts';
import { profileFor } from '../../src/api/profiles.ts';
import { FailureError } from '../../src/images/failure.ts';
import { runJob, type Job, type JobResult, type JobTools } from '../../src/jobs/job.ts';
import { openJournal } from '../../src/jobs/journal.ts';
import { openLedger, type Charge } from '../../src/spend/ledger.ts';
import type { Fault } from '../gateway/faults.ts';
import { startGateway, type Gateway } from '../gateway/gateway.ts';
import type { Samples } from './samples.ts';
import { deliveredIn, sha256, startWitness } from './witness.ts';

export const calls = ['generate', 'edit'] as const;
export type Call = (typeof calls)[number];

/** How pictures come: as links, as base64 in JSON, or as base64 in server-sent events. */
export const transports = ['url', 'b64_json', 'SSE'] as const;
export type Transport = (typeof transports)[number];

/** One request for two pictures, and what goes wrong with it. */
export interface FaultCase {
  readonly name: string;
  /** As it is, or made of the key. */
  readonly fault: Fault | ((key: string) => Fault);
  readonly call: Call;
  readonly transport: Transport;
  /** The fault passes: it is played on the first request alone. */
  readonly once: boolean;
  /** Limits of the client, where a fault is about time. */
  readonly limits?: Limits;
}

export type Limits = Pick<ClientInternals, 'downloadStallMs'> & { readonly timeoutMs?: number };

/** How a case ended, in the words of the table. */
export interface Ending {
  /** A failure's code; or how many pictures are in place, and what was told beside them. */
  readonly outcome: string;
  /** Requests for pictures that reached the service. */
  readonly requests: number;
  /** Assets, and what the journal keeps. */
  readonly disk: string;
  /** What was written down, held against what the service billed. */
  readonly ledger: string;
}

/** An ending, and every breach of a rule that holds whatever happens: one sentence each. */
export interface Seen extends Ending {
  /** Pictures that the service handed over and that are nowhere. */
  readonly lost: readonly string[];
  /** What was paid for, saved or written down more than once. */
  readonly doubled: readonly string[];
  /** Where the key was found. */
  readonly leaked: readonly string[];
}

const prompt = 'a lighthouse on a cliff';
/** Credits. */
const opening = 1_000_000;

/** Plays one case on a service, a client, a journal and a ledger of its own; nothing of it is left. */
export async function playCase(one: FaultCase, samples: Samples): Promise<Seen> {
  const key = keyFor(one);
  const place = await mkdtemp(join(tmpdir(), 'easel-fault-'));
  const gateway = await startGateway({
    keys: [key],
    credits: opening,
    picture: (index, request) => samples.of(request)[index] ?? Buffer.alloc(0),
  });
  const witness = await startWitness(gateway.origin);
  try {
    const fault = typeof one.fault === 'function' ? one.fault(key) : one.fault;
    if (one.once) gateway.faultNext(fault);
    else gateway.setFault(fault);
    const told = await run(one, { place, key, baseUrl: `${witness.origin}/v1` }, samples);
    const answered = witness.answered();
    return await judge(told, gateway, { place, key, answered, samples });
  } finally {
    await witness.close();
    await gateway.close();
    await rm(place, { recursive: true, force: true });
  }
}

/** Nothing but the key itself gives the key away, where a service sends it back. */
function keyFor({ fault }: FaultCase): string {
  const letters = crypto.randomUUID().replaceAll('-', '');
  return typeof fault === 'function' ? letters : `hk-${letters}`;
}

interface Setting {
  readonly place: string;
  readonly key: string;
  readonly baseUrl: string;
}

/** What the job said, and everything else that left it. */
interface Told {
  readonly result?: JobResult;
  readonly error?: unknown;
  readonly charges: readonly Charge[];
  /** Log lines, progress and whatever else a person or a file may get to see. */
  readonly spoken: readonly string[];
}

const assetsIn = (place: string): string => join(place, 'assets');
const journalIn = (place: string): string => join(place, 'journal');

async function run({ call, transport, limits }: FaultCase, { place, key, baseUrl }: Setting, samples: Samples): Promise<Told> {
  const spoken: string[] = [];
  const profile = profileFor({ service: 'openai-hk', baseUrl });
  const client = createClient(
    { profile, proxy: { url: '', strictSSL: true, noProxy: [] }, timeoutMs: limits?.timeoutMs ?? 45_000, userAgent: 'easel-test', log: (line) => spoken.push(line) },
    { environment: {}, waits: [0.01, 0.01], downloadDelays: [5, 5, 5], downloadStallMs: limits?.downloadStallMs ?? 30_000 },
  );
  await mkdir(assetsIn(place));
  const upload = join(place, 'upload.png');
  await writeFile(upload, samples.upload);
  const job: Job = {
    id: 'job-1',
    request: { prompt, model: 'gpt-image-2', size: '1024x1024', quality: 'low', count: 2, format: 'png', ...(transport === 'SSE' && { stream: { partialImages: 1 } }) },
    responseFormat: transport === 'url' ? 'url' : 'b64_json',
    ...(call === 'edit' && { uploads: [{ role: 'image' as const, file: upload, name: 'upload.png', mime: 'image/png' as const }], imageSizes: [{ width: 512, height: 512 }] }),
    destination: { folder: pathToFileURL(assetsIn(place)).href, name: 'lighthouse', recipe: false },
    workspace: 'file:///w',
  };
  const ledger = openLedger(join(place, 'ledger.jsonl'));
  const journal = openJournal(journalIn(place));
  const tools: JobTools = {
    client,
    profile,
    key,
    journal,
    ledger,
    save: async ({ file, index, header, bytes }) => {
      const target = join(assetsIn(place), `lighthouse-${index + 1}.${header.format}`);
      // A second asset from one picture finds the name taken.
      await copyFile(file, target, constants.COPYFILE_EXCL);
      return { uri: pathToFileURL(target).href, header, bytes };
    },
    now: () => new Date(),
    signal: new AbortController().signal,
    onProgress: (progress) => spoken.push(JSON.stringify(progress)),
  };
  try {
    const result = await runJob(job, tools);
    return { result, charges: await ledger.read(), spoken };
  } catch (error) {
    return { error, charges: await ledger.read(), spoken };
  } finally {
    await client.close();
    await journal.close();
  }
}

interface Evidence {
  readonly place: string;
  readonly key: string;
  /** Every byte the service sent. */
  readonly answered: Buffer;
  readonly samples: Samples;
}

async function judge(told: Told, gateway: Gateway, { place, key, answered, samples }: Evidence): Promise<Seen> {
  const { result, error, charges } = told;
  const asked = gateway.requests.filter(({ kind }) => kind === 'generations' || kind === 'edits');
  const made = samples.of(asked[0] ?? {}).map(sha256);
  const assets = await filesBelow(assetsIn(place));
  const kept = await filesBelow(journalIn(place));
  const here = new Set([...assets, ...kept].map(({ bytes }) => sha256(bytes)));
  const notes = kept.filter(({ name }) => name.endsWith('.jsonl')).map(({ bytes }) => bytes.toString());
  const inPlace = assets.map(({ bytes }) => sha256(bytes));

  const billed = Math.round((opening - gateway.balance()) * 1000) * 1000;
  const delivered = deliveredIn(answered);
  const lost = [
    ...delivered.pictures.filter((hash) => made.includes(hash) && !here.has(hash)).map((hash) => `picture ${made.indexOf(hash) + 1} came and is nowhere`),
    ...delivered.links.flatMap((link, index) => (here.has(made[index] ?? '') || notes.some((note) => note.includes(link)) ? [] : [`link ${index + 1} came and is nowhere`])),
    ...(billed > 0 && charges.length === 0 && kept.length === 0 ? ['a charge is neither written down nor to be found by a note'] : []),
  ];

  const paid = asked.filter((request) => request.paid).length;
  const doubled = [
    ...(paid > 1 ? [`${paid} requests were paid for`] : []),
    ...(charges.length > 1 ? [`${charges.length} charges are written down`] : []),
    ...(new Set(inPlace).size < inPlace.length ? ['a picture is in place twice'] : []),
  ];

  const spoken: readonly (readonly [where: string, text: string])[] = [
    ['the failure', inspect(error, { depth: 8 }) + (error instanceof FailureError ? JSON.stringify(error.failure) : '')],
    ['the result', inspect(result, { depth: 8 })],
    ['the log', told.spoken.join('\n')],
    ['the ledger', JSON.stringify(charges)],
    ...[...assets, ...kept].map(({ name, bytes }) => [name, bytes.toString('latin1')] as const),
    // Only the requests for pictures may bear it.
    ...gateway.requests.filter(({ server, kind }) => server === 'files' || kind === 'file' || kind === 'other').map((request) => [`${request.method} to the ${request.server}`, JSON.stringify(request)] as const),
  ];
  const leaked = spoken.filter(([, text]) => text.includes(key)).map(([where]) => `the key is in ${where}`);

  return {
    outcome: result === undefined ? (error instanceof FailureError ? error.failure.code : `no failure of ours: ${inspect(error)}`) : outcomeOf(result),
    requests: asked.length,
    disk: [counted(assets.length, 'asset'), keptText(kept, notes, made)].join(', '),
    ledger: ledgerText(charges, billed),
    lost,
    doubled,
    leaked,
  };
}

function outcomeOf({ assets, troubles, differences }: JobResult): string {
  const told = new Set(differences.map(({ kind }) => (kind === 'fewer' ? kind : `other ${kind}`)));
  return [counted(assets.length, 'picture'), ...troubles.map(({ code }) => code), ...told].join(', ');
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

interface FileFound {
  readonly name: string;
  readonly bytes: Buffer;
}

async function filesBelow(folder: string): Promise<readonly FileFound[]> {
  await mkdir(folder, { recursive: true });
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return Promise.all(entries.filter((entry) => entry.isFile()).map(async ({ name, parentPath }) => ({ name, bytes: await readFile(join(parentPath, name)) })));
}

/** What the journal keeps of the job: its note, links, whole pictures, and anything else by its name. */
function keptText(kept: readonly FileFound[], notes: readonly string[], made: readonly string[]): string {
  if (kept.length === 0) return 'nothing kept';
  if (notes.length === 0) return `kept ${kept.map(({ name }) => name).join(' and ')}`;
  const lines = notes.flatMap((note) => note.split('\n').filter((line) => line !== '')).map((line) => JSON.parse(line) as { readonly event: string });
  const links = lines.filter(({ event }) => event === 'url').length;
  const bytes = kept.filter(({ name }) => !name.endsWith('.jsonl'));
  const pictures = bytes.filter((file) => made.includes(sha256(file.bytes)));
  const others = bytes.filter((file) => !pictures.includes(file));
  return [
    links === 0 && pictures.length === 0 ? 'a note kept' : `kept ${[...(links > 0 ? [counted(links, 'link')] : []), ...(pictures.length > 0 ? [counted(pictures.length, 'picture')] : [])].join(' and ')}`,
    ...others.map(({ name }) => `and ${name}`),
  ].join(' ');
}

/** @param billed millionths of a credit */
function ledgerText([charge]: readonly Charge[], billed: number): string {
  if (charge === undefined) return billed === 0 ? 'nothing, as billed' : 'nothing yet, billed';
  const { micros } = charge.amount;
  const held = micros === billed ? 'as billed' : micros > billed ? 'above the bill' : 'below the bill';
  return `${charge.measured ? 'measured' : 'estimated'}, ${held}`;
}
