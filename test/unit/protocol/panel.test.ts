import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { editorEnd, type Handlers } from '../../../src/protocol/channel.ts';
import { panelEvents, panelExchanges, type PanelEvents, type PanelExchanges } from '../../../src/protocol/panel.ts';

const names = Object.keys(panelExchanges) as (keyof PanelExchanges)[];

/** The panel's end of the editor, with handlers that only note that they were asked. */
function witness() {
  const asked: [name: string, ask: unknown][] = [];
  const posted: unknown[] = [];
  const handlers = Object.fromEntries(names.map((name) => [name, (ask: unknown) => void asked.push([name, ask])])) as unknown as Handlers<PanelExchanges>;
  const end = editorEnd<PanelExchanges, PanelEvents>(panelExchanges, handlers, { post: (message) => posted.push(message), sentenceOf: String, log: () => undefined });
  return { asked, posted, hear: end.hear };
}

const nothing: ReadonlySet<string> = new Set(names.filter((name) => panelExchanges[name].ask.safeParse({}).success));
const whole: Readonly<Partial<Record<keyof PanelExchanges, object>>> = {
  'draft.change': { draft: { prompt: 'A cat' } },
  'style.save': { text: 'flat', scope: 'user' },
  'style.delete': { style: 's1' },
  'style.open': { scope: 'workspace' },
  'reference.pick': { where: 'workspace', role: 'image' },
  'reference.drop': { uris: ['file:///a.png'] },
  'reference.bytes': { name: 'a.png', bytes: new Uint8Array(4) },
  'reference.move': { reference: 'r1', to: 0 },
  'reference.role': { reference: 'r1', role: 'mask' },
  'reference.mend': { reference: 'r1', mend: 'm1' },
  'reference.remove': { reference: 'r1' },
  send: { again: false },
  'job.cancel': { job: 'j1' },
  'job.act': { job: 'j1', action: 'retry' },
  'job.dismiss': { job: 'j1' },
  'gallery.list': { text: '', folder: '', model: '', since: '' },
  'gallery.details': { requests: ['q1'] },
  'picture.show': { picture: 'p1' },
  'picture.act': { pictures: ['p1'], act: 'open' },
  'picture.copy': { picture: 'p1', as: 'markdown' },
  'picture.compare': { picture: 'p1' },
  'mask.begin': { picture: 'p1' },
  'mask.save': { reference: 'r1', bytes: new Uint8Array(4), beside: false },
};

test('every request has a form that is taken, and takes nothing beside it', async () => {
  for (const name of names) {
    const ask = nothing.has(name) ? {} : whole[name];
    assert.ok(ask, `${name} has no sample here`);
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

test('what is too much or of the wrong kind is dropped', async () => {
  const long = 'x'.repeat(1_000_000);
  const many = Array.from({ length: 10_000 }, () => 'p1');
  const forged: [keyof PanelExchanges, unknown][] = [
    ['draft.change', { draft: { prompt: long } }],
    ['draft.change', { draft: { folder: long } }],
    ['draft.change', { draft: { count: 11 } }],
    ['draft.change', { draft: { count: 1.5 } }],
    ['draft.change', { draft: { partials: 4 } }],
    ['draft.change', { draft: { quality: 'ultra' } }],
    ['draft.change', { draft: { key: 'hk-x' } }],
    ['draft.change', { draft: JSON.parse('{"__proto__":{"prompt":"x"},"prompt":1}') }],
    ['reference.drop', { uris: many }],
    ['reference.drop', { uris: [long] }],
    ['reference.drop', { uris: [{ fsPath: '/etc/passwd' }] }],
    ['reference.bytes', { name: 'a.png', bytes: new Uint8Array(0) }],
    ['reference.bytes', { name: 'a.png', bytes: new Uint8Array(51 * 1024 * 1024) }],
    ['reference.bytes', { name: 'a.png', bytes: { byteLength: 4 } }],
    ['reference.bytes', { name: 'a.png', bytes: 'iVBORw0KGgo=' }],
    ['mask.save', { reference: 'r1', bytes: new ArrayBuffer(51 * 1024 * 1024), beside: false }],
    ['reference.move', { reference: 'r1', to: -1 }],
    ['reference.move', { reference: 'r1', to: Number.NaN }],
    ['style.save', { text: long, scope: 'user' }],
    ['style.open', { scope: '../../etc' }],
    ['gallery.details', { requests: many }],
    ['picture.act', { pictures: [], act: 'open' }],
    ['picture.act', { pictures: many, act: 'delete' }],
    ['picture.act', { pictures: ['p1'], act: 'run' }],
    ['picture.show', { picture: '' }],
    ['picture.copy', { picture: 'p1', as: 'shell' }],
    ['job.act', { job: 'j1', action: 'constructor' }],
    ['gallery.list', { text: long, folder: '', model: '', since: '' }],
  ];
  for (const [name, ask] of forged) {
    const { asked, posted, hear } = witness();
    await hear({ id: 1, ask: name, with: ask });
    assert.deepEqual([asked, posted], [[], []], `${name} ${inspect(ask, { maxStringLength: 40, maxArrayLength: 3 })}`);
  }
});

test('whatever a page sends under the name of a request, a handler gets only what that request describes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), fc.oneof(fc.anything(), fc.object({ key: fc.constantFrom('draft', 'uris', 'reference', 'picture', 'pictures', 'bytes', 'prompt', 'folder', '__proto__') })), async (name, ask) => {
      const { asked, posted, hear } = witness();
      await hear({ id: 1, ask: name, with: ask });
      assert.equal(posted.length, asked.length);
      for (const [, taken] of asked) assert.ok(panelExchanges[name].ask.safeParse(taken).success);
    }),
    { numRuns: 2000 },
  );
});

test('every event is described so that nothing else is taken for it', () => {
  for (const [name, schema] of Object.entries(panelEvents)) {
    for (const wrong of [undefined, null, 'x', 4, { more: 1 }]) assert.equal(schema.safeParse(wrong).success, false, `${name} ${JSON.stringify(wrong)}`);
  }
});
