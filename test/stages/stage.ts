import { spawn } from 'node:child_process';
import { atEnd, killGroup } from '../host/ending.ts';
import { root } from './files.ts';

/** How many tests ended in which way. `failures`: of each that failed, its name, and from the next line on why. */
export type Outcome = { readonly passed: number; readonly failed: number; readonly failures: readonly string[] };

/** A single failure, and nothing else. */
export function failure(why: string): Outcome {
  return { passed: 0, failed: 1, failures: [why] };
}

/** Runs a part of the tests and writes to the terminal what a reader wants to see of it. `name` is the stage's own. */
export type Stage = (name: string) => Promise<Outcome>;

/** Lines told again of each failure: enough for the message and the place, of many failures as well. */
const linesAgain = 25;

/**
 * Runs stages one after the other and prints the total as the last line, before it what failed, which may be thousands of lines
 * further up; returns the exit code. A stage without a single test has failed.
 */
export async function report(stages: readonly (readonly [name: string, stage: Stage])[]): Promise<number> {
  let passed = 0;
  let failed = 0;
  const summary: string[] = [];
  const failures: string[] = [];
  for (const [name, stage] of stages) {
    const start = performance.now();
    console.log(`\n── ${name}`);
    const outcome = await run(name, stage);
    passed += outcome.passed;
    failed += outcome.failed;
    for (const text of outcome.failures) failures.push(`✖ ${name}: ${text.split('\n').slice(0, linesAgain).join('\n  ')}`);
    summary.push(`${name.padEnd(10)} ${outcome.passed} passed, ${outcome.failed} failed, ${((performance.now() - start) / 1000).toFixed(1)} s`);
  }
  if (failures.length > 0) console.log(`\n${failures.join('\n\n')}`);
  console.log(`\n${summary.join('\n')}\n\n${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

async function run(name: string, stage: Stage): Promise<Outcome> {
  try {
    const outcome = await stage(name);
    if (outcome.passed + outcome.failed > 0) return outcome;
    return failure('The stage ran no tests, which counts as a failure.');
  } catch (error) {
    return failure(error instanceof Error ? error.message : String(error));
  }
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
