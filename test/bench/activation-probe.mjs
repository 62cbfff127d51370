// Runs in the extension host: notes what activating Easel took, in milliseconds.
import { appendFileSync } from 'node:fs';
import { extensions } from 'vscode';

export async function run() {
  const access = await extensions.getExtension('easel.easel')?.activate();
  appendFileSync(process.env.EASEL_BENCH_RESULT, `${access.activation}\n`);
}
