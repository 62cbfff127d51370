import type { Memento } from 'vscode';

const slot = 'easel.panel.prompts';
const most = 100;

/** The prompts that were sent from this workspace's panel, the newest first, none twice. */
export function sentPrompts(memory: Memento): string[] {
  const stored = memory.get<unknown>(slot);
  return Array.isArray(stored) ? stored.filter((prompt) => typeof prompt === 'string').slice(0, most) : [];
}

export const rememberPrompt = async (memory: Memento, prompt: string): Promise<void> =>
  memory.update(slot, [prompt, ...sentPrompts(memory).filter((before) => before !== prompt)].slice(0, most));
