import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { filesBelow, out, root } from './files.ts';
import { failure, runNode, type Outcome, type Stage } from './stage.ts';

/** A stage of node:test files: all below `folders` whose names end with `ending`, `concurrency` files at a time, for at most `minutes`. */
export function nodeStage(folders: readonly string[], ending: string, concurrency: number, minutes?: number): Stage {
  return async (name) => {
    const files = folders.flatMap((folder) => filesBelow(path.join(root, folder), ending));
    if (files.length === 0) return { passed: 0, failed: 0, failures: [] };
    const counts = path.join(out, `tests-${name}.json`);
    fs.mkdirSync(out, { recursive: true });
    fs.rmSync(counts, { force: true });
    const reporter = pathToFileURL(path.join(import.meta.dirname, 'counter.mjs')).href;
    const args = [
      '--import=tsx',
      '--enable-source-maps',
      '--test',
      `--test-concurrency=${concurrency}`,
      '--test-reporter=spec',
      '--test-reporter-destination=stdout',
      `--test-reporter=${reporter}`,
      `--test-reporter-destination=${counts}`,
      ...files,
    ];
    const code = await runNode(args, { ...process.env, ...(process.stdout.isTTY && { FORCE_COLOR: '1' }) }, minutes);
    const written = fs.existsSync(counts) ? fs.readFileSync(counts, 'utf8') : '';
    if (written === '') return failure('The test runner ended before it could count its tests.');
    const outcome = JSON.parse(written) as Outcome;
    // What no test can be blamed for, such as an error after the last one.
    return code !== 0 && outcome.failed === 0 ? { ...failure(`All tests passed, and yet the test runner ended with ${code}.`), passed: outcome.passed } : outcome;
  };
}
