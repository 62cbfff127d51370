import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';

/** One of the extension's source files, by its path from the project's root, with forward slashes on every system. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** All TypeScript below `folder`, which is relative to the project's root. */
export function sourcesOf(folder: string): readonly Source[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => posix.join(folder, path.split(sep).join('/')))
    .map((path) => ({ path, text: readFileSync(join(...path.split('/')), 'utf8') }));
}

/** The specifiers that a file imports, statically, lazily or as types. */
export const importsOf = (text: string): readonly string[] =>
  [...text.matchAll(/(?:^|\n)\s*(?:import|export)\b[^;'"]*?from\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)import\s*['"]([^'"]+)['"]/g)].map(
    ([, from, lazy, bare]) => from ?? lazy ?? bare ?? '',
  );

const call = /(?<![\w.'])(?:l10n\.)?t\(\s*/g;
const literal = /^(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)")\s*[,)]/;

/** The sentences that a file has translated; throws for a call whose sentence is not a literal, for such a one cannot be checked. */
export function sentencesOf({ path, text }: Source): readonly string[] {
  const code = text.replaceAll(/^\s*(?:\*|\/\/|\/\*).*$/gm, '');
  return [...code.matchAll(call)].map(({ index, 0: head }) => {
    const found = literal.exec(code.slice(index + head.length));
    if (!found) throw new Error(`${path}: the sentence of a translation is not a literal: ${code.slice(index, index + 60)}`);
    const raw = found[1] ?? found[2] ?? '';
    return raw.replaceAll(/\\(.)/g, '$1');
  });
}
