import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const root = path.resolve(import.meta.dirname, '../../..');
const media = path.join(root, 'media/readme');
const linked = ['README.md', 'README.zh-cn.md'].flatMap((file) => [...fs.readFileSync(path.join(root, file), 'utf8').matchAll(/\]\((media\/[^)]+)\)/g)].map(([, link = '']) => link));

test('every picture of the READMEs is there, and none is there for nothing', () => {
  const there = fs.readdirSync(media, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.webp'));
  assert.deepEqual(there.map((file) => `media/readme/${file.replaceAll(path.sep, '/')}`).toSorted(), [...new Set(linked)].toSorted());
});

test('both READMEs show the same pictures, each in its language', () => {
  const names = (locale: string): string[] => linked.filter((link) => link.includes(`/${locale}/`)).map((link) => path.basename(link));
  assert.deepEqual(names('en'), names('zh-cn'));
});
