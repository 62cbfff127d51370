import { posix } from 'node:path';
import { l10n, Uri, window } from 'vscode';
import type { Recipe } from '../../images/recipe.ts';
import { openOriginals, type KeptOriginal } from '../../jobs/originals.ts';
import { imageExtensions } from '../files/clicked.ts';
import type { OrderTools } from '../orders/order.ts';
import { recipeAt, referencesOf, type FoundReference } from '../files/recipes.ts';
import { newestReplacement } from '../files/replace.ts';

/** What a picture is compared with, and how the two belong together. */
export type Original =
  /** The picture took the file's place; these are the bytes from before. */
  | { readonly how: 'replaced'; readonly uri: Uri; readonly name: string; readonly kept: KeptOriginal }
  /** The picture lies beside the file that it was made from, or that its user named. */
  | { readonly how: 'beside'; readonly uri: Uri; readonly name: string };

const nameOf = (uri: Uri): string => posix.basename(uri.path);

/** The bytes that a picture took the place of, while they are kept. */
export async function replacedBy(uri: Uri, { originals }: Pick<OrderTools, 'originals'>): Promise<Extract<Original, { how: 'replaced' }> | undefined> {
  const kept = await newestReplacement(uri, { originals });
  return kept && { how: 'replaced', uri: Uri.file(openOriginals(originals).pathOf(kept)), name: kept.name, kept };
}

/** The image that an edit was made from, as its recipe names it; undefined: it was made from none, or took its place and so names itself. */
export async function sourceOf(recipe: Recipe, uri: Uri): Promise<FoundReference | undefined> {
  const edited = (await referencesOf(recipe, uri)).find(({ reference }) => reference.role === 'image');
  return edited?.uri?.toString() === uri.toString() ? undefined : edited;
}

/**
 * The original of a picture: what it replaced, else what its recipe names, else what its user chooses. Resolves to undefined when
 * they think better of it.
 */
export async function originalOf(uri: Uri, tools: Pick<OrderTools, 'originals' | 'log'>): Promise<Original | undefined> {
  const replaced = await replacedBy(uri, tools);
  if (replaced) return replaced;
  const recipe = await recipeAt(uri).catch((error: unknown) => {
    tools.log.warn(String(error));
    return undefined;
  });
  const edited = (recipe && (await sourceOf(recipe, uri)))?.uri;
  if (edited) return { how: 'beside', uri: edited, name: nameOf(edited) };
  const [chosen] =
    (await window.showOpenDialog({
      title: l10n.t('What shall {0} be compared with?', nameOf(uri)),
      openLabel: l10n.t('Compare'),
      defaultUri: Uri.joinPath(uri, '..'),
      filters: { [l10n.t('Images')]: [...imageExtensions] },
    })) ?? [];
  return chosen && { how: 'beside', uri: chosen, name: nameOf(chosen) };
}
