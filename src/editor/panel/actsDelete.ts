import { env, l10n, UIKind, window, workspace, type Uri } from 'vscode';
import { labelOf } from '../orders/editName.ts';
import type { PanelRoom } from './parts.ts';

/** Names that a dialog has room for. */
const mostNames = 10;

const namesOf = (uris: readonly Uri[]): string => {
  const names = uris.map((uri) => workspace.asRelativePath(uri));
  return [...names.slice(0, mostNames), ...(names.length > mostNames ? [l10n.t('and {0} more', names.length - mostNames)] : [])].join('\n');
};

/** Where files of a remote computer, or of no computer at all, go to no trash. */
const mayHaveTrash = ({ scheme }: Uri): boolean => scheme === 'file' && env.remoteName === undefined && env.uiKind === UIKind.Desktop;

async function agrees(uris: readonly Uri[], trash: boolean): Promise<boolean> {
  const [first] = uris;
  if (!first) return false;
  const one = uris.length === 1;
  const detail = trash ? namesOf(uris) : `${namesOf(uris)}\n\n${l10n.t('There is no trash here: what is deleted cannot be brought back.')}`;
  const name = labelOf(first);
  const question = trash
    ? one
      ? l10n.t('Move {0} to the trash?', name)
      : l10n.t('Move {0} pictures to the trash?', uris.length)
    : one
      ? l10n.t('Delete {0} for good?', name)
      : l10n.t('Delete {0} pictures for good?', uris.length);
  const act = trash ? l10n.t('Move to Trash') : l10n.t('Delete Permanently');
  return (await window.showWarningMessage(question, { modal: true, detail }, act)) === act;
}

const isThere = async (uri: Uri): Promise<boolean> => Promise.resolve(workspace.fs.stat(uri)).then(() => true, () => false);

/** Deletes files one by one. @returns those that are still there */
async function deleteAll(uris: readonly Uri[], useTrash: boolean, { tools }: PanelRoom): Promise<readonly Uri[]> {
  const left: Uri[] = [];
  for (const uri of uris) {
    try {
      await workspace.fs.delete(uri, { useTrash });
    } catch (error) {
      tools.log.warn(`${workspace.asRelativePath(uri)} was not deleted${useTrash ? ' to the trash' : ''}: ${String(error)}`);
      // Somebody else may have been faster.
      if (await isThere(uri)) left.push(uri);
    }
  }
  return left;
}

/** Moves pictures to the trash once their user agrees; where there is none, deletes them for good, which is asked about as such. */
export async function deletePictures(uris: readonly Uri[], room: PanelRoom): Promise<void> {
  let left: readonly Uri[] = uris;
  if (uris.every(mayHaveTrash)) {
    if (!(await agrees(uris, true))) return;
    left = await deleteAll(uris, true, room);
  }
  if (left.length > 0) {
    if (!(await agrees(left, false))) return;
    left = await deleteAll(left, false, room);
  }
  if (left.length > 0) room.tell('say', { sentence: l10n.t('{0} could not be deleted: see the log.', left.map(labelOf).join(', ')), tone: 'error' });
  else room.tell('say', { sentence: uris[0] && uris.length === 1 ? l10n.t('{0} is deleted.', labelOf(uris[0])) : l10n.t('{0} pictures are deleted.', uris.length), tone: 'information' });
}
