import { setImmediate as turn } from 'node:timers/promises';
import { FileType, RelativePattern, Uri, workspace, type Disposable, type WorkspaceFolder } from 'vscode';
import type { FoundFile } from '../../gallery/made.ts';
import { lookInto } from '../files/recipes.ts';
import type { Log } from '../log.ts';

// The image files of the workspace, as far as the gallery cares: which of them is a picture that Easel made, and which are there.

/** Without case: patterns have none to be switched off. */
const extensions = ['png', 'jpg', 'jpeg', 'webp'].map((name) => name.replaceAll(/./g, (letter) => `[${letter}${letter.toUpperCase()}]`));
const imagePattern = `**/*.{${extensions.join(',')}}`;
const isImage = (path: string): boolean => /\.(?:png|jpe?g|webp)$/i.test(path);

/** Most files of a workspace that are looked into; of one that does not lie on this computer, where each has to be fetched whole. */
const mostFiles = 5_000;
const mostFetched = 200;
const mostIn = ({ scheme }: Uri): number => (scheme === 'file' ? mostFiles : mostFetched);

/** Files looked into at once: few, so that whatever else the extension host does goes on. */
const atOnce = 6;

/** Milliseconds that changes are collected for: programs write a file in several steps, and a checkout many files. */
const patience = 150;

/** What is known of files by their URI. */
export interface GalleryFiles extends Disposable {
  readonly known: ReadonlyMap<string, FoundFile | 'gone'>;
  /** Looks at files again. */
  look(uris: Iterable<string>): Promise<void>;
  /** Looks through the workspace, and at `others` too. What is under way already is waited for. */
  scan(others: () => Iterable<string>): Promise<void>;
}

/** The patterns that neither the Explorer nor a search shows. A pattern with choices of its own cannot stand inside of another one. */
function excluded(folder: WorkspaceFolder): string {
  const patterns = ['search', 'files'].flatMap((section) => Object.entries(workspace.getConfiguration(section, folder.uri).get<Record<string, unknown>>('exclude') ?? {}));
  const plain = patterns.filter(([pattern, on]) => on === true && !/[{}]/.test(pattern)).map(([pattern]) => pattern);
  return `{${[...new Set(['**/node_modules', '**/.git', ...plain])].join(',')}}`;
}

async function imagesOf(folders: readonly WorkspaceFolder[]): Promise<readonly Uri[]> {
  const found: Uri[] = [];
  for (const folder of folders) {
    const most = Math.min(mostFiles - found.length, mostIn(folder.uri));
    if (most > 0) found.push(...(await workspace.findFiles(new RelativePattern(folder, imagePattern), excluded(folder), most)));
  }
  return found;
}

/** Most paths that came up at once and are asked whether they are folders, and most folders of them that are looked through one by one; of more the workspace is looked through anew. */
const mostNew = 500;
const mostFolders = 8;

/** The images in those of these paths that are folders; undefined: they are too many. */
async function imagesBelow(paths: readonly Uri[]): Promise<readonly Uri[] | undefined> {
  if (paths.length > mostNew) return undefined;
  const kinds = await Promise.all(paths.map((path) => workspace.fs.stat(path).then(({ type }) => type, () => FileType.Unknown)));
  const folders = paths.filter((_, index) => ((kinds[index] ?? 0) & FileType.Directory) !== 0);
  if (folders.length > mostFolders) return undefined;
  const found = await Promise.all(
    folders.map(async (folder) => {
      const root = workspace.getWorkspaceFolder(folder);
      return root ? workspace.findFiles(new RelativePattern(folder, imagePattern), excluded(root), mostIn(folder)) : [];
    }),
  );
  return found.flat();
}

/** A file that is not as it was known. */
export interface ChangedFile {
  readonly uri: string;
  /** Whether it is or was a picture with a recipe. */
  readonly made: boolean;
}

const isMade = (found: FoundFile | 'gone' | undefined): boolean => found !== undefined && found !== 'gone' && found.recipe !== undefined;

/**
 * @param kept what was found before
 * @param changed hears each time that something else is known
 */
export function followFiles(kept: Map<string, FoundFile>, changed: (files: readonly ChangedFile[]) => void, log: Log): GalleryFiles {
  const known = new Map<string, FoundFile | 'gone'>(kept);
  /** Of each file that is being looked at: the look that began last. */
  const newest = new Map<string, object>();
  const waiting = new Set<string>();
  const come = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let scanning: Promise<void> | undefined;
  let others: () => Iterable<string> = () => [];
  const end = new AbortController();

  async function look(uris: Iterable<string>): Promise<void> {
    const list = [...new Set(uris)];
    for (let at = 0; at < list.length && !end.signal.aborted; at += atOnce) {
      const batch = list.slice(at, at + atOnce);
      const looked = await Promise.all(
        batch.map(async (uri) => {
          const mine = {};
          newest.set(uri, mine);
          const before = known.get(uri);
          const now = await lookInto(Uri.parse(uri, true), before === 'gone' ? undefined : before);
          // What began to look later has seen the file as it is now, whichever comes last.
          if (newest.get(uri) !== mine) return [];
          newest.delete(uri);
          known.set(uri, now);
          return now === before ? [] : [{ uri, made: isMade(before) || isMade(now) }];
        }),
      );
      const fresh = looked.flat();
      if (fresh.length > 0) changed(fresh);
      await turn();
    }
  }

  async function scan(): Promise<void> {
    const begun = performance.now();
    const images = (await imagesOf(workspace.workspaceFolders ?? [])).map((uri) => uri.toString());
    const wanted = new Set(others());
    await look([...images, ...wanted, ...known.keys()]);
    // Of what is gone only the log's pictures are worth remembering.
    for (const [uri, found] of known) if (found === 'gone' && !wanted.has(uri)) known.delete(uri);
    log.info(`gallery: ${images.length} image files looked through in ${Math.round(performance.now() - begun)} ms`);
  }

  const told = (error: unknown): void => log.error(`gallery: ${String(error)}`);

  let due = false;
  const again = (): void => {
    // One that has not begun yet sees all that there is.
    if (due) return;
    due = true;
    scanning = (scanning ?? Promise.resolve())
      .then(() => {
        due = false;
        return scan();
      })
      .catch(told);
  };

  /** Looks into those of these paths that are folders. */
  async function lookBelow(paths: readonly string[]): Promise<void> {
    const found = await imagesBelow(paths.map((path) => Uri.parse(path, true)));
    // Not looked at yet: they may still be being written.
    if (found) for (const uri of found) later(uri);
    else again();
  }

  /** Whatever is told of is collected for a moment. */
  const collect = (uri: Uri, into: Set<string>): void => {
    into.add(uri.toString());
    timer ??= setTimeout(() => {
      timer = undefined;
      const [uris, news] = [[...waiting], [...come].filter((one) => !come.has(one.slice(0, one.lastIndexOf('/'))))];
      waiting.clear();
      come.clear();
      look(uris).catch(told);
      if (news.length > 0) lookBelow(news).catch(told);
    }, patience);
  };
  const later = (uri: Uri): void => collect(uri, waiting);

  /** Of a folder that comes as a whole nothing else may be told: its files came with it, or before anybody watched it. */
  const laterIn = (path: Uri): void => {
    if (!isImage(path.path) && !/\/(?:node_modules|\.git)(?:\/|$)/.test(path.path)) collect(path, come);
  };

  /** Of a folder that goes or is moved VS Code tells as a whole. */
  const laterBelow = (folder: Uri): void => {
    const below = `${folder.toString()}/`;
    for (const uri of known.keys()) if (uri.startsWith(below)) later(Uri.parse(uri, true));
  };

  const images = workspace.createFileSystemWatcher(imagePattern);
  const folders = workspace.createFileSystemWatcher('**', false, true, false);
  const following = [
    images,
    folders,
    images.onDidCreate(later),
    images.onDidChange(later),
    images.onDidDelete(later),
    folders.onDidCreate(laterIn),
    folders.onDidDelete((uri) => {
      if (!isImage(uri.path)) laterBelow(uri);
    }),
    workspace.onDidRenameFiles(({ files }) => {
      for (const { oldUri, newUri } of files) {
        if (isImage(newUri.path)) [oldUri, newUri].forEach(later);
        else if ([...known.keys()].some((uri) => uri.startsWith(`${oldUri.toString()}/`))) again();
      }
    }),
    workspace.onDidChangeWorkspaceFolders(again),
  ];

  return {
    known,
    look,
    scan(more) {
      others = more;
      again();
      return scanning ?? Promise.resolve();
    },
    dispose() {
      end.abort();
      clearTimeout(timer);
      for (const one of following) one.dispose();
    },
  };
}
