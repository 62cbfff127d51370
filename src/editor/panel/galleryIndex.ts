import { mkdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { RelativePattern, Uri, workspace, type Disposable } from 'vscode';
import { entriesOf, type GalleryEntry, type Place } from '../../gallery/entries.ts';
import { keepFound, readFound } from '../../gallery/foundFiles.ts';
import type { Made } from '../../gallery/made.ts';
import type { MadeLog } from '../../gallery/madeLog.ts';
import { threadsOf, type GalleryThreadRequest } from '../../gallery/threads.ts';
import { referenceName } from '../orders/findReferences.ts';
import type { OrderTools } from '../orders/order.ts';
import { workspaceId } from '../workspaceId.ts';
import { followFiles, type GalleryFiles } from './galleryFiles.ts';

/** Everything that was made in the open workspace, as it is known at one moment. */
export interface GalleryState {
  /** In the order in which they are listed. */
  readonly requests: readonly GalleryThreadRequest[];
  readonly request: ReadonlyMap<string, GalleryThreadRequest>;
  /** Every picture by its id, also those whose file is gone. */
  readonly entry: ReadonlyMap<string, GalleryEntry>;
}

/** Knows what was made: from the log, and from the recipes in the workspace's files. Nothing of the workspace is read before it is first asked. */
export interface GalleryIndex extends Disposable {
  /** What stands now. The same object as long as nothing has changed. */
  state(): Promise<GalleryState>;
  /** The same without waiting, as it was answered last. */
  readonly last: GalleryState;
  /** Looks at a file again, where something else says that it is not what is known of it. */
  look(uri: Uri): void;
}

/** Milliseconds that changes are collected for before anybody is told. */
const patience = 200;
/** How long what a scan found is kept in memory alone, and how old a scan may become while the panel is used. */
const keepAfter = 2_000;
const scanAgainAfter = 10 * 60_000;

/** Lines that another window or a job has added are looked at before they are shown; of more at once, as at a start, the log is believed first. */
const mostAtOnce = 50;

const nothing: GalleryState = { requests: [], request: new Map(), entry: new Map() };

/** Where a file lies, in words; of one that lies outside of the workspace, by its place on the computer. */
function placeOf(text: string): Place {
  const uri = Uri.parse(text);
  const path = referenceName(uri);
  const name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
  if (!workspace.getWorkspaceFolder(uri)) return { path, name, folder: Uri.joinPath(uri, '..').fsPath };
  return { path, name, folder: path.slice(0, Math.max(0, path.length - name.length - 1)) };
}

function remembered<K, V>(make: (key: K) => V): { (key: K): V; clear(): void } {
  const known = new Map<K, V>();
  const get = (key: K): V => {
    const value = known.get(key) ?? make(key);
    known.set(key, value);
    return value;
  };
  return Object.assign(get, { clear: () => known.clear() });
}

/** One workspace, opened. */
interface Opened extends Disposable {
  readonly id: string;
  readonly files: GalleryFiles;
}

/** @param changed hears that something else is listed now, not more often than a person could see */
export function createGalleryIndex({ made, log }: Pick<OrderTools, 'made' | 'log'>, changed: () => void): GalleryIndex {
  const place = remembered(placeOf);
  let opened: Promise<Opened> | undefined;
  let lines: readonly Made[] = [];
  let logged: ReadonlySet<string> = new Set();
  let last = nothing;
  let stale = true;
  let scanned = 0;
  let telling: NodeJS.Timeout | undefined;
  let keeping: NodeJS.Timeout | undefined;

  const report = (error: unknown): void => log.error(`gallery: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);

  const tell = (): void => {
    stale = true;
    telling ??= setTimeout(() => {
      telling = undefined;
      changed();
    }, patience);
  };

  async function open(): Promise<Opened> {
    const id = workspaceId();
    const madeLog = await made();
    const file = madeLog.fileOf(id);
    const keep = file.replace(/\.jsonl$/, '.found.json');
    const files = followFiles(await readFound(keep), (changes) => {
      keeping ??= setTimeout(() => {
        keeping = undefined;
        keepFound(keep, files.known).catch(report);
      }, keepAfter);
      // Most image files of most workspaces are none of ours.
      if (changes.some(({ uri, made: ours }) => ours || logged.has(uri))) tell();
    }, log);
    // What is not there cannot be watched for certain.
    await mkdir(dirname(file), { recursive: true });
    const watcher = workspace.createFileSystemWatcher(new RelativePattern(Uri.file(dirname(file)), basename(file)));
    const parts = [watcher, watcher.onDidChange(tell), watcher.onDidCreate(tell), madeLog.onDidAdd(tell), files];
    return {
      id,
      files,
      dispose() {
        for (const part of parts) part.dispose();
      },
    };
  }

  async function readLog(madeLog: MadeLog, { id, files }: Opened): Promise<void> {
    const read = await madeLog.read(id);
    if (read === lines) return;
    const fresh = read.slice(lines.length <= read.length ? lines.length : 0).map(({ uri }) => uri);
    lines = read;
    logged = new Set(lines.map(({ uri }) => uri));
    stale = true;
    if (fresh.length <= mostAtOnce) await files.look(fresh);
  }

  function scan({ files }: Opened): void {
    scanned = performance.now();
    files.scan(() => logged).catch(report);
  }

  const folders = workspace.onDidChangeWorkspaceFolders(() => {
    place.clear();
    tell();
    void closeOther().catch(report);
  });

  /** A window can come to show another workspace. */
  async function closeOther(): Promise<void> {
    const one = await opened;
    if (!one || one.id === workspaceId()) return;
    one.dispose();
    opened = undefined;
    lines = [];
    scanned = 0;
  }

  return {
    async state() {
      const now = await (opened ??= open());
      await readLog(await made(), now);
      if (scanned === 0 || performance.now() - scanned > scanAgainAfter) scan(now);
      if (stale) {
        stale = false;
        const entries = entriesOf(lines, now.files.known, place);
        const requests = threadsOf(entries);
        last = { requests, request: new Map(requests.map((request) => [request.id, request])), entry: new Map(entries.map((entry) => [entry.id, entry])) };
      }
      return last;
    },
    get last() {
      return last;
    },
    look: (uri) => void opened?.then(({ files }) => files.look([uri.toString()])).catch(report),
    dispose() {
      clearTimeout(telling);
      clearTimeout(keeping);
      folders.dispose();
      void opened?.then((one) => one.dispose());
    },
  };
}
