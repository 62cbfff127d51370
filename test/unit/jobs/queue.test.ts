import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { FailureError } from '../../../src/images/failure.ts';
import { createJobQueue } from '../../../src/jobs/queue.ts';

/** A queue with work that is ended by hand. */
function desk(limit: () => number) {
  const queue = createJobQueue(limit);
  const begun: string[] = [];
  const endings = new Map<string, { readonly resolve: () => void; readonly reject: (error: Error) => void }>();
  return {
    queue,
    begun,
    /** Puts work in; it can be cancelled and ended by its name. */
    put: (name: string) => {
      const abort = new AbortController();
      const done = queue.run(() => {
        begun.push(name);
        return new Promise<string>((resolve, reject) => endings.set(name, { resolve: () => resolve(name), reject }));
      }, abort.signal);
      done.catch(() => undefined);
      return { done, cancel: () => abort.abort() };
    },
    end: async (name: string, error?: Error) => {
      const ending = endings.get(name);
      assert.ok(ending, `${name} has begun`);
      if (error) ending.reject(error);
      else ending.resolve();
      await turn();
    },
  };
}

const cancelledUnsent = (error: unknown): boolean => error instanceof FailureError && error.failure.code === 'cancelled' && !error.failure.sent;

describe('the queue', () => {
  test('does so much at once as the limit says, in the order in which it came', async () => {
    const { begun, put, end } = desk(() => 2);
    for (const name of ['a', 'b', 'c', 'd']) put(name);
    await turn();
    assert.deepEqual(begun, ['a', 'b']);
    await end('b');
    assert.deepEqual(begun, ['a', 'b', 'c']);
    await end('a');
    await end('c');
    assert.deepEqual(begun, ['a', 'b', 'c', 'd']);
  });

  test('hands on what the work resolves to', async () => {
    const { put, end } = desk(() => 1);
    const { done } = put('a');
    await turn();
    await end('a');
    assert.equal(await done, 'a');
  });

  test('work that fails stops no other', async () => {
    const { begun, put, end } = desk(() => 1);
    const first = put('a');
    const second = put('b');
    await turn();
    await end('a', new Error('broken'));
    await assert.rejects(first.done, /broken/);
    assert.deepEqual(begun, ['a', 'b']);
    await end('b');
    assert.equal(await second.done, 'b');
  });

  test('cancelled while it waits, work leaves at once and never begins', async () => {
    const { begun, put, end } = desk(() => 1);
    put('a');
    const waiting = put('b');
    put('c');
    await turn();
    waiting.cancel();
    await assert.rejects(waiting.done, cancelledUnsent);
    await end('a');
    assert.deepEqual(begun, ['a', 'c']);
  });

  test('cancelled before it is put in, work never begins either', async () => {
    const { queue, begun } = desk(() => 1);
    const work = (): Promise<void> => {
      begun.push('a');
      return Promise.resolve();
    };
    await assert.rejects(queue.run(work, AbortSignal.abort()), cancelledUnsent);
    assert.deepEqual(begun, []);
  });

  test('cancelled under way, work keeps its place until it has really ended', async () => {
    const { begun, put, end } = desk(() => 1);
    const running = put('a');
    put('b');
    await turn();
    running.cancel();
    await turn();
    assert.deepEqual(begun, ['a']);
    await end('a');
    assert.equal(await running.done, 'a');
    assert.deepEqual(begun, ['a', 'b']);
  });

  test('a new limit holds at once when it is told, and else from the next work on', async () => {
    let limit = 1;
    const { queue, begun, put, end } = desk(() => limit);
    for (const name of ['a', 'b', 'c']) put(name);
    await turn();
    limit = 3;
    queue.refresh();
    await turn();
    assert.deepEqual(begun, ['a', 'b', 'c']);
    limit = 1;
    put('d');
    await end('a');
    await end('b');
    assert.deepEqual(begun, ['a', 'b', 'c'], 'one is under way still');
    await end('c');
    assert.deepEqual(begun, ['a', 'b', 'c', 'd']);
  });

  test('whatever comes, ends and is cancelled: never more than the limit, none twice, none forgotten, in order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.array(fc.record({ cancel: fc.boolean(), fail: fc.boolean(), turns: fc.nat(3) }), { maxLength: 12 }), async (limit, works) => {
        const queue = createJobQueue(() => limit);
        let running = 0;
        const begun: number[] = [];
        const ends = await Promise.allSettled(
          works.map(({ cancel, fail, turns }, index) => {
            const abort = new AbortController();
            const done = queue.run(async () => {
              begun.push(index);
              running += 1;
              assert.ok(running <= limit);
              for (let left = turns; left > 0; left -= 1) await turn();
              running -= 1;
              if (fail) throw new Error('failed');
            }, abort.signal);
            if (cancel) setImmediate(() => abort.abort());
            return done;
          }),
        );
        assert.deepEqual(begun, begun.toSorted((a, b) => a - b));
        assert.equal(new Set(begun).size, begun.length);
        ends.forEach((end, index) => {
          const unsent = end.status === 'rejected' && cancelledUnsent(end.reason);
          assert.equal(unsent, !begun.includes(index));
        });
      }),
      { numRuns: 100 },
    );
  });
});
