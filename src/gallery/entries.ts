import { createHash } from 'node:crypto';
import type { ImageHeader } from '../images/header.ts';
import type { Recipe } from '../images/recipe.ts';
import type { FoundFile, Made } from './made.ts';

/** Where a file lies, in words. */
export interface Place {
  /** As a recipe names a reference: the path from the workspace folder, with `/`. */
  readonly path: string;
  readonly name: string;
  /** The path's folder; empty: the workspace folder itself. Of a file outside of the workspace: where that lies on the computer. */
  readonly folder: string;
}

/** One picture, wherever it lies. There is one of each, however many copies of its file there are. */
export interface GalleryEntry extends Place {
  /** The request's id, `/`, and the picture's number: the same in every window and after every move. */
  readonly id: string;
  readonly request: string;
  readonly recipe: Recipe;
  /** URI of the file; absent: there is none any more, and place, header and bytes are as they were. */
  readonly uri?: string;
  readonly header: ImageHeader;
  readonly bytes: number;
  /** Every path at which it lies or was put. */
  readonly paths: readonly string[];
  /** Hex, of every state of its file that the log tells of. */
  readonly hashes: readonly string[];
  /** Whether it took the place of a file, whose bytes are kept. */
  readonly replaced: boolean;
}

/** A job's id as the panel is told it. Recipes come with files of anybody: what is no plain id is called by its hash. */
export const requestId = (job: string): string => (/^[\w.-]{1,100}$/.test(job) ? job : createHash('sha256').update(job).digest('hex').slice(0, 32));

const idOf = ({ job, picture }: Recipe): string => `${requestId(job)}/${picture}`;

const isLater = (a: Made, b: Made): boolean => {
  const [first, second] = [Date.parse(a.recipe.date), Date.parse(b.recipe.date)];
  if (first !== second) return first > second;
  const [one, other] = [`${idOf(a.recipe)} ${a.uri}`, `${idOf(b.recipe)} ${b.uri}`];
  return one >= other;
};

const latest = (lines: readonly Made[]): Made | undefined => lines.reduce<Made | undefined>((best, line) => (best && !isLater(line, best) ? best : line), undefined);

function grouped<K, V>(values: Iterable<V>, keyOf: (value: V) => K): ReadonlyMap<K, readonly V[]> {
  const groups = new Map<K, V[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group) group.push(value);
    else groups.set(keyOf(value), [value]);
  }
  return groups;
}

/**
 * Which picture lies at a place. What the file says goes before what the log says, for files are moved, copied, replaced and brought
 * back. A file without a recipe is the picture of its size that was put there last; one of another size was changed by its user and
 * still is the last picture, but not where that had replaced a file: then it is what was brought back.
 */
function liesAt(lines: readonly Made[], file: FoundFile | 'gone' | undefined): string | undefined {
  if (file === 'gone') return undefined;
  if (file?.recipe) return idOf(file.recipe);
  const last = latest(lines);
  if (!file) return last && idOf(last.recipe);
  const same = latest(lines.filter(({ bytes }) => bytes === file.size));
  if (same) return idOf(same.recipe);
  return last && last.replacement === undefined ? idOf(last.recipe) : undefined;
}

/**
 * Every picture that the log tells of or that was found in a file, in no particular order; also those whose file is gone, since others
 * were made from them. The order of the log's lines does not matter.
 * @param files what is known of files by their URI; of what is not in it nothing is known yet, and the log is believed
 */
export function entriesOf(log: readonly Made[], files: ReadonlyMap<string, FoundFile | 'gone'>, placeOf: (uri: string) => Place): readonly GalleryEntry[] {
  const linesAt = grouped(log, ({ uri }) => uri);
  const places: { readonly id: string; readonly uri: string }[] = [];
  const claim = (uri: string): void => {
    const id = liesAt(linesAt.get(uri) ?? [], files.get(uri));
    if (id !== undefined) places.push({ id, uri });
  };
  for (const uri of linesAt.keys()) claim(uri);
  for (const uri of files.keys()) if (!linesAt.has(uri)) claim(uri);

  const linesOf = grouped(log, ({ recipe }) => idOf(recipe));
  const placesOf = grouped(places, ({ id }) => id);
  const ids = new Set([...linesOf.keys(), ...placesOf.keys()]);
  return [...ids].flatMap((id): readonly GalleryEntry[] => {
    const lines = linesOf.get(id) ?? [];
    const uris = (placesOf.get(id) ?? []).map(({ uri }) => uri).toSorted();
    const last = latest(lines);
    const put = new Set(lines.map((line) => line.uri));
    // Of several copies: the one that was put there, else the first by its name.
    const uri = uris.find((one) => one === last?.uri) ?? uris.find((one) => put.has(one)) ?? uris[0];
    const state = uri === undefined ? undefined : files.get(uri);
    const file = state === 'gone' ? undefined : state;
    const line = latest(lines.filter((one) => one.uri === uri)) ?? last;
    const recipe = last?.recipe ?? file?.recipe;
    const header = file?.header ?? line?.header;
    const shown = uri ?? last?.uri;
    if (!recipe || !header || shown === undefined) return [];
    return [
      {
        id,
        request: requestId(recipe.job),
        recipe,
        ...(uri !== undefined && { uri }),
        ...placeOf(shown),
        header,
        bytes: file?.size ?? line?.bytes ?? 0,
        paths: [...new Set([...put, ...uris])].map((one) => placeOf(one).path),
        hashes: [...new Set(lines.flatMap(({ sha256 }) => sha256 ?? []))],
        replaced: uri !== undefined && line?.uri === uri && line.replacement !== undefined,
      },
    ];
  });
}
