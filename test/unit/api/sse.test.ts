import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createEventStream } from '../../../src/api/sse.ts';
import { chunked } from './scan.ts';

const read = (text: string, cuts: readonly number[] = []): [name: string, data: string][] => {
  const events: [string, string][] = [];
  let data: Buffer[] = [];
  const stream = createEventStream({
    data: (chunk, start, end) => data.push(Buffer.from(chunk.subarray(start, end))),
    event: (name) => {
      events.push([name, Buffer.concat(data).toString()]);
      data = [];
    },
  });
  for (const chunk of chunked(Buffer.from(text), cuts)) stream.push(chunk);
  stream.end();
  return events;
};

test('reads events, names, comments and several lines of data', () => {
  assert.deepEqual(read('\uFEFF: hello\nevent: a\ndata: 1\ndata:2\ndata\ndata:  3\nid: 7\nretry: 5\n\n\n\nevent: nothing\n\ndata: [DONE]\n\n'), [
    ['a', '1\n2\n\n 3'],
    ['', '[DONE]'],
  ]);
});

test('hands on an event that was not ended, for its JSON tells whether it is whole', () => {
  assert.deepEqual(read('event: a\ndata: {"x":1}'), [['a', '{"x":1}']]);
  assert.deepEqual(read('data: {"x":1}\nevent: b'), [['', '{"x":1}']].map(([, data]) => ['b', data]));
});

test('is the same whatever the line ends and the chunks', () => {
  const line = fc.oneof(
    fc.tuple(fc.constantFrom('data', 'event', 'id', 'retry', '', 'date', 'datadata'), fc.constantFrom(':', ': ', ':  '), fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[\r\n]/g, ''))).map((parts) => parts.join('')),
    fc.constantFrom('', 'data', 'event', ':', 'data:', 'dat', 'data: [DONE]'),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 30 }), fc.constantFrom('\n', '\r', '\r\n'), fc.array(fc.nat(400), { maxLength: 200 }), (lines, end, cuts) => {
      assert.deepEqual(read(lines.join(end), cuts), plain(lines));
    }),
    { numRuns: 500 },
  );
});

/** The same by the letter of the standard, on whole lines. */
const plain = (lines: readonly string[]): [string, string][] => {
  const events: [string, string][] = [];
  let name = '';
  let data: string[] = [];
  for (const line of [...lines.map((one, at) => (at === 0 ? one.replace(/^\uFEFF/, '') : one)), '']) {
    if (line === '') {
      if (data.length > 0) events.push([name, data.join('\n')]);
      [name, data] = ['', []];
      continue;
    }
    const [, field, value = ''] = /^([^:]*)(?:: ?(.*))?$/su.exec(line) ?? [];
    if (field === 'event') name = value;
    if (field === 'data') data.push(value);
  }
  return events;
};
