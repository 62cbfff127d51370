import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { posix } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { FileType, l10n, Uri, workspace } from 'vscode';
import { FailureError } from '../../images/failure.ts';
import type { Recipe, RecipeReference } from '../../images/recipe.ts';
import type { ImageRequest } from '../../images/request.ts';
import { isInside } from '../../images/xmp/xmp.ts';
import { recipeIn } from '../../images/xmp/file.ts';
import { headerBytes, imageHeader } from '../../images/format.ts';
import type { FoundFile } from '../../gallery/made.ts';
import { readPicture, readRecipe } from '../../jobs/recipeFile.ts';
import type { Order } from '../orders/order.ts';
import type { OrderReference } from '../orders/references.ts';
import { requestFrom } from '../result.ts';
import { requestSettings } from '../settings.ts';
import { inWorkspace } from '../orders/target.ts';

/**
 * The recipe that a file carries; undefined: it carries none.
 * @throws {FailureError} `file-unreadable`
 */
export async function recipeAt(uri: Uri): Promise<Recipe | undefined> {
  try {
    if (uri.scheme === 'file') return await readRecipe(uri.fsPath);
    const bytes = await workspace.fs.readFile(uri);
    return await recipeIn(async (at, length) => bytes.subarray(at, at + length), bytes.length);
  } catch (error) {
    throw new FailureError({ code: 'file-unreadable', name: workspace.asRelativePath(uri), message: error instanceof Error ? error.message : String(error) }, { cause: error });
  }
}

/** A prompt longer than any service takes is none that made a picture. */
const longestPrompt = 100_000;

/** What is said of a picture may come from anybody: what nobody can have asked for is no recipe. */
const isSound = ({ prompt, date }: Recipe): boolean => prompt.length <= longestPrompt && !Number.isNaN(Date.parse(date));

/**
 * Looks into a file, as little as tells whether it is a picture that Easel made. Never rejects: what cannot be read has nothing to say.
 * @param known what was found before, which is given back where the file is still the same
 */
export async function lookInto(uri: Uri, known?: FoundFile): Promise<FoundFile | 'gone'> {
  try {
    const found = await stateOf(uri);
    if (!found) return 'gone';
    if (known && known.mtime === found.mtime && known.size === found.size) return known;
    const { header, recipe } = await pictureAt(uri).catch(() => ({ header: undefined, recipe: undefined }));
    return { ...found, ...(header && { header }), ...(recipe && isSound(recipe) && { recipe }) };
  } catch {
    return 'gone';
  }
}

/** Tells two states of a file apart without reading it; undefined: it is no file. @throws errors of the file system */
export async function stateOf(uri: Uri): Promise<{ readonly mtime: number; readonly size: number } | undefined> {
  if (uri.scheme === 'file') {
    const found = await stat(uri.fsPath);
    return found.isFile() ? { mtime: found.mtimeMs, size: found.size } : undefined;
  }
  const { type, mtime, size } = await workspace.fs.stat(uri);
  return (type & FileType.File) === 0 ? undefined : { mtime, size };
}

async function pictureAt(uri: Uri): ReturnType<typeof readPicture> {
  if (uri.scheme === 'file') return readPicture(uri.fsPath);
  const bytes = await workspace.fs.readFile(uri);
  const header = imageHeader(bytes.subarray(0, headerBytes));
  const recipe = header && (await recipeIn(async (at, length) => bytes.subarray(at, at + length), bytes.length));
  return { ...(header && { header }), ...(recipe && { recipe }) };
}

/** Says that a file carries no recipe, and why that may be. */
export const noRecipeSentence = (uri: Uri): string =>
  l10n.t('{0} holds no recipe: only a picture that Easel made, and that was not saved by another program since, tells what it was made from.', posix.basename(uri.path));

/** A reference of a recipe as it is found now. */
export interface FoundReference {
  readonly reference: RecipeReference;
  /** Absent: there is no such file in the open workspace. */
  readonly uri?: Uri;
  /** Whether its bytes are others than those that were sent. */
  readonly changed: boolean;
}

/** Where a name of a recipe may lie, the likeliest first: never outside of the open workspace. */
function placesOf(name: string, beside: Uri): readonly Uri[] {
  if (!isInside(name)) return [];
  const folders = workspace.workspaceFolders ?? [];
  const own = workspace.getWorkspaceFolder(beside);
  const below = (folder: Uri, path: string): Uri => Uri.joinPath(folder, ...path.split('/'));
  // In a workspace of several folders a name begins with that of its folder.
  const named = folders.filter((folder) => name.startsWith(`${folder.name}/`)).map((folder) => below(folder.uri, name.slice(folder.name.length + 1)));
  const others = folders.filter((folder) => folder !== own).map((folder) => below(folder.uri, name));
  return [...(own ? [below(own.uri, name)] : []), ...named, ...others].filter(inWorkspace);
}

/** The hash of a file's bytes; undefined: there is no such file, or it cannot be read. */
async function hashOf(uri: Uri): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    const { type } = await workspace.fs.stat(uri);
    if ((type & FileType.File) === 0) return undefined;
    if (uri.scheme === 'file') await pipeline(createReadStream(uri.fsPath), hash);
    else hash.update(await workspace.fs.readFile(uri));
    return hash.digest('hex');
  } catch {
    return undefined;
  }
}

/** Looks for the references of a recipe in the open workspace, in the folder of `uri`, the picture that carries it, first. A file that is still the same goes before one that only has the name. */
export async function referencesOf(recipe: Pick<Recipe, 'references'>, uri: Uri): Promise<readonly FoundReference[]> {
  const found: FoundReference[] = [];
  for (const reference of recipe.references ?? []) {
    let best: FoundReference = { reference, changed: false };
    for (const place of placesOf(reference.name, uri)) {
      const hash = await hashOf(place);
      if (hash === undefined) continue;
      if (!best.uri || hash === reference.sha256) best = { reference, uri: place, changed: hash !== reference.sha256 };
      if (!best.changed) break;
    }
    found.push(best);
  }
  return found;
}

/** The name that a picture's own was numbered from: `hero-3.png` → `hero`. Larger numbers, such as years, belong to the name. */
function nameBefore(uri: Uri): string {
  const name = posix.basename(uri.path, posix.extname(uri.path));
  return name.replace(/(?<=.)-(?:[2-9]|[1-9]\d{1,2})$/, '');
}

/**
 * The order that makes such a picture once more, beside it under the next free number. One picture, however many there were then: the one
 * that was pointed at. What a recipe does not tell (moderation, streaming) is as the settings say.
 */
export function sameRequestAs(recipe: Recipe, uri: Uri, references: readonly OrderReference[] = []): Order {
  const folder = Uri.joinPath(uri, '..');
  const settings = requestSettings(folder);
  const { background: _background, format: _format, ...base } = requestFrom(recipe.prompt, settings);
  const { model, size, quality, background, format, compression, inputFidelity } = recipe;
  const request: ImageRequest = { ...base, model, size, quality, count: 1, ...(background && { background }), ...(format && { format }), ...(compression !== undefined && { compression }), ...(inputFidelity && { inputFidelity }) };
  return { request, responseFormat: settings.responseFormat, ...(references.length > 0 && { references }), folder, name: nameBefore(uri) };
}
