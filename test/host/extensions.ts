import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from './ending.ts';
import { ensureHost } from './install.ts';

/** Installs a packaged extension (.vsix) into `extensionsDir`, as a user would, for `HostOptions.extensionsDir`. Rejects with VS Code's own words when it refuses it. */
export async function installExtension(vsix: string, extensionsDir: string): Promise<void> {
  const host = await ensureHost();
  const userData = temporaryFolder();
  try {
    await promisify(execFile)(host.node, [
      path.join(host.vscode, 'out/server-main.js'),
      '--accept-server-license-terms',
      `--install-extension=${path.resolve(vsix)}`,
      `--extensions-dir=${path.resolve(extensionsDir)}`,
      `--user-data-dir=${userData.path}`,
      `--server-data-dir=${userData.path}`,
    ]);
  } finally {
    userData.remove();
  }
}
