import { spawn } from 'node:child_process';
import { atEnd, killGroup } from '../host/ending.ts';
import { root } from './files.ts';

/** How many tests ended in which way. */
export type Outcome = { readonly passed: number; readonly failed: number };

/** Runs a part of the tests and writes to the terminal what a reader wants to see of it. `name` is the stage's own. */
export type Stage = (name: string) => Promise<Outcome>;

/** Runs stages one after the other and prints the total as the last line; returns the exit code. A stage without a single test has failed. */
export async function report(stages: readonly (readonly [name: string, stage: Stage])[]): Promise<number> {
  let passed = 0;
  let failed = 0;
  const summary: string[] = [];
  for (const [name, stage] of stages) {
    const start = performance.now();
    console.log(`\n── ${name}`);
    const outcome = await run(name, stage);
    passed += outcome.passed;
    failed += outcome.failed;
    summary.push(`${name.padEnd(10)} ${outcome.passed} passed, ${outcome.failed} failed, ${((performance.now() - start) / 1000).toFixed(1)} s`);
  }
  console.log(`\n${summary.join('\n')}\n\n${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

async function run(name: string, stage: Stage): Promise<Outcome> {
  try {
    const outcome = await stage(name);
    if (outcome.passed + outcome.failed > 0) return outcome;
    console.error(`The stage ${name} ran no tests: that counts as a failure.`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  }
  return { passed: 0, failed: 1 };
}

/**
 * Runs a JavaScript file with this Node, in the project's folder, its output going to ours; resolves with its exit code. After
 * `minutes` it is ended: a hang must not look like work.
 */
export function runNode(args: readonly string[], env: NodeJS.ProcessEnv = process.env, minutes = 15): Promise<number> {
  return new Promise((resolve, reject) => {
    // A process group of its own, where there are such, so that all that it starts can be ended with it.
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'], detached: process.platform !== 'win32' });
    const end = (): void => {
      if (process.platform === 'win32') child.kill();
      else killGroup(child.pid);
    };
    const forget = atEnd(end);
    const timer = setTimeout(() => {
      console.error(`Ended after ${minutes} minutes: node ${args.join(' ')}`);
      end();
    }, minutes * 60_000);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      forget();
      resolve(code ?? 1);
    });
  });
}
