import type { ImageHeader } from '../images/header.ts';
import type { Recipe } from '../images/recipe.ts';

/** One picture that was put into its place: a line of the log. */
export interface Made {
  readonly version: 1;
  /** URI of the file. */
  readonly uri: string;
  readonly header: ImageHeader;
  readonly bytes: number;
  /** What made it: its `job` groups the pictures of one request. */
  readonly recipe: Recipe;
  /** The id under which the bytes of the file that it took the place of are kept. */
  readonly replacement?: string;
}

/** Everything that was made in each workspace: a file of JSON lines a workspace that any number of windows append to. */
export interface MadeLog {
  /** Resolves once the line is on disk. @param workspace URI of the workspace, or empty */
  add(workspace: string, made: Made): Promise<void>;
  /** All of a workspace in the order in which they were added; lines that cannot be read are left out. */
  read(workspace: string): Promise<readonly Made[]>;
  /** Hears of what this window adds. */
  readonly onDidAdd: (heard: (workspace: string, made: Made) => void) => { dispose(): void };
}

/** @param folder absolute path; made with the first line */
export function openMadeLog(_folder: string): MadeLog {
  // UNDER CONSTRUCTION
  const made = new Map<string, Made[]>();
  const listeners = new Set<(workspace: string, made: Made) => void>();
  return {
    async add(workspace, one) {
      made.set(workspace, [...(made.get(workspace) ?? []), one]);
      for (const heard of listeners) heard(workspace, one);
    },
    read: async (workspace) => made.get(workspace) ?? [],
    onDidAdd(heard) {
      listeners.add(heard);
      return { dispose: () => listeners.delete(heard) };
    },
  };
}
