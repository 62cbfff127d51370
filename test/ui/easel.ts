import path from 'node:path';
import { startGateway, type Gateway, type GatewayOptions } from '../gateway/gateway.ts';
import type { HostOptions } from '../host/host.ts';
import { startWorkbench, type Workbench } from './workbench.ts';

/** A workbench with Easel, which asks a gateway of its own. */
export interface EaselWorkbench {
  readonly gateway: Gateway;
  readonly workbench: Workbench;
  close(): Promise<void>;
}

/** Tests count what comes to the gateway: the balance is asked for on demand alone. */
const noUnbidden = { 'easel.fetchBalance': false };

export interface EaselOptions extends Pick<HostOptions, 'folder' | 'workspace' | 'locale' | 'settings' | 'trust' | 'userDataDir' | 'viewport'> {
  /** What the status bar says once Easel is there: its name, unless there are charges of today already. */
  readonly status?: RegExp;
}

/** What the status bar says where there are charges of today. */
export const spentToday = /credits|积分|¥/;

/** Starts a gateway and a VS Code with Easel that asks it; there is no key yet. */
export async function startEasel({ status = /^\s*Easel\s*$/, ...options }: EaselOptions, manners?: GatewayOptions): Promise<EaselWorkbench> {
  const gateway = await startGateway(manners);
  try {
    const workbench = await startWorkbench({ ...options, extensionPath: path.resolve(import.meta.dirname, '../..'), settings: { 'easel.baseUrl': gateway.baseUrl, ...noUnbidden, ...options.settings } });
    await workbench.statusBarItem(status);
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

/** What is said where a key is stored, in the user's language: the command, the question, and the message at the end. */
export interface KeyWords {
  readonly command: string;
  readonly question: string;
  readonly stored: string;
}

const keyWords: KeyWords = { command: 'Easel: Set API Key…', question: 'API Key for OpenAI-HK', stored: 'The key for OpenAI-HK is stored.' };

/** Stores the gateway's key, as a user does, and leaves no message behind. */
export async function setKey(workbench: Workbench, { command, question, stored } = keyWords): Promise<void> {
  await workbench.runCommand(command);
  const key = await workbench.quickInput(question);
  await key.type('hk-test-key');
  await key.accept();
  await workbench.notification(stored);
  await workbench.runCommand('Notifications: Clear All Notifications');
}

/** Answers the three questions of a new picture; size and quality as they stand unless named. */
export async function answer(workbench: Workbench, prompt: string, over: { readonly size?: string; readonly quality?: string } = {}): Promise<void> {
  const ask = await workbench.quickInput('What should the picture show?');
  await ask.type(prompt);
  await ask.accept();
  const size = await workbench.quickInput('Size');
  if (over.size === undefined) await size.accept();
  else await size.pick(over.size);
  const quality = await workbench.quickInput('Quality');
  if (over.quality === undefined) await quality.accept();
  else await quality.pick(over.quality);
}
