import type { ExtensionContext } from 'vscode';
import type { OrderTools } from '../order.ts';
import { generate, generateHere } from './generate.ts';
import { generateAgain } from './generateAgain.ts';
import { openSettings } from './openSettings.ts';
import { removeApiKey } from './removeApiKey.ts';
import { setApiKey } from './setApiKey.ts';
import { showMenu } from './showMenu.ts';

/** What the commands need: everything that an order does, and the editor's memory. */
export interface CommandTools extends OrderTools {
  readonly memory: Pick<ExtensionContext, 'workspaceState'>;
  readonly extensionId: string;
}

/** Every command, by the id that package.json contributes. A handler gets what VS Code passes on, unchecked. */
export const easelCommands = {
  'easel.generate': generate,
  'easel.generateHere': generateHere,
  'easel.generateAgain': generateAgain,
  'easel.setApiKey': setApiKey,
  'easel.removeApiKey': removeApiKey,
  'easel.openSettings': openSettings,
  'easel.showLog': async ({ log }) => log.show(),
  'easel.showMenu': showMenu,
} as const satisfies Readonly<Record<`easel.${string}`, CommandHandler>>;

export type CommandHandler = (tools: CommandTools, ...args: readonly unknown[]) => Promise<unknown>;
