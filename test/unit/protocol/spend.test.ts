import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { editorEnd, type Handlers } from '../../../src/protocol/channel.ts';
import { spendEvents, spendExchanges, spendPresets, type SpendEvents, type SpendExchanges } from '../../../src/protocol/spend.ts';
import { rangePresets } from '../../../src/spend/range.ts';

const names = Object.keys(spendExchanges) as (keyof SpendExchanges)[];

/** The report's end of the editor, with handlers that only note that they were asked. */
function witness() {
  const asked: [name: string, ask: unknown][] = [];
  const posted: unknown[] = [];
  const handlers = Object.fromEntries(names.map((name) => [name, (ask: unknown) => void asked.push([name, ask])])) as unknown as Handlers<SpendExchanges>;
  const end = editorEnd<SpendExchanges, SpendEvents>(spendExchanges, handlers, { post: (message) => posted.push(message), sentenceOf: String, log: () => undefined });
  return { asked, posted, hear: end.hear };
}

const samples: Readonly<Partial<Record<keyof SpendExchanges, object>>> = {
  'range.choose': { preset: 'custom', from: '2026-11-01', to: '2026-11-26' },
  'report.export': { as: 'csv' },
  'picture.open': { picture: 'p0' },
  'reconcile.enter': { turn: 1, groups: ['matched'] },
};

test('the page may choose the ranges that there are', () => {
  assert.deepEqual(spendPresets, rangePresets);
});

test('every request has a form that is taken, and takes nothing beside it', async () => {
  for (const name of names) {
    const ask = samples[name] ?? {};
    const { asked, hear } = witness();
    await hear({ id: 1, ask: name, with: ask });
    assert.equal(asked.length, 1, `${name} is taken`);
    await hear({ id: 2, ask: name, with: { ...ask, path: '/etc/passwd' } });
    await hear({ id: 3, ask: name, with: [ask] });
    await hear({ id: 4, ask: name, with: undefined });
    await hear({ id: 5, ask: name });
    assert.equal(asked.length, 1, `${name} takes nothing else`);
  }
});

test('what is too much or of the wrong kind is dropped, and answered by nobody', async () => {
  const forged: [keyof SpendExchanges, unknown][] = [
    ['start', { choice: { preset: 'yesterday' } }],
    ['start', { choice: { preset: 'today', from: '2026-11-01', to: '2026-11-02' } }],
    ['range.choose', { preset: 'custom' }],
    ['range.choose', { preset: 'custom', from: '2026-11-01' }],
    ['range.choose', { preset: 'custom', from: 0, to: 1 }],
    ['range.choose', { preset: 'custom', from: '2026-11-01T00:00:00Z', to: '2026-11-02' }],
    ['report.export', { as: 'exe' }],
    ['report.export', { as: 'csv', to: 'file:///etc/passwd' }],
    ['picture.open', { picture: '' }],
    ['picture.open', { picture: 'x'.repeat(201) }],
    ['picture.open', { picture: { fsPath: '/etc/passwd' } }],
    ['reconcile.enter', { turn: 1, groups: [] }],
    ['reconcile.enter', { turn: 1, groups: ['matched', 'matched', 'matched', 'matched'] }],
    ['reconcile.enter', { turn: 1, groups: ['constructor'] }],
    ['reconcile.enter', { turn: -1, groups: ['matched'] }],
    ['reconcile.enter', { turn: 0.5, groups: ['matched'] }],
  ];
  for (const [name, ask] of forged) {
    const { asked, posted, hear } = witness();
    await hear({ id: 1, ask: name, with: ask });
    assert.deepEqual([asked, posted], [[], []], `${name} ${inspect(ask, { maxStringLength: 40 })}`);
  }
});

test('whatever a page sends under the name of a request, a handler gets only what that request describes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), fc.oneof(fc.anything(), fc.object({ key: fc.constantFrom('preset', 'from', 'to', 'choice', 'as', 'picture', 'turn', 'groups', '__proto__') })), async (name, ask) => {
      const { asked, posted, hear } = witness();
      await hear({ id: 1, ask: name, with: ask });
      assert.equal(posted.length, asked.length);
      for (const [, taken] of asked) assert.ok(spendExchanges[name].ask.safeParse(taken).success);
    }),
    { numRuns: 2000 },
  );
});

test('every event is described so that nothing else is taken for it', () => {
  for (const [name, schema] of Object.entries(spendEvents)) {
    for (const wrong of [undefined, null, 'x', 4, { more: 1 }, {}]) assert.equal(schema.safeParse(wrong).success, false, `${name} ${JSON.stringify(wrong)}`);
  }
});
