import { access, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Landing, Link } from '../api/client.ts';
import type { Failure } from '../images/failure.ts';
import type { Usage } from '../images/price.ts';
import type { RecipeReference } from '../images/recipe.ts';
import type { ImageRequest } from '../images/request.ts';
import type { Destination } from './job.ts';

/** What the journal knows of a job: one line of its `job.jsonl` each, in the order it happened. */
export type JournalLine =
  | {
      readonly event: 'sending';
      readonly version: 1;
      readonly time: string;
      readonly job: string;
      readonly origin: string;
      readonly service: string;
      readonly workspace: string;
      /** The profile's label, for the recipe. */
      readonly label: string;
      readonly destination: Destination;
      readonly request: ImageRequest;
      /** The images that an edit starts from. */
      readonly references?: readonly RecipeReference[];
    }
  | { readonly event: 'url'; readonly index: number; readonly url: string }
  | { readonly event: 'received'; readonly index: number; readonly file: string }
  | { readonly event: 'usage'; readonly usage: Usage }
  | { readonly event: 'saved'; readonly index: number; readonly uri: string }
  | { readonly event: 'failed'; readonly failure: Failure };

/** The place of one job under way: what the service hands over is kept here before anything else happens to it. */
export interface JournalEntry {
  readonly folder: string;
  readonly landing: Landing;
  /** The links that the landing has taken so far, by the pictures' order. */
  readonly links: readonly Link[];
  /** Whether bytes of picture `index` lie in the folder. */
  holds(index: number): Promise<boolean>;
  /** Resolves once the line would survive a crash. */
  note(line: JournalLine): Promise<void>;
  /** Forgets the job and deletes what it kept: only when every picture is in its place, or nothing was paid. */
  finish(): Promise<void>;
}

export interface Journal {
  readonly folder: string;
  /** Opens a new job's folder and writes its first line. */
  begin(line: Extract<JournalLine, { event: 'sending' }>): Promise<JournalEntry>;
}

async function appendDurably(file: string, text: string): Promise<void> {
  const handle = await open(file, 'a', 0o600);
  try {
    await handle.write(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The journal in `folder`: one folder a job, named by its id. Private to the user: signed links are in it. */
export function openJournal(folder: string): Journal {
  return {
    folder,
    async begin(first) {
      const place = join(folder, first.job);
      await mkdir(place, { recursive: true, mode: 0o700 });
      const lines = join(place, 'job.jsonl');
      const note = (line: JournalLine): Promise<void> => appendDurably(lines, `${JSON.stringify(line)}\n`);
      await note(first);
      const links = new Map<number, string>();
      const pictureFile = (index: number): string => join(place, `picture-${index + 1}`);
      return {
        folder: place,
        get links() {
          return [...links].map(([index, url]) => ({ index, url })).toSorted((a, b) => a.index - b.index);
        },
        note,
        holds: (index) =>
          access(pictureFile(index)).then(
            () => true,
            () => false,
          ),
        landing: {
          pictureFile,
          async keepUrl(index, url) {
            await note({ event: 'url', index, url });
            links.set(index, url);
          },
        },
        finish: () => rm(place, { recursive: true, force: true, maxRetries: 3 }),
      };
    },
  };
}
