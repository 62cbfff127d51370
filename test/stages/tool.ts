import path from 'node:path';
import { root } from './files.ts';
import { failure, runNode, type Stage } from './stage.ts';

/** A stage that is one command of a development tool, and counts as one test. `script` is its JavaScript file, from node_modules (no .bin: that differs by platform). */
export function toolStage(script: string, args: readonly string[]): Stage {
  return async () => {
    const code = await runNode([path.join(root, 'node_modules', script), ...args]);
    return code === 0 ? { passed: 1, failed: 0, failures: [] } : failure(`${path.basename(script)} ended with ${code}.`);
  };
}
