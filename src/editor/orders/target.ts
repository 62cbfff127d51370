import { posix } from 'node:path';
import { FileType, l10n, Uri, window, workspace, type WorkspaceFolder } from 'vscode';
import { FailureError } from '../../images/failure.ts';
import { checkedFolder, nameFaultSentence } from '../../images/naming.ts';
import { requestSettings } from '../settings.ts';

const invalid = (reason: string): FailureError => new FailureError({ code: 'invalid-request', reason });

/** A folder below a workspace folder, from a relative path that a setting or a caller gave. */
function below(root: WorkspaceFolder, path: string): Uri {
  const checked = checkedFolder(path);
  if ('fault' in checked) throw invalid(nameFaultSentence(checked.fault, l10n.t));
  return checked.folder === '' ? root.uri : Uri.joinPath(root.uri, ...checked.folder.split('/'));
}

/** The workspace folder of the active editor, else the only or the first one. */
function likelyRoot(): WorkspaceFolder | undefined {
  const active = window.activeTextEditor?.document.uri;
  return (active && workspace.getWorkspaceFolder(active)) ?? workspace.workspaceFolders?.[0];
}

/** The setting's folder inside a workspace folder. */
export const settingsFolder = (root: WorkspaceFolder): Uri => below(root, requestSettings(root.uri).folder);

/** Whether a URI lies in the open workspace, judged after `..` is taken out of its path. */
export function inWorkspace(uri: Uri): boolean {
  return workspace.getWorkspaceFolder(uri.with({ path: posix.normalize(uri.path) })) !== undefined;
}

/**
 * The folder that a caller names, who cannot be asked.
 * @param folder relative to the workspace folder of the active editor (else the first one), or a URI inside the workspace; absent = the setting
 * @throws {FailureError} `invalid-request` when it lies outside the workspace, or none is open
 */
export function namedTarget(folder: string | Uri | undefined): Uri {
  if (folder instanceof Uri) {
    if (!inWorkspace(folder)) throw invalid(l10n.t('The folder {0} is not in the open workspace. Name one that is.', folder.fsPath));
    return folder.with({ path: posix.normalize(folder.path) });
  }
  const root = likelyRoot();
  if (!root) throw invalid(l10n.t('No folder is open to put the pictures in. Open one first.'));
  return folder === undefined ? settingsFolder(root) : below(root, folder);
}

/**
 * The folder for a person's request: the one clicked, else the setting's in the active editor's workspace folder, else the
 * user is asked. Resolves to undefined when they think better of it.
 */
export async function chosenTarget(clicked?: Uri): Promise<Uri | undefined> {
  if (clicked) {
    const { type } = await workspace.fs.stat(clicked);
    return (type & FileType.Directory) === 0 ? Uri.joinPath(clicked, '..') : clicked;
  }
  const folders = workspace.workspaceFolders ?? [];
  const active = window.activeTextEditor && workspace.getWorkspaceFolder(window.activeTextEditor.document.uri);
  const root = active ?? (folders.length === 1 ? folders[0] : undefined);
  if (root) return settingsFolder(root);
  if (folders.length > 1) {
    const picked = await window.showWorkspaceFolderPick({ placeHolder: l10n.t('Which folder are the pictures for?') });
    return picked && settingsFolder(picked);
  }
  const opened = await window.showOpenDialog({ canSelectFiles: false, canSelectFolders: true, title: l10n.t('Where shall the pictures go?'), openLabel: l10n.t('Put Them Here') });
  return opened?.[0];
}
