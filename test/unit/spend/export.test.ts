import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { chargesCsv, chargesJson, csvColumns, csvOf, decimalOf, guarded, unguarded } from '../../../src/spend/export.ts';
import { sampleCharge } from './charges.ts';
import { readCsv } from './csv.ts';

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[=+\-@\t\r\n"',＝＋－＠ab；\u{FEFF}]*$/u));

test('whatever is written comes back from a reader that is not ours', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }).chain((width) => fc.array(fc.array(text, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 })), ([names = [], ...records]) => {
      const read = readCsv(csvOf(names, records));
      assert.deepEqual(read.map((cells) => cells.map(unguarded)), [names, ...records]);
    }),
  );
});

test('no cell begins as a formula does', () => {
  fc.assert(
    fc.property(text, (any) => {
      const [, [cell = ''] = []] = readCsv(csvOf(['x'], [[any]]));
      assert.doesNotMatch(cell, /^[=+\-@\t\r\n＝＋－＠]/);
      assert.equal(unguarded(guarded(any)), any);
    }),
  );
  assert.equal(guarded('=HYPERLINK("http://x")'), `'=HYPERLINK("http://x")`);
  assert.equal(guarded("'=1"), "''=1");
  assert.equal(guarded("it's"), "it's");
  assert.equal(guarded('a=b'), 'a=b');
});

test('amounts are exact decimal numbers, and negative ones stay numbers', () => {
  const texts: [number, string][] = [[0, '0'], [1, '0.000001'], [783_130_000, '783.13'], [-1_500_000, '-1.5'], [12_000_000, '12'], [Number.MAX_SAFE_INTEGER, '9007199254.740991']];
  for (const [micros, expected] of texts) assert.equal(decimalOf({ micros, unit: 'credits' }), expected);
  assert.equal(csvOf(['a'], [[{ figure: decimalOf({ micros: -1_500_000, unit: 'USD' }) }]]), 'a\r\n-1.5\r\n');
  fc.assert(
    fc.property(fc.maxSafeInteger(), (micros) => {
      const [, sign, whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d{1,6}))?$/.exec(decimalOf({ micros, unit: 'USD' })) ?? [];
      assert.equal(BigInt(`${sign}${whole}${fraction.padEnd(6, '0')}`), BigInt(micros));
    }),
  );
});

test('a charge has a record with all that the ledger knows of it', () => {
  const csv = chargesCsv([
    sampleCharge({ model: '=cmd', prompt: 'A cat, "big"\nand white', files: ['file:///a.png', 'file:///b.png'], edit: true, entered: { micros: 1_000_000, unit: 'credits' } }),
    sampleCharge({ amount: { micros: 20, unit: 'USD' }, measured: false }),
  ]);
  assert.ok(csv.startsWith('\u{FEFF}time,'), 'with a byte order mark');
  const [names = [], ...records] = readCsv(csv.slice(1));
  assert.deepEqual(names, csvColumns);
  const [first, second] = records.map((cells) => Object.fromEntries(cells.map((cell, index) => [names[index] ?? '', unguarded(cell)])));
  assert.deepEqual(first, {
    time: '2026-11-23T10:00:00.000Z', workspace: 'file:///w', service: 'openai-hk', origin: 'https://api.openai-hk.com', model: '=cmd', size: '1024x1024', quality: 'low', kind: 'edit', asked: '1', received: '1',
    text_in: '6', image_in: '0', image_out: '275', amount: '783.13', unit: 'credits', entered: '1', basis: 'measured', job: 'job', files: 'file:///a.png\nfile:///b.png', prompt: 'A cat, "big"\nand white',
  });
  assert.deepEqual([second?.['amount'], second?.['unit'], second?.['basis'], second?.['entered'], second?.['kind']], ['0.00002', 'USD', 'estimated', '', 'generation']);
});

test('JSON has the charges as they are, and their sums', () => {
  const charges = [sampleCharge(), sampleCharge({ amount: { micros: 5, unit: 'USD' } }), sampleCharge()];
  assert.deepEqual(JSON.parse(chargesJson(charges)), { easel: 'spend', version: 1, totals: [{ micros: 2 * 783_130_000, unit: 'credits' }, { micros: 5, unit: 'USD' }], charges });
});
