import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { Budget } from '../../../src/spend/budget.ts';
import type { Reservation } from '../../../src/spend/entry.ts';
import { localDay } from '../../../src/spend/period.ts';
import { createReservations, type Reserved } from '../../../src/spend/reserve.ts';
import { daysWith } from './sums.ts';
import { createTurns } from './turns.ts';

const now = new Date(2026, 10, 26, 12);
const daily: Budget = { period: 'day', scope: 'everything', limit: 100, unit: 'credits' };
const budgets: readonly Budget[] = [daily];
const keeping = { budgets, override: false };

const reservation = (job: string, units: number, over: Partial<Reservation> = {}): Reservation => ({
  version: 1,
  kind: 'reserve',
  job,
  time: now.toISOString(),
  workspace: 'file:///w',
  service: 'openai-hk',
  origin: 'https://api.openai-hk.com',
  amount: { micros: units * 1e6, unit: 'credits' },
  ...over,
});

/** What the file's order alone would grant: each that fits beside those before it that did. */
function greedy(lines: readonly Reservation[], limitOf: (workspace: string) => number, spent: number): ReadonlySet<string> {
  const granted = new Set<string>();
  let total = spent;
  const own = new Map<string, number>();
  for (const { job, workspace, amount } of lines) {
    const mine = own.get(workspace) ?? 0;
    if (total + amount.micros > 100e6 || mine + amount.micros > limitOf(workspace) * 1e6) continue;
    total += amount.micros;
    own.set(workspace, mine + amount.micros);
    granted.add(job);
  }
  return granted;
}

test('however the steps of several windows fall, they grant together what the order of the file grants, and no more', async () => {
  const anyRequest = fc.record({ units: fc.integer({ min: 1, max: 60 }), workspace: fc.constantFrom('a', 'b') });
  const anyWindow = fc.array(anyRequest, { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(fc.array(anyWindow, { minLength: 1, maxLength: 5 }), fc.array(fc.nat(30), { minLength: 1, maxLength: 80 }), fc.integer({ min: 0, max: 60 }), async (windows, order, spent) => {
      const turns = createTurns(daysWith([[localDay(now), { workspace: 'elsewhere', unit: 'credits', micros: spent * 1e6, charges: 1 }]]));
      const perWorkspace: Budget = { period: 'all', scope: 'workspace', limit: 70, unit: 'credits' };
      const outcomes = new Map<string, Reserved['kind']>();
      for (const [number, requests] of windows.entries()) {
        const reservations = createReservations(turns.ledger, { now: () => now, pause: turns.pause });
        for (const [index, { units, workspace }] of requests.entries()) {
          const job = `${number}-${index}`;
          void reservations.reserve(reservation(job, units, { workspace }), { budgets: [...budgets, perWorkspace], override: false }).then(({ kind }) => outcomes.set(job, kind));
        }
      }
      await turns.run(order);
      const lines = turns.lines.filter((line) => line.kind === 'reserve');
      assert.equal(outcomes.size, windows.flat().length, 'everybody is told');
      const granted = lines.filter(({ job }) => outcomes.get(job) === 'reserved');
      assert.ok(granted.reduce((sum, { amount }) => sum + amount.micros, 0) <= Math.max(0, 100 - spent) * 1e6);
      assert.deepEqual(new Set(granted.map(({ job }) => job)), greedy(lines, () => 70, spent * 1e6));
      // What was refused is given back, and nothing else.
      const released = turns.lines.filter(({ kind }) => kind === 'release').map(({ job }) => job);
      assert.deepEqual(released.toSorted(), lines.flatMap(({ job }) => (outcomes.get(job) === 'over' ? [job] : [])).toSorted());
    }),
    { numRuns: 200 },
  );
});

/** Reserves in one window alone. */
async function reserveAll(requests: readonly Reservation[], time = now, open: readonly Reservation[] = []): Promise<readonly Reserved[]> {
  const turns = createTurns();
  const done = Promise.all(open.map((one) => turns.ledger.append(one)));
  await turns.run([0]);
  await done;
  let clock = time.getTime();
  const pause = async (): Promise<void> => {
    clock += 100;
    await turns.pause();
  };
  const reservations = createReservations(turns.ledger, { now: () => new Date(clock), pause });
  const all = Promise.all(requests.map((one) => reservations.reserve(one, keeping)));
  await turns.run([0]);
  return all;
}

test('says which budget is in the way, and how it stands without the request', async () => {
  const [first, second, third] = await reserveAll([reservation('a', 60), reservation('b', 50), reservation('c', 40)]);
  assert.deepEqual(first, { kind: 'reserved' });
  assert.equal(second?.kind, 'over');
  assert.ok(second?.kind === 'over');
  assert.equal(second.state.budget, daily);
  assert.deepEqual(second.state.reserved, { micros: 60e6, unit: 'credits' });
  assert.deepEqual(third, { kind: 'reserved' }, 'exactly the limit');
});

test('a window that stood still in the middle keeps nobody waiting for ever', async () => {
  // 80 are granted to somebody, 30 more were written down for somebody who never came to decide.
  const others = [reservation('granted', 80), reservation('stuck', 30)];
  const [outcome] = await reserveAll([reservation('mine', 20)], new Date(now.getTime() + 100), others);
  assert.equal(outcome?.kind, 'over', 'it counts, to be safe');
  const [later] = await reserveAll([reservation('mine', 20)], new Date(now.getTime() + 60_000), others);
  assert.equal(later?.kind, 'over');
});

test('an override is not held up, and counts for those that follow', async () => {
  const turns = createTurns();
  const reservations = createReservations(turns.ledger, { now: () => now, pause: turns.pause });
  const all = Promise.all([
    reservations.reserve(reservation('dear', 500), { budgets, override: true }),
    reservations.reserve(reservation('next', 1), keeping),
    reservations.reserve(reservation('dollars', 500, { amount: { micros: 500e6, unit: 'USD' } }), keeping),
  ]);
  await turns.run([0]);
  assert.deepEqual((await all).map(({ kind }) => kind), ['reserved', 'over', 'reserved']);
});

test('without a ledger that can be written requests go out only where there is no budget to keep', async () => {
  const broken = { append: () => Promise.reject(new Error('disk full')), roll: () => Promise.reject(new Error('disk full')) };
  const reservations = createReservations(broken, { now: () => now, pause: async () => undefined });
  await assert.rejects(reservations.reserve(reservation('a', 1), keeping), /disk full/);
  await assert.rejects(reservations.reserve(reservation('a', 1), { budgets, override: true }), /disk full/);
  assert.equal((await reservations.reserve(reservation('b', 1), { budgets: [], override: false })).kind, 'unkept');
  assert.equal((await reservations.reserve(reservation('c', 1), { budgets: [{ ...daily, unit: 'USD' }], override: false })).kind, 'unkept');
});

test('a ledger that cannot be read grants nothing, and what was set aside is given back', async () => {
  const lines: string[] = [];
  const ledger = { append: async ({ kind, job }: { readonly kind: string; readonly job: string }) => void lines.push(`${kind} ${job}`), roll: () => Promise.reject(new Error('gone')) };
  const reservations = createReservations(ledger, { now: () => now, pause: async () => undefined });
  await assert.rejects(reservations.reserve(reservation('a', 1), keeping), /gone/);
  assert.deepEqual(lines, ['reserve a', 'release a']);
});
