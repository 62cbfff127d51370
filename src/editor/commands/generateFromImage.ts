import { posix } from 'node:path';
import { commands, l10n, window, type Uri } from 'vscode';
import { FailureError } from '../../images/failure.ts';
import type { Recipe } from '../../images/recipe.ts';
import type { Size } from '../../images/size.ts';
import { clickedImage } from '../files/clicked.ts';
import type { Order } from '../orders/order.ts';
import { placeOrder } from '../orders/placeOrder.ts';
import { noRecipeSentence, recipeAt, referencesOf, sameRequestAs, type FoundReference } from '../files/recipes.ts';
import { prepareReferences, sizesOf, type OrderReference } from '../orders/references.ts';
import type { CommandResult } from '../result.ts';
import type { CommandTools } from './command.ts';
import { forPerson } from './outcome.ts';

const namesOf = (found: readonly FoundReference[]): string => found.map(({ reference }) => reference.name).join(', ');

/**
 * The files of a recipe, asking about those that are not the same any more; undefined: the user thinks better of it.
 * @throws {FailureError} `invalid-request` naming the files that are not there
 */
async function agreedReferences(found: readonly FoundReference[], image: Uri): Promise<readonly OrderReference[] | undefined> {
  const picture = posix.basename(image.path);
  const missing = found.filter(({ uri }) => uri === undefined);
  if (missing.length > 0) {
    const reason = l10n.t('What {0} was made from is not in the open workspace: bring {1} back, or open the folder where it lies.', picture, namesOf(missing));
    throw new FailureError({ code: 'invalid-request', about: 'files', reason });
  }
  const changed = found.filter((reference) => reference.changed);
  if (changed.length > 0) {
    const use = l10n.t('Use as It Is Now');
    const question = l10n.t('What {0} was made from has changed since: {1}.', picture, namesOf(changed));
    if ((await window.showWarningMessage(question, { modal: true }, use)) !== use) return undefined;
  }
  return found.flatMap(({ reference: { role }, uri }) => (uri ? [{ role, uri }] : []));
}

/**
 * The order that makes a picture once more, with the files that it was made from; asks about those that have changed. Undefined: the user
 * thinks better of it.
 * @throws {FailureError} `invalid-request`, when they are not there or cannot be sent
 */
export async function orderAgain(recipe: Recipe, image: Uri, tools: CommandTools): Promise<Order | undefined> {
  const references = await agreedReferences(await referencesOf(recipe, image), image);
  if (!references) return undefined;
  const order = sameRequestAs(recipe, image, references);
  const imageSizes = await sizesFor(references, order.request.model, tools);
  return { ...order, ...(imageSizes && { imageSizes }) };
}

/** `Easel: Generate Again from This Image`: the request that made the clicked picture, or the one that is open, once more, for one new picture beside it. */
export async function generateFromImage(tools: CommandTools, clicked?: unknown): Promise<CommandResult | undefined> {
  const image = await clickedImage(clicked);
  if (!image) return undefined;
  return forPerson(tools, () => generateFromImage(tools, image), async () => {
    const recipe = await recipeAt(image);
    if (!recipe) {
      // Not awaited: the command is done, the message may stay as long as its reader likes.
      void window.showInformationMessage(noRecipeSentence(image));
      return undefined;
    }
    const order = await orderAgain(recipe, image, tools);
    if (!order) return undefined;
    const edited = order.references?.find(({ role }) => role === 'image')?.uri;
    return placeOrder(order, tools, tools.memory.workspaceState, () => (edited ? commands.executeCommand('easel.edit', edited) : commands.executeCommand('easel.generate')));
  });
}

/** The references' sizes for the estimate; judges them on the way, before anything is asked or paid. */
async function sizesFor(references: readonly OrderReference[], model: string, tools: CommandTools): Promise<readonly Size[] | undefined> {
  if (references.length === 0) return undefined;
  const prepared = await prepareReferences(references, model, tools);
  await prepared.dispose();
  return sizesOf(prepared.references);
}
