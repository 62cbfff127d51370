import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { billedOf, failureActions, FailureError, failureSentence, mayResend, type Billed, type Failure, type FailureCode } from '../../../src/images/failure.ts';
import { english } from '../../../src/images/words.ts';

const message = 'the technical story';

/** One of every member, so that the type checker misses none. */
const all: { readonly [Code in FailureCode]: Extract<Failure, { code: Code }> } = {
  'invalid-request': { code: 'invalid-request', reason: 'The prompt is empty: say what the picture should show.' },
  'no-key': { code: 'no-key' },
  'base-url': { code: 'base-url', fault: 'not-http' },
  'insecure-url': { code: 'insecure-url', origin: 'http://relay.example' },
  cancelled: { code: 'cancelled', sent: false },
  'file-unreadable': { code: 'file-unreadable', name: 'hero.png', message },
  'key-refused': { code: 'key-refused', message },
  forbidden: { code: 'forbidden', message },
  'not-verified': { code: 'not-verified', message },
  'model-not-found': { code: 'model-not-found', model: 'gpt-image-9', message },
  'not-found': { code: 'not-found', message },
  moderation: { code: 'moderation', message },
  'parameter-refused': { code: 'parameter-refused', parameter: 'size', message },
  'bad-request': { code: 'bad-request', message },
  quota: { code: 'quota', message },
  'rate-limited': { code: 'rate-limited', message },
  'too-large': { code: 'too-large', message },
  overloaded: { code: 'overloaded', message },
  'server-error': { code: 'server-error', status: 500, message },
  'gateway-timeout': { code: 'gateway-timeout', status: 524 },
  redirected: { code: 'redirected', to: 'https://other.example/v1' },
  unreachable: { code: 'unreachable', host: 'api.example', message },
  certificate: { code: 'certificate', host: 'api.example', message },
  proxy: { code: 'proxy', message },
  'connection-lost': { code: 'connection-lost', message },
  timeout: { code: 'timeout', seconds: 600 },
  'bad-reply': { code: 'bad-reply', message },
  'no-pictures': { code: 'no-pictures' },
  'download-failed': { code: 'download-failed', host: 'files.example', message },
  'download-refused': { code: 'download-refused', host: 'files.example', message },
  'save-failed': { code: 'save-failed', path: 'assets/cat.png', message },
  internal: { code: 'internal', message },
};
const failures = Object.values(all);
/** What went wrong before the service had the whole request. */
const unsent: readonly Failure[] = [
  { code: 'cancelled', sent: false },
  { code: 'connection-lost', sent: false, message },
  { code: 'timeout', sent: false, seconds: 600 },
];

describe('billedOf', () => {
  it('knows what costs nothing, what is paid, and what nobody knows', () => {
    const billed = (wanted: Billed) => failures.filter((failure) => billedOf(failure) === wanted).map(({ code }) => code);
    assert.deepEqual(billed('yes'), ['download-failed', 'download-refused', 'save-failed']);
    assert.deepEqual(billed('unknown'), ['overloaded', 'server-error', 'gateway-timeout', 'connection-lost', 'timeout', 'bad-reply', 'no-pictures', 'internal']);
    assert.equal(billedOf({ code: 'cancelled', sent: true }), 'unknown');
    for (const failure of unsent) assert.equal(billedOf(failure), 'no', failure.code);
    assert.equal(billedOf({ code: 'overloaded', retryAfterSeconds: 0, message }), 'no');
  });
});

describe('mayResend', () => {
  it('is true only where the service said that it took nothing', () => {
    const again = failures.filter(mayResend).map(({ code }) => code);
    assert.deepEqual(again, ['rate-limited']);
    assert.equal(mayResend({ code: 'overloaded', retryAfterSeconds: 2, message }), true);
    for (const failure of failures) if (mayResend(failure)) assert.equal(billedOf(failure), 'no');
  });
});

describe('failureSentence', () => {
  it('is one clear sentence for each, and a different one', () => {
    const sentences = failures.map((failure) => failureSentence(failure, english));
    for (const sentence of sentences) assert.match(sentence, /^[^{}<>\n]{20,300}$/u);
    for (const sentence of sentences) assert.match(sentence, /[.)]$/u);
    assert.equal(new Set(sentences).size, failures.length);
  });

  it('says how long to wait', () => {
    assert.match(failureSentence({ code: 'rate-limited', retryAfterSeconds: 19.2, message }, english), /in 20 seconds/u);
    assert.match(failureSentence({ code: 'overloaded', retryAfterSeconds: 5, message }, english), /in 5 seconds/u);
  });

  it('says whether a cancelled request may cost', () => {
    assert.match(failureSentence({ code: 'cancelled', sent: true }, english), /may still charge/u);
    for (const failure of unsent) assert.match(failureSentence(failure, english), /nothing was charged/u);
  });

  it('never shows markup, keys or signatures, whatever the fields hold', () => {
    const dirty = '<html><body>\n<h1>Oops</h1> sk-abcdef123456 https://user:pw@x.example/a?sig=SECRET</body></html>';
    for (const failure of failures) {
      if (failure.code === 'invalid-request') continue;
      const filled = Object.fromEntries(Object.entries(failure).map(([name, value]) => [name, name !== 'code' && typeof value === 'string' ? dirty : value])) as unknown as Failure;
      assert.doesNotMatch(failureSentence(filled, english), /[<>\n]|abcdef|SECRET|pw@/u, failure.code);
    }
  });
});

describe('failureActions', () => {
  it('offers no other words or size where a file is what is wrong', () => {
    assert.deepEqual(failureActions({ code: 'invalid-request', reason: 'x', about: 'files' }), []);
  });

  it('offers something for each, without repeats', () => {
    for (const failure of failures) {
      const actions = failureActions(failure);
      assert.ok(actions.length > 0, failure.code);
      assert.equal(new Set(actions).size, actions.length, failure.code);
    }
  });

  it('puts what helps first', () => {
    assert.equal(failureActions(all['no-key'])[0], 'set-key');
    assert.equal(failureActions(all.quota)[0], 'open-billing');
    assert.equal(failureActions(all.moderation)[0], 'change-prompt');
    assert.equal(failureActions(all['parameter-refused'])[0], 'change-size');
    assert.equal(failureActions({ code: 'parameter-refused', parameter: 'prompt', message })[0], 'change-prompt');
    assert.equal(failureActions({ code: 'parameter-refused', parameter: 'n', message })[0], 'open-settings');
    assert.equal(failureActions(all['save-failed'])[0], 'save-as');
  });
});

describe('FailureError', () => {
  it('carries the failure and what was billed all the same', () => {
    fc.assert(
      fc.property(fc.constantFrom(...failures), (failure) => {
        const usage = { textIn: 1, imageIn: 2, imageOut: 3 };
        const error = new FailureError(failure, { usage });
        assert.equal(error.failure, failure);
        assert.equal(error.usage, usage);
        assert.ok(error.message.startsWith(failure.code));
      }),
    );
  });
});
