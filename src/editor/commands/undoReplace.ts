import { env, l10n, ThemeIcon, Uri, window, workspace, type QuickPickItem } from 'vscode';
import { openOriginals, type KeptOriginal } from '../../jobs/originals.ts';
import { openImage } from '../files/clicked.ts';
import { newestReplacement, undoReplacement } from '../files/replace.ts';
import type { CommandTools } from './command.ts';

interface KeptItem extends QuickPickItem {
  readonly kept: KeptOriginal;
}

/** What is kept of this workspace's files, the newest first, those of the open file before all others. */
async function keptHere({ originals }: CommandTools): Promise<readonly KeptItem[]> {
  const open = openImage()?.toString();
  const list = await openOriginals(originals).list();
  const here = list.filter(({ uri }) => uri === open || !workspace.workspaceFolders || workspace.getWorkspaceFolder(Uri.parse(uri)) !== undefined);
  return [...here.filter(({ uri }) => uri === open), ...here.filter(({ uri }) => uri !== open)].map((kept): KeptItem => {
    const when = new Date(kept.time).toLocaleString(env.language, { dateStyle: 'medium', timeStyle: 'medium' });
    return {
      kept,
      label: workspace.asRelativePath(Uri.parse(kept.uri)),
      description: kept.kind === 'replace' ? l10n.t('replaced {0}', when) : l10n.t('edited version, undone {0}', when),
      iconPath: new ThemeIcon(kept.kind === 'replace' ? 'discard' : 'redo'),
    };
  });
}

/** `Easel: Undo Replace`: on the clicked file, else on one that its user picks of all that are kept. Works after a restart, and in any window. */
export async function undoReplace(tools: CommandTools, first?: unknown): Promise<void> {
  if (first instanceof Uri) {
    const newest = await newestReplacement(first, tools);
    if (newest) await undoReplacement(newest.id, tools);
    else void window.showInformationMessage(l10n.t('{0} was not replaced by Easel in the last 30 days.', workspace.asRelativePath(first)));
    return;
  }
  const items = await keptHere(tools);
  if (items.length === 0) {
    void window.showInformationMessage(l10n.t('No file of this workspace was replaced by Easel in the last 30 days.'));
    return;
  }
  const chosen = await window.showQuickPick(items, { title: l10n.t('Undo Replace'), placeHolder: l10n.t('Which file shall be brought back?'), matchOnDescription: true });
  if (chosen) await undoReplacement(chosen.kept.id, tools);
}
