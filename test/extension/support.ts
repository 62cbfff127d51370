import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { commands, ConfigurationTarget, extensions, workspace, type Uri } from 'vscode';
import type { CommandResult } from '../../src/editor/result.ts';
import type { TestAccess } from '../../src/extension.ts';
import { startGateway, type Gateway, type GatewayOptions } from '../gateway/gateway.ts';

/** The extension as VS Code has loaded it, with what it shows to its tests alone. */
export async function easel(): Promise<TestAccess> {
  const access = await extensions.getExtension<TestAccess>('easel.easel')?.activate();
  assert.ok(access, 'Easel is active, in test mode');
  return access;
}

/** Waits until a condition holds. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 20_000; !(await condition()); await pause(20)) assert.ok(Date.now() < deadline, `waited in vain for ${what}`);
}

/** Changes a user setting and waits until it is in force. */
export async function configure(name: string, value: unknown, target = ConfigurationTarget.Global): Promise<void> {
  await workspace.getConfiguration().update(name, value, target);
  await until(`${name} to be ${JSON.stringify(value)}`, () => value === undefined || JSON.stringify(workspace.getConfiguration().get(name)) === JSON.stringify(value));
}

/** A gateway that the settings point to, with its key in the store. */
export async function openGateway(options?: GatewayOptions): Promise<Gateway> {
  const gateway = await startGateway(options);
  await configure('easel.baseUrl', gateway.baseUrl);
  const { tools } = await easel();
  await tools.keys.set(gateway.origin, 'hk-test-key');
  return gateway;
}

/** The requests that were paid for. */
export const paid = (gateway: Gateway): number => gateway.requests.filter(({ kind }) => kind === 'generations' || kind === 'edits').length;

export const generate = (args: unknown, token?: unknown): Thenable<CommandResult> => commands.executeCommand<CommandResult>('easel.generate', args, token);

/** The first workspace folder. */
export function root(): Uri {
  const [folder] = workspace.workspaceFolders ?? [];
  assert.ok(folder, 'a folder is open');
  return folder.uri;
}

export async function exists(uri: Uri): Promise<boolean> {
  try {
    await workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}

/** Awaits a rejection and returns it. */
export async function rejection(promise: Thenable<unknown>): Promise<Error & { readonly code?: unknown }> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof Error);
    return error;
  }
  throw new Error('it should have been refused');
}
