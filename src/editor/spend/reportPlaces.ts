import { readdir } from 'node:fs/promises';
import { FileSystemError, Uri, workspace } from 'vscode';

/** Which pictures are still in their places. */
export interface Places {
  /** Looks at files, by their URIs. Never rejects. */
  look(uris: Iterable<string>): Promise<void>;
  /** As it was when it was looked last; undefined where nobody has, or could. */
  readonly isThere: (uri: string) => boolean | undefined;
}

/** Folders that are read at once. */
const atOnce = 6;

/** The names in a folder; undefined where it cannot be read, empty where there is no such folder. */
async function namesIn(folder: Uri): Promise<ReadonlySet<string> | undefined> {
  try {
    if (folder.scheme === 'file') return new Set(await readdir(folder.fsPath));
    return new Set((await workspace.fs.readDirectory(folder)).map(([name]) => name));
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    const gone = error instanceof FileSystemError ? code === 'FileNotFound' || code === 'FileNotADirectory' : code === 'ENOENT' || code === 'ENOTDIR';
    return gone ? new Set() : undefined;
  }
}

/** Looks through whole folders: pictures lie together, and a hundred thousand of them in few. */
export function createPlaces(): Places {
  const known = new Map<string, boolean | undefined>();
  return {
    async look(uris) {
      const folders = new Map<string, { readonly folder: Uri; readonly files: [uri: string, name: string][] }>();
      for (const uri of uris) {
        const file = Uri.parse(uri);
        const folder = Uri.joinPath(file, '..');
        const key = folder.toString();
        const entry = folders.get(key) ?? { folder, files: [] };
        folders.set(key, entry);
        entry.files.push([uri, file.path.slice(file.path.lastIndexOf('/') + 1)]);
      }
      const waiting = [...folders.values()];
      const work = async (): Promise<void> => {
        for (let next = waiting.pop(); next; next = waiting.pop()) {
          const names = await namesIn(next.folder);
          for (const [uri, name] of next.files) known.set(uri, names?.has(name));
        }
      };
      await Promise.all(Array.from({ length: atOnce }, work));
    },
    isThere: (uri) => known.get(uri),
  };
}
