import { commands, Disposable, env, l10n, Uri, workspace } from 'vscode';
import { failureSentence } from '../../images/failureSentence.ts';
import type { PanelStatus } from '../../protocol/panel.ts';
import { totalsOf } from '../../spend/totals.ts';
import { serviceName } from '../service.ts';
import { sumsIn } from '../show/money.ts';
import { failureOf } from '../show/present.ts';
import { workspaceId } from '../workspaceId.ts';
import type { PanelRoom, StatusPart } from './parts.ts';

export function createStatus({ tools, tell }: PanelRoom): StatusPart {
  let offline = false;
  let told = '';
  let turn = 0;

  /** What the settings name, or why they name nothing that can be asked. */
  async function service(): Promise<Pick<PanelStatus, 'service' | 'key' | 'trouble' | 'keyPage'>> {
    try {
      const { profile, origin } = tools.services.current();
      const { keyPage } = profile;
      return { service: serviceName(profile), key: (await tools.keys.get(origin)) !== undefined, ...(keyPage !== undefined && { keyPage: new URL(keyPage).host }) };
    } catch (error) {
      return { service: '', trouble: failureSentence(failureOf(error), l10n.t) };
    }
  }

  async function spent(): Promise<string> {
    const now = new Date();
    const { today } = totalsOf(await tools.ledger.roll(), { now, since: now, workspace: workspaceId() });
    return sumsIn(today);
  }

  const state: StatusPart['state'] = async () => ({
    ...(await service()),
    trusted: workspace.isTrusted,
    workspace: (workspace.workspaceFolders ?? []).length > 0,
    spent: await spent(),
    offline,
  });

  async function look(): Promise<void> {
    const mine = (turn += 1);
    const now = await state();
    // Whoever looked later has seen more.
    if (mine !== turn || JSON.stringify(now) === told) return;
    told = JSON.stringify(now);
    tell('status', now);
  }
  const failed = (error: unknown): void => tools.log.error(error instanceof Error ? error : String(error));
  const refresh = (): void => void look().catch(failed);

  /** Starts a command, which may wait for a person for ever. */
  const run =
    (command: string, ...args: readonly unknown[]) =>
    (): Record<string, never> => {
      commands.executeCommand(command, ...args).then(undefined, failed);
      return {};
    };

  const listening = Disposable.from(
    tools.keys.onDidChange(refresh),
    workspace.onDidGrantWorkspaceTrust(refresh),
    workspace.onDidChangeWorkspaceFolders(refresh),
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('easel') || event.affectsConfiguration('http')) refresh();
    }),
  );

  return {
    state,
    refresh,
    reached(ok) {
      if (offline === !ok) return;
      offline = !ok;
      refresh();
    },
    dispose: () => {
      turn += 1;
      listening.dispose();
    },
    handlers: {
      'key.set': run('easel.setApiKey'),
      'key.page': () => {
        const { keyPage } = tools.services.current().profile;
        if (keyPage !== undefined) env.openExternal(Uri.parse(keyPage)).then(undefined, failed);
        return {};
      },
      'offline.forget': () => {
        offline = false;
        refresh();
        return {};
      },
      'settings.open': run('easel.openSettings'),
      'log.show': run('easel.showLog'),
      'folder.open': run('vscode.openFolder'),
      'trust.manage': run('workbench.trust.manage'),
    },
  };
}
