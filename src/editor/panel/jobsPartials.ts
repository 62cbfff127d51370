import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Disposable } from 'vscode';
import { imageHeader } from '../../images/format.ts';
import { extensionOf } from '../../images/naming.ts';
import { sweep } from '../../jobs/sweep.ts';

/** Pictures on the way, in copies that the panel may load: what a job holds of them is gone when its reply is read. */
export interface Partials extends Disposable {
  /** @returns the absolute path of a copy; undefined where the picture is gone already, or is none */
  keep(file: string): Promise<string | undefined>;
  drop(copy: string): void;
}

/** @param storage absolute path of the folder for what the panel shows, which windows share */
export function createPartials(storage: string): Partials {
  const all = join(storage, 'partials');
  const mine = join(all, randomUUID());
  let ready: Promise<unknown> | undefined;
  const forget = (path: string): void => void rm(path, { recursive: true, force: true }).catch(() => undefined);
  return {
    async keep(file) {
      // Windows that crashed have left theirs.
      ready ??= sweep(all, /./).then(() => mkdir(mine, { recursive: true, mode: 0o700 }));
      try {
        const bytes = await readFile(file);
        const header = imageHeader(bytes);
        if (!header) return undefined;
        await ready;
        const copy = join(mine, `${randomUUID()}.${extensionOf(header.format)}`);
        await writeFile(copy, bytes);
        return copy;
      } catch {
        // Nothing is lost: the picture itself comes after it.
        return undefined;
      }
    },
    drop: forget,
    dispose: () => forget(mine),
  };
}
