import { access, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Landing, Link } from '../api/client.ts';
import type { Failure } from '../images/failure.ts';
import type { Rates, Usage } from '../images/price.ts';
import type { RecipeReference } from '../images/recipe.ts';
import type { ImageRequest } from '../images/request.ts';
import type { Size } from '../images/size.ts';
import { appendDurably, exists, newest, toDisk } from './disk.ts';
import type { Door } from './door.ts';
import type { Destination } from './job.ts';

/** What is known of a job before it goes out: enough to bring its pictures to their place and to enter its charge without anything else. */
export interface Sending {
  readonly event: 'sending';
  readonly version: 1;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly job: string;
  readonly origin: string;
  readonly service: string;
  readonly workspace: string;
  /** The profile's label, for the recipe. */
  readonly label: string;
  readonly destination: Destination;
  readonly request: ImageRequest;
  /** The images that an edit starts from, and their sizes, which cost too. */
  readonly references?: readonly RecipeReference[];
  readonly imageSizes?: readonly Size[];
  /** What the service's tokens cost when the request was sent. */
  readonly rates: Rates;
  /** The user wants prompts in the ledger. */
  readonly prompts?: true;
}

/** What the journal knows of a job: one line of its `job.jsonl` each, in the order it happened. */
export type JournalLine =
  | Sending
  | { readonly event: 'url'; readonly index: number; readonly url: string }
  /** The bytes of a picture are whole in the folder's `file`. */
  | { readonly event: 'received'; readonly index: number; readonly file: string; readonly bytes: number }
  | { readonly event: 'usage'; readonly usage: Usage }
  /** The charge is in the ledger. */
  | { readonly event: 'charged' }
  | { readonly event: 'saved'; readonly index: number; readonly uri: string }
  | { readonly event: 'failed'; readonly failure: Failure };

/** The file of a job's folder that its lines are in. */
export const linesFile = 'job.jsonl';

/** The file of a job's folder that picture `index`, from 0, is in. */
export const pictureName = (index: number): string => `picture-${index + 1}`;

/** The place of one job: what the service hands over is kept here before anything else happens to it. */
export interface JournalEntry {
  readonly folder: string;
  readonly landing: Landing;
  /** The links that the landing has taken so far, by the pictures' order. */
  readonly links: readonly Link[];
  /** Whether bytes of picture `index`, or of any picture, lie in the folder. */
  holds(index?: number): Promise<boolean>;
  /** Resolves once the line would survive a crash. */
  note(line: JournalLine): Promise<void>;
  /** Forgets the job and deletes what it kept: only when every picture is in its place, or nothing was paid. */
  finish(): Promise<void>;
  /** Nothing is being done with the job at the moment: what it keeps is a leftover. */
  release(): void;
  /** Takes a released job in hand once more. False where it is in other hands, or is no more. */
  take(): Promise<boolean>;
}

/** The folder of a job that nobody has in hand. */
export interface FreeFolder {
  readonly job: string;
  /** The folder's name in the journal. */
  readonly name: string;
  readonly path: string;
  /** When something was last written there, in epoch milliseconds. */
  readonly touched: number;
}

/** A job that a window means to begin. */
export interface PromisedJob {
  readonly job: string;
  /** Absent: nobody knows which. */
  readonly window?: string;
  /** ISO 8601, when it was promised. */
  readonly time: string;
}

export interface Journal {
  readonly folder: string;
  /** Opens a new job's folder and writes its first line. The job is in this window's hand until it is released or finished. */
  begin(line: Sending): Promise<JournalEntry>;
  /** The jobs that no live window has, and those of this window that were released. `now` in epoch milliseconds. */
  free(now: number): Promise<readonly FreeFolder[]>;
  /** Makes a free folder this window's own and takes its job in hand. Of several windows one gets it; the others get undefined. */
  claim(folder: FreeFolder): Promise<JournalEntry | undefined>;
  /** The name that this window is known by to others: from now on they can ask whether it is alive. */
  window(): Promise<string>;
  /** Whether nobody will do anything about a job any more: it has no folder, and the window that meant to begin it is gone. `now` in epoch milliseconds. */
  isAbandoned(job: PromisedJob, now: number): Promise<boolean>;
  /** Tells other windows that this one is gone, as soon as it has no job in hand. What fails from now on fails because the window closes. */
  close(): Promise<void>;
  readonly closing: boolean;
}

/** A window that cannot be asked counts as alive until nothing was written for so long, in milliseconds. */
const silence = 24 * 3_600_000;

/** `<job>~<window>`; a folder without a window is from a version that knew no windows. */
const folderName = /^([\w-]+?)(?:~([0-9a-f]{8}-[0-9a-f]{16}))?$/;

/** What a window is known by, and lives by. */
interface Home {
  readonly window: string;
  readonly door: Door;
}

/** A folder being deleted: nothing in it is wanted any more. */
const doneName = /\.done$/;

/**
 * The journal in `folder`, one window's view of it: one folder a job, named by its id and by the window that has it, so that one rename
 * gives it to another. Private to the user: signed links are in it. Nothing is touched before the first job.
 */
export function openJournal(folder: string): Journal {
  let home: Promise<Home | undefined> | undefined;
  let closing = false;
  const inHand = new Set<string>();

  /** This window's name; its door is opened when first needed, and anew where a cleaner took it away. One after the other: a window has one name. */
  async function atHome(): Promise<string> {
    const next = (home ?? Promise.resolve(undefined))
      .catch(() => undefined)
      .then(async (before): Promise<Home> => {
        if (before && (await before.door.stands())) return before;
        const { newWindowId, openDoor } = await import('./door.ts');
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await before?.door.close();
        const window = before?.window ?? newWindowId();
        return { window, door: await openDoor(folder, window) };
      });
    home = next;
    return (await next).window;
  }

  function letGo(job: string): void {
    inHand.delete(job);
    if (closing && inHand.size === 0) void home?.then((at) => at?.door.close()).catch(() => undefined);
  }

  function entryAt(place: string, job: string): JournalEntry {
    const links = new Map<number, string>();
    const note = (line: JournalLine): Promise<void> => appendDurably(join(place, linesFile), `${JSON.stringify(line)}\n`);
    return {
      folder: place,
      get links() {
        return [...links].map(([index, url]) => ({ index, url })).toSorted((a, b) => a.index - b.index);
      },
      note,
      async holds(index) {
        const files = await readdir(place).catch((): string[] => []);
        return index === undefined ? files.some((file) => file.startsWith('picture-')) : files.includes(pictureName(index));
      },
      landing: {
        folder,
        pictureFile: (index) => join(place, pictureName(index)),
        async keepUrl(index, url) {
          // Known as long as this window lives, also where the disk does not take it: it is as good as the picture.
          links.set(index, url);
          await note({ event: 'url', index, url });
        },
        async keepPicture(index, bytes) {
          await toDisk(join(place, pictureName(index)));
          await note({ event: 'received', index, file: pictureName(index), bytes });
        },
        keepUsage: (usage) => note({ event: 'usage', usage }),
      },
      async finish() {
        // Renamed first: a crash while files are being deleted must not leave something that looks like a job.
        const gone = `${place}.done`;
        const found = await rename(place, gone).then(
          () => gone,
          (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? undefined : place),
        );
        // What cannot be deleted now goes when the journal is looked through.
        if (found) await rm(found, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
        letGo(job);
      },
      release: () => letGo(job),
      async take() {
        if (inHand.has(job)) return false;
        inHand.add(job);
        const there = await exists(place);
        if (!there) letGo(job);
        return there;
      },
    };
  }

  return {
    folder,
    get closing() {
      return closing;
    },
    async begin(first) {
      const window = await atHome();
      const place = join(folder, `${first.job}~${window}`);
      inHand.add(first.job);
      try {
        await mkdir(place, { recursive: true, mode: 0o700 });
        const entry = entryAt(place, first.job);
        await entry.note(first);
        // Some network drives flush no folders: then a power cut may cost a name, which is no reason not to begin.
        for (const names of [place, folder]) await toDisk(names).catch(() => undefined);
        return entry;
      } catch (error) {
        await rm(place, { recursive: true, force: true }).catch(() => undefined);
        letGo(first.job);
        throw error;
      }
    },
    async free(now) {
      const { lifeOf, removeDoor } = await import('./door.ts');
      const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return [] as string[];
        throw error;
      });
      const mine = (await home?.catch(() => undefined))?.window;
      const lives = new Map<string, ReturnType<typeof lifeOf>>();
      const found = await Promise.all(
        names.map(async (name): Promise<FreeFolder | undefined> => {
          const path = join(folder, name);
          if (doneName.test(name)) await rm(path, { recursive: true, force: true }).catch(() => undefined);
          const [, job, owner] = folderName.exec(name) ?? [];
          if (job === undefined || inHand.has(job)) return undefined;
          const touched = await newest(path);
          if (touched === undefined) return undefined;
          if (owner === mine && owner !== undefined) return { job, name, path, touched };
          if (owner !== undefined && !lives.has(owner)) lives.set(owner, lifeOf(folder, owner));
          const life = owner === undefined ? 'unknown' : await lives.get(owner);
          return life === 'dead' || (life === 'unknown' && now - touched > silence) ? { job, name, path, touched } : undefined;
        }),
      );
      // Doors of windows that left nothing else behind.
      for (const name of names) {
        const window = /^([0-9a-f]{8}-[0-9a-f]{16})\.door$/.exec(name)?.[1];
        if (window === undefined || window === mine || names.some((other) => other.endsWith(`~${window}`))) continue;
        if ((await lifeOf(folder, window)) === 'dead') await removeDoor(folder, window).catch(() => undefined);
      }
      return found.filter((one) => one !== undefined);
    },
    window: atHome,
    async isAbandoned({ job, window, time }, now) {
      if (inHand.has(job) || (window !== undefined && window === (await home?.catch(() => undefined))?.window)) return false;
      const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return [] as string[];
        throw error;
      });
      if (names.some((name) => folderName.exec(name.replace(doneName, ''))?.[1] === job)) return false;
      const life = window === undefined ? 'unknown' : await (await import('./door.ts')).lifeOf(folder, window);
      return life === 'dead' || (life === 'unknown' && now - Date.parse(time) > silence);
    },
    async claim({ job, path }) {
      if (inHand.has(job)) return undefined;
      inHand.add(job);
      try {
        const place = join(folder, `${job}~${await atHome()}`);
        if (path === place) await access(place);
        else await rename(path, place);
        // What the last owner was writing when it ended may be half a line.
        await appendDurably(join(place, linesFile), '\n').catch(() => undefined);
        return entryAt(place, job);
      } catch (error) {
        letGo(job);
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    async close() {
      closing = true;
      if (inHand.size === 0) await home?.then((at) => at?.door.close());
    },
  };
}
