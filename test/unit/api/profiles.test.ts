import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyOrigin, mayCarryKey, profileFor, ratesFor } from '../../../src/api/profiles.ts';
import { FailureError } from '../../../src/images/failure.ts';
import { ratesOpenAiHk } from '../../../src/images/price.ts';

const base = (baseUrl: string): string => profileFor({ service: 'openai-hk', baseUrl }).baseUrl;
const code = (baseUrl: string, service: 'openai-hk' | 'custom' = 'openai-hk'): string => {
  try {
    return profileFor({ service, baseUrl }).baseUrl;
  } catch (error) {
    assert.ok(error instanceof FailureError);
    return error.failure.code;
  }
};

test('each service has its own address, slot, dialect and rates', () => {
  const hk = profileFor({ service: 'openai-hk', baseUrl: ' ' });
  assert.equal(hk.baseUrl, 'https://api.openai-hk.com/v1');
  assert.equal(keyOrigin(hk), 'https://api.openai-hk.com');
  assert.equal(hk.dialect.takesResponseFormat, true);
  assert.equal(ratesFor(hk, 'anything'), ratesOpenAiHk);
  const openai = profileFor({ service: 'openai', baseUrl: '' });
  assert.equal(openai.baseUrl, 'https://api.openai.com/v1');
  assert.equal(openai.dialect.takesResponseFormat, false);
  assert.equal(ratesFor(openai, 'gpt-image-1').imageOut, 40);
});

test('an address is taken as people paste it', () => {
  assert.equal(base('https://relay.example/v1/'), 'https://relay.example/v1');
  assert.equal(base('https://relay.example/v1/images/generations'), 'https://relay.example/v1');
  assert.equal(base('https://relay.example/api/v1/images/edits/'), 'https://relay.example/api/v1');
  assert.equal(base(' https://relay.example/v1/images '), 'https://relay.example/v1');
  assert.equal(base('https://relay.example'), 'https://relay.example');
  assert.equal(base('http://127.0.0.1:8080/v1'), 'http://127.0.0.1:8080/v1');
  assert.equal(base('http://localhost/v1'), 'http://localhost/v1');
  assert.equal(base('http://[::1]:9/v1'), 'http://[::1]:9/v1');
});

test('an address that would show the key, or is none, is refused', () => {
  for (const open of ['http://relay.example/v1', 'http://127.0.0.1.evil.example', 'http://10.0.0.1', 'http://localhost.evil.example']) assert.equal(code(open), 'insecure-url', open);
  for (const bad of ['relay', 'relay.example/v1', 'ftp://x/y', 'https://', 'https://u:p@x/v1', 'https://u@x', 'https://x/v1?key=1', 'https://x/v1#a', 'javascript:alert(1)']) assert.equal(code(bad), 'base-url', bad);
  assert.equal(code('', 'custom'), 'base-url');
});

test('the key goes to the profile’s own origins alone', () => {
  const hk = profileFor({ service: 'openai-hk', baseUrl: '' });
  const may = (url: string): boolean => mayCarryKey(hk, new URL(url));
  assert.ok(may('https://api.openai-hk.com/v1/images/generations') && may('https://www.openai-hk.com/openai/sk/log'));
  for (const other of ['http://api.openai-hk.com/', 'https://api.openai-hk.com:444/', 'https://openai-hk.com/', 'https://api.openai-hk.com.evil.example/', 'https://myfile.example/x.png']) assert.ok(!may(other), other);
  const elsewhere = profileFor({ service: 'openai-hk', baseUrl: 'https://relay.example/v1' });
  assert.ok(!mayCarryKey(elsewhere, new URL('https://www.openai-hk.com/openai/sk/log')), 'a relay’s key is not shown to OpenAI-HK');
  assert.ok(mayCarryKey(elsewhere, new URL('https://relay.example/x')));
  assert.deepEqual(profileFor({ service: 'openai-hk', baseUrl: 'https://api.openai-hk.com/v2' }).keyOrigins, hk.keyOrigins);
});

test('a custom service brings its own dialect and rates', () => {
  const rates = { unit: 'USD', textIn: 1, imageIn: 2, imageOut: 3 } as const;
  const custom = profileFor({ service: 'custom', baseUrl: 'https://relay.example/v1', custom: { label: 'Relay', dialect: { imageField: 'image' }, rates } });
  assert.deepEqual([custom.label, custom.dialect, custom.rates], ['Relay', { takesResponseFormat: true, imageField: 'image' }, rates]);
});
