import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogRow, UsageLog } from '../../../src/api/client.ts';
import { matchRow } from '../../../src/jobs/matchRow.ts';
import type { Charge } from '../../../src/spend/entry.ts';
import { sampleCharge } from '../spend/charges.ts';

const sent = Date.parse('2026-11-23T10:00:00Z');
const minute = 60_000;
const timeoutMs = 10 * minute;
const sending = {
  job: 'job',
  time: new Date(sent).toISOString(),
  origin: 'https://api.openai-hk.com',
  request: { prompt: 'cat', model: 'gpt-image-2', size: 'auto', quality: 'auto', count: 1 },
} as const;

const row = (after: number, over: Partial<LogRow> = {}): LogRow => ({ id: '1', model: 'gpt-image-2', time: sent + after, promptTokens: 6, completionTokens: 275, micros: 783_130_000, ...over });
const log = (rows: readonly LogRow[], over: Partial<UsageLog> = {}): UsageLog => ({ rows, more: false, unread: 0, ahead: 0, ...over });
const charge = (after: number, over: Partial<Charge> = {}): Charge => sampleCharge({ time: new Date(sent + after).toISOString(), job: 'other', ...over });
const kind = (usageLog: UsageLog, charges: readonly Charge[] = [], now = sent + 60 * minute): string => matchRow(usageLog, { sending, timeoutMs, charges, now }).kind;

test('the one call of that model in that time is the request', () => {
  for (const after of [-minute, 0, 5 * minute, 15 * minute]) assert.equal(kind(log([row(after)])), 'row', String(after));
  for (const after of [-2 * minute, 16 * minute]) assert.equal(kind(log([row(after)])), 'none', String(after));
  assert.equal(kind(log([row(0, { model: 'gpt-image-1' })])), 'none');
  assert.equal(kind(log([row(0), row(minute, { id: '2' })])), 'unclear', 'two could be it');
});

test('that it was not charged is said only when it cannot be charged any more', () => {
  assert.equal(kind(log([])), 'none');
  assert.deepEqual(matchRow(log([]), { sending, timeoutMs, charges: [], now: sent + 14 * minute }), { kind: 'early', after: sent + 15 * minute });
  assert.equal(kind(log([row(20 * minute)], { more: true })), 'unclear', 'the log does not reach back so far');
  assert.equal(kind(log([row(-20 * minute)], { more: true })), 'none');
  assert.equal(kind(log([], { unread: 1 })), 'unclear', 'what cannot be read may be it');
});

test('what another job paid is not paid twice', () => {
  assert.equal(kind(log([row(minute)]), [charge(minute)]), 'none');
  assert.equal(kind(log([row(minute), row(2 * minute, { id: '2' })]), [charge(minute)]), 'row');
  const found = matchRow(log([row(minute), row(2 * minute, { id: '2' })]), { sending, timeoutMs, charges: [charge(minute)], now: sent + 60 * minute });
  assert.equal(found.kind === 'row' && found.row.id, '2', 'the nearer one is the other job’s');
  assert.equal(kind(log([row(minute)]), [charge(minute, { usage: { textIn: 6, imageIn: 0, imageOut: 276 } })]), 'row', 'other tokens, another call');
  assert.equal(kind(log([row(minute)]), [charge(minute, { origin: 'https://else.example' })]), 'row');
  const { usage, ...estimated } = charge(minute);
  assert.ok(usage);
  assert.equal(kind(log([row(minute)]), [{ ...estimated, measured: false }]), 'unclear', 'an estimate may be this row');
});

test('a clock that is wrong does not lose the call', () => {
  const ahead = 3 * 60 * minute;
  const found = matchRow(log([row(minute + ahead)], { ahead }), { sending, timeoutMs, charges: [], now: sent + 60 * minute });
  assert.equal(found.kind === 'row' && found.row.time, sent + minute, 'in this computer’s time');
});
