import { createHash, randomUUID } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { chmod, copyFile, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { sync } from './overwrite.ts';
import { sweep } from './sweep.ts';

/** Bytes that something else has taken the place of. */
export interface KeptOriginal {
  readonly version: 1;
  /** The name of its folder in the store. */
  readonly id: string;
  /** `replace`: a picture took the file's place; `undo`: these bytes are what an undo took away again. */
  readonly kind: 'replace' | 'undo';
  /** URI and name of the file that was replaced. */
  readonly uri: string;
  readonly name: string;
  /** The name of the kept file; it has the extension of the replaced one, so that a browser knows what it is. */
  readonly file: string;
  readonly bytes: number;
  /** ISO 8601, UTC: when it was kept. */
  readonly time: string;
  /** SHA-256 of the kept bytes, and of what took their place; hex. */
  readonly original: string;
  readonly result: string;
}

/** The bytes of replaced files, on this computer. Any number of windows use one store: nothing of it is held in memory. */
export interface Originals {
  /**
   * Keeps the bytes of a file that is about to be replaced. Resolves once they would survive a crash, and rejects, with
   * nothing left behind, when they would not: then the file must not be touched.
   * @param source path of the file, or of a copy of it
   */
  keep(source: string, about: Pick<KeptOriginal, 'kind' | 'uri' | 'name' | 'result'>): Promise<KeptOriginal>;
  /** Everything that is kept, the newest first. */
  list(): Promise<readonly KeptOriginal[]>;
  /** Where its bytes lie. */
  pathOf(kept: KeptOriginal): string;
  forget(kept: KeptOriginal): Promise<void>;
  /** Deletes what is over the limits, and what a crash left unfinished a day ago or earlier. `keep` does so too. */
  prune(): Promise<void>;
}

/** How long and how much is kept; the oldest goes first, the newest never. */
export interface OriginalsLimits {
  readonly days: number;
  readonly count: number;
  readonly bytes: number;
}

const usualLimits: OriginalsLimits = { days: 30, count: 200, bytes: 1024 ** 3 };

const dayMs = 86_400_000;

/** SHA-256 of a file's bytes, hex; the file is streamed. */
export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

async function writeDurably(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Judged by hand: the list is read at start-up, where no schema library is loaded. */
function parseKept(text: string, id: string): KeptOriginal | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const kept = value as Partial<Record<keyof KeptOriginal, unknown>>;
  const texts = [kept.uri, kept.name, kept.time, kept.original, kept.result];
  const sound =
    kept.version === 1 &&
    kept.id === id &&
    (kept.kind === 'replace' || kept.kind === 'undo') &&
    texts.every((member) => typeof member === 'string' && member !== '') &&
    // The one member that becomes a path.
    typeof kept.file === 'string' &&
    /^original(\.\w+)?$/.test(kept.file) &&
    Number.isSafeInteger(kept.bytes) &&
    !Number.isNaN(Date.parse(String(kept.time)));
  return sound ? (value as KeptOriginal) : undefined;
}

/** What goes beyond the limits, of a list that is sorted from the newest on. */
export function overLimits(list: readonly KeptOriginal[], now: number, { days, count, bytes }: OriginalsLimits): readonly KeptOriginal[] {
  let sum = 0;
  return list.filter((kept, index) => {
    sum += kept.bytes;
    return index > 0 && (index >= count || sum > bytes || now - Date.parse(kept.time) > days * dayMs);
  });
}

/**
 * The store in `folder`, which is made when something is kept: one folder for each replacement, which appears whole or not at all.
 */
export function openOriginals(folder: string, { now = () => new Date(), limits = usualLimits }: { readonly now?: () => Date; readonly limits?: OriginalsLimits } = {}): Originals {
  const forget = (kept: KeptOriginal): Promise<void> => rm(join(folder, kept.id), { recursive: true, force: true, maxRetries: 3 });

  async function list(): Promise<readonly KeptOriginal[]> {
    const names = await readdir(folder).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    });
    const found = await Promise.all(
      names
        .filter((name) => !name.startsWith('.'))
        // What another window forgets meanwhile is not there; what cannot be read is not ours to show.
        .map((name) => readFile(join(folder, name, 'replacement.json'), 'utf8').then((text) => parseKept(text, name), () => undefined)),
    );
    return found.filter((kept) => kept !== undefined).toSorted((a, b) => b.time.localeCompare(a.time));
  }

  async function prune(): Promise<void> {
    const time = now().getTime();
    for (const kept of overLimits(await list(), time, limits)) await forget(kept);
    await sweep(folder, /^\.new-/, now);
  }

  return {
    async keep(source, about) {
      const id = randomUUID();
      const place = join(folder, `.new-${id}`);
      const extension = extname(about.name).toLowerCase();
      const file = `original${/^\.\w+$/.test(extension) ? extension : ''}`;
      await mkdir(place, { recursive: true, mode: 0o700 });
      try {
        const copy = join(place, file);
        await copyFile(source, copy, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
        // A copy has the mode of its source, which may be read-only.
        await chmod(copy, 0o600);
        await sync(copy, 'r+');
        // Of the copy, so that the hash is true of what is kept, whatever happens to the source meanwhile.
        const [original, { size }] = await Promise.all([sha256Of(copy), stat(copy)]);
        const kept: KeptOriginal = { version: 1, id, ...about, file, bytes: size, time: now().toISOString(), original };
        await writeDurably(join(place, 'replacement.json'), JSON.stringify(kept));
        await rename(place, join(folder, id));
        // Windows cannot open folders to sync them, and need not.
        await sync(folder, 'r').catch(() => undefined);
        await prune().catch(() => undefined);
        return kept;
      } catch (error) {
        await rm(place, { recursive: true, force: true }).catch(() => undefined);
        throw error;
      }
    },
    list,
    pathOf: ({ id, file }) => join(folder, id, file),
    forget,
    prune,
  };
}
