// Plays every fault and prints what became of it: `tsx test/faults/run.ts [FAULT…]`. The last line is "N faults, 0 lost, 0 doubled, 0 leaked".
import { casesOf, complaintsOf, names, playAll, strayRows, type Verdict } from './matrix.ts';
import { makeSamples } from './samples.ts';

const wanted = process.argv.slice(2);
const chosen = wanted.length === 0 ? names : wanted;
const verdicts = await playAll(chosen.flatMap(casesOf), await makeSamples(), 12);

const lines = verdicts.map(({ played, seen }) => [
  played.once ? `${played.name}, once` : played.name,
  played.call,
  played.transport,
  seen.outcome,
  String(seen.requests),
  seen.disk,
  seen.ledger,
]);
const head = ['fault', 'call', 'transport', 'outcome', 'requests', 'on disk', 'ledger'];
const widths = head.map((_, column) => Math.max(...[head, ...lines].map((line) => line[column]?.length ?? 0)));
const print = (line: readonly string[]): void => console.log(line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd());
print(head);
print(widths.map((width) => '─'.repeat(width)));
for (const [place, verdict] of verdicts.entries()) {
  print(lines[place] ?? []);
  for (const complaint of complaintsOf(verdict)) console.log(`    ✗ ${complaint}`);
}

const count = (what: (verdict: Verdict) => readonly string[]): number => verdicts.flatMap(what).length;
const lost = count(({ seen }) => seen.lost);
const doubled = count(({ seen }) => seen.doubled);
const leaked = count(({ seen }) => seen.leaked);
const unexpected = count((verdict) => verdict.unexpected);
for (const stray of strayRows()) console.log(`${stray} has a row and is no fault`);
console.log(`\n${verdicts.length} cases, ${unexpected} not as expected`);
console.log(`${chosen.length} faults, ${lost} lost, ${doubled} doubled, ${leaked} leaked`);
process.exitCode = lost + doubled + leaked + unexpected + strayRows().length === 0 ? 0 : 1;
