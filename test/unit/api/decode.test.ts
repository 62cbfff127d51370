import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { residueLimit } from '../../../src/api/decode.ts';
import { scan } from './scan.ts';

/** Writes JSON with white space anywhere, and any character of any string as an escape, as the draws decide. */
const writeJson = (value: unknown, draw: (below: number) => number): string => {
  const gap = (): string => ['', '', '', ' ', '\n\t', '\r\n  '][draw(6)] ?? '';
  const text = (content: string): string =>
    `"${Array.from(content)
      .map((char) => {
        const plain = JSON.stringify(char).slice(1, -1);
        const code = char.length === 1 ? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}` : plain;
        if (char === '/') return ['/', '\\/', code][draw(3)];
        return draw(12) === 0 ? code : plain;
      })
      .join('')}"`;
  const write = (one: unknown): string => {
    if (typeof one === 'string') return text(one);
    if (Array.isArray(one)) return `[${gap()}${one.map((item) => write(item) + gap()).join(`,${gap()}`)}]`;
    if (typeof one === 'object' && one !== null) {
      return `{${gap()}${Object.entries(one)
        .map(([key, item]) => `${text(key)}${gap()}:${gap()}${write(item)}${gap()}`)
        .join(`,${gap()}`)}}`;
    }
    return JSON.stringify(one);
  };
  return gap() + write(value) + gap();
};

const base64 = fc
  .tuple(fc.uint8Array({ maxLength: 90 }), fc.constantFrom('', 'data:image/png;base64,'), fc.boolean(), fc.constantFrom('', '\n', ' ', '\r\n'), fc.boolean())
  .map(([bytes, head, urlSafe, wrap, padded]) => {
    const text = Buffer.from(bytes).toString(urlSafe ? 'base64url' : 'base64');
    const full = padded ? text : text.replace(/=+$/, '');
    return { bytes: Buffer.from(bytes), text: bytes.length === 0 ? '' : head + full.replaceAll(/.{20}/g, `$&${wrap}`) };
  });
const link = fc.oneof(fc.webUrl(), fc.constantFrom('', 'data', 'd', 'https://x/"ü\\/?a=b&c=1', 'dat://x'));
const other = fc.jsonValue({ maxDepth: 3 });
const item = fc.record({ b64_json: base64, url: link, revised_prompt: fc.string({ unit: 'grapheme' }), more: other }, { requiredKeys: [] });
const shuffled = (entries: [string, unknown][], order: readonly number[]): [string, unknown][] =>
  entries.map((entry, at) => ({ entry, place: order[at % order.length] ?? 0 })).toSorted((a, b) => a.place - b.place).map(({ entry }) => entry);
const document = fc.record({ data: fc.array(item, { maxLength: 4 }), before: other, usage: other, nested: fc.record({ data: fc.array(fc.record({ b64_json: fc.constant('AAAA') })), b64_json: fc.constant('QUJD') }) });
const draws = fc.array(fc.nat(9999), { minLength: 40, maxLength: 40 });
const cuts = fc.oneof(fc.array(fc.nat(3000), { maxLength: 60 }), fc.constant(Array.from({ length: 6000 }, (_, at) => at)));

test('finds what JSON.parse finds, whatever the order, the escapes, the white space and the chunks', () => {
  fc.assert(
    fc.property(document, draws, cuts, (made, random, places) => {
      let turn = 0;
      const draw = (below: number): number => ((random[turn % random.length] ?? 0) + turn++) % below;
      const data = made.data.map((one) => Object.fromEntries(shuffled(Object.entries({ ...one, ...(one.b64_json === undefined ? {} : { b64_json: one.b64_json.text }) }), random)));
      const whole = Object.fromEntries(shuffled(Object.entries({ ...made, data }), random));
      const found = scan(Buffer.from(writeJson(whole, draw)), places);

      const emptied = { ...whole, data: data.map((one) => ('b64_json' in one ? Object.assign({}, one, { b64_json: '' }) : one)) };
      assert.deepEqual(found.end, { document: JSON.parse(JSON.stringify(emptied)) as unknown });
      const wanted = new Map(made.data.flatMap((one, at) => (one.b64_json === undefined || one.b64_json.text === '' ? [] : [[at, one.b64_json.bytes] as const])));
      assert.deepEqual(found.pictures, wanted);
      assert.deepEqual(found.urls, new Map(made.data.flatMap((one, at) => (one.url ? [[at, one.url] as const] : []))));
    }),
    { numRuns: 300 },
  );
});

test('any bytes end in a document or a problem, and a document is the one JSON.parse finds', () => {
  const seed = JSON.stringify({ created: 1, data: [{ b64_json: 'iVBORw0KGgo=', url: 'https://x/y' }, { url: 'data:image/png;base64,QUJD' }], usage: { input_tokens: 1 } });
  const mutation = fc.record({ at: fc.nat(seed.length), drop: fc.nat(6), put: fc.oneof(fc.constantFrom('"', '\\', '\\u', '{', '}', '[', ']', ',', ':', '=', '\n'), fc.string({ unit: 'binary', maxLength: 4 })) });
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 5 }), fc.array(fc.nat(200), { maxLength: 30 }), (mutations, places) => {
      let text = seed;
      for (const { at, drop, put } of mutations) text = text.slice(0, at) + put + text.slice(at + drop);
      const bytes = Buffer.from(text);
      const found = scan(bytes, places);
      let parsed: { readonly value: unknown } | undefined;
      try {
        parsed = { value: JSON.parse(bytes.toString()) as unknown };
      } catch {
        parsed = undefined;
      }
      if (found.end.problem !== undefined) {
        assert.equal(parsed, undefined, `refused what JSON.parse takes: ${text}`);
        return;
      }
      // inside a picture's text white space may stand as it is, which JSON itself does not allow
      if (parsed === undefined) {
        assert.ok(found.pictures.size > 0, `took what JSON.parse refuses: ${text}`);
        return;
      }
      const { data } = (parsed.value ?? {}) as { data?: unknown };
      for (const [index, picture] of found.pictures) {
        const entry = Array.isArray(data) ? (data[index] as { b64_json?: unknown; url?: unknown } | undefined) : undefined;
        const texts = [entry?.b64_json, entry?.url].filter((one) => typeof one === 'string').map((one) => one.replace(/^\s*data:[^,]*,/i, ''));
        if (Buffer.isBuffer(picture) && entry !== undefined) assert.ok(texts.some((one) => Buffer.from(one, 'base64').equals(picture)), text);
      }
    }),
    { numRuns: 2000 },
  );
});

const reply = (b64: string): Buffer => Buffer.from(`{"data":[{"b64_json":"${b64}"}]}`);

test('says when base64 is none', () => {
  for (const bad of ['A', 'QUJDR', 'QU*D', 'QUJD====', 'QQ==QQ==', 'QUJD=', 'Q=', 'Q*\\u003d\\u003d', 'é', '\\u0100', '\\q', '\\u00zz', 'data:image/png,abc', 'data:', 'data:image/png;base64', `${'QUJD'.repeat(5000)}*${'QUJD'.repeat(5000)}`, `${'QUJD'.repeat(30_000)}A`, `data:${'x'.repeat(400)}`]) {
    const { pictures } = scan(reply(bad), []);
    assert.equal(typeof pictures.get(0), 'string', bad.slice(0, 40));
    assert.notEqual(pictures.get(0), 'open', bad.slice(0, 40));
  }
});

test('takes every spelling of base64 that services send', () => {
  const bytes = Buffer.from(Array.from({ length: 100_001 }, (_, at) => (at * 7 + (at >> 3)) & 0xff));
  const plain = bytes.toString('base64');
  const spellings = {
    plain,
    slashes: plain.replaceAll('/', '\\/'),
    'equals signs as Gson escapes them': plain.replaceAll('=', '\\u003d'),
    lines: plain.replaceAll(/.{76}/g, '$&\\n'),
    'raw lines': plain.replaceAll(/.{76}/g, '$&\n'),
    'url-safe, no padding': bytes.toString('base64url'),
    'data link': `data:image\\/png;base64,${plain}`,
    'blanks around': ` ${plain} `,
    'upper-case head': `DATA:IMAGE/PNG;BASE64,${plain}`,
  };
  for (const [name, text] of Object.entries(spellings)) {
    const { pictures } = scan(reply(text), [1, 30, 5000, 5001, 70_000]);
    const [picture] = pictures.values();
    assert.ok(Buffer.isBuffer(picture) && picture.equals(bytes), `${name}: ${Buffer.isBuffer(picture) ? 'other bytes' : picture}`);
  }
});

test('long texts come out the same, however they are escaped and cut', () => {
  const spelling = fc.constantFrom('\\/', '\\u002f', '\\u002F', '\\n/', ' /', '/');
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 2000, maxLength: 9000, size: 'max' }), fc.array(spelling, { minLength: 1, maxLength: 9 }), fc.nat(400), fc.array(fc.nat(30_000), { maxLength: 12 }), (bytes, spellings, every, places) => {
      let slashes = 0;
      const text = Buffer.from(bytes)
        .toString('base64')
        .replaceAll('/', (slash) => (slashes++ % (every + 1) === 0 ? (spellings[slashes % spellings.length] ?? slash) : slash));
      const { pictures, end } = scan(reply(text), places);
      assert.deepEqual(pictures.get(0), Buffer.from(bytes));
      assert.equal(end.problem, undefined);
    }),
    { numRuns: 100 },
  );
});

test('text that only begins like a data link is base64', () => {
  for (const text of ['d', 'da', 'dat', 'data', 'dataAAAA']) {
    const { pictures } = scan(reply(text), []);
    const wanted = text === 'd' ? 'string' : 'object';
    assert.equal(typeof pictures.get(0), wanted, text);
    if (wanted === 'object') assert.deepEqual(pictures.get(0), Buffer.from(text, 'base64'));
  }
});

test('a link that holds its picture is decoded, and is no link', () => {
  const { pictures, urls, end } = scan(Buffer.from('{"data":[{"url":"data:image/png;base64,QUJD"},{"url":"https://x/data:y"}]}'), [22, 24]);
  assert.deepEqual(pictures, new Map([[0, Buffer.from('ABC')]]));
  assert.deepEqual(urls, new Map([[1, 'https://x/data:y']]));
  assert.deepEqual(end, { document: { data: [{ url: '' }, { url: 'https://x/data:y' }] } });
});

test('what is cut short or followed by more is no document', () => {
  const whole = '{"data":[{"b64_json":"QUJD"}]}';
  for (let at = 0; at < whole.length; at++) assert.ok(scan(Buffer.from(whole.slice(0, at)), []).end.problem, whole.slice(0, at));
  for (const rest of ['x', '}', '{}', ',', '\u0000']) assert.ok(scan(Buffer.from(whole + rest), []).end.problem, rest);
  assert.equal(scan(Buffer.from(`\uFEFF${whole}\r\n`), []).end.problem, undefined);
});

test('the last of two equal keys counts, as with JSON.parse', () => {
  assert.deepEqual(scan(Buffer.from('{"data":[{"b64_json":"QUJD","b64_json":"REVG"}]}'), []).pictures, new Map([[0, Buffer.from('DEF')]]));
  assert.deepEqual(scan(Buffer.from('{"data":[{"b64_json":"QUJD"}],"data":[{"b64_json":"REVG"}]}'), []).pictures, new Map([[0, Buffer.from('DEF')]]));
});

test('keeps no more than its limit beside the pictures, and finds pictures all the same', () => {
  const { end, pictures } = scan(Buffer.from(`{"junk":"${'x'.repeat(residueLimit)}","data":[{"b64_json":"QUJD"}]}`), [100, residueLimit, residueLimit + 20]);
  assert.match(end.problem ?? '', /beside the pictures/);
  assert.deepEqual(pictures, new Map([[0, Buffer.from('ABC')]]));
  assert.ok(scan(Buffer.from('['.repeat(500_000)), []).end.problem);
});

test('an event may hold its picture at its root, a reply may not', () => {
  const event = Buffer.from('{"type":"image_generation.completed","b64_json":"QUJD","item":{"b64_json":"REVG"}}');
  assert.deepEqual(scan(event, [], 'event').pictures, new Map([[-1, Buffer.from('ABC')]]));
  assert.deepEqual(scan(event, [], 'reply').pictures, new Map());
});
