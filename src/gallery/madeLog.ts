import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { openLineFile, type LineFile } from '../disk/lineFile.ts';
import { madeIn, type Made } from './made.ts';

export type { Made } from './made.ts';

/** Everything that was made in each workspace: a file of JSON lines a workspace that any number of windows append to. */
export interface MadeLog {
  /** Resolves once the line is on disk. @param workspace URI of the workspace, or empty */
  add(workspace: string, made: Made): Promise<void>;
  /** All of a workspace in the order in which they were added, other windows' as well; lines that cannot be read are left out. The same array where nothing came. */
  read(workspace: string): Promise<readonly Made[]>;
  /** Hears of what this window adds. */
  readonly onDidAdd: (heard: (workspace: string, made: Made) => void) => { dispose(): void };
  /** The absolute path of a workspace's lines. What else is kept of the workspace lies beside it, under the same name with another extension. */
  fileOf(workspace: string): string;
}

/** @param folder absolute path; made with the first line */
export function openMadeLog(folder: string): MadeLog {
  const open = new Map<string, LineFile<Made>>();
  const listeners = new Set<(workspace: string, made: Made) => void>();
  // 128 bits: no two workspaces meet, and names stay short enough for every file system.
  const fileOf = (workspace: string): string => join(folder, `${createHash('sha256').update(workspace).digest('hex').slice(0, 32)}.jsonl`);
  const linesOf = (workspace: string): LineFile<Made> => {
    const lines = open.get(workspace) ?? openLineFile(fileOf(workspace), madeIn);
    open.set(workspace, lines);
    return lines;
  };
  return {
    async add(workspace, made) {
      await linesOf(workspace).append(made);
      for (const heard of listeners) heard(workspace, made);
    },
    read: (workspace) => linesOf(workspace).read(),
    onDidAdd(heard) {
      listeners.add(heard);
      return { dispose: () => listeners.delete(heard) };
    },
    fileOf,
  };
}
