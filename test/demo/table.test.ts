import assert from 'node:assert/strict';
import { test } from 'node:test';
import { table, textWidth } from './table.ts';

test('the width of a text in cells', () => {
  const widths: readonly (readonly [string, number])[] = [
    ['', 0],
    ['boat.png', 8],
    ['灯塔.png', 8],
    ['灯塔，清晨', 10],
    ['ｆｕｌｌ', 8],
    ['ﾊﾝｶｸ', 4],
    ['café', 4],
    ['cafe\u0301', 4],
    ['한글', 4],
    ['⛵️!', 3],
    ['👩‍🎨', 2],
    ['¥1 – 2 × 3…', 11],
  ];
  for (const [text, width] of widths) assert.equal(textWidth(text), width, JSON.stringify(text));
});

test('columns stand under their headings, whatever the script', () => {
  const text = table(
    [
      { heading: 'File', align: 'left' },
      { heading: 'Credits', align: 'right' },
    ],
    [
      ['灯塔.png', '1,234.50'],
      ['a-boat.png', '7.00'],
      ['b.png', ''],
    ],
  );
  assert.equal(text, ['File         Credits', '──────────  ────────', '灯塔.png    1,234.50', 'a-boat.png      7.00', 'b.png'].join('\n'));
});

test('a table without rows is its headings', () => {
  assert.equal(table([{ heading: 'File', align: 'left' }], []), 'File\n────');
});
