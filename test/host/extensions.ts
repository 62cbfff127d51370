import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { ensureHost } from './install.ts';

/** Installs a packaged extension (.vsix) into `extensionsDir`, as a user would, for `HostOptions.extensionsDir`. Rejects with VS Code's own words when it refuses it. */
export async function installExtension(vsix: string, extensionsDir: string): Promise<void> {
  const host = await ensureHost();
  const userDataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'easel-host-'));
  try {
    await promisify(execFile)(host.node, [
      path.join(host.vscode, 'out/server-main.js'),
      '--accept-server-license-terms',
      `--install-extension=${path.resolve(vsix)}`,
      `--extensions-dir=${path.resolve(extensionsDir)}`,
      `--user-data-dir=${userDataDir}`,
      `--server-data-dir=${userDataDir}`,
    ]);
  } finally {
    fs.rmSync(userDataDir, { recursive: true, force: true });
  }
}
