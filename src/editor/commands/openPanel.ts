import type { CommandTools } from './command.ts';

/** `Easel: Open Panel`: the panel in a tab of the editor. */
export const openPanel = async ({ panel }: CommandTools): Promise<void> => panel.open();
