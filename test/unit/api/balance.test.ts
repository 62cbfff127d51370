import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import * as fc from 'fast-check';
import { quotaOf } from '../../../src/api/balance.ts';
import { createClient, type Client, type ClientInternals } from '../../../src/api/client.ts';
import { profileFor, type ServiceId } from '../../../src/api/profiles.ts';
import { FailureError, type Failure } from '../../../src/images/failure.ts';
import type { Amount } from '../../../src/images/price.ts';
import type { Fault, FaultName } from '../../gateway/faults.ts';
import { startGateway, type Gateway } from '../../gateway/gateway.ts';
import { key, noProxy, setUp } from './harness.ts';

let gateway: Gateway;
let openai: Gateway;
const clients: Client[] = [];
before(async () => {
  gateway = await startGateway({ credits: 5000 });
  openai = await startGateway({ dialect: 'openai', keys: [key] });
});
afterEach(() => gateway.clear());
after(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await Promise.all([gateway.close(), openai.close()]);
});

function clientFor(service: ServiceId, baseUrl = gateway.baseUrl, lines: string[] = [], internals: ClientInternals = {}): Client {
  const client = createClient({ profile: profileFor({ service, baseUrl }), proxy: noProxy, timeoutMs: 10_000, userAgent: 'easel-test', log: (line) => lines.push(line) }, { environment: {}, ...internals });
  clients.push(client);
  return client;
}

const signal = new AbortController().signal;
const balance = (client: Client, withKey = key): Promise<Amount | undefined> => client.balance({ key: withKey, signal });

async function failure(asked: Promise<unknown>): Promise<Failure> {
  try {
    await asked;
  } catch (error) {
    assert.ok(error instanceof FailureError, String(error));
    return error.failure;
  }
  throw new Error('it should have failed');
}

test('each service says how it tells what is left', () => {
  const told = (service: ServiceId, baseUrl = ''): string | undefined => profileFor({ service, baseUrl }).balance;
  assert.equal(told('openai-hk'), 'usage-log');
  assert.equal(told('openai-hk', 'http://127.0.0.1:8080/v1'), 'usage-log');
  assert.equal(told('openai-hk', 'https://relay.example/v1'), undefined, 'a relay’s log is not known');
  assert.equal(told('openai'), undefined);
  assert.equal(told('openai', 'https://relay.example/v1'), undefined);
  assert.equal(told('custom', 'https://relay.example/v1'), 'new-api');
});

test('OpenAI-HK tells by the newest row of its log, to the millionth, and one row less than nothing', async (t) => {
  const own = await startGateway({ credits: 1500 });
  t.after(() => own.close());
  const client = clientFor('openai-hk', own.baseUrl);
  assert.equal(await balance(client), undefined, 'an empty log tells nothing');
  const bench = setUp(t, { baseUrl: own.baseUrl });
  for (const call of [1, 2]) {
    await bench.send();
    assert.deepEqual(await balance(client), { micros: Math.round(own.balance() * 1e6), unit: 'credits' }, String(call));
  }
  assert.ok(own.balance() < 0);
  const asked = own.requests.at(-1);
  assert.deepEqual([asked?.kind, asked?.fields, asked?.headers.authorization], ['log', { start: 0, limit: 10 }, `Bearer ${key}`]);
});

test('a custom service tells as new-api does, in dollars', async () => {
  gateway.bill([{ model: 'gpt-image-2', usage: { input_tokens: 6, input_tokens_details: { text_tokens: 6, image_tokens: 0 }, output_tokens: 275, total_tokens: 281 } }]);
  const left = await balance(clientFor('custom'));
  assert.equal(left?.unit, 'USD');
  // 71,000 credits are a dollar, and a unit of quota is 2 millionths.
  assert.ok(Math.abs(left.micros - (gateway.balance() / 71_000) * 1e6) <= 1, String(left.micros));
  assert.deepEqual(gateway.requests.map(({ method, path, headers, status }) => [method, path, headers.authorization, status]), [['GET', '/api/usage/token/', `Bearer ${key}`, 200]]);
  assert.deepEqual(await balance(clientFor('custom', `${gateway.origin}/deep/er/v1`)), left, 'wherever below it the API lies');
});

test('OpenAI tells nothing, and is not asked', async () => {
  assert.equal(await balance(clientFor('openai', openai.baseUrl)), undefined);
  assert.equal(openai.requests.length, 0);
});

test('a service that is not new-api’s tells nothing', async () => {
  assert.equal(await balance(clientFor('custom', openai.baseUrl)), undefined);
  assert.deepEqual(openai.requests.map(({ path }) => path), ['/api/usage/token/', '/api/usage/token']);
  openai.clear();
});

const page: Fault = { kind: 'status', status: 200, html: '<!doctype html><title>Welcome</title>' };
const asBody = (value: unknown): Fault => ({ kind: 'body', text: typeof value === 'string' ? value : JSON.stringify(value) });
const quota = (over: object): object => ({ code: true, message: 'ok', data: { object: 'token_usage', total_granted: 10, total_used: 5, total_available: 5, unlimited_quota: false, ...over } });

test('an answer of another form tells nothing, quietly', async () => {
  const client = clientFor('custom');
  const odd: readonly Fault[] = [page, asBody(''), asBody('null'), asBody('[]'), asBody({ success: false, message: 'token not found' }), asBody({ data: null }), ...[null, '5', {}, [], 1.3, 1e300, true].map((total_available) => asBody(quota({ total_available }))), asBody('{"data":{"total_available":NaN}}'), asBody(quota({ unlimited_quota: true })), asBody(quota({ unlimited_quota: 'no' }))];
  for (const fault of odd) {
    gateway.faultNext(fault, 1, 'usage');
    assert.equal(await balance(client), undefined, JSON.stringify(fault));
  }
  gateway.faultNext('invalid-json', 1, 'usage');
  assert.equal(await balance(client), undefined);
  gateway.faultNext(asBody(quota({ total_available: -5 })), 1, 'usage');
  assert.deepEqual(await balance(client), { micros: -10, unit: 'USD' }, 'a debt is told');
});

test('a log of another form is a failure that says so; one whose newest row does not tell tells nothing', async () => {
  const client = clientFor('openai-hk');
  for (const fault of [page, asBody('{}'), asBody('[]')]) {
    gateway.faultNext(fault, 1, 'log');
    assert.equal((await failure(balance(client))).code, 'bad-reply');
  }
  const row = { id: '1', ctime: '1700000000', prompt_tokens: '6', completion_tokens: '275', fen: '783.13', model: 'gpt-image-2', yufen: '100' };
  const logOf = (...logs: readonly object[]): Fault => asBody({ data: { logs }, error: 0, error_des: '' });
  for (const yufen of ['', 'lots', '1e9', '99999999999999', null, undefined, {}]) {
    gateway.faultNext(logOf({ ...row, id: '2', ctime: '1700000001', yufen }, row), 1, 'log');
    const left = await balance(client);
    // A row that is none at all is passed over; one that is sound but for this tells nothing.
    assert.ok(left === undefined || (typeof yufen === 'object' && left.micros === 100_000_000), JSON.stringify([yufen, left]));
  }
  gateway.faultNext(logOf(row, { ...row, id: '3', yufen: '99.5' }, { ...row, id: '2', yufen: '7' }), 1, 'log');
  assert.deepEqual(await balance(client), { micros: 99_500_000, unit: 'credits' }, 'in whatever order');
});

const kinds = [['openai-hk', 'log'], ['custom', 'usage']] as const;

for (const [service, on] of kinds) {
  test(`${service}: what refuses, or is not reached, is a failure that says which`, async () => {
    const client = clientFor(service);
    const ends: readonly (readonly [FaultName, Failure['code']])[] = [['key-refused', 'key-refused'], ['forbidden', 'forbidden'], ['rate-limited', 'rate-limited'], ['server-error', 'server-error'], ['gateway-timeout', 'gateway-timeout'], ['reset-after-read', 'unreachable'], ['cut', 'unreachable'], ['content-length-long', 'unreachable']];
    for (const [fault, code] of ends) {
      gateway.faultNext(fault, 1, on);
      assert.equal((await failure(balance(client))).code, code, fault);
    }
    assert.equal((await failure(balance(client, 'wrong'))).code, 'key-refused');
    assert.equal((await failure(balance(client, 'with\nbreak'))).code, 'no-key');
    assert.equal((await failure(client.balance({ key, signal: AbortSignal.abort() }))).code, 'cancelled');
    assert.equal((await failure(balance(clientFor(service, 'http://127.0.0.1:1/v1')))).code, 'unreachable');
  });

  test(`${service}: an answer that never comes is given up, and one that never ends as well`, async () => {
    gateway.faultNext('no-answer', 1, on);
    const told = await failure(balance(clientFor(service, gateway.baseUrl, [], { accountPatience: 50 })));
    assert.deepEqual(told, { code: 'unreachable', host: new URL(gateway.origin).host, message: 'no answer' });
    gateway.clear();
    const client = clientFor(service);
    gateway.faultNext('no-answer', 1, on);
    const abort = new AbortController();
    const asked = failure(client.balance({ key, signal: abort.signal }));
    await gateway.waitFor(({ kind, fault }) => kind === on && fault === 'no-answer');
    abort.abort();
    assert.equal((await asked).code, 'cancelled');
    gateway.faultNext(asBody(' '.repeat(2 * 1024 * 1024)), 1, on);
    assert.equal((await failure(balance(client))).code, 'bad-reply');
  });

  test(`${service}: the key does not follow a redirect, nor reach the log`, async () => {
    const lines: string[] = [];
    const client = clientFor(service, gateway.baseUrl, lines);
    gateway.faultNext('redirect', 1, on);
    await balance(client).catch((error: unknown) => assert.ok(error instanceof FailureError && error.failure.code === 'redirected'));
    assert.deepEqual(gateway.requests.filter(({ server }) => server === 'files'), [], 'nothing goes where it points');
    assert.ok(lines.length > 0);
    // A relay that repeats the key in its refusal does not bring it into a message.
    gateway.faultNext({ kind: 'status', status: 403, error: { message: `no: ${key}`, type: '', param: null, code: null } }, 1, on);
    const told = await failure(balance(client));
    for (const text of [...lines, JSON.stringify(told)]) assert.ok(!text.includes(key), text);
  });
}

test('whatever new-api says, it is an exact amount or nothing', () => {
  fc.assert(fc.property(fc.integer({ min: -(2 ** 51), max: 2 ** 51 }), (total) => quotaOf(JSON.stringify(quota({ total_available: total })))?.micros === total * 2));
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), fc.json().map((text) => `{"data":{"total_available":${text}}}`)), (text) => {
      const left = quotaOf(text);
      return left === undefined || Number.isSafeInteger(left.micros);
    }),
  );
});
