import { access } from 'node:fs/promises';
import { window, type Disposable } from 'vscode';
import type { OrderTools } from '../orders/order.ts';

/**
 * Keeps the menus knowing which files have been replaced, also by another window and before a restart. Loads nothing where nothing
 * ever was.
 */
export function followReplaced({ originals, log }: Pick<OrderTools, 'originals' | 'log'>): Disposable {
  let pruned = false;
  const tell = async (): Promise<void> => {
    const some = await access(originals).then(
      () => true,
      () => false,
    );
    if (!some) return;
    const [{ openOriginals }, { tellReplaced }] = await Promise.all([import('../../jobs/originals.ts'), import('./replace.ts')]);
    if (!pruned) await openOriginals(originals).prune();
    pruned = true;
    await tellReplaced({ originals });
  };
  const tellAll = (): void => void tell().catch((error: unknown) => log.error(`the replaced files could not be listed: ${String(error)}`));
  tellAll();
  return window.onDidChangeWindowState(({ focused }) => focused && tellAll());
}
