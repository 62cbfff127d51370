import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { billedOf, FailureError, mayResend, type Billed, type Failure, type FailureCode } from '../../../src/images/failure.ts';
import { failureActions, failureSentence } from '../../../src/images/failureSentence.ts';
import { plainMessage } from '../../../src/images/redact.ts';
import { english, type Translate } from '../../../src/images/words.ts';
import chinese from '../../../l10n/bundle.l10n.zh-cn.json' with { type: 'json' };

const message = 'the technical story';
const credits = (units: number) => ({ micros: units * 1e6, unit: 'credits' }) as const;

/** One of every member, so that the type checker misses none. */
const all: { readonly [Code in FailureCode]: Extract<Failure, { code: Code }> } = {
  'invalid-request': { code: 'invalid-request', reason: 'The prompt is empty: say what the picture should show.' },
  'no-key': { code: 'no-key' },
  'base-url': { code: 'base-url', fault: 'not-http' },
  'insecure-url': { code: 'insecure-url', origin: 'http://relay.example' },
  'over-budget': { code: 'over-budget', cost: credits(5), period: 'day', scope: 'everything', limit: credits(10), spent: credits(6), reserved: credits(0), reason: 'This request may cost up to 5 credits, over the budget.' },
  'above-confirm': { code: 'above-confirm', cost: credits(5), limit: credits(4), reason: 'This request may cost up to 5 credits, over the setting.' },
  'ledger-failed': { code: 'ledger-failed', message },
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
  'keep-failed': { code: 'keep-failed', path: 'easel/journal', why: 'full', message },
  'save-failed': { code: 'save-failed', path: 'assets/cat.png', message },
  internal: { code: 'internal', message },
};
const failures = Object.values(all);

/** As VS Code fills in the translations. */
const inChinese: Translate = (sentence, ...values) => english((chinese as Readonly<Record<string, string>>)[sentence] ?? sentence, ...values);

/** What services, proxies and frameworks answer with instead of a message, and what somebody would write to make the editor do something. */
const hostile = [
  '[object Object]',
  '[object [object Object]Object]',
  '<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><center><h1>502</h1></center></body></html>',
  '<<b>script>alert(1)</script>',
  '&lt;img src=x onerror=alert(1)&gt;',
  'TypeError: x is not a function\n    at Object.<anonymous> (/srv/app.js:12:34)\n    at Module._compile (node:internal/modules/cjs/loader:1554:14)',
  'at async handler (file:///srv/api/handler.mjs:1:2)',
  'java.lang.NullPointerException\n\tat com.relay.Images.make(Images.java:81)\n\tat java.base/java.lang.Thread.run(Thread.java:840)',
  'Traceback (most recent call last):\n  File "/app/main.py", line 12, in <module>\nValueError: bad',
  '[Top up](command:workbench.action.terminal.new) [here](https://evil.example)',
  '{"error":{"message":"no"}}',
  '\u0000\u202E\uD800\u200B\r\n\u2028',
];

/** What a notification must never show. */
const unfit = /[\p{Cc}\u2028\u2029]|\[object \w+\]|<[a-z!/]|\]\(|\bat [\w$.<> ]*\(\S+:\d+:\d+\)|\.java:\d|Traceback|", line \d|undefined|NaN/iu;

/** The failure with `text` in every field that comes from outside. */
const filledWith = (failure: Failure, text: string): Failure =>
  Object.fromEntries(Object.entries(failure).map(([name, value]) => [name, typeof value === 'string' && !['code', 'fault', 'reason', 'about', 'why'].includes(name) ? text : value])) as unknown as Failure;

/** What went wrong before the service had the whole request. */
const unsent: readonly Failure[] = [
  { code: 'cancelled', sent: false },
  { code: 'connection-lost', sent: false, message },
  { code: 'timeout', sent: false, seconds: 600 },
  { code: 'keep-failed', sent: false, path: 'easel/journal', why: 'full', message },
  { code: 'keep-failed', sent: false, path: 'easel/journal', why: 'refused', message },
  { code: 'keep-failed', sent: false, path: 'easel/journal', why: 'other', message },
];

describe('billedOf', () => {
  it('knows what costs nothing, what is paid, and what nobody knows', () => {
    const billed = (wanted: Billed) => failures.filter((failure) => billedOf(failure) === wanted).map(({ code }) => code);
    assert.deepEqual(billed('yes'), ['download-failed', 'download-refused', 'keep-failed', 'save-failed']);
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
      // What is our own sentence already.
      if ('reason' in failure) continue;
      const filled = Object.fromEntries(Object.entries(failure).map(([name, value]) => [name, name !== 'code' && typeof value === 'string' ? dirty : value])) as unknown as Failure;
      assert.doesNotMatch(failureSentence(filled, english), /[<>\n]|abcdef|SECRET|pw@/u, failure.code);
    }
  });
});

describe('failureSentence, in both languages', () => {
  const shown = (text: string): void => {
    for (const failure of failures) {
      for (const t of [english, inChinese]) {
        const sentence = failureSentence(filledWith(failure, text), t);
        assert.doesNotMatch(sentence, unfit, `${failure.code}: ${sentence}`);
        assert.ok(sentence.length < 1000, failure.code);
      }
    }
  };

  it('has its own Chinese sentence for each', () => {
    const sentences = failures.map((failure) => failureSentence(failure, inChinese));
    for (const sentence of sentences.slice(1)) assert.match(sentence, /\p{Script=Han}/u);
    assert.equal(new Set(sentences).size, failures.length);
  });

  it('is one line of plain text whatever a service says', () => {
    for (const text of hostile) shown(text);
    const piece = fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: 'binary' }), fc.constantFrom('<', '>', '[', '](', 'object ', 'Object]', ' at ', '(a.js:1:2)', '\n'));
    fc.assert(fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => shown(pieces.join(''))), { numRuns: 300 });
  });

  it('lets names of files run no command', () => {
    assert.doesNotMatch(failureSentence({ code: 'invalid-request', reason: '[a](command:b).png is too large.', about: 'files' }, english), /\]\(/u);
  });

  it('leaves a plain message as it was said', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z]{1,9}( [a-z]{1,9}| \d{1,5}){0,9}[.!]?$/), (said) => assert.equal(plainMessage(said), said)),
      { examples: [['Look at 10:30 for it'], ['Retry at 2030-01-01T10:00:00Z'], ['Images at https://files.example:8443/a are gone']] },
    );
  });
});

describe('failureActions', () => {
  it('offers other files, and no other words or size, where a file is what is wrong', () => {
    assert.deepEqual(failureActions({ code: 'invalid-request', reason: 'x', about: 'files' }), ['choose-files', 'retry']);
    assert.deepEqual(failureActions(all['file-unreadable']), ['choose-files', 'retry', 'show-log']);
  });

  it('offers no trying again, which would seem to be free, for a picture that is lost', () => {
    assert.deepEqual(failureActions(all['keep-failed']), ['open-billing', 'show-log', 'place-again']);
    for (const failure of unsent.filter(({ code }) => code === 'keep-failed')) assert.deepEqual(failureActions(failure), ['retry', 'show-log']);
  });

  it('offers the usage log first where nobody knows what became of a request, and only there', () => {
    for (const failure of [...failures, ...unsent, { code: 'cancelled', sent: true } as const, { code: 'overloaded', retryAfterSeconds: 2, message } as const]) {
      const actions = failureActions(failure);
      const open = billedOf(failure) === 'unknown' && failure.code !== 'no-pictures' && failure.code !== 'internal';
      assert.equal(actions.includes('check-log'), open, failure.code);
      if (open && actions.includes('retry')) assert.ok(actions.indexOf('check-log') < actions.indexOf('retry'), failure.code);
    }
  });

  it('says what keeps a picture from being kept, in both languages', () => {
    for (const t of [english, inChinese]) {
      const sentences = [undefined, false as const].flatMap((sent) => (['full', 'refused', 'other'] as const).map((why) => failureSentence({ code: 'keep-failed', ...(sent === false && { sent }), path: '/home/a/journal', why, message }, t)));
      assert.equal(new Set(sentences).size, 6);
      for (const sentence of sentences) assert.match(sentence, /\/home\/a\/journal/u);
    }
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
    assert.equal(failureActions(all['over-budget'])[0], 'set-budget');
    assert.equal(failureActions(all.moderation)[0], 'change-prompt');
    assert.equal(failureActions(all['parameter-refused'])[0], 'change-size');
    assert.equal(failureActions({ code: 'parameter-refused', parameter: 'prompt', message })[0], 'change-prompt');
    assert.equal(failureActions({ code: 'parameter-refused', parameter: 'n', message })[0], 'open-settings');
    assert.deepEqual(failureActions(all['save-failed']), ['retry', 'save-as', 'discard', 'show-log']);
  });

  it('looks at the balance before it pays again, where nobody knows whether it was charged', () => {
    for (const code of ['server-error', 'gateway-timeout', 'connection-lost', 'bad-reply'] as const) {
      const actions = failureActions(all[code]);
      assert.ok(actions.indexOf('open-billing') < actions.indexOf('retry'), code);
      assert.ok(actions.includes('open-billing'), code);
    }
    assert.deepEqual(failureActions({ code: 'connection-lost', sent: false, message }), ['retry', 'show-log']);
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
