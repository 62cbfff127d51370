import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createCanvas } from '@napi-rs/canvas';
import { padPng } from '../../gateway/png.ts';
import type { Stuff } from './body.ts';
import { playFuzz } from './play.ts';

/** So many cases, the first of them of `seed`, the next of `seed + 1`, and so on. */
export interface FuzzPlan {
  readonly seed: number;
  readonly cases: number;
  readonly atOnce: number;
  /** Hears of every case as it ends. */
  readonly onCase?: (seed: number, ending: string) => void;
}

export interface FuzzReport {
  /** One line each, with the seed that leads there. */
  readonly complaints: readonly string[];
  /** How often each ending came. */
  readonly endings: ReadonlyMap<string, number>;
  /** What the JavaScript heap and the buffers beside it hold after all cases more than before them, in bytes, after a collection. */
  readonly grown: number;
  /** The most that the process had of the machine's memory while the cases were played, more than before them, in bytes. */
  readonly peak: number;
}

/** Memory that may be held after any number of cases and was not before, in bytes: compiled code, warmed pools. */
export const memoryBound = 48 * 1024 * 1024;

/** Memory that the process may take beyond what it has, in bytes, whatever services send: two dozen replies at once, and what nobody has collected yet. */
export const peakBound = 256 * 1024 * 1024;

/** Plays the cases and holds each to its end, and all of them to what no single one can show: stray errors, open files, memory. */
export async function fuzz({ seed, cases, atOnce, onCase }: FuzzPlan): Promise<FuzzReport> {
  const pictures = await makePictures();
  const root = await mkdtemp(join(tmpdir(), 'easel-fuzz-'));
  const complaints: string[] = [];
  const endings = new Map<string, number>();
  const underWay = new Set<number>();
  const onStray = (kind: string) => (error: unknown) => void complaints.push(`${kind} while the seeds ${[...underWay].join(', ')} were played: ${error instanceof Error ? error.stack : String(error)}`);
  const onRejection = onStray('unhandled rejection');
  const onException = onStray('uncaught exception');
  // what a collection in between has closed
  const onWarning = ({ message }: Error): void => void (/file descriptor/i.test(message) && complaints.push(message));
  process.on('warning', onWarning);
  process.on('unhandledRejection', onRejection);
  process.on('uncaughtException', onException);
  try {
    // what is loaded and compiled once is not what grows
    await playFuzz(seed, pictures, root);
    const before = held();
    const resident = process.memoryUsage.rss();
    let most = resident;
    const sampling = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 20);
    let next = seed;
    const play = async (): Promise<void> => {
      for (let own = next++; own < seed + cases; own = next++) {
        underWay.add(own);
        const played = await playFuzz(own, pictures, root);
        underWay.delete(own);
        endings.set(played.ending, (endings.get(played.ending) ?? 0) + 1);
        complaints.push(...played.complaints.map((complaint) => `seed ${own}: ${complaint}`));
        onCase?.(own, played.ending);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, play)).finally(() => clearInterval(sampling));
    const peak = most - resident;
    if (peak > peakBound) complaints.push(`${Math.round(peak / 2 ** 20)} MiB more were taken while the seeds ${seed} to ${seed + cases - 1} were played`);
    // before the collection, which closes what was forgotten
    complaints.push(...(await openBelow(root)).map((path) => `${path} is still open`));
    const grown = held() - before;
    if (grown > memoryBound) complaints.push(`${Math.round(grown / 2 ** 20)} MiB more are held than before the seeds ${seed} to ${seed + cases - 1}`);
    complaints.push(...(await readdir(root)).map((name) => `${name} is left`));
    return { complaints, endings, grown, peak };
  } finally {
    process.off('warning', onWarning);
    process.off('unhandledRejection', onRejection);
    process.off('uncaughtException', onException);
    await rm(root, { recursive: true, force: true });
  }
}

/** Bytes that the heap and the buffers beside it hold after a collection. */
function held(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Files below `root` that this process holds open; none where the system does not tell. */
async function openBelow(root: string): Promise<readonly string[]> {
  const handles = await readdir('/proc/self/fd').catch(() => []);
  const paths = await Promise.all(handles.map((handle) => readlink(`/proc/self/fd/${handle}`).catch(() => '')));
  return paths.filter((path) => path.startsWith(root));
}

/** One of each format that a canvas makes, from a pixel to what fills more than one chunk. */
async function makePictures(): Promise<Stuff['pictures']> {
  const canvas = (side: number) => {
    const made = createCanvas(side, side);
    const context = made.getContext('2d');
    context.fillStyle = '#c53';
    context.fillRect(0, 0, side, side / 2);
    return made;
  };
  const small = await canvas(1).encode('png');
  const large = padPng(await canvas(512).encode('png'), 200_000);
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><path d="M0 0h8v8z"/></svg>');
  const gif = Buffer.from('R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==', 'base64');
  return [small, await canvas(64).encode('jpeg', 80), await canvas(64).encode('webp', 80), large, svg, gif];
}
