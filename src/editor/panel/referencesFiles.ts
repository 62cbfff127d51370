import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, posix, sep } from 'node:path';
import { l10n, Uri } from 'vscode';
import { FailureError } from '../../images/failure.ts';
import { imageHeader } from '../../images/format.ts';
import { assetName, checkedName, extensionOf } from '../../images/naming.ts';
import { referenceFaultSentence } from '../../images/reference.ts';

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
  /** Deletes what is older than a week and not in use. */
  sweep(inUse: readonly Uri[], now: number): Promise<void>;
}

/** @param folder absolute path; made with the first file */
export function createOwnFiles(folder: string): OwnFiles {
  return {
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
    async sweep(inUse, now) {
      const used = inUse.map(({ fsPath }) => fsPath);
      const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return [];
        throw error;
      });
      for (const name of names) {
        const place = join(folder, name);
        if (used.some((file) => file.startsWith(place + sep))) continue;
        const { mtimeMs } = await stat(place);
        if (now - mtimeMs > week) await rm(place, { recursive: true, force: true });
      }
    },
  };
}
