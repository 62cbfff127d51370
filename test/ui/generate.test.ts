import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import type { Gateway } from '../gateway/gateway.ts';
import { answer, setKey, startEasel, type EaselWorkbench } from './easel.ts';
import type { Workbench } from './workbench.ts';

// What a person sees of a job: its progress, its end, its failures and what to do about them, and the spend.

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'easel-generate-'));
const file = (...names: readonly string[]): string => path.join(folder, ...names);
let easel: EaselWorkbench;
let gateway: Gateway;
let workbench: Workbench;

before(async () => {
  fs.mkdirSync(file('web/icons'), { recursive: true });
  fs.writeFileSync(file('web/index.html'), '<img src="icons/cat.png" alt="A cat">\n');
  easel = await startEasel({ folder });
  ({ gateway, workbench } = easel);
  await setKey(workbench);
});

afterEach(async () => {
  gateway.clear();
  await workbench.runCommand('Notifications: Clear All Notifications');
});

after(async () => {
  await easel.close();
  fs.rmSync(folder, { recursive: true });
});

const paid = (): number => gateway.requests.filter(({ kind }) => kind === 'generations').length;

test('Generate Image Here puts the picture into the folder that was clicked', async () => {
  await workbench.explorer.contextMenu('web/icons', 'Generate Image Here…');
  await answer(workbench, 'Cat', { size: '1280 × 720', quality: 'Medium' });
  const made = await workbench.notification('Made cat.png for');
  assert.ok(fs.existsSync(file('web/icons/cat.png')));
  await made.click('Copy Path');
  await workbench.until('the path on the clipboard', async () => (await workbench.page.evaluate('navigator.clipboard.readText()')) === file('web/icons/cat.png'));
  assert.deepEqual(gateway.requests[0]?.fields['size'], '1280x720');
  assert.deepEqual(gateway.requests[0]?.fields['quality'], 'medium');
});

test('the last answers are offered again, and one can step back', async () => {
  await workbench.runCommand('Easel: Generate Image…');
  const prompt = await workbench.quickInput('What should the picture show?');
  assert.equal(await prompt.value(), 'Cat');
  assert.match(await prompt.message(), /1280 × 720 · quality: Medium/);
  await prompt.type('Dog');
  await prompt.accept();
  const size = await workbench.quickInput('Size');
  assert.match((await size.items())[0] ?? '', /1280 × 720.*last used/);
  await size.accept();
  await (await workbench.quickInput('Quality')).back();
  await (await workbench.quickInput('Size')).back();
  const again = await workbench.quickInput('What should the picture show?');
  assert.equal(await again.value(), 'Dog');
  await again.cancel();
  assert.equal(paid(), 0);
});

test('a size can be typed, and one that breaks a rule is answered with the nearest', async () => {
  await workbench.runCommand('Easel: Generate Image…');
  const prompt = await workbench.quickInput('What should the picture show?');
  await prompt.type('Wide');
  await prompt.accept();
  const size = await workbench.quickInput('Size');
  await size.type('1000x700');
  await workbench.until('the nearest size', async () => (await size.items()).some((item) => /nearest to 1000 × 700/.test(item)));
  await workbench.screenshot('size-typed');
  const [nearest] = await size.items();
  assert.match(nearest ?? '', /^(1008 × 704|992 × 704|1008 × 688)[^]*multiples of 16/);
  await size.type('');
  await workbench.until('the whole list', async () => /last used/.test((await size.items())[0] ?? ''));
  await size.pick('Custom…');
  const custom = await workbench.quickInput('Width × height');
  await custom.type('5000x100');
  await custom.waitForMessage('no side may be over 3840 pixels');
  await workbench.screenshot('size-custom');
  await custom.type('1600x1200');
  await custom.waitForMessage(/About .* credits/);
  await custom.accept();
  await (await workbench.quickInput('Quality')).pick('Low');
  await workbench.notification('Made wide.png');
  assert.equal(gateway.requests[0]?.fields['size'], '1600x1200');
});

test('Generate Again repeats the last request into a new file', async () => {
  await workbench.runCommand('Easel: Generate Again');
  await workbench.notification('Made wide-2.png');
  assert.ok(fs.existsSync(file('assets/wide.png')) && fs.existsSync(file('assets/wide-2.png')));
  assert.equal(gateway.requests[0]?.fields['prompt'], 'Wide');
});

test('a job shows its stage and seconds, and Cancel ends it at once', async () => {
  gateway.faultNext('no-answer');
  await workbench.runCommand('Easel: Generate Again');
  await gateway.waitFor(({ kind }) => kind === 'generations');
  const progress = await workbench.notification(/Easel: "Wide" for about .* credits/);
  await workbench.notification(/Drawing · [1-9]\d* s/);
  await workbench.statusBarItem(/Drawing · \d+ s/);
  await workbench.screenshot('progress');
  await progress.click('Cancel');
  await workbench.notification('Cancelled after the request was sent: the service may still charge for it.');
  await workbench.statusBarItem(/credits/);
  assert.equal(paid(), 1);
  assert.equal(fs.existsSync(file('assets/wide-3.png')), false);
});

test('waiting for a busy service is shown, and the request goes out again only then', async () => {
  gateway.faultNext({ kind: 'status', status: 429, error: { message: 'slow down', type: 'requests', param: null, code: 'rate_limit_exceeded' }, headers: { 'retry-after': '2' } });
  await workbench.runCommand('Easel: Generate Again');
  await workbench.notification(/The service is busy, waiting 2 s/);
  await workbench.notification('Made wide-3.png');
  assert.equal(paid(), 2);
});

test('a refused key can be replaced from the message, and the request goes on', async () => {
  gateway.faultNext('key-refused');
  await workbench.runCommand('Easel: Generate Again');
  const refused = await workbench.notification('The service refused the API key');
  await workbench.screenshot('failure-key');
  await refused.click('Set API Key');
  const key = await workbench.quickInput('API Key for OpenAI-HK');
  await key.type('hk-test-key');
  await key.accept();
  await workbench.notification('Made wide-4.png');
});

test('a picture that has no place is saved when there is one, and not paid for again', async () => {
  fs.mkdirSync(file('web/gone'));
  await workbench.explorer.contextMenu('web/gone', 'Generate Image Here…');
  gateway.faultNext({ kind: 'no-headers', ms: 1000 });
  await answer(workbench, 'Owl');
  await gateway.waitFor(({ kind }) => kind === 'generations');
  fs.rmSync(file('web/gone'), { recursive: true });
  fs.writeFileSync(file('web/gone'), 'a file where the folder was');
  const failed = await workbench.notification('could not be saved in');
  await workbench.screenshot('failure-save');
  fs.rmSync(file('web/gone'));
  await failed.click('Try Again');
  await workbench.notification('Made owl.png');
  assert.ok(fs.existsSync(file('web/gone/owl.png')));
  assert.equal(paid(), 1);
});

test('what came otherwise than asked is said', async () => {
  gateway.faultNext('other-size');
  await workbench.runCommand('Easel: Generate Again');
  const said = await workbench.notification('1254x1254');
  assert.match(await said.text(), /Picture 1 is 1254x1254, not 1600x1200 as asked\./);
});

test('the hover of the status bar tells the spend, and its menu what one can do', async () => {
  const hover = (await workbench.hoverStatusBar(/credits/)).replaceAll('\u00A0', ' ');
  await workbench.screenshot('hover');
  for (const line of [/Today: [\d,.]+ credits/, /This session: [\d,.]+ credits/, /This workspace: [\d,.]+ credits/, /This week: [\d,.]+ credits/, /This month: [\d,.]+ credits/, /All time: [\d,.]+ credits/, /Balance: [\d,.]+ credits|Balance: not known/, /Last charges\n+\S+\.png — [\d,.]+ credits · /]) assert.match(hover, line);
  await (await workbench.statusBarItem(/credits/)).click();
  const menu = await workbench.quickInput('What would you like to do?');
  await workbench.screenshot('menu');
  assert.deepEqual((await menu.items()).map((item) => item.replace(/^.*?(?=[A-Z])/, '')), ['Open Panel', 'Generate Image…', 'Generate Again', 'Show Jobs', 'Recover Images…', 'Undo Replace', 'Show Spend', 'Set Budget…', 'Refresh Balance', 'Reconcile Spend…', 'Set API Key…', 'Remove API Key', 'Open Settings', 'Show Log']);
  await menu.cancel();
});

test('the key, the last answers and the spend outlive a reload', async () => {
  const before = await (await workbench.statusBarItem(/credits/)).innerText();
  await workbench.reload();
  await workbench.until('the spend', async () => (await (await workbench.statusBarItem(/credits/)).innerText()) === before);
  await workbench.runCommand('Easel: Generate Again');
  await workbench.notification('Made owl-');
});

test('the log tells the story and no secret', async () => {
  const log = workbench.output('Easel');
  assert.match(log, /job [\da-f-]{36}/);
  assert.doesNotMatch(log, /hk-test-key/);
});
