import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanKey, withoutKey } from '../../../src/api/key.ts';

test('a key is taken as people paste it', () => {
  for (const pasted of ['hk-abc123', '  hk-abc123\n', 'Bearer hk-abc123', 'bearer   hk-abc123 ', 'Authorization: Bearer hk-abc123', '"hk-abc123"', "Bearer 'hk-abc123'"]) {
    assert.deepEqual(cleanKey(pasted), { key: 'hk-abc123' }, pasted);
  }
});

test('what no header can carry is refused, with the reason', () => {
  assert.deepEqual(cleanKey('   '), { fault: 'empty' });
  assert.deepEqual(cleanKey('Bearer '), { fault: 'empty' });
  assert.deepEqual(cleanKey('hk-替换为你的key'), { fault: 'not-ascii' });
  assert.deepEqual(cleanKey('hk-abc\u0007def'), { fault: 'not-ascii' });
  assert.deepEqual(cleanKey('hk-abc\u200bdef'), { fault: 'not-ascii' });
  assert.deepEqual(cleanKey('hk-abc\r\nX-Evil: 1'), { fault: 'blank-inside' });
  assert.deepEqual(cleanKey('hk-abc hk-def'), { fault: 'blank-inside' });
});

test('a failure is told without the key, wherever a service put it', () => {
  const key = 'f00dfeedf00dfeedf00dfeed';
  assert.deepEqual(withoutKey({ code: 'bad-request', message: `The token ${key} may not, ${key}!` }, key), { code: 'bad-request', message: 'The token … may not, …!' });
  assert.deepEqual(withoutKey({ code: 'redirected', to: `https://elsewhere.example/${key}` }, key), { code: 'redirected', to: 'https://elsewhere.example/…' });
  assert.deepEqual(withoutKey({ code: 'bad-request', message: `cut off within ${key.slice(0, 20)}…` }, key), { code: 'bad-request', message: 'cut off within …' });
  assert.deepEqual(withoutKey({ code: 'server-error', status: 500, message: 'no key here' }, key), { code: 'server-error', status: 500, message: 'no key here' });
  assert.deepEqual(withoutKey({ code: 'timeout', seconds: 1 }, 'timeout'), { code: 'timeout', seconds: 1 });
});
