import type { CommandTools } from './command.ts';

/** UNDER CONSTRUCTION. */
export async function recoverImages(_tools: CommandTools, ..._args: readonly unknown[]): Promise<void> {
  throw new Error('under construction');
}
