import * as fc from 'fast-check';
import type { Charge, LedgerLine } from '../../../src/spend/entry.ts';
import { sampleCharge } from './charges.ts';

const jobs = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const hour = 3_600_000;
/** The last moment that lines below are of, epoch milliseconds. */
export const latest = Date.UTC(2026, 10, 26, 12);

const anyJob = fc.constantFrom(...jobs);
const anyTime = fc.integer({ min: 0, max: 120 }).map((hours) => new Date(latest - hours * hour).toISOString());
const anyUnit = fc.constantFrom('credits' as const, 'USD' as const);

const anyCharge = fc
  .record({
    job: anyJob,
    time: anyTime,
    workspace: fc.constantFrom('file:///w', 'file:///other', ''),
    amount: fc.record({ micros: fc.nat(2_000_000_000), unit: anyUnit }),
    measured: fc.boolean(),
    size: fc.constantFrom('1024x1024', 'auto'),
    received: fc.constantFrom(0, 1, 2),
    count: fc.constantFrom(1, 2),
    tokens: fc.nat(5000),
  })
  .map(({ tokens, ...over }): Charge => sampleCharge({ ...over, usage: { textIn: 1, imageIn: 0, imageOut: tokens } }));

/** Any line of a few jobs: many are twice, come before their charge, or belong to none. */
export const anyLine: fc.Arbitrary<LedgerLine> = fc.oneof(
  { arbitrary: anyCharge, weight: 4 },
  { arbitrary: fc.record({ version: fc.constant(1 as const), kind: fc.constant('files' as const), job: anyJob, files: fc.array(fc.constantFrom('file:///1.png', 'file:///2.png'), { maxLength: 2 }) }), weight: 2 },
  {
    arbitrary: fc.record({
      version: fc.constant(1 as const),
      kind: fc.constant('correction' as const),
      id: fc.constantFrom('1', '2', '3', '4', '5', '6'),
      job: anyJob,
      time: anyTime,
      micros: fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }),
      unit: anyUnit,
    }),
    weight: 2,
  },
  {
    arbitrary: fc.record({ version: fc.constant(1 as const), kind: fc.constant('reserve' as const), job: anyJob, time: anyTime, workspace: fc.constant('file:///w'), service: fc.constant('s'), origin: fc.constant('o'), amount: fc.record({ micros: fc.nat(1000), unit: anyUnit }) }),
    weight: 2,
  },
  { arbitrary: fc.record({ version: fc.constant(1 as const), kind: fc.constantFrom('release' as const, 'doubt' as const), job: anyJob }), weight: 1 },
);

/** The lines as a ledger's file has them. */
export const textOf = (lines: readonly LedgerLine[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join('');
