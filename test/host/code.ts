import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, stripVTControlCharacters } from 'node:util';
import { startHost, type HostOptions } from './host.ts';

/** Runs VS Code as `code` would be run to test an extension, until it ends; the exit code is 0 when the tests passed. */
export async function runCode(args: readonly string[]): Promise<number> {
  endWithParent();
  const host = await startHost({ ...parseCommandLine(args), log: print });
  const limit = setTimeout(() => {
    console.error('VS Code was still running its tests after 10 minutes: ended.');
    process.exit(124);
  }, 600_000);
  const code = await host.exit;
  clearTimeout(limit);
  await host.close();
  return code;
}

/** Extensions' own output, without what the workbench itself writes to the same console. */
function print(type: string, line: string): void {
  if (workbenchNoise.test(stripVTControlCharacters(line))) return;
  if (type === 'error') console.error(line);
  else console.log(line);
}
const workbenchNoise =
  /workbench\/workbench\.js:\d|^(Ignoring fetching|Updating) additional builtin|^(Resolv|Creat)(ed|ing) (connection token|a socket)|^Error while fetching the extension under development|^\[(reconnection-grace-time|Service Worker|remote-connection|AgentHost|AccountPolicyGate)/;

/** A parent that was killed can send no signal: then this process gets another parent. */
function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(129);
  }, 500).unref();
}

/** What of `code`'s command line this stand-in knows; what else @vscode/test-electron passes has no meaning here. */
export function parseCommandLine(args: readonly string[]): HostOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    options: {
      extensionDevelopmentPath: { type: 'string', multiple: true },
      extensionTestsPath: { type: 'string' },
      'extensions-dir': { type: 'string' },
      'user-data-dir': { type: 'string' },
      locale: { type: 'string' },
    },
  });
  const one = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? toPath(value) : undefined;
  };
  const target = positionals.map(toPath).find((file) => fs.existsSync(file));
  const developed = values['extensionDevelopmentPath'];
  return {
    ...(target?.endsWith('.code-workspace') === true ? { workspace: target } : { folder: target }),
    extensionPath: Array.isArray(developed) ? developed.map((folder) => toPath(String(folder))) : [],
    extensionTestsPath: one('extensionTestsPath'),
    extensionsDir: one('extensions-dir'),
    userDataDir: one('user-data-dir'),
    locale: values['locale'] === 'zh-cn' ? 'zh-cn' : 'en',
  };
}

function toPath(pathOrUri: string): string {
  return pathOrUri.startsWith('file:') ? fileURLToPath(pathOrUri) : path.resolve(pathOrUri);
}
