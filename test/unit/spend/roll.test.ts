import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { Charge, LedgerLine } from '../../../src/spend/entry.ts';
import type { SpendSum } from '../../../src/spend/days.ts';
import { createBook } from '../../../src/spend/book.ts';
import { localDay } from '../../../src/spend/period.ts';
import type { Roll } from '../../../src/spend/roll.ts';
import { rollOf, startRolling, take } from '../../../src/spend/rolling.ts';
import { sumOf } from '../../../src/spend/totals.ts';
import { sampleCharge } from './charges.ts';
import { anyLine, latest } from './lines.ts';
import { rollTold } from './sums.ts';

const hour = 3_600_000;

function rolled(lines: readonly LedgerLine[], since = Number.POSITIVE_INFINITY): Roll {
  const rolling = startRolling(since);
  for (const line of lines) assert.ok(take(rolling, line), 'from the beginning everything is known');
  return rollOf(rolling, latest);
}

function booked(lines: readonly LedgerLine[]): readonly Charge[] {
  const book = createBook();
  for (const line of lines) book.take(line);
  return book.charges();
}

/** The days added up from all charges, anew and in the plainest way; every sum by a key of its own. */
function daysOf(charges: readonly Charge[]): Record<string, Pick<SpendSum, 'micros' | 'charges'>> {
  const sums: Record<string, { micros: number; charges: number }> = {};
  for (const { time, workspace, amount } of charges) {
    const sum = (sums[`${localDay(new Date(time))} ${workspace} ${amount.unit}`] ??= { micros: 0, charges: 0 });
    sum.micros += amount.micros;
    sum.charges += 1;
  }
  return sums;
}

const keyed = ({ days }: Roll): Record<string, Pick<SpendSum, 'micros' | 'charges'>> =>
  Object.fromEntries(days.names().flatMap((day) => days.of(day).map(({ workspace, unit, micros, charges }) => [`${day} ${workspace} ${unit}`, { micros, charges }])));

test('the roll is what all charges add up to, whatever lines there are', () => {
  fc.assert(
    fc.property(fc.array(anyLine, { maxLength: 60 }), (lines) => {
      const [roll, charges] = [rolled(lines), booked(lines)];
      assert.deepEqual(keyed(roll), daysOf(charges));
      assert.deepEqual(roll.totals, sumOf(charges));
      const byTime = charges.toSorted((a, b) => Date.parse(a.time) - Date.parse(b.time));
      assert.deepEqual(roll.last, byTime.slice(-5).toReversed());
      assert.deepEqual(roll.recent, byTime.filter(({ time }) => Date.parse(time) >= latest - 48 * hour));
      const charged = new Set(charges.map(({ job }) => job));
      for (const { job } of roll.open) assert.ok(!charged.has(job), 'a charge settles what was set aside for it');
    }),
  );
});

test('charges that two windows enter are the same, however their lines come to lie between each other', () => {
  const named = (name: string) => fc.array(anyLine, { maxLength: 30 }).map((lines) => lines.map((line): LedgerLine => ({ ...line, job: name + line.job, ...('kind' in line && line.kind === 'correction' && { id: name + line.id }) })));
  fc.assert(
    fc.property(named('one '), named('other '), fc.array(fc.boolean(), { maxLength: 60 }), (one, other, turns) => {
      const [left, right, mixed]: [LedgerLine[], LedgerLine[], LedgerLine[]] = [[...one], [...other], []];
      for (const turn of turns) mixed.push(...(turn ? left : right).splice(0, 1));
      mixed.push(...left, ...right);
      const byJob = (lines: readonly LedgerLine[]): readonly Charge[] => booked(lines).toSorted((a, b) => a.job.localeCompare(b.job));
      assert.deepEqual(byJob(mixed), byJob([...one, ...other]));
      assert.deepEqual(keyed(rolled(mixed)), keyed(rolled([...one, ...other])));
      const open = (lines: readonly LedgerLine[]): readonly unknown[] => rolled(lines).open.toSorted((a, b) => a.job.localeCompare(b.job));
      assert.deepEqual(open(mixed), open([...one, ...other]));
    }),
  );
});

test('a charge, a correction and a file that come twice count once', () => {
  const lines: LedgerLine[] = [
    sampleCharge({ job: 'a', amount: { micros: 100, unit: 'credits' } }),
    { version: 1, kind: 'files', job: 'a', files: ['file:///1.png'] },
    { version: 1, kind: 'correction', id: '1', job: 'a', time: '2026-11-23T11:00:00.000Z', micros: -30, unit: 'credits' },
  ];
  const twice = [...lines, ...lines];
  assert.deepEqual(booked(twice), [{ ...sampleCharge({ job: 'a', amount: { micros: 70, unit: 'credits' } }), entered: { micros: 100, unit: 'credits' }, files: ['file:///1.png'] }]);
  assert.deepEqual(rollTold(rolled(twice)), rollTold(rolled(lines)));
  assert.deepEqual(rolled(twice).totals, [{ micros: 70, unit: 'credits' }]);
});

test('an estimate that a row of the log has corrected is measured, whichever came first', () => {
  const charge = sampleCharge({ job: 'a', measured: false });
  const by = (row: { readonly row?: string }): LedgerLine => ({ version: 1, kind: 'correction', id: '1', job: 'a', time: '2026-11-23T11:00:00.000Z', micros: 5, unit: 'credits', ...row });
  for (const lines of [[charge, by({ row: '7' })], [by({ row: '7' }), charge]]) assert.equal(booked(lines)[0]?.measured, true);
  assert.equal(booked([charge, by({})])[0]?.measured, false, 'somebody has only said so');
});

test('a correction in another unit changes nothing', () => {
  const lines: LedgerLine[] = [sampleCharge({ job: 'a' }), { version: 1, kind: 'correction', id: '1', job: 'a', time: '2026-11-23T11:00:00.000Z', micros: 5, unit: 'USD' }];
  assert.deepEqual(rolled(lines).totals, [sampleCharge().amount]);
  assert.deepEqual(booked(lines), [sampleCharge({ job: 'a' })]);
});

test('what is set aside is open until it is charged or given back, and marked where the answer never came', () => {
  const reserve = (job: string): LedgerLine => ({ version: 1, kind: 'reserve', job, time: '2026-11-23T10:00:00.000Z', workspace: '', service: 's', origin: 'o', amount: { micros: 5, unit: 'credits' } });
  const of = (kind: 'release' | 'doubt', job: string): LedgerLine => ({ version: 1, kind, job });
  const open = (lines: readonly LedgerLine[]): string => rolled(lines).open.map(({ job, doubt }) => (doubt ? `${job}?` : job)).join(' ');
  assert.equal(open([reserve('a'), reserve('b'), reserve('c')]), 'a b c');
  assert.equal(open([reserve('a'), reserve('b'), reserve('c'), sampleCharge({ job: 'a' }), of('release', 'b'), of('doubt', 'c')]), 'c?');
  assert.equal(open([reserve('a'), reserve('b'), of('release', 'a'), reserve('a')]), 'b a', 'given back and set aside anew: behind what came meanwhile');
  assert.equal(open([reserve('a'), of('doubt', 'a'), reserve('b'), reserve('a')]), 'a? b', 'a line that comes twice changes nothing');
  assert.equal(open([sampleCharge({ job: 'a' }), reserve('a'), of('doubt', 'nobody')]), '');
});

test('samples are the newest fifty measured charges whose pictures all came', () => {
  const usage = (imageOut: number) => ({ textIn: 1, imageIn: 0, imageOut });
  const lines = [
    sampleCharge({ job: 'estimated', measured: false }),
    sampleCharge({ job: 'fewer', count: 2, received: 1 }),
    sampleCharge({ job: 'partials', partials: 2 }),
    sampleCharge({ job: 'four', count: 4, received: 4, quality: 'high', usage: usage(4000) }),
    ...Array.from({ length: 60 }, (_, place) => sampleCharge({ job: `${place}`, usage: usage(place) })),
  ];
  const { samples } = rolled(lines);
  assert.deepEqual([...samples], [
    ['gpt-image-2|1024x1024|high', [1000]],
    ['gpt-image-2|1024x1024|low', Array.from({ length: 50 }, (_, place) => place + 10)],
  ]);
});

test('single charges are told of two days and of the session, however many it has; of older ones there is a bound', () => {
  const charges = Array.from({ length: 5000 }, (_, place) => sampleCharge({ job: `${place}`, time: new Date(latest - (5000 - place) * 60_000).toISOString() }));
  const timeOf = (place: number): number => Date.parse(charges[place]?.time ?? '');
  assert.deepEqual(rolled(charges).recent, charges.slice(-1000));
  assert.deepEqual(rolled(charges, timeOf(1500)).recent, charges.slice(1500), 'a session of more than two days');
  assert.deepEqual(rolled(charges, timeOf(4500)).recent, charges.slice(3500), 'what was before the session is bounded on its own');
  assert.deepEqual(rolled(charges.slice(0, 5), timeOf(0)).recent, charges.slice(0, 5));
});

test('no prompt is in the roll', () => {
  const { last, recent } = rolled([sampleCharge({ prompt: 'a secret', time: new Date(latest).toISOString() })]);
  assert.ok(last.length === 1 && recent.length === 1);
  assert.doesNotMatch(JSON.stringify([last, recent]), /secret/);
});

test('a hundred thousand charges are added up to the millionth', () => {
  let seed = 20_261_126;
  const random = (): number => (seed = (seed * 48_271) % 2_147_483_647);
  const exact = { credits: 0n, USD: 0n };
  const rolling = startRolling(Number.POSITIVE_INFINITY);
  const charges: Charge[] = [];
  for (let place = 0; place < 100_000; place += 1) {
    const amount = { micros: random(), unit: random() % 3 === 0 ? ('USD' as const) : ('credits' as const) };
    exact[amount.unit] += BigInt(amount.micros);
    const charge = sampleCharge({ job: `${place}`, time: new Date(latest - (place % 700) * hour).toISOString(), amount });
    charges.push(charge);
    take(rolling, charge);
  }
  const { totals, days } = rollOf(rolling, latest);
  for (const { unit, micros } of totals) assert.equal(BigInt(micros), exact[unit]);
  for (const { unit, micros } of sumOf(charges)) assert.equal(BigInt(micros), exact[unit]);
  let ofDays = 0n;
  for (const day of days.names()) for (const { micros } of days.of(day)) ofDays += BigInt(micros);
  assert.equal(ofDays, exact.credits + exact.USD);
});
