import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, posix, sep } from 'node:path';
import { l10n, Uri, type Memento } from 'vscode';
import { FailureError } from '../../images/failure.ts';
import { imageHeader } from '../../images/format.ts';
import { assetName, checkedName, extensionOf } from '../../images/naming.ts';
import { referenceFaultSentence } from '../../images/reference.ts';
import { workspaceId } from '../workspaceId.ts';

/** Files that nobody needs are kept for so long, in milliseconds. */
const week = 7 * 24 * 60 * 60 * 1000;

/** A name that a webview gave, fit for a file: its last part, without extension. */
function plainName(name: string): string {
  const last = posix.basename(name.replaceAll('\\', '/')).slice(0, 100);
  const checked = checkedName(last);
  return 'fault' in checked ? assetName(last) : checked.name;
}

/** Pictures that were dropped from the computer or pasted, in Easel's own storage. */
export interface OwnFiles {
  /**
   * Keeps a picture under its content's hash and its own name.
   * @throws {FailureError} `invalid-request` when the bytes are no picture
   */
  keep(name: string, bytes: Uint8Array): Promise<Uri>;
  /** Notes which files this workspace's draft needs. */
  note(files: readonly Uri[]): Promise<void>;
  /** Deletes what no workspace's draft needs and is older than a week. */
  sweep(now: number): Promise<void>;
}

const slot = 'easel.panel.ownFiles';

/** The folders of files that drafts need, by workspace. */
type Needed = Readonly<Record<string, readonly string[]>>;

/**
 * @param folder absolute path; made with the first file
 * @param memory that of all workspaces: the folder is one for all of them
 */
export function createOwnFiles(folder: string, memory: Memento): OwnFiles {
  const needed = (): Needed => memory.get<Needed>(slot) ?? {};
  const placesOf = (files: readonly Uri[]): readonly string[] =>
    files.flatMap(({ scheme, fsPath }) => (scheme === 'file' && fsPath.startsWith(folder + sep) ? (fsPath.slice(folder.length + 1).split(sep)[0] ?? []) : []));
  return {
    async note(files) {
      const { [workspaceId()]: before = [], ...others } = needed();
      const places = placesOf(files);
      if (places.join() !== before.join()) await memory.update(slot, places.length > 0 ? { ...others, [workspaceId()]: places } : others);
    },
    async keep(name, bytes) {
      const header = imageHeader(bytes);
      if (!header) throw new FailureError({ code: 'invalid-request', about: 'files', reason: referenceFaultSentence({ code: 'no-picture', name: plainName(name) }, l10n.t) });
      // A folder for each content: the file itself goes by the name that the user knows.
      const place = join(folder, createHash('sha256').update(bytes).digest('hex'));
      const file = join(place, `${plainName(name)}.${extensionOf(header.format)}`);
      await mkdir(place, { recursive: true, mode: 0o700 });
      const half = join(place, `${randomUUID()}.part`);
      try {
        await writeFile(half, bytes, { flag: 'wx', mode: 0o600 });
        await rename(half, file);
      } finally {
        await rm(half, { force: true });
      }
      return Uri.file(file);
    },
    async sweep(now) {
      const used = new Set(Object.values(needed()).flat());
      const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return [];
        throw error;
      });
      for (const name of names) {
        if (used.has(name)) continue;
        const place = join(folder, name);
        const { mtimeMs } = await stat(place);
        if (now - mtimeMs > week) await rm(place, { recursive: true, force: true });
      }
    },
  };
}
