import type { CommandTools } from '../commands/command.ts';
import type { PanelPictures } from './parts.ts';

// UNDER CONSTRUCTION
export function createPictures(_tools: CommandTools, _storage: string, _src: (file: string) => string): PanelPictures {
  return {
    thumb: async () => undefined,
    show: async () => {
      throw new Error('not yet');
    },
    dispose: () => undefined,
  };
}
