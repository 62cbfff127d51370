import { l10n, Uri } from 'vscode';
import { assetName } from '../../images/naming.ts';
import type { Recipe } from '../../images/recipe.ts';
import { orderAgain } from '../commands/generateFromImage.ts';
import { recipeAt, referencesOf, sameRequestAs } from '../files/recipes.ts';
import { siblingName } from '../orders/editName.ts';
import type { Order } from '../orders/order.ts';
import { haveKey } from '../orders/placeOrder.ts';
import { namedTarget } from '../orders/target.ts';
import { variationPrompt } from '../orders/variation.ts';
import { requestFrom } from '../result.ts';
import { requestSettings } from '../settings.ts';
import { costText } from '../show/outcome.ts';
import type { ComposerPart, JobsPart, PanelRoom } from './parts.ts';

/** What made a picture, and where it lies; where its file is gone, where such a one would be put now. */
export interface MadeBy {
  readonly recipe: Recipe;
  readonly uri: Uri;
}

/** @throws {FailureError} `invalid-request`, when the file is gone and no folder is open to put another one in */
export const placeOf = (recipe: Recipe): Uri => Uri.joinPath(namedTarget(undefined), `${assetName(recipe.prompt)}.png`);

/** Places the request that made a picture once more, for one picture. Asks about files that have changed, and for a key where there is none. */
export async function generateAgain({ recipe, uri }: MadeBy, { tools, tell }: PanelRoom, jobs: JobsPart): Promise<void> {
  const order = await orderAgain(recipe, uri, tools);
  if (!order || !(await haveKey(tools.services.current(), tools))) return;
  const cost = costText(order, tools);
  if ((await jobs.place(order)) === undefined) return;
  tell('say', { sentence: l10n.t('Making it once more, for about {0}.', cost), tone: 'information' });
}

/** Puts everything that made a picture into the composer: as many pictures as then. */
export async function recall({ recipe, uri }: MadeBy, { tell }: PanelRoom, composer: ComposerPart): Promise<void> {
  const found = await referencesOf(recipe, uri);
  const order = sameRequestAs(
    recipe,
    uri,
    found.flatMap(({ reference: { role }, uri: file }) => (file ? [{ role, uri: file }] : [])),
  );
  await composer.recall({ ...order, request: { ...order.request, count: recipe.count } });
  const missing = found.filter(({ uri: file }) => !file).map(({ reference }) => reference.name);
  if (missing.length > 0) tell('say', { sentence: l10n.t('What it was made from is not there any more: {0}.', missing.join(', ')), tone: 'warning' });
}

/** Puts a picture and the request for variations of it into the composer, where its user sees the cost, and says what may vary, before it is sent. */
export async function variations(uri: Uri, { tell }: PanelRoom, composer: ComposerPart): Promise<void> {
  const settings = requestSettings(uri);
  const { draft } = await composer.state();
  const request = { ...requestFrom(variationPrompt(''), settings), model: draft.model, quality: draft.quality, size: 'auto', count: Math.max(2, draft.count) };
  const order: Order = { request, responseFormat: settings.responseFormat, references: [{ uri, role: 'image' }], folder: Uri.joinPath(uri, '..'), name: siblingName(uri, 'variation') };
  await composer.recall(order);
  tell('say', { sentence: l10n.t('The prompt asks for variations: add what may vary, choose how many, and send it.'), tone: 'information' });
}

/** What made a picture; undefined: nobody knows. */
export const recipeOf = async (uri: Uri | undefined, known: Recipe | undefined): Promise<Recipe | undefined> => known ?? (uri && recipeAt(uri));
