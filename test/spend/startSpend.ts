import path from 'node:path';
import { startGateway } from '../gateway/gateway.ts';
import type { HostOptions } from '../host/host.ts';
import type { EaselWorkbench } from '../ui/easel.ts';
import { startWorkbench } from '../ui/workbench.ts';

/** Starts a gateway, and a VS Code with Easel whose ledger has charges of today already: its status bar tells a sum, and not its name. */
export async function startSpent(options: Pick<HostOptions, 'folder' | 'locale' | 'settings' | 'userDataDir'>): Promise<EaselWorkbench> {
  const gateway = await startGateway();
  try {
    const workbench = await startWorkbench({ ...options, extensionPath: path.resolve(import.meta.dirname, '../..'), settings: { 'easel.baseUrl': gateway.baseUrl, ...options.settings } });
    await workbench.statusBarItem(/credits|积分|¥/);
    return {
      gateway,
      workbench,
      async close() {
        await workbench.close();
        await gateway.close();
      },
    };
  } catch (error) {
    await gateway.close();
    throw error;
  }
}
