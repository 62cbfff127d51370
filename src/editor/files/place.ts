import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { l10n, Uri, workspace } from 'vscode';
import type { ImageFormat, ImageHeader } from '../../images/header.ts';
import { extensionOf } from '../../images/naming.ts';
import type { Recipe } from '../../images/recipe.ts';
import { outputFormats, type OutputFormat } from '../../images/request.ts';
import type { Size } from '../../images/size.ts';
import type { Placed, Save } from '../../jobs/job.ts';
import { readRecipe, writeWithRecipe } from '../../jobs/recipeFile.ts';
import { sha256Of } from '../../jobs/originals.ts';
import { sweep } from '../../jobs/sweep.ts';
import { inWorkspace } from '../orders/target.ts';
import { workspaceId } from '../workspaceId.ts';
import { saveAsset, withLocalFile } from './saveAsset.ts';
import type { OrderTools } from '../orders/order.ts';
import { hashOf, newestReplacement, replaceFile } from './replace.ts';

type PlaceTools = Pick<OrderTools, 'scratch' | 'originals' | 'pixels' | 'log' | 'made'>;

/** A picture on its way to its place: its own file, or one made of it. */
interface Prepared {
  readonly file: string;
  readonly header: ImageHeader;
  readonly notes: readonly string[];
}

const isOutput = (format: ImageFormat): format is OutputFormat => (outputFormats as readonly string[]).includes(format);

/** The format that a file's name promises. */
function formatOfName(uri: Uri): OutputFormat | undefined {
  const extension = /\.(png|jpe?g|webp)$/i.exec(uri.path)?.[1]?.toLowerCase();
  if (extension === undefined) return undefined;
  return extension === 'png' || extension === 'webp' ? extension : 'jpeg';
}

const sizeText = ({ width, height }: Size): string => `${width} × ${height}`;

/** Ratios this near are stretched: less than a border's width, and nothing is cut off. */
const mostStretch = 1.03;

/** How a picture is brought to a size: stretched where that is not seen, cropped where it would be. */
export function fitOf(from: Size, to: Size): 'fill' | 'cover' {
  const change = (from.width * to.height) / (from.height * to.width);
  return Math.max(change, 1 / change) <= mostStretch ? 'fill' : 'cover';
}

/** Brings a picture to its exact pixels, in `format`. What fails is noted and leaves it as it was. */
async function bring(picture: Prepared, room: string, exact: Size, format: OutputFormat, { pixels, log }: PlaceTools): Promise<Prepared> {
  const { file, header, notes } = picture;
  const known = header.width > 0 && header.height > 0;
  if (known && header.width === exact.width && header.height === exact.height) return picture;
  try {
    if (!known) throw new Error('its size is not known');
    const target = join(room, 'exact');
    const brought = await (await pixels()).resize(file, target, { size: exact, fit: fitOf(header, exact), format });
    return { file: target, header: brought, notes: [...notes, l10n.t('Brought from {0} to {1}.', sizeText(header), sizeText(exact))] };
  } catch (error) {
    log.error(`not brought to ${sizeText(exact)}: ${String(error)}`);
    return { ...picture, notes: [...notes, l10n.t('It could not be brought to {0} and is {1}.', sizeText(exact), sizeText(header))] };
  }
}

/** Writes a picture in the format that a file's name promises. What fails leaves it as it was. */
async function convert(picture: Prepared, room: string, format: OutputFormat, { pixels, log }: PlaceTools): Promise<Prepared> {
  if (picture.header.format === format) return picture;
  try {
    const target = join(room, 'converted');
    return { ...picture, file: target, header: await (await pixels()).convert(picture.file, target, format) };
  } catch (error) {
    log.error(`not converted to ${format}: ${String(error)}`);
    return picture;
  }
}

/** Writes what made a picture into it. What fails leaves it as it was: the picture counts for more than its recipe. */
async function inscribe(picture: Prepared, room: string, recipe: Recipe, { log }: PlaceTools): Promise<Prepared> {
  try {
    const target = join(room, 'recipe');
    if (await writeWithRecipe(picture.file, target, picture.header.format, recipe)) return { ...picture, file: target };
    log.warn(`job ${recipe.job}: picture ${recipe.picture} (${picture.header.format}) takes no recipe`);
  } catch (error) {
    log.error(`job ${recipe.job}: the recipe could not be written into picture ${recipe.picture}: ${String(error)}`);
  }
  return picture;
}

/** Whether no pixel of a picture is transparent although that was asked for, which its header does not tell. What cannot be looked at is taken at its header's word. */
async function isOpaque(file: string, header: ImageHeader, recipe: Recipe, { pixels, log }: PlaceTools): Promise<boolean> {
  if (recipe.background !== 'transparent' || !header.alpha) return false;
  try {
    return (await (await pixels()).inspectMask(file)).opaque === 1;
  } catch (error) {
    log.error(`job ${recipe.job}: the pixels of picture ${recipe.picture} could not be looked at: ${String(error)}`);
    return false;
  }
}

/** Whether the file at `uri` is this picture, which a crash kept the journal from hearing of: its recipe says so, or its bytes. */
async function isPlaced(uri: Uri, source: string, recipe: Recipe, { scratch }: PlaceTools): Promise<boolean> {
  const { mtime, size } = await workspace.fs.stat(uri);
  // What was there before the request went out is something else. File systems count by up to two seconds.
  if (mtime < Date.parse(recipe.date) - 2000) return false;
  const there = await withLocalFile(uri, scratch, readRecipe);
  if (there) return there.job === recipe.job && there.picture === recipe.picture;
  return size === (await stat(source)).size && Buffer.from(await workspace.fs.readFile(uri)).equals(await readFile(source));
}

/** The replacement by which this picture was put into a file's place before; undefined when it was not. */
async function earlierReplacement(uri: Uri, source: string, recipe: Recipe, tools: PlaceTools): Promise<string | undefined> {
  const kept = await newestReplacement(uri, tools);
  return kept && (await hashOf(uri, tools)) === kept.result && (await isPlaced(uri, source, recipe, tools)) ? kept.id : undefined;
}

/** One picture of one job: whoever brings it home after a crash goes on with what was begun. */
const markOf = ({ job, picture }: Recipe): string => `${job}-${picture}`;

/** Puts a picture in the place of a file. Where that cannot be, `note` says why, and nothing was written. */
async function replace(uri: Uri, { file, header }: Prepared, recipe: Recipe, tools: PlaceTools): Promise<{ readonly replacement: string } | { readonly note: string }> {
  const name = workspace.asRelativePath(uri);
  if (header.format !== formatOfName(uri)) return { note: l10n.t('{0} stays as it is, for the picture could not be written in its format: it lies beside it.', name) };
  const earlier = await earlierReplacement(uri, file, recipe, tools).catch(() => undefined);
  if (earlier !== undefined) return { replacement: earlier };
  // The edited image, as it was when it was sent: what it has become since then is not ours to replace.
  const expected = recipe.references?.find(({ role }) => role === 'image')?.sha256;
  const replaced = await replaceFile(uri, file, tools, { kind: 'replace', mark: markOf(recipe), ...(expected !== undefined && { expected }) });
  if (replaced.done) return { replacement: replaced.kept.id };
  return {
    note:
      replaced.why === 'gone'
        ? l10n.t('{0} is not there any more: the picture has a name of its own.', name)
        : l10n.t('{0} was changed meanwhile and stays as it is: the picture lies beside it.', name),
  };
}

/** Tells the gallery of a picture in its place. What fails costs its line there, and nothing else. */
async function enter({ uri, header, bytes, replacement }: Placed, file: string, recipe: Recipe, asked: string, { made, log }: PlaceTools): Promise<void> {
  try {
    const sha256 = await sha256Of(file);
    // Brought home in another window than it was asked for in, a picture belongs where it lies.
    const owner = inWorkspace(Uri.parse(uri, true)) ? workspaceId() : asked;
    await (await made()).add(owner, { version: 1, uri, header, bytes, sha256, recipe, ...(replacement !== undefined && { replacement }) });
  } catch (error) {
    log.error(`job ${recipe.job}: picture ${recipe.picture} could not be entered for the gallery: ${String(error)}`);
  }
}

/**
 * Puts pictures where their destination says, or into another folder, where nothing is replaced. Asked again for a picture that it
 * put in its place before a crash, it finds it there. Each picture in its place is entered for the gallery.
 * @param asked URI of the workspace that the pictures were asked for in, or empty; the open one where it is not given
 */
export function placer(tools: PlaceTools, folder?: Uri, asked = workspaceId()): Save {
  /** What this placer has put in its place: a second picture is never taken for the first, however alike they are. */
  const placed = new Set<string>();

  return async ({ file, header: came }, destination, recipe) => {
    const replaces = folder === undefined && destination.replaces !== undefined ? Uri.parse(destination.replaces, true) : undefined;
    const format = (replaces && formatOfName(replaces)) ?? (isOutput(came.format) ? came.format : 'png');
    const room = join(tools.scratch, randomUUID());
    try {
      let prepared: Prepared = { file, header: came, notes: [] };
      await sweep(tools.scratch, /./);
      // Without room to work in the picture goes to its place as it came.
      await mkdir(room, { recursive: true, mode: 0o700 }).catch((error: unknown) => tools.log.error(String(error)));
      if (destination.exact) prepared = await bring(prepared, room, destination.exact, format, tools);
      if (replaces) prepared = await convert(prepared, room, format, tools);
      if (destination.recipe) prepared = await inscribe(prepared, room, recipe, tools);
      const { header } = prepared;
      const { size: bytes } = await stat(prepared.file);
      const replaced = replaces && (await replace(replaces, prepared, recipe, tools));
      const notes = replaced && 'note' in replaced ? [...prepared.notes, replaced.note] : prepared.notes;
      const opaque = await isOpaque(file, came, recipe, tools);
      const about = { header, bytes, ...(opaque && { opaque }), ...(notes.length > 0 && { notes }) };
      const inPlace = replaces && replaced && 'replacement' in replaced ? { uri: replaces.toString(), ...about, replacement: replaced.replacement } : undefined;
      if (inPlace) {
        await enter(inPlace, prepared.file, recipe, asked, tools);
        return inPlace;
      }
      const uri = await saveAsset(prepared.file, {
        folder: folder ?? Uri.parse(destination.folder, true),
        name: destination.name,
        extension: extensionOf(header.format),
        mark: markOf(recipe),
        isSame: async (taken) => !placed.has(taken.toString()) && (await isPlaced(taken, prepared.file, recipe, tools).catch(() => false)),
      });
      placed.add(uri.toString());
      const beside = { uri: uri.toString(), ...about };
      await enter(beside, prepared.file, recipe, asked, tools);
      return beside;
    } finally {
      await rm(room, { recursive: true, force: true }).catch((error: unknown) => tools.log.error(String(error)));
    }
  };
}
