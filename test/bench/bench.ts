// `npm run bench`: every figure beside a peer's from the same run, as a table and as JSON in out/bench.json.
// Exits with 1 when a target is missed. `npm run bench -- client`, `-- activation`, `-- panel`, `-- gallery`, `-- ledger` or `-- report` runs one part.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { activationRows } from './activation.ts';
import { clientRows } from './client.ts';
import { galleryRows } from './gallery.ts';
import { ledgerRows } from './ledger.ts';
import { panelRows } from './panel.ts';
import { reportRows } from './report.ts';
import { printRows, type BenchRow } from './rows.ts';

const parts = { client: clientRows, activation: activationRows, panel: panelRows, gallery: galleryRows, ledger: ledgerRows, report: reportRows } as const satisfies Record<string, () => Promise<BenchRow[]>>;
const isPart = (word: string): word is keyof typeof parts => Object.hasOwn(parts, word);

const words = process.argv.slice(2);
const unknown = words.filter((word) => !isPart(word));
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(', ')}. The parts are ${Object.keys(parts).join(', ')}.`);
  process.exit(2);
}

const rows: BenchRow[] = [];
for (const part of words.length === 0 ? (Object.keys(parts) as (keyof typeof parts)[]) : words.filter(isPart)) {
  console.log(`measuring ${part} …`);
  rows.push(...(await parts[part]()));
}
printRows(rows);

const file = path.resolve(import.meta.dirname, '../../out/bench.json');
fs.mkdirSync(path.dirname(file), { recursive: true });
fs.writeFileSync(file, `${JSON.stringify({ node: process.version, cpu: os.cpus()[0]?.model, cores: os.cpus().length, rows }, undefined, 2)}\n`);
console.log(`\nAs JSON: ${path.relative(process.cwd(), file)}`);
process.exitCode = rows.every(({ pass }) => pass) ? 0 : 1;
