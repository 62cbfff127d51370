import { commands, workspace } from 'vscode';
import { serviceName } from '../service.ts';
import type { PanelRoom, StatusPart } from './parts.ts';

// UNDER CONSTRUCTION
export function createStatus({ tools, tell }: PanelRoom): StatusPart {
  const state: StatusPart['state'] = async () => {
    const service = tools.services.current();
    return { service: serviceName(service.profile), key: (await tools.keys.get(service.origin)) !== undefined, trusted: workspace.isTrusted, workspace: (workspace.workspaceFolders ?? []).length > 0, spent: '', offline: false };
  };
  const run = (command: string) => async (): Promise<Record<string, never>> => {
    void commands.executeCommand(command);
    return {};
  };
  return {
    state,
    refresh: () => void state().then((now) => tell('status', now)),
    dispose: () => undefined,
    handlers: {
      'key.set': run('easel.setApiKey'),
      'settings.open': run('easel.openSettings'),
      'log.show': run('easel.showLog'),
      'folder.open': run('workbench.action.files.openFolder'),
      'trust.manage': run('workbench.trust.manage'),
      'panel.open': run('easel.openPanel'),
    },
  };
}
