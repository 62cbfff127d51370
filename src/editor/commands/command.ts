import type { OrderTools } from '../orders/order.ts';
import type { Panel } from '../panel/panel.ts';
import type { BalanceKeeper } from '../spend/balance.ts';
import type { SpendPanel } from '../spend/spendPanel.ts';

/** What the commands need: everything that an order does, and the panel. */
export interface CommandTools extends OrderTools {
  readonly extensionId: string;
  readonly panel: Panel;
  /** The spend report. */
  readonly spend: SpendPanel;
  /** What is left at the service; loaded with the first call. */
  readonly balance: () => Promise<BalanceKeeper>;
}

/** A command gets what VS Code passes on, unchecked. */
export type CommandHandler = (tools: CommandTools, ...args: readonly unknown[]) => Promise<unknown>;
