import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sweep } from '../../jobs/sweep.ts';

/** Copies beyond these go, the oldest first, but never one of the newest: two are compared, and a third is being opened. */
const most = { files: 24, bytes: 1024 ** 3, newest: 4 };

/** Copies of pictures in their full size, for as long as they are looked at. */
export interface Shown {
  /**
   * Copies a file. The user's own is never what the panel loads: it may change under its eyes, and lies where the panel may not look.
   * @param key names the state of the file: what is there already is not copied again
   * @param extension without a dot; it tells a browser what it is
   * @returns the copy's path @throws errors of the file system
   */
  copy(file: string, key: string, extension: string, bytes: number): Promise<string>;
  dispose(): void;
}

/** @param folder absolute path; each window has a folder of its own below it, which goes with the window, or a day after a crash */
export function createShown(folder: string): Shown {
  const own = join(folder, `${process.pid}-${randomUUID()}`);
  /** In the order in which they were asked for. */
  const copies = new Map<string, { readonly bytes: number; readonly ready: Promise<void> }>();
  const swept = sweep(folder, /./);

  async function make(file: string, target: string): Promise<void> {
    await swept;
    await mkdir(own, { recursive: true, mode: 0o700 });
    const part = `${target}.${randomUUID()}.part`;
    try {
      await copyFile(file, part, constants.COPYFILE_FICLONE);
      await rename(part, target);
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
  }

  function forgetOldest(): void {
    let bytes = [...copies.values()].reduce((sum, copy) => sum + copy.bytes, 0);
    for (const [target, copy] of copies) {
      if (copies.size <= most.newest || (copies.size <= most.files && bytes <= most.bytes)) return;
      copies.delete(target);
      bytes -= copy.bytes;
      void rm(target, { force: true }).catch(() => undefined);
    }
  }

  return {
    async copy(file, key, extension, bytes) {
      const target = join(own, `${key}.${extension}`);
      const known = copies.get(target);
      copies.delete(target);
      const stillThere = known?.ready.then(() => access(target)).catch(() => make(file, target));
      const ready = stillThere ?? make(file, target);
      copies.set(target, { bytes, ready });
      forgetOldest();
      try {
        await ready;
      } catch (error) {
        if (copies.get(target)?.ready === ready) copies.delete(target);
        throw error;
      }
      return target;
    },
    dispose() {
      copies.clear();
      void rm(own, { recursive: true, force: true }).catch(() => undefined);
    },
  };
}
