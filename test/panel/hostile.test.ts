/// <reference lib="dom" />
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, before, test } from 'node:test';
import type { Frame } from 'playwright-core';
import { drawPicture } from '../extension/pictures.ts';
import { setKey, startEasel, type EaselWorkbench } from '../ui/easel.ts';
import { storageIn } from '../ui/storage.ts';
import type { Workbench } from '../ui/workbench.ts';
import { openPanel, type EaselPanel } from './easelPanel.ts';

// A page that somebody else has taken over: what it asks of the editor, and what it tries to load.

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'easel-hostile-'));
const folder = path.join(root, 'site');
const secret = path.join(root, 'secret.png');
let server: Server;
/** What was asked of a server elsewhere. */
const hits: string[] = [];
let easel: EaselWorkbench;
let workbench: Workbench;
let panel: EaselPanel;
let page: Frame;

before(async () => {
  fs.mkdirSync(path.join(folder, 'art'), { recursive: true });
  fs.writeFileSync(path.join(folder, 'art/hero.png'), await drawPicture(320, 240, 'png'));
  fs.writeFileSync(path.join(folder, 'notes.txt'), 'Notes');
  fs.writeFileSync(secret, await drawPicture(200, 100, 'png'));
  server = createServer(({ url = '' }, response) => {
    hits.push(url);
    response.writeHead(200, { 'access-control-allow-origin': '*', 'content-type': 'image/png' }).end(fs.readFileSync(secret));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  easel = await startEasel({ folder, settings: { 'easel.quality': 'low', 'easel.size': '1024x1024' } });
  ({ workbench } = easel);
  await setKey(workbench);
  // Before the panel's own program runs: what VS Code gives to it alone is kept for us as well.
  await workbench.page.addInitScript(`Object.defineProperty(globalThis, 'acquireVsCodeApi', { configurable: true, get: () => globalThis.acquiring, set(real) {
    globalThis.acquiring = () => (globalThis.stolen = real());
  } })`);
  panel = await openPanel(workbench);
  const content = await (await panel.frame.locator('body').elementHandle())?.ownerFrame();
  assert.ok(content);
  page = content;
  assert.equal(await page.evaluate('typeof stolen.postMessage'), 'function');
  await page.evaluate(`globalThis.answers = {}; addEventListener('message', ({ data }) => { if (data && 'answer' in data) answers[data.answer] = data; })`);
});

after(async () => {
  await easel.close();
  server.close();
  fs.rmSync(root, { recursive: true });
});

let last = 1_000_000;

/** Sends a message in the page's name, written as a script. */
const send = (script: string): Promise<unknown> => page.evaluate(`stolen.postMessage(${script})`);

/** Asks in the page's name, `ask` written as a script, and returns the answer: `{ value }` or `{ refused }`. */
async function ask(name: string, what: string): Promise<{ readonly value?: unknown; readonly refused?: string }> {
  const id = (last += 1);
  await send(`{ id: ${id}, ask: ${JSON.stringify(name)}, with: ${what} }`);
  await workbench.until(`an answer to ${name}`, () => page.evaluate<boolean>(`answers[${id}] !== undefined`));
  return page.evaluate(`answers[${id}]`);
}

/** Sends what is to be dropped: it gets no answer, which is known once the next request has one. */
async function dropped(messages: readonly string[]): Promise<void> {
  for (const message of messages) await send(message);
  await ask('prompts.list', '{}');
  assert.deepEqual(await page.evaluate('[999_999, -1, 1.5].filter((id) => id in answers)'), []);
}

/** Every file below a folder, and what is in it. */
function filesIn(place: string): Record<string, string> {
  const files = fs.readdirSync(place, { recursive: true, encoding: 'utf8' }).map((name) => path.join(place, name)).filter((file) => fs.statSync(file).isFile());
  return Object.fromEntries(files.map((file) => [file, createHash('sha256').update(fs.readFileSync(file)).digest('hex')]));
}

const storage = (): string => storageIn(workbench.host.userDataDir);
const names = (): Promise<string[]> => panel.frame.locator('[data-reference] .name').allInnerTexts();

test('what is no request of the panel, or a malformed one, is dropped, and the log says so', async () => {
  const before = filesIn(root);
  const { length } = workbench.output('Easel');
  await dropped([
    `'start'`,
    'null',
    '[]',
    `{ ask: 'start', with: {} }`,
    `{ id: -1, ask: 'start', with: {} }`,
    `{ id: 1.5, ask: 'start', with: {} }`,
    `{ id: 999_999, ask: 'start', with: {}, also: 1 }`,
    `{ id: 999_999, ask: 'x'.repeat(10_000_000), with: {} }`,
    `{ id: 999_999, ask: 'constructor', with: {} }`,
    `{ id: 999_999, ask: '__proto__', with: {} }`,
    `{ id: 999_999, ask: 'file.read', with: { path: ${JSON.stringify(secret)} } }`,
    `{ id: 999_999, ask: 'start', with: { path: '/' } }`,
    `{ id: 999_999, ask: 'draft.change', with: { draft: { prompt: 'x'.repeat(5_000_000) } } }`,
    `{ id: 999_999, ask: 'draft.change', with: { draft: { prompt: ['A'], count: 1e9 } } }`,
    `{ id: 999_999, ask: 'draft.change', with: { draft: { baseUrl: 'https://evil.example' } } }`,
    `{ id: 999_999, ask: 'reference.bytes', with: { name: 'a.png', bytes: 'iVBORw0KGgo=' } }`,
    `{ id: 999_999, ask: 'reference.bytes', with: { name: 'a.png', bytes: [1, 2, 3] } }`,
    `{ id: 999_999, ask: 'reference.bytes', with: { name: 'a.png', bytes: new Uint8Array(50 * 1024 * 1024 + 1) } }`,
    `{ id: 999_999, ask: 'reference.drop', with: { uris: Array(51).fill('file:///a.png') } }`,
    `{ id: 999_999, ask: 'picture.act', with: { pictures: ['a'], act: 'shell' } }`,
    `{ id: 999_999, ask: 'picture.act', with: { pictures: Array(101).fill('a'), act: 'delete' } }`,
    `{ id: 999_999, ask: 'job.act', with: { job: 'a', action: 'constructor' } }`,
    `{ id: 999_999, ask: 'key.set', with: { key: 'hk-of-somebody-else' } }`,
  ]);
  const log = workbench.output('Easel').slice(length);
  const lines = (text: string): number => log.split(text).length - 1;
  assert.equal(lines('a message that is no request was dropped'), 8, log);
  assert.match(log, /a request of no known name was dropped: "constructor"/);
  assert.match(log, /a request of no known name was dropped: "__proto__"/);
  assert.match(log, /a request of no known name was dropped: "file\.read"/);
  assert.match(log, /a malformed request was dropped: draft\.change, draft\.prompt/);
  assert.equal(lines('a malformed request was dropped'), 12, log);
  assert.equal(log.includes('somebody-else'), false, 'what a stranger wrote is not repeated');
  assert.deepEqual(filesIn(root), before);
});

test('files are taken from the workspace alone, whatever names them', async () => {
  const files = filesIn(root);
  const inside = pathToFileURL(folder).href;
  const { value } = await ask(
    'reference.drop',
    JSON.stringify({
      uris: [pathToFileURL(secret).href, `${inside}/../secret.png`, `${inside}/%2e%2e/secret.png`, `${inside}/art/..%2f..%2fsecret.png`, `${inside}/..\\secret.png`, `${inside}/notes.txt`, 'file:///etc/passwd', 'https://evil.example/a.png', 'command:workbench.action.closeWindow', 'vscode-userdata:/a.png', '../secret.png', 'x'.repeat(4000)],
    }),
  );
  assert.deepEqual(value, {});
  await panel.frame.locator('.said').getByText(/^Only images of the workspace are taken from the Explorer, and so not /).waitFor();
  assert.deepEqual(await names(), []);

  for (const [name, what] of [
    ['picture.show', { picture: secret }],
    ['picture.show', { picture: '../../secret.png' }],
    ['picture.show', { picture: '__proto__' }],
    ['picture.copy', { picture: pathToFileURL(secret).href, as: 'html' }],
    ['picture.compare', { picture: secret, with: path.join(folder, 'art/hero.png') }],
    ['picture.act', { pictures: [secret, '../art/hero.png'], act: 'delete' }],
    ['mask.begin', { picture: secret }],
    ['mask.begin', { reference: '../../secret.png' }],
    ['reference.role', { reference: secret, role: 'mask' }],
    ['reference.remove', { reference: 'constructor' }],
    ['style.delete', { style: '../../notes.txt' }],
  ] as const) {
    const answer = await ask(name, JSON.stringify(what));
    assert.ok('refused' in answer || JSON.stringify(answer.value) === '{}', `${name} ${JSON.stringify(answer)}`);
    assert.equal(JSON.stringify(answer).includes('secret.png'), false, `${name} does not tell of it`);
  }
  const { refused } = await ask('mask.save', `{ reference: 'nobody', bytes: new Uint8Array(8), beside: true }`);
  assert.match(refused ?? '', /./);
  assert.deepEqual(filesIn(root), files);
});

test('what is kept of a stranger lies in the panel\'s own folder, under a plain name', async () => {
  const files = filesIn(root);
  const elsewhere = (): Record<string, string> => Object.fromEntries(Object.entries(filesIn(storage())).filter(([file]) => !file.startsWith(path.join(storage(), 'panel'))));
  const kept = elsewhere();
  const png = [...(await drawPicture(64, 64, 'png'))].join();
  const name = '../../../../../../tmp/evil\\..\\..\\name.png';
  assert.deepEqual((await ask('reference.bytes', `{ name: ${JSON.stringify(name)}, bytes: new Uint8Array([${png}]) }`)).value, {});
  await workbench.until('the picture in the composer', async () => (await names()).join() === 'name.png');
  assert.match((await ask('reference.bytes', `{ name: 'a.png', bytes: new TextEncoder().encode('#!/bin/sh') }`)).refused ?? '', /is not a picture/);
  assert.deepEqual(await names(), ['name.png']);

  // A mask of another size, and one that is no PNG at all.
  const reference = await panel.frame.locator('[data-reference]').getAttribute('data-reference');
  for (const bytes of [`new Uint8Array([${[...(await drawPicture(80, 64, 'png'))].join()}])`, 'new Uint8Array(1000)']) {
    assert.match((await ask('mask.save', `{ reference: ${JSON.stringify(reference)}, bytes: ${bytes}, beside: true }`)).refused ?? '', /./);
  }

  // A place outside of the workspace is told, and nothing is sent.
  for (const draft of [{ folder: '../..' }, { folder: '/tmp' }, { folder: 'art', name: '../../evil' }]) {
    const told = await ask('draft.change', JSON.stringify({ draft: { prompt: 'A lamp', name: '', ...draft } }));
    assert.match(JSON.stringify(told.value), /"field":"target"/);
    assert.match((await ask('send', '{ again: true }')).refused ?? '', /./);
  }
  assert.deepEqual(easel.gateway.requests.filter(({ kind }) => kind !== 'other'), []);
  assert.deepEqual(filesIn(root), files);
  assert.deepEqual(elsewhere(), kept);
});

test('the page can load the panel\'s own pictures, and nothing else from anywhere', async () => {
  // The way to files that VS Code gives to webviews, for a file of our choice.
  const hero = await panel.frame.locator('[data-reference] img').evaluate((image) => (image as HTMLImageElement).src);
  const own = decodeURIComponent(new URL(hero).pathname);
  const at = (file: string): string => hero.replace(new URL(hero).pathname, file.split('/').map(encodeURIComponent).join('/'));
  const foreign = path.join(storage(), 'elsewhere/stolen.png');
  fs.mkdirSync(path.dirname(foreign), { recursive: true });
  fs.copyFileSync(secret, foreign);
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const loads = (src: string): Promise<boolean> =>
    page.evaluate(`new Promise((resolve) => { const image = new Image(); image.onload = () => resolve(true); image.onerror = () => resolve(false); image.src = ${JSON.stringify(src)}; })`);
  assert.equal(await loads(at(own)), true, 'a picture of the panel, by the same way as the others');
  for (const file of [path.join(folder, 'art/hero.png'), secret, foreign, path.join(path.dirname(own), '../../../elsewhere/stolen.png')]) assert.equal(await loads(at(file)), false, file);
  await page.evaluate(`globalThis.violated = []; addEventListener('securitypolicyviolation', ({ effectiveDirective }) => violated.push(effectiveDirective))`);
  assert.equal(await loads(`${base}/image.png`), false);
  const fetched = (url: string): Promise<boolean> => page.evaluate(`fetch(${JSON.stringify(url)}).then(() => true, () => false)`);
  for (const url of [`${base}/fetch`, at(own), at(path.join(folder, 'notes.txt'))]) assert.equal(await fetched(url), false, url);

  await page.evaluate(`{
    const add = (name, more) => document.body.append(Object.assign(document.createElement(name), more));
    add('script', { textContent: 'globalThis.ran = true' });
    add('script', { src: '${base}/script.js' });
    add('iframe', { src: '${base}/frame' });
    add('object', { data: '${base}/object' });
    add('style', { textContent: '.composer { outline: 7px solid red }' });
    document.querySelector('.composer').setAttribute('style', 'outline: 8px solid red');
    add('link', { rel: 'stylesheet', href: '${base}/style.css' });
    document.querySelector('.composer').insertAdjacentHTML('beforeend', '<b onclick="globalThis.ran = true" id="bait">x</b>');
    document.querySelector('#bait').click();
    // Later: while the debugger evaluates, as this test does, it may.
    setTimeout(() => { try { globalThis.ran = new Function('return true')(); } catch { violated.push('eval'); } });
  }`);
  const wanted = ['img-src', 'connect-src', 'script-src-elem', 'script-src-attr', 'frame-src', 'object-src', 'style-src-elem', 'style-src-attr', 'eval'];
  await workbench.until('every attempt to be stopped', async () => {
    const violated = await page.evaluate<string[]>('violated');
    return wanted.every((directive) => violated.includes(directive));
  });
  assert.equal(await page.evaluate('globalThis.ran'), undefined);
  assert.doesNotMatch(await panel.frame.locator('.composer').evaluate((element) => getComputedStyle(element).outline), /[78]px/);
  assert.deepEqual(hits, []);
  await page.evaluate(`document.querySelector('#bait').remove()`);
});

test('the panel lives on', async () => {
  await ask('draft.clear', '{}');
  await panel.prompt.fill('A lamp');
  await panel.send();
  await workbench.until('the picture', () => fs.existsSync(path.join(folder, 'assets/a-lamp.png')));
  // However much is thrown at it, the log is not flooded.
  await dropped(Array.from({ length: 200 }, () => 'null'));
  const lines = workbench.output('Easel').split('was dropped').length - 1;
  assert.ok(lines <= 50, `${lines} lines`);
  assert.match(workbench.output('Easel'), /what is dropped from here on is not logged/);
});
