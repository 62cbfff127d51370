// What the extension host runs: every test file that was bundled beside this one.
import Mocha from 'mocha';
import fs from 'node:fs';
import path from 'node:path';

/** Runs all tests; rejects when one fails. Notes each result in the file EASEL_TEST_RESULTS, since an exit code can be lost with the host. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', reporter: 'spec', color: false, timeout: 90_000, slow: 1000, forbidOnly: true, forbidPending: true });
  const files = fs.readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.mjs'));
  for (const file of files.toSorted()) mocha.addFile(path.join(import.meta.dirname, file));
  await mocha.loadFilesAsync();
  const results = process.env['EASEL_TEST_RESULTS'];
  const note = (entry: 'end' | { readonly test: string; readonly failure?: string }): void => {
    if (results !== undefined) fs.appendFileSync(results, `${JSON.stringify(entry)}\n`);
  };
  const failures = await new Promise<number>((resolve) => {
    const runner = mocha.run(resolve);
    runner.on('pass', (test) => note({ test: test.fullTitle() }));
    runner.on('fail', (test, error: Error) => note({ test: test.fullTitle(), failure: error.stack ?? error.message }));
  });
  note('end');
  if (failures > 0) throw new Error(`${failures} failed`);
}
