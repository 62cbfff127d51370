import type { OrderTools } from '../orders/order.ts';
import type { Panel } from '../panel/panel.ts';

/** What the commands need: everything that an order does, and the panel. */
export interface CommandTools extends OrderTools {
  readonly extensionId: string;
  readonly panel: Panel;
}

/** A command gets what VS Code passes on, unchecked. */
export type CommandHandler = (tools: CommandTools, ...args: readonly unknown[]) => Promise<unknown>;
