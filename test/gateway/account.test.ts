import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { LogRow } from './account.ts';
import { json, openFor, type Seen } from './asking.ts';
import { gptImage2Tokens, pictureTokens, referenceTokens } from './tokens.ts';

const rows = ({ body }: Seen): readonly LogRow[] => (JSON.parse(body.toString()) as { data: { logs: LogRow[] } }).data.logs;

test('credits are taken by the formula, and the log adds up to the balance', async (t) => {
  const { gateway, asker } = await openFor(t, { credits: 5000 });
  const reply = json(await asker.generate({ size: '1024x1024' }));
  assert.deepEqual(reply.usage, {
    input_tokens: 6, input_tokens_details: { text_tokens: 6, image_tokens: 0 }, output_tokens: 275, total_tokens: 281,
  });
  assert.equal(gateway.balance(), 5000 - 783.13);
  await asker.generate({ n: 2, size: '1536x1024' });
  gateway.faultNext('moderation');
  await asker.generate();

  const all = rows(await asker.log({ start: 0, limit: 300 }));
  assert.deepEqual(all.map(({ fen, yufen, prompt_tokens, completion_tokens }) => [fen, yufen, prompt_tokens, completion_tokens]), [
    ['2274.13', '1942.74', '6', '800'],
    ['783.13', '4216.87', '6', '275'],
  ]);
  for (const row of all) for (const value of Object.values(row)) assert.equal(typeof value, 'string');
  assert.ok(Number(all[0]?.id) > Number(all[1]?.id));
  assert.deepEqual(rows(await asker.log({ start: 1, limit: 1 })), all.slice(1));
  for (const body of [{ start: -1, limit: 1 }, { start: 0, limit: 0 }, { start: 0, limit: 301 }, {}]) {
    const { error } = JSON.parse((await asker.log(body)).body.toString()) as { error: unknown };
    assert.equal(error, 1);
  }
});

test('what is left is told in new-api’s form, at the address with a slash at its end', async (t) => {
  const { gateway, asker } = await openFor(t, { credits: 71_000 });
  const authorization = 'Bearer hk-test-key';
  const told = await asker.get(gateway.usageUrl, { authorization });
  assert.deepEqual(JSON.parse(told.body.toString()), {
    code: true,
    message: 'ok',
    data: { object: 'token_usage', name: 'test key', total_granted: 500_000, total_used: 0, total_available: 500_000, unlimited_quota: false, model_limits: {}, model_limits_enabled: false, expires_at: 0 },
  });
  const moved = await asker.get(gateway.usageUrl.replace(/\/$/, ''), { authorization });
  assert.deepEqual([moved.status, moved.headers['location']], [301, '/api/usage/token/']);
  assert.equal((await asker.get(gateway.usageUrl)).status, 401);
  gateway.faultNext('server-error', 1, 'usage');
  assert.equal((await asker.get(gateway.usageUrl, { authorization })).status, 500);
  const openai = await openFor(t, { dialect: 'openai', keys: ['hk-test-key'] });
  assert.equal((await openai.asker.get(openai.gateway.usageUrl, { authorization })).status, 404);
});

test('calls of others are in the log, and taken from what is left', async (t) => {
  const { gateway, asker } = await openFor(t, { credits: 5000 });
  const usage = { input_tokens: 6, input_tokens_details: { text_tokens: 6, image_tokens: 0 }, output_tokens: 275, total_tokens: 281 };
  gateway.bill([{ model: 'gpt-image-1', usage, time: 1_700_000_000_999 }, { model: 'gpt-image-2', usage }]);
  assert.equal(gateway.balance(), 5000 - 2 * 783.13);
  const [newest, oldest] = rows(await asker.log({ start: 0, limit: 2 }));
  assert.deepEqual([newest?.model, newest?.yufen], ['gpt-image-2', '3433.74']);
  assert.deepEqual([oldest?.model, oldest?.ctime, oldest?.fen, oldest?.yufen], ['gpt-image-1', '1700000000', '783.13', '4216.87']);
});

test('an account that is spent gets no pictures', async (t) => {
  const { gateway, asker } = await openFor(t, { credits: 700 });
  assert.equal((await asker.generate()).status, 200);
  const seen = await asker.generate();
  assert.deepEqual([seen.status, json(seen).error?.code], [429, 'insufficient_quota']);
  assert.equal(gateway.balance(), -83.13);
});

test('tokens are the published ones', () => {
  const sizes = [[1024, 1024], [1536, 1024], [2048, 2048], [3840, 2160]] as const;
  const finishes = ['low', 'medium', 'high'] as const;
  assert.deepEqual(sizes.map(([width, height]) => finishes.map((finish) => gptImage2Tokens(finish, width, height))), [
    [196, 1756, 7024],
    [158, 1372, 5488],
    [397, 3568, 14_272],
    [371, 3336, 13_342],
  ]);
  assert.equal(pictureTokens('openai', 'gpt-image-1', 'high', 1024, 1536), 6240);
  assert.equal(pictureTokens('openai-hk', 'gpt-image-2', 'medium', 1024, 1024), 1056);
  assert.equal(referenceTokens('gpt-image-1', 1024, 1024), 65 + 129);
  assert.equal(referenceTokens('gpt-image-2', 4000, 4000), 1536);
});

test('waiting for a request that never comes ends with the gateway', async (t) => {
  const { gateway } = await openFor(t);
  const waiting = assert.rejects(gateway.waitFor(({ paid }) => paid), /closed before/);
  await gateway.close();
  await waiting;
});

test('closing leaves nothing running, also with a request under way', async (t) => {
  const { gateway, asker } = await openFor(t, { latencyMs: 3_600_000 });
  const asked = assert.rejects(asker.generate());
  await gateway.waitFor(({ paid }) => paid);
  await gateway.close();
  await asked;
  assert.equal(gateway.requests[0]?.ended, 'aborted');
});
