// Plays so many more replies of any kind: `tsx test/faults/soak.ts [CASES] [SEED]`, 10,000 and a seed of the moment unless told. One case again: `soak.ts 1 SEED`.
import { fuzz } from './fuzz/fuzz.ts';

const [cases = 10_000, seed = Math.floor(Math.random() * 2 ** 31)] = process.argv.slice(2).map(Number);
if (!(Number.isSafeInteger(cases) && cases > 0 && Number.isSafeInteger(seed))) {
  console.error('tsx test/faults/soak.ts [CASES] [SEED]');
  process.exit(2);
}
console.log(`${cases} cases from seed ${seed}`);
let done = 0;
const began = performance.now();
const { complaints, endings, grown } = await fuzz({
  seed,
  cases,
  atOnce: 24,
  onCase: () => {
    if (++done % 1000 === 0) console.log(`${done} after ${Math.round((performance.now() - began) / 1000)} s`);
  },
});
for (const [ending, count] of [...endings].toSorted(([, a], [, b]) => b - a)) console.log(`${String(count).padStart(8)}  ${ending}`);
for (const complaint of complaints) console.log(`✗ ${complaint}`);
console.log(`${cases} cases, ${complaints.length} complaints, ${(grown / 2 ** 20).toFixed(1)} MiB more held than before`);
process.exitCode = complaints.length === 0 ? 0 : 1;
