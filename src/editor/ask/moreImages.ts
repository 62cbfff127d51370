import { l10n, Uri, window, workspace, type QuickPickItem } from 'vscode';
import { imageExtensions } from '../files/clicked.ts';
import { labelOf } from '../orders/editName.ts';
import { thumbnail } from './thumbnail.ts';

/** Rows of the list; what is not among them is found by the dialog. */
const mostListed = 2000;

/** `png` → `[pP][nN][gG]`, for globs know no case. */
const anyCase = (extension: string): string => extension.replaceAll(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);

/** Asks which images of the workspace shall be added, several at once. Empty when there are none, or the user leaves. */
export async function imagesOfWorkspace(title: string, known: readonly Uri[]): Promise<readonly Uri[]> {
  const taken = new Set(known.map(String));
  const items = async (): Promise<readonly (QuickPickItem & { readonly uri: Uri })[]> => {
    const found = await workspace.findFiles(`**/*.{${imageExtensions.map(anyCase).join(',')}}`, '**/{node_modules,.git}/**', mostListed);
    const free = found.filter((uri) => !taken.has(uri.toString())).map((uri) => ({ uri, path: workspace.asRelativePath(uri) }));
    const order = new Intl.Collator(undefined, { numeric: true });
    free.sort((a, b) => order.compare(a.path, b.path));
    return Promise.all(
      free.map(async ({ uri, path }) => {
        const label = labelOf(uri);
        const bytes = await Promise.resolve(workspace.fs.stat(uri)).then(({ size }) => size, () => undefined);
        return { uri, label, description: path.slice(0, -label.length - 1), iconPath: thumbnail(uri, bytes) };
      }),
    );
  };
  const picked = await window.showQuickPick(items(), {
    title,
    canPickMany: true,
    matchOnDescription: true,
    ignoreFocusOut: true,
    placeHolder: l10n.t('Which images shall go along as references?'),
  });
  return picked?.map(({ uri }) => uri) ?? [];
}

/** Asks for images anywhere on this computer. Empty when the user leaves. */
export async function imagesOfComputer(title: string, beside: Uri | undefined): Promise<readonly Uri[]> {
  const chosen = await window.showOpenDialog({
    canSelectMany: true,
    title,
    openLabel: l10n.t('Add'),
    filters: { [l10n.t('Images')]: imageExtensions },
    ...(beside && { defaultUri: Uri.joinPath(beside, '..') }),
  });
  return chosen ?? [];
}
