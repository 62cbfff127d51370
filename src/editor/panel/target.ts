import { posix } from 'node:path';
import { l10n, Uri, window, workspace, type WorkspaceFolder } from 'vscode';
import { checkedFolder, nameFaultSentence } from '../../images/naming.ts';
import { inWorkspace } from '../orders/target.ts';
import type { PanelRoom } from './parts.ts';

const folders = (): readonly WorkspaceFolder[] => workspace.workspaceFolders ?? [];

/** The names of the workspace's folders. */
export const rootNames = (): string[] => folders().map(({ name }) => name);

/** The workspace folder that a text names by how it begins, and the rest of the text. One folder alone need not be named. */
function rootOf(text: string): { readonly root: WorkspaceFolder; readonly path: string } | undefined {
  const [first, second] = folders();
  if (!first) return undefined;
  if (!second) return { root: first, path: text };
  const plain = text.trim().replaceAll('\\', '/');
  // The longest name first: one may be the beginning of another.
  const root = folders()
    .toSorted((a, b) => b.name.length - a.name.length)
    .find(({ name }) => plain === name || plain.startsWith(`${name}/`));
  return root && { root, path: plain.slice(root.name.length + 1) };
}

/** The folder that the composer's text names, or one sentence on why it names none. */
export function targetAt(text: string): { readonly folder: Uri } | { readonly fault: string } {
  const [first] = folders();
  if (!first) return { fault: l10n.t('No folder is open to put the pictures in. Open one first.') };
  const named = rootOf(text);
  if (!named) return { fault: l10n.t('Begin the folder with the name of a workspace folder, such as {0}.', `${first.name}/assets`) };
  const checked = checkedFolder(named.path);
  if ('fault' in checked) return { fault: nameFaultSentence(checked.fault, l10n.t) };
  return { folder: checked.folder === '' ? named.root.uri : Uri.joinPath(named.root.uri, ...checked.folder.split('/')) };
}

/** The text that names a folder; undefined: it lies outside the workspace. */
export function targetText(folder: Uri): string | undefined {
  const uri = folder.with({ path: posix.normalize(folder.path) });
  const root = inWorkspace(uri) ? workspace.getWorkspaceFolder(uri) : undefined;
  if (!root) return undefined;
  const path = posix.relative(root.uri.path, uri.path);
  return folders().length === 1 ? path : posix.join(root.name, path);
}

/** A path inside a workspace folder, as a text of the composer: where there are several folders it begins with the first one's name, unless it names one. */
export function rootedText(path: string): string {
  const [first, second] = folders();
  return first && second && !rootOf(path) ? posix.join(first.name, path) : path;
}

/**
 * Asks for a folder of the workspace. Says so when another one is chosen.
 * @param before the composer's text until now
 * @param take gets the text that names the folder
 */
export async function pickTarget(before: string, { tell }: Pick<PanelRoom, 'tell'>, take: (text: string) => void): Promise<void> {
  const now = targetAt(before);
  const [first] = folders();
  const there = 'folder' in now && (await Promise.resolve(workspace.fs.stat(now.folder)).then(() => true, () => false));
  const defaultUri = there ? now.folder : first?.uri;
  const [chosen] = (await window.showOpenDialog({ canSelectFiles: false, canSelectFolders: true, title: l10n.t('Where shall the pictures go?'), openLabel: l10n.t('Put Them Here'), ...(defaultUri && { defaultUri }) })) ?? [];
  if (!chosen) return;
  const text = targetText(chosen);
  if (text === undefined) tell('say', { sentence: l10n.t('The folder {0} is not in the open workspace. Name one that is.', chosen.fsPath), tone: 'error' });
  else take(text);
}
