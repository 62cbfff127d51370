import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { modelSuggestions } from '../../../src/images/model.ts';
import { currencies } from '../../../src/images/price.ts';
import { qualities, backgrounds, outputFormats, responseFormats } from '../../../src/images/request.ts';
import { serviceIds } from '../../../src/api/profiles.ts';
import { sentencesOf, sourcesOf } from './sources.ts';

interface Setting {
  readonly scope?: string;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly examples?: readonly string[];
  readonly markdownEnumDescriptions?: readonly string[];
}

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command?: string; readonly submenu?: string }[]>>;
    readonly submenus: readonly { readonly id: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, Setting>> };
  };
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
}

const json = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
const manifest = json('package.json') as Manifest;
const settings = manifest.contributes.configuration.properties;
const sorted = (values: Iterable<string>): string[] => [...new Set(values)].toSorted();

test('package.json and the command table name the same commands', () => {
  const table = readFileSync('src/editor/commands/easelCommands.ts', 'utf8');
  const handled = [...table.matchAll(/^ {2}'(easel\.\w+)':/gm)].map(([, id]) => id ?? '');
  assert.ok(handled.length > 0);
  assert.deepEqual(sorted(handled), sorted(manifest.contributes.commands.map(({ command }) => command)));
});

test('menus name only commands that there are, and so does the code', () => {
  const known = new Set(manifest.contributes.commands.map(({ command }) => command));
  const submenus = new Set(manifest.contributes.submenus.map(({ id }) => id));
  for (const [menu, items] of Object.entries(manifest.contributes.menus)) for (const { command, submenu } of items) {
    assert.ok(command === undefined ? submenus.has(submenu ?? '') : known.has(command), `${menu}: ${command ?? submenu}`);
  }
  const called = sourcesOf('src/editor').flatMap(({ path, text }) =>
    [...text.matchAll(/(?:executeCommand\(|command:|command\([^)]*?, )'?(easel\.\w+)/g)].map(([, id]) => ({ path, id: id ?? '' })),
  );
  assert.ok(called.length > 0);
  for (const { path, id } of called) assert.ok(known.has(id), `${path} runs ${id}`);
});

test('package.json and the code know the same settings', () => {
  const text = sourcesOf('src').map((source) => source.text).join('\n');
  const read = [...text.matchAll(/userValue\('easel', '([\w.]+)'\)|settings\.get(?:<unknown>)?\('([\w.]+)'\)|getConfiguration\('easel'\)\.get\('([\w.]+)'\)/g)].map(([, user, scoped, plain]) => `easel.${user ?? scoped ?? plain}`);
  assert.deepEqual(sorted(read), sorted(Object.keys(settings)));
});

test('what decides where the key goes is a setting of the user alone', () => {
  const decisive = ['easel.service', 'easel.baseUrl', 'easel.rates', 'easel.timeout', 'easel.custom.takesResponseFormat', 'easel.custom.imageField'];
  for (const id of decisive) assert.equal(settings[id]?.scope, 'application', id);
});

test('what guards the user’s money is a setting of the user alone', () => {
  for (const id of ['easel.budgets', 'easel.budgetWarnAt', 'easel.confirmAbove']) assert.equal(settings[id]?.scope, 'application', id);
});

test('an untrusted workspace cannot decide what is asked for', () => {
  const free = new Set(['easel.openPictures', 'easel.currency', 'easel.statusBar']);
  const own = Object.keys(settings).filter((id) => settings[id]?.scope !== 'application' && !free.has(id));
  assert.deepEqual(sorted(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations), sorted(own));
});

test('the enumerations of the settings are those of the code', () => {
  assert.deepEqual(settings['easel.service']?.enum, serviceIds);
  assert.deepEqual(settings['easel.quality']?.enum, qualities);
  assert.deepEqual(settings['easel.currency']?.enum, currencies);
  assert.deepEqual(settings['easel.background']?.enum, backgrounds);
  assert.deepEqual(settings['easel.format']?.enum, ['auto', ...outputFormats]);
  assert.deepEqual(settings['easel.responseFormat']?.enum, responseFormats);
  assert.deepEqual(settings['easel.model']?.examples, modelSuggestions);
  assert.equal(settings['easel.model']?.default, modelSuggestions[0]);
  for (const [id, setting] of Object.entries(settings)) {
    assert.equal(setting.markdownEnumDescriptions?.length, setting.enum?.length, id);
    if (setting.enum) assert.ok(setting.enum.includes(String(setting.default)), id);
  }
});

const holes = (text: string): string[] => sorted([...text.matchAll(/\{\d+\}/g)].map(([hole]) => hole));

test('every text of package.json is there in both languages, and none beside', () => {
  const used = sorted([...readFileSync('package.json', 'utf8').matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key ?? ''));
  const english = json('package.nls.json') as Record<string, string>;
  const chinese = json('package.nls.zh-cn.json') as Record<string, string>;
  assert.deepEqual(sorted(Object.keys(english)), used);
  assert.deepEqual(sorted(Object.keys(chinese)), used);
  for (const key of used) {
    assert.match(chinese[key] ?? '', /\p{Script=Han}|^(OpenAI|OpenAI-HK)$/u, key);
    const links = (text = ''): string[] => sorted([...text.matchAll(/`[^`]+`/g)].map(([link]) => link).filter((link) => link.startsWith('`#') || link === '`auto`'));
    assert.deepEqual(links(chinese[key]), links(english[key]), key);
  }
});

test('every sentence of the code is translated, and no translation is left over', () => {
  const used = sorted(sourcesOf('src').flatMap(sentencesOf));
  const chinese = json('l10n/bundle.l10n.zh-cn.json') as Record<string, string>;
  assert.deepEqual(sorted(Object.keys(chinese)), used);
  for (const [sentence, translation] of Object.entries(chinese)) {
    assert.deepEqual(holes(translation), holes(sentence), sentence);
    assert.notEqual(translation.trim(), '', sentence);
  }
});

test('a sentence that is no literal would be seen', () => {
  assert.throws(() => sentencesOf({ path: 'x.ts', text: 'const a = l10n.t(`Made ${n}`);' }));
  assert.throws(() => sentencesOf({ path: 'x.ts', text: 'return t(sentence, 1);' }));
  assert.deepEqual(sentencesOf({ path: 'x.ts', text: "t('It\\'s {0}', 1); l10n.t(\n 'Two',\n 2)" }), ["It's {0}", 'Two']);
});
