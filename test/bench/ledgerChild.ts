// One opening of a ledger in a process of its own, as a window does it: cold. `<how> <file>`; prints the milliseconds that it took.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { openLedger } from '../../src/spend/ledger.ts';

/** What reading all of it costs at the least: every line parsed, the charges added up. */
async function readPlainly(file: string): Promise<number> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  return lines.reduce((sum, line) => sum + (line === '' ? 0 : ((JSON.parse(line) as { readonly amount?: { readonly micros: number } }).amount?.micros ?? 0)), 0);
}

const [, script, how, file] = process.argv;
if (file !== undefined && script?.endsWith('ledgerChild.mjs')) {
  // What an extension host has used long before: files, hashes, the time zone.
  createHash('sha256').update(await readFile(script)).digest('hex');
  new Date().getTimezoneOffset();
  const begun = performance.now();
  if (how === 'plain') await readPlainly(file);
  else await openLedger(file).roll();
  console.log(performance.now() - begun);
}
