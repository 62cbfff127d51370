import { Disposable, EventEmitter, FileSystemError, FileType, type FileChangeEvent, type FileSystemProvider, type Uri } from 'vscode';

/** A file system that lives in memory, as a virtual workspace's does. */
export function memoryFiles(): FileSystemProvider & { readonly files: ReadonlyMap<string, Uint8Array> } {
  const files = new Map<string, Uint8Array>();
  const folders = new Set<string>(['/']);
  const changed = new EventEmitter<FileChangeEvent[]>();
  const read = (uri: Uri): Uint8Array => {
    const bytes = files.get(uri.path);
    if (!bytes) throw FileSystemError.FileNotFound(uri);
    return bytes;
  };
  return {
    files,
    onDidChangeFile: changed.event,
    watch: () => new Disposable(() => undefined),
    stat(uri) {
      if (folders.has(uri.path)) return { type: FileType.Directory, ctime: 0, mtime: 0, size: 0 };
      return { type: FileType.File, ctime: 0, mtime: 0, size: read(uri).length };
    },
    readDirectory: () => [],
    createDirectory: (uri) => void folders.add(uri.path),
    readFile: read,
    writeFile: (uri, bytes) => void files.set(uri.path, bytes),
    delete: (uri) => void files.delete(uri.path),
    rename(from, to, { overwrite }) {
      if (!overwrite && files.has(to.path)) throw FileSystemError.FileExists(to);
      files.set(to.path, read(from));
      files.delete(from.path);
    },
  };
}

/** The same, but the first reading of a file's bytes waits until it is released; the others do not. */
export function memoryFilesSlowAtFirst(): { readonly provider: FileSystemProvider; readonly reads: () => number; readonly release: () => void } {
  const provider = memoryFiles();
  let reads = 0;
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  return {
    provider: {
      ...provider,
      async readFile(uri) {
        // As they are when they are asked for.
        const bytes = await provider.readFile(uri);
        reads += 1;
        if (reads === 1) await released;
        return bytes;
      },
    },
    reads: () => reads,
    release: () => release(),
  };
}
