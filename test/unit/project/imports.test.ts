import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { test } from 'node:test';
import { importsOf, sourcesOf } from './sources.ts';

/** The rooms that each room may import from, beside itself. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  images: [],
  disk: [],
  api: ['images'],
  spend: ['images', 'disk'],
  pixels: ['images'],
  jobs: ['images', 'api', 'spend'],
  gallery: ['images', 'disk'],
  protocol: ['images'],
  editor: ['images', 'pixels', 'api', 'spend', 'jobs', 'gallery', 'protocol', 'disk'],
  webview: ['images', 'protocol'],
  'extension.ts': ['images', 'pixels', 'api', 'spend', 'jobs', 'gallery', 'editor'],
};

const roomOf = (path: string): string => path.split('/')[1] ?? '';

/** Every arrow that runs the wrong way, as a line to read. */
function wrongArrows(sources: readonly { readonly path: string; readonly text: string }[]): readonly string[] {
  return sources.flatMap(({ path, text }) => {
    const room = roomOf(path);
    return importsOf(text).flatMap((specifier) => {
      if (specifier === 'vscode') return room === 'editor' || room === 'extension.ts' ? [] : [`${path} imports vscode`];
      if (room === 'images' && !specifier.startsWith('.')) return [`${path} is pure and imports ${specifier}`];
      if (!specifier.startsWith('.')) return [];
      const target = roomOf(posix.join(posix.dirname(path), specifier));
      return target === room || mayImport[room]?.includes(target) ? [] : [`${path} imports ${specifier}`];
    });
  });
}

test('every folder of src is a room with known imports', () => {
  assert.deepEqual([...new Set(sourcesOf('src').map(({ path }) => roomOf(path)))].toSorted(), Object.keys(mayImport).toSorted());
});

test('imports run one way, and only the editor knows vscode', () => {
  assert.deepEqual(wrongArrows(sourcesOf('src')), []);
});

test('a wrong arrow would be seen', () => {
  const wrong = [
    { path: 'src/images/a.ts', text: "import { b } from '../api/b.ts';" },
    { path: 'src/api/c.ts', text: "import * as vscode from 'vscode';" },
    { path: 'src/images/d.ts', text: "import { readFile } from 'node:fs';" },
    { path: 'src/spend/e.ts', text: "const { f } = await import('../jobs/f.ts');" },
    { path: 'src/jobs/g.ts', text: "export { h } from '../editor/h.ts';" },
  ];
  assert.equal(wrongArrows(wrong).length, wrong.length);
});
