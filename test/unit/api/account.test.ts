import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, afterEach, before, test, type TestContext } from 'node:test';
import * as fc from 'fast-check';
import { createClient, type Client, type LogReach, type LogRow, type UsageLog } from '../../../src/api/client.ts';
import { microsOf, newestOf, rowsOf } from '../../../src/api/account.ts';
import { profileFor } from '../../../src/api/profiles.ts';
import { FailureError } from '../../../src/images/failure.ts';
import { startGateway, type Gateway } from '../../gateway/gateway.ts';
import { key, noProxy, setUp } from './harness.ts';
import { listen } from './servers.ts';

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
  assert.deepEqual(rowsOf(answer([row])).rows, [{ id: '1', model: 'gpt-image-2', time: 1_700_000_000_000, promptTokens: 6, completionTokens: 275, micros: 783_130_000, left: 9_000_000 }]);
  assert.equal(rowsOf(answer([{ ...row, id: 1, ctime: 1_700_000_000, fen: 783.13 }])).rows[0]?.micros, 783_130_000, 'numbers too');
  for (const bad of [null, 5, 'row', [], {}, { ...row, fen: '-5' }, { ...row, fen: '1e9' }, { ...row, ctime: 'yesterday' }, { ...row, model: 7 }, { ...row, prompt_tokens: '1.5' }, { ...row, completion_tokens: '9'.repeat(40) }]) {
    assert.deepEqual(rowsOf(answer([bad, row])).rows.length, 1, JSON.stringify(bad));
    assert.equal(rowsOf(answer([bad, row])).entries, 2);
  }
  for (const text of ['', 'null', '[]', '{}', '{"data":[]}', '<html>', answer([row], { error: 1, error_des: 'no' }), answer([row], { error: '401' })]) assert.throws(() => rowsOf(text), FailureError, text);
});

test('what was left after a call may be less than nothing, and need not be told', () => {
  const left = (yufen: unknown): number | undefined => rowsOf(answer([{ ...row, yufen }])).rows[0]?.left;
  assert.deepEqual([left('-83.13'), left(-83.13), left('0'), left('-0'), left(undefined)], [-83_130_000, -83_130_000, 0, 0, undefined]);
  for (const none of ['', 'lots', '1e5', '--5', '- 5']) assert.equal(left(none), undefined, none);
  assert.equal(rowsOf(answer([{ ...row, yufen: 'lots' }])).rows.length, 1, 'the row itself is sound');
});

test('the row written last is the one of the greatest time, and of one second of the greatest id', () => {
  const made = (id: string, time: number): LogRow => ({ id, model: 'm', time, promptTokens: 0, completionTokens: 0, micros: 0 });
  assert.equal(newestOf([made('7', 2), made('10', 3), made('9', 3), made('8', 1)])?.id, '10', 'ids are numbers');
  assert.equal(newestOf([made('9007199254740993', 3), made('9007199254740992', 3)])?.id, '9007199254740993', 'beyond what a double holds');
  assert.equal(newestOf([]), undefined);
});

/** A log that a test makes up: `page` gives the answer for a start. */
async function madeUp(t: TestContext, page: (start: number, limit: number, times: number) => readonly unknown[]): Promise<{ readonly read: (reach?: LogReach) => Promise<UsageLog>; readonly starts: number[] }> {
  const starts: number[] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece)).on('end', () => {
      const { start, limit } = JSON.parse(Buffer.concat(pieces).toString()) as { start: number; limit: number };
      starts.push(start);
      response.end(answer(page(start, limit, starts.length)));
    });
  });
  const own = clientFor(`http://127.0.0.1:${await listen(t, server)}/v1`);
  t.after(() => own.close());
  return { read: (reach = {}) => own.usageLog({ key, signal, ...reach }), starts };
}

const second = (time: number): string => String(Math.floor(time / 1000));

test('the log is read page after page until the wanted time, each row once', async (t) => {
  const now = Date.now();
  // One call a minute, newest first.
  const all = Array.from({ length: 1000 }, (_, index) => ({ ...row, id: String(5000 - index), ctime: second(now - index * 60_000) }));
  const { read, starts } = await madeUp(t, (start, limit) => all.slice(start, start + limit));
  const late = await read();
  assert.deepEqual([late.rows.length, late.more, starts], [300, true, [0]], 'the newest page is enough where nothing is said');
  starts.length = 0;
  const back = await read({ since: now - 500 * 60_000 });
  assert.deepEqual([back.rows.length, back.more, starts], [600, true, [0, 300]]);
  starts.length = 0;
  const whole = await read({ since: 0 });
  assert.deepEqual([whole.rows.length, whole.more, starts], [1000, false, [0, 300, 600, 900]]);
  starts.length = 0;
  assert.deepEqual([(await read({ limit: 5 })).rows.length, starts], [5, [0]]);
});

test('calls that come in while it is read are neither lost nor doubled', async (t) => {
  const now = Date.now();
  const all = Array.from({ length: 700 }, (_, index) => ({ ...row, id: String(5000 - index), ctime: second(now - index * 1000) }));
  const { read } = await madeUp(t, (start, limit, times) => {
    if (times > 1) for (let more = 0; more < 3; more++) all.unshift({ ...row, id: String(6000 + times * 3 + more), ctime: second(now) });
    return all.slice(start, start + limit);
  });
  const ids = (await read({ since: 0 })).rows.map(({ id }) => Number(id));
  assert.equal(new Set(ids).size, ids.length);
  for (let id = 4301; id <= 5000; id++) assert.ok(ids.includes(id), String(id));
});

test('a log whose oldest calls come first is read to its end', async (t) => {
  const now = Date.now();
  const all = Array.from({ length: 350 }, (_, index) => ({ ...row, id: String(index), ctime: second(now - (350 - index) * 60_000), yufen: String(1000 - index) }));
  const { read, starts } = await madeUp(t, (start, limit) => all.slice(start, start + limit));
  const log = await read();
  assert.deepEqual([log.rows.length, log.more, starts], [350, false, [0, 300]]);
  assert.equal(newestOf(log.rows)?.id, '349');
});

test('a log that has no end, or no pages, is read so far and no further', async (t) => {
  const endless = await madeUp(t, (start, limit) => Array.from({ length: limit }, (_, index) => ({ ...row, id: String(10_000_000 - start - index), ctime: second(Date.now()) })));
  const { rows, more } = await endless.read({ since: 0 });
  assert.deepEqual([rows.length, more, endless.starts.length], [6000, true, 20]);
  const stuck = await madeUp(t, (_start, limit) => Array.from({ length: limit }, (_, index) => ({ ...row, id: String(index) })));
  assert.deepEqual([(await stuck.read({ since: 0 })).rows.length, stuck.starts.length], [300, 2]);
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
