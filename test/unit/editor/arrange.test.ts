import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { Uri } from 'vscode';
import { arranged, canMove, moved, otherRoles, roleAt, withMore, without, withRole } from '../../../src/editor/ask/arrange.ts';
import type { OrderReference } from '../../../src/editor/orders/references.ts';

const uri = (name: string): Uri => ({ toString: () => name }) as Uri;
const image = (name: string): OrderReference => ({ uri: uri(name), role: 'image' });
const mask = (name: string): OrderReference => ({ uri: uri(name), role: 'mask', mend: { alpha: 'invert' } });
const said = (list: readonly OrderReference[]): string => list.map((file, index) => `${file.uri.toString()}:${roleAt(list, index)}`).join(' ');

const list = [image('a'), image('b'), image('c'), mask('m')];

test('the first image is edited, the others are references, and the mask comes last', () => {
  assert.equal(said(arranged([mask('m'), image('a'), image('b')])), 'a:edited b:reference m:mask');
});

test('images move up and down among themselves; what comes first is edited', () => {
  assert.equal(said(moved(list, 1, -1)), 'b:edited a:reference c:reference m:mask');
  assert.equal(said(moved(list, 0, 1)), 'b:edited a:reference c:reference m:mask');
  for (const [index, by] of [[0, -1], [2, 1], [3, -1]] as const) {
    assert.equal(canMove(list, index, by), false);
    assert.equal(said(moved(list, index, by)), said(list));
  }
});

test('a file takes another role, and the others make room', () => {
  assert.equal(said(withRole(list, 2, 'edited')), 'c:edited a:reference b:reference m:mask');
  assert.equal(said(withRole(list, 0, 'reference')), 'b:edited a:reference c:reference m:mask');
  assert.equal(said(withRole(list, 3, 'edited')), 'm:edited a:reference b:reference c:reference');
  assert.equal(said(withRole(list, 3, 'reference')), 'a:edited b:reference c:reference m:reference');
  assert.equal(said(withRole(list, 0, 'mask')), 'b:edited c:reference m:reference a:mask', 'there is one mask');
});

test('what is no longer a mask is no longer mended', () => {
  assert.deepEqual(withRole(list, 3, 'reference').map(({ mend }) => mend), [undefined, undefined, undefined, undefined]);
  assert.deepEqual(withRole(list, 0, 'mask').map(({ mend }) => mend), [undefined, undefined, undefined, undefined]);
});

test('the only image stays the edited one', () => {
  const only = [image('a'), mask('m')];
  assert.deepEqual(otherRoles(only, 0), []);
  assert.equal(said(withRole(only, 0, 'mask')), said(only));
  assert.deepEqual(otherRoles(only, 1), ['edited', 'reference']);
});

test('files are added before the mask and none twice', () => {
  assert.equal(said(withMore(list, [uri('d'), uri('a'), uri('d'), uri('m')])), 'a:edited b:reference c:reference d:reference m:mask');
  assert.equal(said(without(list, 0)), 'b:edited c:reference m:mask');
});

test('whatever is done, nothing but what is removed goes missing, and the images stay before the one mask', () => {
  const act = fc.record({ kind: fc.constantFrom('up', 'down', 'edited', 'reference', 'mask', 'more'), at: fc.nat(5) });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
      let now: readonly OrderReference[] = list;
      for (const { kind, at } of acts) {
        if (kind === 'more') now = withMore(now, [uri('d')]);
        else if (kind === 'up' || kind === 'down') now = moved(now, at, kind === 'up' ? -1 : 1);
        else now = withRole(now, at, kind);
        const names = now.map((file) => file.uri.toString());
        assert.equal(new Set(names).size, names.length);
        assert.ok(['a', 'b', 'c', 'm'].every((name) => names.includes(name)));
        assert.deepEqual(now, arranged(now));
        assert.ok(now[0]?.role === 'image' && now.filter(({ role }) => role === 'mask').length <= 1);
      }
    }),
  );
});
