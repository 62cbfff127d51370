import { runTests } from '@vscode/test-electron';
import { createVSIX } from '@vscode/vsce';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { startWorkbench, until } from '../ui/workbench.ts';
import { parseCommandLine } from './code.ts';
import { installExtension } from './extensions.ts';
import { startHost } from './host.ts';
import { ensureHost } from './install.ts';

const fixture = path.join(import.meta.dirname, 'fixture');
const fixtureTests = path.join(fixture, 'tests/run.js');
const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'easel-host-test-'));
after(() => fs.rmSync(temporary, { recursive: true }));

test('is installed once, whoever asks', async () => {
  const [one, other] = await Promise.all([ensureHost(), ensureHost()]);
  assert.equal(one, other);
  for (const file of Object.values(one)) assert.ok(fs.existsSync(file), file);
});

test("reads code's command line", () => {
  const options = parseCommandLine([temporary, '--no-sandbox', '--skip-welcome', '--extensionTestsPath=/tests.mjs', `--extensionDevelopmentPath=${fixture}`, '--user-data-dir=/user', '--locale=zh-cn']);
  assert.deepEqual(options, {
    folder: temporary,
    extensionPath: [fixture],
    extensionTestsPath: '/tests.mjs',
    extensionsDir: undefined,
    userDataDir: '/user',
    locale: 'zh-cn',
  });
});

function runFixtureTests(ending: string): Promise<number> {
  return runTests({
    vscodeExecutablePath: path.join(import.meta.dirname, 'code.mjs'),
    extensionDevelopmentPath: fixture,
    extensionTestsPath: fixtureTests,
    extensionTestsEnv: { FIXTURE_ENDING: ending },
    launchArgs: [temporary, `--user-data-dir=${path.join(temporary, ending)}`, `--extensions-dir=${path.join(temporary, 'none')}`],
  });
}

test('stands in for code in @vscode/test-electron', async () => {
  const [success, failure] = await Promise.allSettled([runFixtureTests('success'), runFixtureTests('failure')]);
  assert.deepEqual(success, { status: 'fulfilled', value: 0 });
  assert.equal(failure.status, 'rejected');
});

async function exitCode(ending: string): Promise<number> {
  const host = await startHost({ extensionPath: fixture, extensionTestsPath: fixtureTests, env: { FIXTURE_ENDING: ending } });
  try {
    return await host.exit;
  } finally {
    await host.close();
  }
}

test('takes no lost extension host for a success', async () => {
  assert.deepEqual(await Promise.all([exitCode('exit'), exitCode('crash')]), [3, 3]);
});

test('speaks Chinese where the extension does', async () => {
  const workbench = await startWorkbench({ extensionPath: fixture, locale: 'zh-cn', settings: { 'fixture.greeting': '你好' } });
  try {
    await workbench.runCommand('Fixture: 问好');
    await workbench.notification('你好! 语言 zh-cn');
    assert.deepEqual(workbench.host.blocked, []);
  } finally {
    await workbench.close();
  }
});

test('an installed extension, and what is kept from one start to the next', async () => {
  const vsix = path.join(temporary, 'fixture.vsix');
  await createVSIX({ cwd: fixture, packagePath: vsix, dependencies: false, allowMissingRepository: true, skipLicense: true });
  const extensionsDir = path.join(temporary, 'extensions');
  await installExtension(vsix, extensionsDir);
  const options = { extensionsDir, userDataDir: path.join(temporary, 'kept'), theme: 'light' } as const;

  const first = await startWorkbench(options);
  try {
    await first.page.locator('.monaco-workbench.vs').waitFor();
    await first.runCommand('Fixture: Keep Secret');
    await first.runCommand('Fixture: Tell Secret');
    await first.notification('Secret: kept');
  } finally {
    await first.close();
  }
  const second = await startWorkbench(options);
  try {
    assert.equal(second.host.url, first.host.url);
    await second.runCommand('Fixture: Tell Secret');
    await second.notification('Secret: kept');
  } finally {
    await second.close();
  }
});

/** The processes that have `text` in their command lines. */
function processesWith(text: string): string[] {
  return fs.readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
    } catch {
      return false; // It has ended meanwhile.
    }
  });
}

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  test(`ends with the process that started it (${signal})`, async () => {
    const userDataDir = path.join(temporary, `ended-${signal}`);
    const script = `
      import { startHost } from ${JSON.stringify(path.join(import.meta.dirname, 'host.ts'))};
      await startHost({ userDataDir: process.env.USER_DATA });
      console.log('started');
    `;
    const child = spawn(process.execPath, ['--import=tsx', '--input-type=module', '--eval', script], {
      env: { ...process.env, USER_DATA: userDataDir, TMPDIR: temporary, NODE_TEST_CONTEXT: undefined },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    assert.ok(processesWith(userDataDir).length > 1);
    child.kill(signal);
    await until('the end of all that was started', () => processesWith(userDataDir).length === 0);
  });
}
