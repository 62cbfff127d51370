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
 * @param folder gets `easel.vsix` and `extensions`
 * @returns what `HostOptions.extensionsDir` takes
 */
export async function installEasel(folder: string): Promise<string> {
  const vsix = path.join(folder, 'easel.vsix');
  const extensions = path.join(folder, 'extensions');
  fs.mkdirSync(folder, { recursive: true });
  await run([path.join(root, 'node_modules/@vscode/vsce/vsce'), 'package', '--no-dependencies', '--allow-missing-repository', '--out', vsix]);
  await installExtension(vsix, extensions);
  return extensions;
}

/** Makes the sample workspace anew: the web page of a small boat company, which still has no pictures. */
export function copySite(folder: string): void {
  fs.rmSync(folder, { recursive: true, force: true });
  fs.cpSync(path.join(import.meta.dirname, 'site'), folder, { recursive: true });
}

function run(args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, args, { cwd: root }, (error, stdout, stderr) => {
      forget();
      if (error === null) resolve();
      else reject(new Error(`Easel could not be packaged.\n${stdout}${stderr}`.trimEnd()));
    });
    const forget = atEnd(() => child.kill());
  });
}
