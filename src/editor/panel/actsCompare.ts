import { l10n, workspace, type Uri } from 'vscode';
import { FailureError } from '../../images/failure.ts';
import type { Recipe } from '../../images/recipe.ts';
import type { ShownPicture } from '../../protocol/panel.ts';
import { replacedBy, sourceOf } from '../compare/original.ts';
import { labelOf } from '../orders/editName.ts';
import type { PanelRoom } from './parts.ts';

export interface Pair {
  readonly before: ShownPicture;
  readonly after: ShownPicture;
}

const refused = (reason: string): FailureError => new FailureError({ code: 'invalid-request', about: 'files', reason });

/** Two pictures that were chosen, by names that tell them apart. */
export async function compareTwo(first: Uri, second: Uri, { pictures }: PanelRoom): Promise<Pair> {
  const [before, after] = await Promise.all([pictures.show(first), pictures.show(second)]);
  if (before.name !== after.name) return { before, after };
  return { before: { ...before, name: workspace.asRelativePath(first) }, after: { ...after, name: workspace.asRelativePath(second) } };
}

/**
 * A picture with what it was made from: the bytes that it took the place of, or the image that its recipe names.
 * @throws {FailureError} `invalid-request`: it was made from none, or that is not to be found
 */
export async function compareWithSource(uri: Uri, recipe: Recipe | undefined, { tools, tell, pictures }: PanelRoom): Promise<Pair> {
  const pair = async (original: Uri, name: string): Promise<Pair> => {
    const [before, after] = await Promise.all([pictures.show(original), pictures.show(uri)]);
    return { before: { ...before, name, label: l10n.t('Original') }, after: { ...after, label: l10n.t('Edited') } };
  };
  const replaced = await replacedBy(uri, tools);
  if (replaced) return pair(replaced.uri, replaced.name);
  const source = recipe && (await sourceOf(recipe, uri));
  if (!source) throw refused(l10n.t('{0} was not made from another picture: select the two that you want to compare.', labelOf(uri)));
  const { reference, changed } = source;
  if (!source.uri) throw refused(l10n.t('What {0} was made from is not in the open workspace: bring {1} back, or open the folder where it lies.', labelOf(uri), reference.name));
  if (changed) tell('say', { sentence: l10n.t('What {0} was made from has changed since: {1}.', labelOf(uri), reference.name), tone: 'warning' });
  return pair(source.uri, labelOf(source.uri));
}
