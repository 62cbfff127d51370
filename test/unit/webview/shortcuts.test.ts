import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { shortcutOf } from '../../../src/webview/panel/mask/shortcuts.ts';

type Press = Parameters<typeof shortcutOf>[0];
const press = (key: string, over: Partial<Press> = {}): Press => ({ key, code: '', ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...over });
const act = (name: string): object => ({ kind: 'act', act: name });
const tool = (name: string): object => ({ kind: 'tool', tool: name });
const size = (direction: 1 | -1, big = false): object => ({ kind: 'size', direction, big });

const table: readonly (readonly [what: string, press: Press, means: object | undefined])[] = [
  ['B', press('b'), tool('brush')],
  ['E, with the capitals locked', press('E'), tool('eraser')],
  ['R', press('r'), tool('rectangle')],
  ['H', press('h'), tool('hand')],
  ['I', press('i'), act('invert')],
  ['P', press('p'), act('preview')],
  ['Delete', press('Delete'), act('clear')],
  ['Backspace', press('Backspace'), act('clear')],
  ['+', press('+', { shiftKey: true }), act('zoom-in')],
  ['= where + needs Shift', press('='), act('zoom-in')],
  ['-', press('-'), act('zoom-out')],
  ['0', press('0'), act('fit')],
  ['1', press('1'), act('actual')],
  ['Ctrl+Z', press('z', { ctrlKey: true }), act('undo')],
  ['Cmd+Z', press('z', { metaKey: true }), act('undo')],
  ['Ctrl+Shift+Z', press('Z', { ctrlKey: true, shiftKey: true }), act('redo')],
  ['Ctrl+Y', press('y', { ctrlKey: true }), act('redo')],
  ['[', press('[', { code: 'BracketLeft' }), size(-1)],
  [']', press(']', { code: 'BracketRight' }), size(1)],
  ['Shift+[', press('{', { code: 'BracketLeft', shiftKey: true }), size(-1, true)],
  ['Shift+]', press('}', { code: 'BracketRight', shiftKey: true }), size(1, true)],
  ['the key of [ on a German keyboard', press('ü', { code: 'BracketLeft' }), size(-1)],
  ['[ on a German keyboard, by AltGr', press('[', { code: 'Digit8', altKey: true }), size(-1)],
  // Not ours: the browser's, the workbench's, or nobody's.
  ['Z alone', press('z'), undefined],
  ['Ctrl+B', press('b', { ctrlKey: true }), undefined],
  ['Ctrl+Alt+Z', press('z', { ctrlKey: true, altKey: true }), undefined],
  ['Ctrl+0', press('0', { ctrlKey: true }), undefined],
  ['Alt+B', press('b', { altKey: true }), undefined],
  ['Escape', press('Escape'), undefined],
  ['a key named as what every object has', press('constructor'), undefined],
];

describe('keys of the mask painter', () => {
  for (const [what, pressed, means] of table) it(`${what} means ${means ? JSON.stringify(means) : 'nothing'}`, () => assert.deepEqual(shortcutOf(pressed), means));
});
