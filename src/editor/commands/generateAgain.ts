import { l10n, window } from 'vscode';
import { placeOrder } from '../orders/placeOrder.ts';
import type { CommandTools } from './command.ts';
import { generate } from './generate.ts';
import { lastOrder } from '../orders/memory.ts';

/** `Easel: Generate Again`: the last request of this workspace once more, into new files. */
export async function generateAgain(tools: CommandTools): Promise<void> {
  const order = lastOrder(tools.memory.workspaceState);
  if (order) {
    await placeOrder(order, tools, tools.memory.workspaceState, () => generate(tools));
    return;
  }
  const start = l10n.t('Generate Image…');
  if ((await window.showInformationMessage(l10n.t('Nothing was generated in this workspace yet.'), start)) === start) await generate(tools);
}
