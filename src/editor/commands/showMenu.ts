import { commands, l10n, QuickPickItemKind, window, type QuickPickItem } from 'vscode';
import { jobsText } from '../show/stage.ts';
import type { CommandTools } from './command.ts';

type Item = QuickPickItem & { readonly run?: () => unknown };

/** `Easel: Show Menu`, also behind the status bar while no job is under way: what one can do. */
export async function showMenu({ board }: CommandTools): Promise<void> {
  const command = (icon: string, label: string, id: string): Item => ({ label: `$(${icon}) ${label}`, run: () => commands.executeCommand(id) });
  const line: Item = { label: '', kind: QuickPickItemKind.Separator };
  const [first] = board.running;
  const picked = await window.showQuickPick<Item>(
    [
      command('layout', l10n.t('Open Panel'), 'easel.openPanel'),
      line,
      ...(first ? [{ ...command('tasklist', l10n.t('Show Jobs'), 'easel.showJobs'), description: jobsText(board.running) }, line] : []),
      command('sparkle', l10n.t('Generate Image…'), 'easel.generate'),
      command('refresh', l10n.t('Generate Again'), 'easel.generateAgain'),
      line,
      ...(first ? [] : [command('tasklist', l10n.t('Show Jobs'), 'easel.showJobs')]),
      command('archive', l10n.t('Recover Images…'), 'easel.recoverImages'),
      command('discard', l10n.t('Undo Replace'), 'easel.undoReplace'),
      line,
      command('graph', l10n.t('Show Spend'), 'easel.showSpend'),
      command('target', l10n.t('Set Budget…'), 'easel.setBudget'),
      command('sync', l10n.t('Refresh Balance'), 'easel.refreshBalance'),
      command('checklist', l10n.t('Reconcile Spend…'), 'easel.reconcileSpend'),
      line,
      command('key', l10n.t('Set API Key…'), 'easel.setApiKey'),
      command('trash', l10n.t('Remove API Key'), 'easel.removeApiKey'),
      command('gear', l10n.t('Open Settings'), 'easel.openSettings'),
      command('output', l10n.t('Show Log'), 'easel.showLog'),
    ],
    { title: 'Easel', placeHolder: l10n.t('What would you like to do?') },
  );
  await picked?.run?.();
}
