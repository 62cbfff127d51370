import { open, readdir, readFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { Link, ReceivedPicture } from '../api/client.ts';
import { headerOf } from '../api/receive.ts';
import type { Usage } from '../images/price.ts';
import { backgrounds, inputFidelities, outputFormats, qualities } from '../images/request.ts';
import { endsWhole, tailBytes } from '../images/whole.ts';
import { linesFile, pictureName, type Sending } from './journal.ts';

/** What a job's folder holds, as its lines and its files tell. */
export interface Remains {
  /** Absent where the first line cannot be read: then nobody knows what the job was. */
  readonly sending?: Sending;
  /** Pictures that are whole and in no place yet. */
  readonly pictures: readonly ReceivedPicture[];
  /** Links whose picture is not here yet. */
  readonly links: readonly Link[];
  /** Pictures whose bytes are whole and of no format that is known. */
  readonly unread: readonly number[];
  /** Pictures that are in their place. */
  readonly saved: readonly number[];
  /** URIs of these places, so far as they are known. */
  readonly places: readonly string[];
  readonly usage?: Usage;
  /** The charge is in the ledger, so far as the lines tell. */
  readonly charged: boolean;
  /** The job came to an end that its user was told of. */
  readonly ended: boolean;
  /** Whether there is a whole line: without one the job never got so far as to be sent. */
  readonly begun: boolean;
  /** Whether there are any picture's bytes at all. */
  readonly bytes: boolean;
}

/** More pictures than any request has: numbers above it are not ours. */
const mostPictures = 1000;
/** A job's lines are a few kilobytes; links that hold a picture make them longer. More is not read. */
const longestLines = 256 * 1024 * 1024;

const index = z.int().check(z.nonnegative(), z.maximum(mostPictures));
const count = z.int().check(z.nonnegative());
const side = z.number().check(z.nonnegative());
const size = z.object({ width: side, height: side });
const rate = z.number().check(z.nonnegative());

// Members that are not known are left out: what a later version adds is not carried on by this one.
const request = z.object({
  prompt: z.string(),
  model: z.string(),
  size: z.string(),
  expected: z.optional(z.string()),
  quality: z.enum(qualities),
  count: z.int().check(z.positive(), z.maximum(mostPictures)),
  background: z.optional(z.enum(backgrounds)),
  format: z.optional(z.enum(outputFormats)),
  compression: z.optional(z.number()),
  inputFidelity: z.optional(z.enum(inputFidelities)),
  moderation: z.optional(z.enum(['auto', 'low'])),
  stream: z.optional(z.object({ partialImages: count })),
});

const lineShape = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('sending'),
    version: z.literal(1),
    time: z.string().check(z.refine((text) => !Number.isNaN(Date.parse(text)))),
    job: z.string(),
    origin: z.string(),
    service: z.string(),
    workspace: z.string(),
    label: z.string(),
    destination: z.object({ folder: z.string(), name: z.string(), replaces: z.optional(z.string()), exact: z.optional(size), recipe: z.boolean() }),
    request,
    references: z.optional(z.array(z.object({ role: z.enum(['image', 'mask']), name: z.string(), sha256: z.string() }))),
    imageSizes: z.optional(z.array(size)),
    rates: z.object({ unit: z.enum(['credits', 'USD']), textIn: rate, imageIn: rate, imageOut: rate }),
    prompts: z.optional(z.literal(true)),
  }),
  z.object({ event: z.literal('url'), index, url: z.string() }),
  // Where the file is follows from the number: a path in a line is nothing to go by.
  z.object({ event: z.literal('received'), index, bytes: z.optional(count) }),
  z.object({ event: z.literal('usage'), usage: z.object({ textIn: count, imageIn: count, imageOut: count }) }),
  z.object({ event: z.literal('charged') }),
  z.object({ event: z.literal('saved'), index, uri: z.string() }),
  z.object({ event: z.literal('failed') }),
]);

/** Reads what can be read of a job's lines: one that is torn or means nothing is passed over. */
function linesOf(text: string) {
  return text.split('\n').flatMap((line) => {
    try {
      const { data } = lineShape.safeParse(JSON.parse(line));
      return data ? [data] : [];
    } catch {
      return [];
    }
  });
}

/** Stands for lines that are there and cannot be read. */
const unreadable = '?\n';

async function readLines(file: string): Promise<string> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'r');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? '' : unreadable;
  }
  try {
    return (await handle.stat()).size > longestLines ? unreadable : await readFile(handle, 'utf8');
  } catch {
    return unreadable;
  } finally {
    await handle.close();
  }
}

/** What lies in the folder of a job. Never throws for what the files say. */
export async function remainsOf(folder: string, job: string): Promise<Remains> {
  const text = await readLines(join(folder, linesFile));
  const lines = linesOf(text);
  const files = new Set(await readdir(folder));
  const sending = lines.find((line) => line.event === 'sending' && line.job === job) as Sending | undefined;
  const links = new Map<number, string>();
  const whole = new Map<number, number | undefined>();
  const saved = new Map<number, string>();
  let usage: Usage | undefined;
  let charged = false;
  let ended = false;
  for (const line of lines) {
    if (line.event === 'url') links.set(line.index, line.url);
    else if (line.event === 'received') whole.set(line.index, line.bytes);
    else if (line.event === 'saved') saved.set(line.index, line.uri);
    else if (line.event === 'usage') usage = line.usage;
    else if (line.event === 'charged') charged = true;
    else if (line.event === 'failed') ended = true;
  }

  const pictures: ReceivedPicture[] = [];
  const unread: number[] = [];
  for (const [index, file] of [...pictureFiles(files, sending)].toSorted(([a], [b]) => a - b)) {
    if (saved.has(index)) continue;
    const path = join(folder, file);
    const found = await judge(path, file === pictureName(index) ? whole.get(index) : undefined).catch(() => undefined);
    if (!found?.whole) continue;
    const url = links.get(index);
    if (found.header) pictures.push({ index, file: path, bytes: found.bytes, header: found.header, ...(url !== undefined && { url }) });
    else unread.push(index);
  }
  const here = new Set([...saved.keys(), ...unread, ...pictures.map(({ index }) => index)]);
  return {
    ...(sending && { sending }),
    pictures,
    links: [...links].flatMap(([index, url]) => (here.has(index) ? [] : [{ index, url }])).toSorted((a, b) => a.index - b.index),
    unread,
    saved: [...saved.keys()].toSorted((a, b) => a - b),
    places: [...saved].toSorted(([a], [b]) => a - b).map(([, uri]) => uri),
    ...(usage && { usage }),
    charged,
    ended,
    begun: /\S.*\n/.test(text),
    bytes: [...files].some((file) => file.startsWith('picture-')),
  };
}

/**
 * The file of each picture. A stream's picture lies in a file of its event's until the event ends: where no previews were asked for
 * nothing else can be in it.
 */
function pictureFiles(files: ReadonlySet<string>, sending: Sending | undefined): Map<number, string> {
  const found = new Map<number, string>();
  for (const file of files) {
    const [, number, event] = /^picture-([1-9]\d{0,3})(\.event-\d+)?$/.exec(file) ?? [];
    if (number === undefined) continue;
    const index = Number(number) - 1;
    if (event === undefined) found.set(index, file);
    else if (sending?.request.stream?.partialImages === 0 && !files.has(pictureName(index))) found.set(index, file);
  }
  return found;
}

/** @param noted the file's length as it was noted when its last byte was there */
async function judge(path: string, noted: number | undefined) {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    const header = await headerOf(path);
    if (noted === size) return { whole: true, bytes: size, header };
    const [head, tail] = [Buffer.alloc(12), Buffer.alloc(Math.min(tailBytes, size))];
    await handle.read(head, 0, head.length, 0);
    await handle.read(tail, 0, tail.length, size - tail.length);
    return { whole: header !== undefined && endsWhole(header.format, head, tail, size), bytes: size, header };
  } finally {
    await handle.close();
  }
}
