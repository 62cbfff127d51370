import { commands, l10n, QuickPickItemKind, window, type QuickPickItem } from 'vscode';
import { stageText } from '../stage.ts';
import type { CommandTools } from './command.ts';

type Item = QuickPickItem & { readonly run?: () => unknown };

/** `Easel: Show Menu`, also behind the status bar: what is going on, and what one can do. */
export async function showMenu({ board }: CommandTools): Promise<void> {
  const command = (icon: string, label: string, id: string): Item => ({ label: `$(${icon}) ${label}`, run: () => commands.executeCommand(id) });
  const jobs = board.running.map(
    ({ progress, seconds, cancel }): Item => ({ label: `$(stop-circle) ${l10n.t('Cancel')}`, description: stageText(progress, seconds), run: cancel }),
  );
  const picked = await window.showQuickPick<Item>(
    [
      ...(jobs.length > 0 ? [...jobs, { label: '', kind: QuickPickItemKind.Separator }] : []),
      command('sparkle', l10n.t('Generate Image…'), 'easel.generate'),
      command('refresh', l10n.t('Generate Again'), 'easel.generateAgain'),
      { label: '', kind: QuickPickItemKind.Separator },
      command('key', l10n.t('Set API Key…'), 'easel.setApiKey'),
      command('trash', l10n.t('Remove API Key'), 'easel.removeApiKey'),
      command('gear', l10n.t('Open Settings'), 'easel.openSettings'),
      command('output', l10n.t('Show Log'), 'easel.showLog'),
    ],
    { title: 'Easel', placeHolder: l10n.t('What would you like to do?') },
  );
  await picked?.run?.();
}
