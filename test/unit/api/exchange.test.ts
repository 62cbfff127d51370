import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Dispatcher } from 'undici';
import { exchange, ExchangeError } from '../../../src/api/exchange.ts';

/** A dispatcher that does with the handler what the test says. */
const scripted = (play: (handler: Dispatcher.DispatchHandler, controller: () => Dispatcher.DispatchController) => void): { readonly dispatcher: Dispatcher; readonly aborted: string[] } => {
  const aborted: string[] = [];
  const controller = (): Dispatcher.DispatchController => ({
    aborted: false,
    paused: false,
    reason: null,
    abort: (reason) => aborted.push(reason.message),
    pause: () => undefined,
    resume: () => undefined,
  });
  class Scripted extends Dispatcher {
    override dispatch(_: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
      play(handler, controller);
      return true;
    }
  }
  return { dispatcher: new Scripted(), aborted };
};

const post = (dispatcher: Dispatcher, signal = new AbortController().signal) => exchange({ dispatcher, url: new URL('http://127.0.0.1:1/'), method: 'POST', headers: {}, signals: [signal], onResponse: () => undefined });

test('a request that undici starts a second time is stopped before it goes out again', async () => {
  const { dispatcher, aborted } = scripted((handler, controller) => {
    handler.onRequestStart?.(controller(), undefined);
    handler.onRequestStart?.(controller(), undefined);
  });
  await assert.rejects(post(dispatcher), (error: unknown) => error instanceof ExchangeError && error.sent);
  assert.equal(aborted.length, 2, 'the second start, and what the first left');
});

test('a request that was cancelled before its connection came does not go out on it', async () => {
  const abort = new AbortController();
  let start: () => void = () => undefined;
  const { dispatcher, aborted } = scripted((handler, controller) => (start = () => handler.onRequestStart?.(controller(), undefined)));
  const over = post(dispatcher, abort.signal);
  abort.abort(new Error('cancelled'));
  await assert.rejects(over, /cancelled/);
  start();
  assert.equal(aborted.length, 1);
});

test('what fails before its start was not sent, what fails after it was', async () => {
  for (const sent of [false, true]) {
    const { dispatcher } = scripted((handler, controller) => {
      if (sent) handler.onRequestStart?.(controller(), undefined);
      handler.onResponseError?.(controller(), new Error('broken'));
    });
    await assert.rejects(post(dispatcher), (error: unknown) => error instanceof ExchangeError && error.sent === sent);
  }
});
