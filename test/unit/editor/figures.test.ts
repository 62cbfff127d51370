import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CommandTools } from '../../../src/editor/commands/command.ts';
import { createFigures } from '../../../src/editor/spend/figures.ts';
import type { Figure } from '../../../src/spend/balance.ts';
import type { Charge } from '../../../src/spend/entry.ts';
import { sampleCharge } from '../spend/charges.ts';

const origin = 'https://api.openai-hk.com';
const day = 24 * 3_600_000;
const old: Figure = { amount: { micros: 5_000_000_000, unit: 'credits' }, asOf: Date.now() - 9 * day, from: 'hand' };
const entered: Figure = { amount: { micros: 8_000_000_000, unit: 'credits' }, asOf: Date.now(), from: 'hand' };

/** Figures over a memory that is none but for this test, and a ledger whose charges come when the test lets them. */
function figuresWith(charges: readonly Charge[]) {
  const memory = new Map<string, unknown>();
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const tools = {
    memory: { globalState: { get: (name: string) => memory.get(name), update: async (name: string, value: unknown) => void memory.set(name, value), keys: () => [...memory.keys()] } },
    ledger: { roll: async () => ({ recent: [] }), read: () => released.then(() => charges) },
  };
  return { figures: createFigures(tools as unknown as Pick<CommandTools, 'ledger' | 'memory'>), release };
}

const charges = [sampleCharge({ time: new Date(Date.now() - 5 * day).toISOString(), amount: { micros: 1_000_000_000, unit: 'credits' } })];

test('what was charged long ago is taken off a figure for good', async () => {
  const { figures, release } = figuresWith(charges);
  await figures.keep(origin, old);
  release();
  assert.deepEqual(await figures.left(origin), { micros: 4_000_000_000, unit: 'credits' });
  assert.equal(figures.of(origin)?.amount.micros, 4_000_000_000);
  assert.deepEqual(await figures.left(origin), { micros: 4_000_000_000, unit: 'credits' }, 'once');
});

test('a figure that is entered while the ledger is read stays, whatever it is read for', async () => {
  for (const work of ['left', 'hold'] as const) {
    const { figures, release } = figuresWith(charges);
    await figures.keep(origin, old);
    const counting = figures[work](origin);
    await figures.keep(origin, entered);
    release();
    await counting;
    assert.deepEqual(figures.of(origin), entered, work);
  }
});

test('what is held of a figure is all that was charged so far, also of one so old that the whole ledger is read for it', async () => {
  const lately = sampleCharge({ job: 'lately', time: new Date(Date.now() - 3_600_000).toISOString(), amount: { micros: 500_000_000, unit: 'credits' } });
  const held = [...charges, lately];
  const { figures, release } = figuresWith(held);
  await figures.keep(origin, old);
  release();
  // Somebody asks at the same time what is left: that counts less far, and does not undo it.
  await Promise.all([figures.hold(), figures.left(origin)]);
  held.length = 0;
  assert.deepEqual(await figures.left(origin), { micros: 3_500_000_000, unit: 'credits' }, 'the charges are deleted, and stay spent');
});
