import type { Recipe, RecipeReference } from '../images/recipe.ts';
import type { GalleryEntry } from './entries.ts';

/** The pictures of one request, as the gallery shows them together. */
export interface GalleryThreadRequest {
  readonly id: string;
  /** The id of the request that its thread began with. */
  readonly thread: string;
  /** Epoch milliseconds: when it was sent. */
  readonly time: number;
  readonly recipe: Recipe;
  /** Those whose file is there, by their number; at least one. */
  readonly pictures: readonly GalleryEntry[];
  /** Of an edit, for each reference of the recipe: the picture that it was, also where that is gone. */
  readonly from: readonly (GalleryEntry | undefined)[];
}

interface Asked {
  readonly id: string;
  readonly time: number;
  readonly recipe: Recipe;
  readonly entries: readonly GalleryEntry[];
}

/** The order in which requests were sent; one of two at the same moment is earlier in every window. */
const inTime = (a: Asked, b: Asked): number => a.time - b.time || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

function requestsOf(entries: readonly GalleryEntry[]): readonly Asked[] {
  const groups = new Map<string, GalleryEntry[]>();
  for (const entry of entries) {
    const group = groups.get(entry.request);
    if (group) group.push(entry);
    else groups.set(entry.request, [entry]);
  }
  return [...groups]
    .flatMap(([id, group]) => {
      const sorted = group.toSorted((a, b) => a.recipe.picture - b.recipe.picture);
      const [first] = sorted;
      return first ? [{ id, time: Date.parse(first.recipe.date), recipe: first.recipe, entries: sorted }] : [];
    })
    .toSorted(inTime);
}

/**
 * Remembers pictures in the order in which they were asked for, and finds the one that a reference was: the last with these very bytes,
 * else the last that was put under this name. Whoever is asked knows earlier requests only, so that nothing comes from itself, on
 * whatever way round.
 */
function rememberEntries(): { add(entry: GalleryEntry): void; find(reference: RecipeReference): GalleryEntry | undefined } {
  const byHash = new Map<string, GalleryEntry>();
  const byPath = new Map<string, GalleryEntry>();
  return {
    add(entry) {
      for (const hash of entry.hashes) byHash.set(hash, entry);
      for (const path of entry.paths) byPath.set(path, entry);
    },
    find: ({ sha256, name }) => byHash.get(sha256) ?? byPath.get(name),
  };
}

/**
 * Pictures as a conversation that is read from its newest word on: the requests of one thread follow each other, the newest first, and so
 * do the threads, by their newest request. So what was made last is always at the top, and what it was made from below it. A request
 * continues the thread of the picture that it edited; one that edits a file that nobody asked for begins one. A request is listed as long
 * as one of its pictures is there; a thread holds together also over requests that are not.
 *
 * The order of `entries` does not matter.
 */
export function threadsOf(entries: readonly GalleryEntry[]): readonly GalleryThreadRequest[] {
  const memory = rememberEntries();
  const threadOf = new Map<string, string>();
  const newest = new Map<string, number>();
  const listed: GalleryThreadRequest[] = [];
  // From the oldest on, so that what a request came from is known.
  for (const { id, time, recipe, entries: own } of requestsOf(entries)) {
    const references = recipe.references ?? [];
    const from = references.map((reference) => memory.find(reference));
    const edited = from[references.findIndex(({ role }) => role === 'image')];
    const thread = (edited && threadOf.get(edited.request)) ?? id;
    threadOf.set(id, thread);
    for (const entry of own) memory.add(entry);
    const pictures = own.filter(({ uri }) => uri !== undefined);
    if (pictures.length === 0) continue;
    newest.set(thread, listed.length);
    listed.push({ id, thread, time, recipe, pictures, from });
  }
  const place = new Map(listed.map((request, index) => [request, index]));
  const at = (request: GalleryThreadRequest): number => place.get(request) ?? 0;
  const threadAt = (request: GalleryThreadRequest): number => newest.get(request.thread) ?? 0;
  return listed.toSorted((a, b) => threadAt(b) - threadAt(a) || at(b) - at(a));
}
