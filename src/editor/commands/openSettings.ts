import { commands } from 'vscode';
import type { CommandTools } from './command.ts';

/** `Easel: Open Settings`. */
export async function openSettings({ extensionId }: CommandTools): Promise<void> {
  await commands.executeCommand('workbench.action.openSettings', `@ext:${extensionId}`);
}
