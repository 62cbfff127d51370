import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import * as fc from 'fast-check';
import * as z from 'zod/mini';
import { editorEnd, Refused, webviewEnd, type Handlers } from '../../../src/protocol/channel.ts';

const exchanges = {
  double: { ask: z.strictObject({ value: z.number() }), answer: z.strictObject({ value: z.number() }) },
  wait: { ask: z.strictObject({}), answer: z.strictObject({}) },
} as const;
const events = { tick: z.strictObject({ count: z.number() }), tock: z.string() } as const;

type Silent = () => never;
const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : 'something else was thrown');

/** Both ends, whose messages are copied on the way, as VS Code copies them. */
function ends(over: Partial<Handlers<typeof exchanges>> = {}) {
  const lines: string[] = [];
  const posted: unknown[] = [];
  const editor = editorEnd<typeof exchanges, typeof events>(
    exchanges,
    { double: ({ value }) => ({ value: value * 2 }), wait: () => ({}), ...over },
    {
      post(message) {
        posted.push(message);
        webview.hear(structuredClone(message));
      },
      sentenceOf,
      log: (line) => lines.push(line),
    },
  );
  const webview = webviewEnd<typeof exchanges, typeof events>(exchanges, events, {
    post: (message) => void editor.hear(structuredClone(message)),
    silence: () => 'nobody answered',
    log: (line) => lines.push(line),
  });
  return { editor, webview, lines, posted };
}

const refusal = (sentence: string) => (error: unknown) => error instanceof Refused && error.message === sentence;

test('a request is answered, and answers find the one who asked', async () => {
  const { webview } = ends({ double: async ({ value }) => (await new Promise((done) => void setImmediate(done)), { value: value * 2 }) });
  const answers = await Promise.all([1, 2, 3].map((value) => webview.ask('double', { value })));
  assert.deepEqual(answers, [{ value: 2 }, { value: 4 }, { value: 6 }]);
});

test('what a handler throws reaches the asker as one sentence, thrown at once or later', async () => {
  const atOnce: Silent = () => {
    throw new Error('at once');
  };
  const { webview } = ends({ double: atOnce, wait: () => Promise.reject(new Error('later')) });
  await assert.rejects(webview.ask('double', { value: 1 }), refusal('at once'));
  await assert.rejects(webview.ask('wait', {}), refusal('later'));
});

test('an answer that is none of this request is a refusal', async () => {
  for (const wrong of [undefined, null, 4, {}, { value: 'two' }, { value: 2, more: true }]) {
    const { webview, lines } = ends({ double: () => wrong as { value: number } });
    await assert.rejects(webview.ask('double', { value: 1 }), refusal('nobody answered'));
    assert.match(lines.join(), /an answer that cannot be read: double/);
  }
});

test('what cannot be handed over is refused at once', async () => {
  const { webview } = ends();
  await assert.rejects(webview.ask('double', { value: 1, run: () => 1 } as { value: number }));
});

test('a request that nobody answers is refused after half a minute, and an answer that comes then is nobody’s', async (context: TestContext) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  let finish: (value: Record<string, never>) => void = () => undefined;
  const { webview, lines } = ends({ wait: () => new Promise((resolve) => (finish = resolve)) });
  let settled = false;
  const asking = webview.ask('wait', {}).finally(() => (settled = true));
  asking.catch(() => undefined);
  context.mock.timers.tick(29_999);
  await Promise.resolve();
  assert.equal(settled, false);
  context.mock.timers.tick(1);
  await assert.rejects(asking, refusal('nobody answered'));
  finish({});
  await new Promise((done) => void setImmediate(done));
  assert.deepEqual(lines, []);
});

test('an answered request leaves no clock behind', async (context: TestContext) => {
  const set = context.mock.method(globalThis, 'setTimeout');
  const cleared = context.mock.method(globalThis, 'clearTimeout');
  const { webview } = ends();
  assert.deepEqual(await webview.ask('double', { value: 4 }), { value: 8 });
  assert.deepEqual(cleared.mock.calls.map(({ arguments: [timer] }) => timer), set.mock.calls.map(({ result }) => result));
  assert.equal(set.mock.callCount(), 1);
});

test('a second answer, or one to what was never asked, changes nothing', async () => {
  const { webview } = ends();
  const asking = webview.ask('double', { value: 1 });
  webview.hear({ answer: 99, value: { value: 5 } });
  webview.hear({ answer: 0, refused: 'no' });
  assert.deepEqual(await asking, { value: 2 });
  webview.hear({ answer: 1, value: { value: 7 } });
});

test('events reach who listens, until they stop; what is malformed reaches nobody', () => {
  const { editor, webview, lines } = ends();
  const heard: number[] = [];
  const stop = webview.on('tick', ({ count }) => heard.push(count));
  webview.on('tick', ({ count }) => heard.push(-count));
  editor.tell('tick', { count: 1 });
  stop();
  editor.tell('tick', { count: 2 });
  editor.tell('tick', { count: 'three' } as unknown as { count: number });
  webview.hear({ event: 'constructor', value: {} });
  webview.hear({ event: 'tick', value: { count: 3 }, more: 1 });
  assert.deepEqual(heard, [1, -1, -2]);
  assert.equal(lines.length, 3);
});

const everyObjectHas = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__', 'then'];

test('names that every object has are no requests', async () => {
  const { editor, posted, lines } = ends();
  for (const name of [...everyObjectHas, '', 'Double', 'double ', 'double\0']) await editor.hear({ id: 1, ask: name, with: {} });
  assert.deepEqual(posted, []);
  assert.equal(lines.length, everyObjectHas.length + 4);
});

/** Anything that a page can send, which is what can be copied; and now and then something close to a request. */
const message = fc.oneof(
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true, withSparseArray: true, withNullPrototype: true }),
  fc.record({ id: fc.anything(), ask: fc.anything(), with: fc.anything() }),
  fc.record({ id: fc.integer(), ask: fc.constantFrom('double', 'wait', ...everyObjectHas), with: fc.anything() }),
  fc.record({ id: fc.constantFrom(-1, 0.5, NaN, Infinity, '1', null), ask: fc.constant('double'), with: fc.constant({ value: 1 }) }),
  fc.record({ id: fc.nat(), ask: fc.constant('double'), with: fc.record({ value: fc.oneof(fc.string(), fc.constant(null), fc.object()) }) }),
  fc.record({ id: fc.nat(), ask: fc.constant('double'), with: fc.constant({ value: 1 }), more: fc.anything() }),
);

test('whatever a page sends, only a request of ours is answered, and nothing is thrown', async () => {
  await fc.assert(
    fc.asyncProperty(message, async (forged) => {
      const handled: unknown[] = [];
      const posted: unknown[] = [];
      const editor = editorEnd<typeof exchanges, typeof events>(
        exchanges,
        {
          double(ask) {
            handled.push(ask);
            return { value: 1 };
          },
          wait(ask) {
            handled.push(ask);
            return {};
          },
        },
        { post: (answer) => posted.push(answer), sentenceOf, log: () => undefined },
      );
      await editor.hear(forged);
      assert.equal(posted.length, handled.length);
      for (const ask of handled) assert.ok(exchanges.double.ask.safeParse(ask).success || exchanges.wait.ask.safeParse(ask).success);
    }),
    { numRuns: 2000 },
  );
});

test('whatever an editor sends, the page throws nothing, and hears only events as they are described', () => {
  fc.assert(
    fc.property(fc.oneof(message, fc.record({ event: fc.constantFrom('tick', 'tock', ...everyObjectHas), value: fc.anything() }), fc.record({ answer: fc.anything(), value: fc.anything() })), (forged) => {
      const { webview } = ends();
      webview.on('tick', (value) => assert.ok(events.tick.safeParse(value).success));
      webview.on('tock', (value) => assert.equal(typeof value, 'string'));
      webview.hear(forged);
    }),
    { numRuns: 2000 },
  );
});

test('a page gone mad does not fill the log', async () => {
  const { editor, lines } = ends();
  for (let sent = 0; sent < 1000; sent += 1) await editor.hear({ ask: 'x'.repeat(10_000) });
  assert.equal(lines.length, 50);
  assert.match(lines.at(-1) ?? '', /from here on is not logged/);
  assert.ok(lines.join('').length < 10_000);
});

test('a malformed request is logged by what is wrong with it, never by what it holds', async () => {
  const { editor, lines } = ends();
  await editor.hear({ id: 1, ask: 'double', with: { value: 'hk-secret', 'also-secret': 1 } });
  assert.match(lines.join(), /double, value invalid_type/);
  assert.doesNotMatch(lines.join(), /hk-secret/);
});
