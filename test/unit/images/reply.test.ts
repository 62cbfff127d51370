import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import type { Failure } from '../../../src/images/failure.ts';
import { failureSentence } from '../../../src/images/failureSentence.ts';
import { failureFromReply, parseRetryAfter, type ReplyHeaders } from '../../../src/images/reply.ts';
import { english } from '../../../src/images/words.ts';

const judge = (status: number, body: unknown, headers: ReplyHeaders = {}): Failure =>
  failureFromReply(status, headers, typeof body === 'string' ? body : JSON.stringify(body), { model: 'gpt-image-2' });

const error = (fields: Readonly<Record<string, unknown>>) => ({ error: { message: 'said', type: 'invalid_request_error', param: null, code: null, ...fields } });

const cloudflare = `<!DOCTYPE html>
<html lang="en-US"><head><title>api.example.com | 524: A timeout occurred</title><style>body{color:red}</style></head>
<body><h1>A timeout occurred</h1><script>alert(1)</script></body></html>`;
const nginx = '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><center><h1>502 Bad Gateway</h1></center></body></html>';

describe('failureFromReply', () => {
  const cases: readonly (readonly [string, number, unknown, Failure['code'], ReplyHeaders?])[] = [
    ['OpenAI-HK, bad key', 401, { error: { message: 'key error please check', type: 'hk_api_error', param: '', code: 'hk_api_error' } }, 'key-refused'],
    ['OpenAI, bad key', 401, error({ code: 'invalid_api_key', message: 'Incorrect API key provided: sk-ab****cd.' }), 'key-refused'],
    ['relay, bad key as 403', 403, error({ code: 'invalid_api_key' }), 'key-refused'],
    ['401 without a body', 401, '', 'key-refused'],
    ['402', 402, '', 'quota'],
    ['unverified organisation', 403, error({ message: 'Your organization must be verified to use the model `gpt-image-1`.' }), 'not-verified'],
    ['country', 403, error({ code: 'unsupported_country_region_territory' }), 'forbidden'],
    ['Cloudflare\'s wall', 403, '<html><title>Just a moment...</title></html>', 'forbidden'],
    ['new-api without balance', 403, error({ code: 'insufficient_user_quota', message: '用户额度不足' }), 'quota'],
    ['no such model', 404, error({ code: 'model_not_found' }), 'model-not-found'],
    ['no such model in words', 404, error({ message: 'The model `gpt-image-9` does not exist' }), 'model-not-found'],
    ['no such path', 404, nginx, 'not-found'],
    ['new-api without a channel', 503, { error: { message: 'No available channel for model gpt-image-9', type: 'new_api_error', code: 'model_not_found' } }, 'model-not-found'],
    ['moderation', 400, error({ code: 'moderation_blocked', message: 'Your request was rejected by the safety system.' }), 'moderation'],
    ['moderation in words', 400, error({ message: 'Your request was rejected as a result of our safety system.' }), 'moderation'],
    ['hard limit', 400, error({ code: 'billing_hard_limit_reached' }), 'quota'],
    ['unknown parameter', 400, error({ code: 'unknown_parameter', param: 'response_format' }), 'parameter-refused'],
    ['the moderation parameter', 400, error({ code: 'invalid_value', param: 'moderation', message: 'Bad moderation: see our content policy' }), 'parameter-refused'],
    ['bad request', 400, error({}), 'bad-request'],
    ['FastAPI', 422, { detail: [{ loc: ['body', 'n'], msg: 'value is not an integer' }] }, 'bad-request'],
    ['405', 405, '', 'bad-request'],
    ['too large', 413, nginx, 'too-large'],
    ['out of quota', 429, error({ code: 'insufficient_quota', type: 'insufficient_quota' }), 'quota'],
    ['rate limit', 429, error({ code: 'rate_limit_exceeded', type: 'requests' }), 'rate-limited'],
    ['rate limit without a body', 429, '', 'rate-limited'],
    ['500', 500, error({ type: 'server_error' }), 'server-error'],
    ['502 page', 502, nginx, 'server-error'],
    ['503', 503, '', 'overloaded'],
    ['503 with a time, whatever else it says', 503, { error: { code: 'model_not_found' } }, 'overloaded', { 'retry-after': '3' }],
    ['504', 504, '<html><title>504 Gateway Time-out</title></html>', 'gateway-timeout'],
    ['524', 524, cloudflare, 'gateway-timeout'],
    ['529', 529, '', 'overloaded'],
    ['redirect', 302, '', 'redirected', { location: 'https://other.example/v1?token=SECRET' }],
    ['an error in a 200', 200, error({ code: 'moderation_blocked' }), 'moderation'],
    ['a broken service in a 200', 200, error({ type: 'server_error' }), 'server-error'],
    ['a rate limit in a 200 was said after it was taken', 200, error({ code: 'rate_limit_exceeded' }), 'bad-reply'],
    ['anything in a 200', 200, 'hello', 'bad-reply'],
    ['no status at all', 0, '', 'bad-reply'],
  ];
  for (const [name, status, body, code, headers] of cases) {
    it(`${name}: ${code}`, () => assert.equal(judge(status, body, headers).code, code));
  }

  it('keeps what matters of each', () => {
    assert.deepEqual(judge(400, error({ code: 'unknown_parameter', param: 'response_format', message: 'Unknown parameter.' })), {
      code: 'parameter-refused',
      parameter: 'response_format',
      message: 'Unknown parameter.',
    });
    assert.deepEqual(judge(404, error({ code: 'model_not_found' })), { code: 'model-not-found', model: 'gpt-image-2', message: 'said' });
    assert.deepEqual(judge(302, '', { location: 'https://other.example/v1?token=SECRET' }), { code: 'redirected', to: 'https://other.example/v1?…' });
    assert.deepEqual(judge(429, '', { 'retry-after': '20' }), { code: 'rate-limited', retryAfterSeconds: 20, message: '' });
    assert.deepEqual(judge(529, '', { 'retry-after': '20' }), { code: 'overloaded', message: '' });
    assert.deepEqual(judge(503, '', { 'retry-after': '20' }), { code: 'overloaded', retryAfterSeconds: 20, message: '' });
    assert.deepEqual(judge(502, nginx), { code: 'server-error', status: 502, message: '502 Bad Gateway' });
    assert.deepEqual(judge(401, error({ code: 'invalid_api_key', message: 'Incorrect API key provided: sk-proj-ab****cdef.' })), {
      code: 'key-refused',
      message: 'Incorrect API key provided: sk-…',
    });
  });

  it('reads errors under the names that relays give them', () => {
    const said = (body: unknown) => {
      const failure = judge(400, body);
      return 'message' in failure ? failure.message : undefined;
    };
    for (const body of [{ error: 'x y' }, { message: 'x y' }, { msg: 'x y', code: 1 }, { detail: 'x y' }, { detail: [{ msg: 'x y' }] }, { error: 4, error_des: 'no' }, [{ error: { message: 'x y' } }], '"x y"', 'x y', '\ufeff{"message":"x y"}']) {
      assert.ok(['x y', '4'].includes(said(body) ?? ''), JSON.stringify(body));
    }
  });

  it('never throws, and keeps only short, plain, single lines', () => {
    const leaf = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('moderation_blocked', 'model', '<b>x</b>', 'sk-secret12345', 'Bearer secretsecret', 'https://a.example/x?sig=secret', 'x'.repeat(1000)), fc.integer(), fc.constant(null));
    const body = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.record({ error: fc.oneof(leaf, fc.record({ message: leaf, type: leaf, param: leaf, code: leaf }, { requiredKeys: [] })), message: leaf, detail: fc.anything() }, { requiredKeys: [] }).map((value) => JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? null : inner))),
      fc.string().map((text) => `<html><title>${text}</title><p>sk-secret12345${text}`),
      fc.string().map((text) => `<${text}`),
    );
    const status = fc.oneof(fc.integer({ min: 100, max: 599 }), fc.constantFrom(0, -1, Number.NaN, 1e9), fc.constantFrom(200, 400, 401, 403, 404, 429, 503));
    const headers = fc.dictionary(fc.constantFrom('retry-after', 'retry-after-ms', 'location', 'date', 'content-type'), fc.oneof(fc.string(), fc.array(fc.string())));
    fc.assert(
      fc.property(status, headers, body, (code, sent, text) => {
        const failure = failureFromReply(code, sent, text, { model: 'gpt-image-2' });
        const sentence = failureSentence(failure, english);
        if (text.includes('sk-secret12345')) assert.doesNotMatch(sentence, /secret12345/u);
        for (const value of Object.values(failure)) {
          if (typeof value !== 'string') continue;
          assert.ok(value.length <= 300);
          assert.doesNotMatch(value, /[\p{Cc}\u2028\u2029]|^\s|\s$|sk-secret|secretsecret|sig=/u);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('reads headers of fetch too', () => {
    const failure = failureFromReply(429, new Headers({ 'Retry-After': '7' }), '', { model: 'x' });
    assert.deepEqual(failure, { code: 'rate-limited', retryAfterSeconds: 7, message: '' });
  });
});

describe('parseRetryAfter', () => {
  const now = new Date('2026-11-23T10:00:00Z');

  it('reads milliseconds, seconds and dates', () => {
    assert.equal(parseRetryAfter({ 'retry-after-ms': '1500', 'retry-after': '9' }), 1.5);
    assert.equal(parseRetryAfter({ 'retry-after': '20' }), 20);
    assert.equal(parseRetryAfter({ 'retry-after': ['20', '30'] }), 20);
    assert.equal(parseRetryAfter({ 'retry-after': 'Mon, 23 Nov 2026 10:00:30 GMT' }, now), 30);
    assert.equal(parseRetryAfter({ 'retry-after': 'Mon, 23 Nov 2026 10:00:30 GMT', date: 'Mon, 23 Nov 2026 10:00:10 GMT' }), 20);
  });

  it('stays between now and a day', () => {
    assert.equal(parseRetryAfter({ 'retry-after': 'Mon, 23 Nov 2020 10:00:30 GMT' }, now), 0);
    assert.equal(parseRetryAfter({ 'retry-after': '99999999' }), 86_400);
  });

  it('finds no time in what has none', () => {
    for (const value of ['', 'soon', '-5', '1e9', 'NaN', '0x10', '2026-11-24', 'Mon']) assert.equal(parseRetryAfter({ 'retry-after': value }, now), undefined, value);
    assert.equal(parseRetryAfter({ 'retry-after': 'Mon, 23 Nov 2026 10:00:30 GMT' }), undefined);
    assert.equal(parseRetryAfter({}), undefined);
  });
});
