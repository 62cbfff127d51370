import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { atEnd } from '../host/ending.ts';
import { installExtension } from '../host/extensions.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** Everything that the demo and the screenshots leave behind. */
export const outFolder = path.join(root, 'out');

/**
 * Builds and packages Easel as it is shipped, and installs the package. Without an installed extension another browser, which can
 * be told of no extension under development, would open a VS Code without Easel; and VS Code's title would say that it is being developed.
 * @param folder becomes what `HostOptions.extensionsDir` takes
 */
export async function installEasel(folder: string): Promise<void> {
  await npmRun('package');
  // Where the script of package.json puts it.
  await installExtension(path.join(root, 'dist/easel.vsix'), folder);
}

/** Makes the sample workspace anew: the web page of a small boat company, which still has no pictures. */
export function copySite(folder: string): void {
  fs.rmSync(folder, { recursive: true, force: true });
  fs.cpSync(path.join(import.meta.dirname, 'site'), folder, { recursive: true });
}

function npmRun(script: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = execFile('npm', ['run', script], { cwd: root }, (error, stdout, stderr) => {
      forget();
      if (error === null) resolve();
      else reject(new Error(`"npm run ${script}" failed.\n${stdout}${stderr}`.trimEnd()));
    });
    const forget = atEnd(() => child.kill());
  });
}
