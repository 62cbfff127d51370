import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import * as fc from 'fast-check';
import { createClient, type Client } from '../../../src/api/client.ts';
import { microsOf, rowsOf } from '../../../src/api/account.ts';
import { profileFor } from '../../../src/api/profiles.ts';
import { FailureError } from '../../../src/images/failure.ts';
import { startGateway, type Gateway } from '../../gateway/gateway.ts';
import { key, noProxy, setUp } from './harness.ts';

let gateway: Gateway;
let client: Client;
before(async () => {
  gateway = await startGateway();
  client = clientFor(gateway.baseUrl);
});
afterEach(() => gateway.clear());
after(async () => {
  await client.close();
  await gateway.close();
});

const clientFor = (baseUrl: string, service: 'openai-hk' | 'openai' = 'openai-hk'): Client =>
  createClient({ profile: profileFor({ service, baseUrl }), proxy: noProxy, timeoutMs: 10_000, userAgent: 'easel-test', log: () => undefined }, { environment: {} });

const signal = new AbortController().signal;

async function failureCode(asked: Promise<unknown>): Promise<string> {
  try {
    await asked;
  } catch (error) {
    assert.ok(error instanceof FailureError, String(error));
    return error.failure.code;
  }
  throw new Error('it should have failed');
}

test('a call is in the log with what it cost', async (t) => {
  const bench = setUp(t, { baseUrl: gateway.baseUrl });
  const { usage } = await bench.send();
  assert.ok(usage);
  const { rows, more, unread, ahead } = await client.usageLog({ key, signal });
  assert.equal(rows.length, 1);
  const [row] = rows;
  assert.equal(row?.model, 'gpt-image-2');
  assert.equal(row.promptTokens, usage.textIn + usage.imageIn);
  assert.equal(row.completionTokens, usage.imageOut);
  assert.equal(row.micros, (usage.textIn * 5 + usage.imageOut * 40) * 71_000, 'the customer’s formula, to the millionth');
  assert.deepEqual([more, unread], [false, 0]);
  assert.ok(Math.abs(ahead) < 60_000);
  const asked = gateway.requests.at(-1);
  assert.deepEqual([asked?.kind, asked?.headers.authorization, asked?.fields], ['log', `Bearer ${key}`, { start: 0, limit: 300 }]);
});

test('what cannot be asked, refuses, or answers nonsense is a failure that says which', async () => {
  assert.equal(await failureCode(clientFor(gateway.baseUrl, 'openai').usageLog({ key, signal })), 'not-found');
  assert.equal(await failureCode(client.usageLog({ key: 'wrong', signal })), 'key-refused');
  assert.equal(await failureCode(client.usageLog({ key: 'with\nbreak', signal })), 'no-key');
  gateway.faultNext('invalid-json', 1, 'log');
  assert.equal(await failureCode(client.usageLog({ key, signal })), 'bad-reply');
  gateway.faultNext('reset-after-read', 1, 'log');
  assert.equal(await failureCode(client.usageLog({ key, signal })), 'unreachable');
  gateway.faultNext('gateway-timeout', 1, 'log');
  assert.equal(await failureCode(client.usageLog({ key, signal })), 'gateway-timeout');
  assert.equal(await failureCode(client.usageLog({ key, signal: AbortSignal.abort() })), 'cancelled');
  const nobody = clientFor('http://127.0.0.1:1/v1');
  assert.equal(await failureCode(nobody.usageLog({ key, signal })), 'unreachable');
  await nobody.close();
});

test('the key for the log goes to the service’s own address alone', () => {
  const log = (baseUrl: string, service: 'openai-hk' | 'openai' | 'custom' = 'openai-hk'): string | undefined => profileFor({ service, baseUrl }).usageLog;
  assert.equal(log(''), 'https://www.openai-hk.com/openai/sk/log');
  assert.equal(log('https://api.openai-hk.com/v1'), 'https://www.openai-hk.com/openai/sk/log');
  assert.equal(log('http://127.0.0.1:8080/v1'), 'http://127.0.0.1:8080/openai/sk/log');
  assert.equal(log('https://relay.example/v1'), undefined, 'a relay’s key is not shown to OpenAI-HK');
  assert.equal(log('', 'openai'), undefined);
  assert.equal(log('http://127.0.0.1:8080/v1', 'custom'), undefined);
});

const row = { id: '1', user_id: '2', ctime: '1700000000', prompt_tokens: '6', completion_tokens: '275', fen: '783.13', model: 'gpt-image-2', yufen: '9', reqid: 'r', ip: '', note: '' };
const answer = (logs: readonly unknown[], more: object = { error: 0, error_des: '' }): string => JSON.stringify({ data: { logs }, ...more });

test('rows are read exactly; what is no row is counted, not guessed at', () => {
  assert.deepEqual(rowsOf(answer([row])).rows, [{ id: '1', model: 'gpt-image-2', time: 1_700_000_000_000, promptTokens: 6, completionTokens: 275, micros: 783_130_000 }]);
  assert.equal(rowsOf(answer([{ ...row, id: 1, ctime: 1_700_000_000, fen: 783.13 }])).rows[0]?.micros, 783_130_000, 'numbers too');
  for (const bad of [null, 5, 'row', [], {}, { ...row, fen: '-5' }, { ...row, fen: '1e9' }, { ...row, ctime: 'yesterday' }, { ...row, model: 7 }, { ...row, prompt_tokens: '1.5' }, { ...row, completion_tokens: '9'.repeat(40) }]) {
    assert.deepEqual(rowsOf(answer([bad, row])).rows.length, 1, JSON.stringify(bad));
    assert.equal(rowsOf(answer([bad, row])).entries, 2);
  }
  for (const text of ['', 'null', '[]', '{}', '{"data":[]}', '<html>', answer([row], { error: 1, error_des: 'no' }), answer([row], { error: '401' })]) assert.throws(() => rowsOf(text), FailureError, text);
});

test('credits become millionths without drifting', () => {
  for (const [text, micros] of [['783.13', 783_130_000], ['0', 0], ['0.000001', 1], ['0.0000004', 0], ['0.0000005', 1], ['12.', 12_000_000], ['999999999.999999', 999_999_999_999_999], [' 7 ', 7_000_000]] as const) assert.equal(microsOf(text), micros, text);
  for (const none of ['', '.5', '-1', '1e3', '1,5', 'NaN', '0x10', '12345678901', '１']) assert.equal(microsOf(none), undefined, none);
  fc.assert(fc.property(fc.nat(999_999_999), fc.nat(999_999), (whole, part) => microsOf(`${whole}.${String(part).padStart(6, '0')}`) === whole * 1e6 + part));
});

test('whatever the log says, it is rows or a failure', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json(), fc.json().map((text) => `{"data":{"logs":[${text}]},"error":0}`)), (text) => {
    try {
      const { rows, entries } = rowsOf(text);
      return rows.length <= entries;
    } catch (error) {
      return error instanceof FailureError;
    }
  }));
});
