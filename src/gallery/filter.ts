import type { GalleryThreadRequest } from './threads.ts';

/** What is to be shown of everything; empty texts: all. */
export interface GalleryQuery {
  /** Words that the prompt and the file's name must have, all of them, in whatever order and case. */
  readonly text: string;
  /** A folder, with those below it; {@link rootFolder}: the pictures beside them all. */
  readonly folder: string;
  readonly model: string;
  /** Calendar days in local time: today, the last 7, the last 30. */
  readonly since: '' | 'today' | 'week' | 'month';
}

/** How the workspace folder itself is called among the folders, for an empty text means all of them. */
export const rootFolder = '.';

/** Full-width letters are found by plain ones, and the other way round. */
const plain = (text: string): string => text.normalize('NFKC').toLowerCase();

const days = { today: 1, week: 7, month: 30 } as const;

/** The midnight that a period begins with. Days are counted by the calendar: not all of them have 24 hours. */
function beginOf(since: Exclude<GalleryQuery['since'], ''>, now: Date): number {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - days[since] + 1).getTime();
}

const plainPrompts = new WeakMap<GalleryThreadRequest, string>();

function plainPrompt(request: GalleryThreadRequest): string {
  const known = plainPrompts.get(request) ?? plain(request.recipe.prompt);
  plainPrompts.set(request, known);
  return known;
}

/**
 * Those of the requests that fit, in the same order. A request is shown whole where one of its pictures fits, as its pictures are one
 * answer to one prompt.
 */
export function filtered(requests: readonly GalleryThreadRequest[], { text, folder, model, since }: GalleryQuery, now: Date): readonly GalleryThreadRequest[] {
  const words = plain(text).split(/\s+/u).filter((word) => word !== '');
  const begin = since === '' ? Number.NEGATIVE_INFINITY : beginOf(since, now);
  const isIn = (place: string): boolean => folder === '' || (folder === rootFolder ? place === '' : place === folder || place.startsWith(`${folder}/`));
  return requests.filter((request) => {
    if (request.time < begin || (model !== '' && request.recipe.model !== model)) return false;
    const missing = words.filter((word) => !plainPrompt(request).includes(word));
    return request.pictures.some(({ name, folder: place }) => isIn(place) && missing.every((word) => plain(name).includes(word)));
  });
}

/** The folders and the models that there are pictures of, sorted. */
export function choicesOf(requests: readonly GalleryThreadRequest[]): { readonly folders: readonly string[]; readonly models: readonly string[] } {
  const folders = new Set(requests.flatMap(({ pictures }) => pictures.map(({ folder }) => folder || rootFolder)));
  const models = new Set(requests.map(({ recipe }) => recipe.model));
  return { folders: [...folders].toSorted(), models: [...models].toSorted() };
}
