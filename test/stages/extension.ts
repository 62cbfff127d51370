import { runTests } from '@vscode/test-electron';
import fs from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from '../host/ending.ts';
import { ensureHost } from '../host/install.ts';
import { writeSettings } from '../host/settings.ts';
import { bundleExtensionTests } from './bundle.ts';
import { root } from './files.ts';
import type { Outcome, Stage } from './stage.ts';

/**
 * The tests that run inside the extension host: in the VS Code of `test/host`, or in a desktop VS Code that is downloaded.
 * `folder`: one of `test/extension`, all of it unless told. EASEL_VSCODE says which desktop version: `stable` (the default), `floor` (the oldest that Easel allows) or a number.
 */
export function extensionStage(where: 'host' | 'desktop', folder?: string): Stage {
  return async () => {
    const entry = await bundleExtensionTests(folder);
    const temporary = temporaryFolder();
    try {
      const workspace = path.join(temporary.path, 'workspace');
      const userDataDir = path.join(temporary.path, 'user');
      const results = path.join(temporary.path, 'results.jsonl');
      fs.mkdirSync(workspace);
      // Tests count what comes to the gateway: the balance is asked for on demand alone, but for the test of that.
      writeSettings(userDataDir, { 'easel.fetchBalance': false });
      if (where === 'host') await ensureHost();
      const code = await runTests({
        ...(where === 'host' ? { vscodeExecutablePath: path.join(root, 'test/host/code.mjs') } : { version: desktopVersion() }),
        extensionDevelopmentPath: root,
        extensionTestsPath: entry,
        extensionTestsEnv: { EASEL_TEST_RESULTS: results },
        launchArgs: [workspace, `--user-data-dir=${userDataDir}`, `--extensions-dir=${path.join(temporary.path, 'extensions')}`, '--disable-extensions'],
      }).catch((error: unknown) => {
        console.error(error instanceof Error ? error.message : error);
        return 1;
      });
      return outcome(code, results);
    } finally {
      temporary.remove();
    }
  };
}

function desktopVersion(): string {
  const wanted = process.env['EASEL_VSCODE'] ?? 'stable';
  if (wanted !== 'floor') return wanted;
  const { engines } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as { readonly engines: { readonly vscode: string } };
  return engines.vscode.replace(/^\^/, '');
}

/** What the tests have noted, a line each, in JSON: the name of what ended, and why it failed. The last line is `"end"`: without it they did not come to their end. */
function outcome(code: number, results: string): Outcome {
  const lines = fs.existsSync(results) ? fs.readFileSync(results, 'utf8').trim().split('\n').filter((line) => line !== '') : [];
  const noted = lines.map((line) => JSON.parse(line) as 'end' | { readonly test: string; readonly failure?: string });
  const ended = noted.filter((entry) => entry !== 'end');
  const failures = ended.flatMap(({ test, failure: why }) => (why === undefined ? [] : [`${test}\n${why}`]));
  const passed = ended.length - failures.length;
  if (noted.at(-1) === 'end' && (code === 0) === (failures.length === 0)) return { passed, failed: failures.length, failures };
  failures.push(`The extension host ended before the tests did, or with another result than theirs; the last one noted: ${ended.at(-1)?.test ?? 'none'}.`);
  return { passed, failed: failures.length, failures };
}
