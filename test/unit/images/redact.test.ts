import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { plainMessage, redact } from '../../../src/images/redact.ts';

describe('redact', () => {
  it('takes out what opens doors', () => {
    const cases = {
      'key sk-proj-Abc_123-xyz was refused': 'key sk-… was refused',
      'Authorization: Bearer hk-0123456789abcdef': 'Authorization: Bearer …',
      "{'Authorization':'Bearer abcdefgh.ijk'}": "{'Authorization':'Bearer …'}",
      '{"api_key":"abcdef","n":1}': '{"api_key":"…","n":1}',
      'x-api-key=abcdef&x=1': 'x-api-key=…&x=1',
      'GET https://files.example/a.png?X-Sig=abc&Expires=1 200': 'GET https://files.example/a.png?… 200',
      'https://files.example/a.png#token=abc': 'https://files.example/a.png#…',
      'proxy http://user:secret@proxy.example:8080/': 'proxy http://…@proxy.example:8080/',
      '"https:\\/\\/files.example\\/a.png?sig=abc"': '"https:\\/\\/files.example\\/a.png?…"',
      '"url":"data:image/png;base64,iVBORw0KGgo="': '"url":"data:image/png;base64,…"',
      'token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIx.sig': 'token …',
      '见 https://files.example/a.png?sig=abc，谢谢': '见 https://files.example/a.png?…，谢谢',
    };
    for (const [text, plain] of Object.entries(cases)) assert.equal(redact(text), plain);
  });

  it('leaves alone what opens none', () => {
    for (const text of ['a risk-averse cat', 'hk_api_error: key error please check', 'https://api.example/v1/images', '503 after 2.5 s', 'task-oriented', 'max_tokens=100']) {
      assert.equal(redact(text), text);
    }
  });

  it('takes out secrets it is told of, whatever they look like', () => {
    assert.equal(redact('got my.odd+key$& back', 'my.odd+key$&'), 'got … back');
    assert.equal(redact('got nothing', ''), 'got nothing');
  });

  it('lets no key through, wherever it stands, and changes nothing the second time', () => {
    const key = fc.stringMatching(/^(?:sk|hk)-[A-Za-z0-9]{20,50}$/u);
    const around = fc.oneof(fc.string(), fc.constantFrom('Bearer ', '"', '\n', 'https://x.example/?k=', 'https://', '='));
    fc.assert(
      fc.property(around, key, around, (before, secret, after) => {
        fc.pre(!/[\p{L}\p{N}]$/u.test(before));
        const once = redact(before + secret + after);
        assert.ok(!once.includes(secret.slice(3)));
        assert.equal(redact(once), once);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('plainMessage', () => {
  it('is one short line without markup', () => {
    assert.equal(plainMessage('  a\r\n\tb\u0007  '), 'a b');
    assert.equal(plainMessage('<html><head><title> 502 Bad &amp; Gateway </title></head><body>x</body></html>'), '502 Bad & Gateway');
    assert.equal(plainMessage('<script>alert(1)</script><p>Hello <b>you</b>'), 'Hello you');
    assert.equal(plainMessage('1 < 2'), '1 < 2');
    const long = plainMessage('é'.repeat(400));
    assert.equal(long.length, 300);
    assert.ok(long.endsWith('…'));
  });

  it('masks a key before it cuts the line', () => {
    assert.doesNotMatch(plainMessage(`${'x'.repeat(285)} sk-abcdefghijklmnop`), /abc/u);
  });

  it('cuts no character in two', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', minLength: 200, maxLength: 500 }), (text) => assert.doesNotMatch(plainMessage(text), /\p{Cs}/u)));
  });
});
