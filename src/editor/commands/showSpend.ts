import type { CommandTools } from './command.ts';

/** `Easel: Show Spend`: the report in a tab of the editor. */
export const showSpend = async ({ spend }: CommandTools): Promise<void> => spend.open('report');
