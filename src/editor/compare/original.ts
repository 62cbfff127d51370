import { posix } from 'node:path';
import { l10n, Uri, window } from 'vscode';
import { openOriginals, type KeptOriginal } from '../../jobs/originals.ts';
import { imageExtensions } from '../files/clicked.ts';
import type { OrderTools } from '../orders/order.ts';
import { recipeAt, referencesOf } from '../files/recipes.ts';
import { newestReplacement } from '../files/replace.ts';

/** What a picture is compared with, and how the two belong together. */
export type Original =
  /** The picture took the file's place; these are the bytes from before. */
  | { readonly how: 'replaced'; readonly uri: Uri; readonly name: string; readonly kept: KeptOriginal }
  /** The picture lies beside the file that it was made from, or that its user named. */
  | { readonly how: 'beside'; readonly uri: Uri; readonly name: string };

const nameOf = (uri: Uri): string => posix.basename(uri.path);

/**
 * The original of a picture: what it replaced, else what its recipe names, else what its user chooses. Resolves to undefined when
 * they think better of it.
 */
export async function originalOf(uri: Uri, tools: Pick<OrderTools, 'originals' | 'log'>): Promise<Original | undefined> {
  const kept = await newestReplacement(uri, tools);
  if (kept) return { how: 'replaced', uri: Uri.file(openOriginals(tools.originals).pathOf(kept)), name: kept.name, kept };
  const recipe = await recipeAt(uri).catch((error: unknown) => {
    tools.log.warn(String(error));
    return undefined;
  });
  const references = recipe ? await referencesOf(recipe, uri) : [];
  const edited = references.find(({ reference }) => reference.role === 'image')?.uri;
  // A picture that took its original's place names itself.
  if (edited && edited.toString() !== uri.toString()) return { how: 'beside', uri: edited, name: nameOf(edited) };
  const [chosen] =
    (await window.showOpenDialog({
      title: l10n.t('What shall {0} be compared with?', nameOf(uri)),
      openLabel: l10n.t('Compare'),
      defaultUri: Uri.joinPath(uri, '..'),
      filters: { [l10n.t('Images')]: [...imageExtensions] },
    })) ?? [];
  return chosen && { how: 'beside', uri: chosen, name: nameOf(chosen) };
}
