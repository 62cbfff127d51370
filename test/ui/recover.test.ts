import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import type { Gateway } from '../gateway/gateway.ts';
import { answer, setKey, startEasel, type EaselWorkbench } from './easel.ts';
import { chargesIn, jobsIn, journalLines } from './storage.ts';
import type { Workbench } from './workbench.ts';

// What a window that is killed or closed in the middle of a job leaves behind, and how it comes home.

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'easel-recover-'));
const file = (...names: readonly string[]): string => path.join(folder, ...names);
let easel: EaselWorkbench;
let gateway: Gateway;
let workbench: Workbench;

before(async () => {
  easel = await startEasel({ folder, settings: { 'easel.openPictures': false } });
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
const jobs = (): string[] => jobsIn(workbench.host.userDataDir);
const lines = (): string => journalLines(workbench.host.userDataDir);
const charges = (): ReturnType<typeof chargesIn> => chargesIn(workbench.host.userDataDir);

async function begin(prompt: string): Promise<void> {
  await workbench.runCommand('Easel: Generate Image…');
  await answer(workbench, prompt);
}

/** Kills the extension host, as a crash would, and loads the window anew. */
async function crash(): Promise<void> {
  for (const pid of workbench.host.extensionHosts()) process.kill(pid, 'SIGKILL');
  await workbench.until('the end of the extension host', () => workbench.host.extensionHosts().length === 0);
  await workbench.reload();
}

test('pictures that came before a crash are offered at the next start, and saved to their place', async () => {
  await workbench.configure({ 'easel.count': 2, 'easel.responseFormat': 'b64_json' });
  gateway.faultNext({ kind: 'drip', pieces: 160, everyMs: 50 });
  await begin('Lighthouse');
  await workbench.until('the first picture', () => lines().includes('"received"'));
  await crash();
  const offer = await workbench.notification('A picture of an interrupted request is paid for and not saved yet.');
  await workbench.screenshot('recover-offer');
  assert.ok(!fs.existsSync(file('assets/lighthouse.png')), 'nothing is done unasked');
  await offer.click('Recover');
  await workbench.notification('Made lighthouse.png for');
  await workbench.screenshot('recover-done');
  assert.ok(fs.existsSync(file('assets/lighthouse.png')));
  assert.deepEqual(jobs(), []);
  assert.equal(paid(), 1);
  assert.deepEqual(charges().map(({ measured }) => measured), [true], 'from the usage log');
  await workbench.configure({ 'easel.count': 1, 'easel.responseFormat': 'auto' });
});

test('a link is fetched after the window was loaded anew, and nothing is asked for again', async () => {
  gateway.faultNext({ kind: 'url', trouble: { kind: 'flaky', times: 3, how: 'status' } });
  await begin('Harbour');
  await workbench.until('the link', () => lines().includes('"url"'));
  await workbench.reload();
  await (await workbench.notification('A picture of an interrupted request is paid for and not saved yet.')).click('Recover');
  await workbench.notification('Made harbour.png for');
  assert.ok(fs.existsSync(file('assets/harbour.png')));
  assert.deepEqual(jobs(), []);
  assert.equal(paid(), 1);
  assert.deepEqual(charges().map(({ measured }) => measured), [true, true], 'as the answer or the usage log said');
});

test('of a request whose answer is unknown it is said that nobody knows, until the usage log tells', async () => {
  gateway.faultNext('no-answer');
  await begin('Fog');
  await gateway.waitFor(({ bodyRead }) => bodyRead);
  await crash();
  const told = await workbench.notification('A request was interrupted after it was sent: nobody knows whether the service charged for it.');
  await workbench.screenshot('recover-unknown');
  await told.click('Check the Usage Log');
  await workbench.notification(/The service charged [\d,.]+ credits for the request, which is entered/);
  assert.deepEqual(jobs(), []);
  assert.equal(paid(), 1);
  assert.equal(charges().length, 3);
});

test('Recover Images lists what is left, and each goes by the user’s hand', async () => {
  const failed = (): number => lines().split('"event":"failed"').length - 1;
  for (const [index, [prompt, fault]] of ([['Mist', 'reset-before-read'], ['Storm', 'reset-after-read']] as const).entries()) {
    gateway.faultNext(fault);
    await begin(prompt);
    await workbench.until(`the end of ${prompt}`, () => failed() === index + 1);
    await workbench.runCommand('Notifications: Clear All Notifications');
  }
  await workbench.runCommand('Easel: Recover Images…');
  const list = await workbench.quickInput('What was paid for and is in no place yet');
  assert.deepEqual((await list.items()).map((item) => /^(\w+).*sent, answer unknown/.exec(item)?.[1]), ['Storm', 'Mist'], 'newest first');
  await workbench.screenshot('recover-list');
  await list.accept();
  const acts = await workbench.quickInput('sent, answer unknown');
  assert.deepEqual((await acts.items()).map((item) => item.replace(/,.*/, '')), ['Check the Usage Log', 'Discard']);
  await acts.pick('Check the Usage Log');
  await workbench.notification(/The service charged [\d,.]+ credits for the request, which is entered/);
  assert.equal(charges().length, 4);

  const openRest = async (): Promise<void> => {
    await workbench.runCommand('Easel: Recover Images…');
    await (await workbench.quickInput('What was paid for and is in no place yet')).accept();
  };
  await openRest();
  await (await workbench.quickInput('sent, answer unknown')).pick('Check the Usage Log');
  await workbench.notification('The service may still be at it: check again after');
  assert.equal(jobs().length, 1, 'it stays until somebody knows');
  await openRest();
  await (await workbench.quickInput('sent, answer unknown')).pick('Discard');
  await (await workbench.dialog('Forget the request whose answer is unknown?')).click('Forget');
  await workbench.until('an empty journal', () => jobs().length === 0);
  await workbench.runCommand('Easel: Recover Images…');
  await workbench.notification('Nothing is left to recover');
});

test('a picture that could not be saved is in the list too, in the same window', async () => {
  fs.rmSync(file('assets'), { recursive: true });
  fs.writeFileSync(file('assets'), 'no folder');
  await begin('Rain');
  await workbench.notification('could not be saved');
  fs.rmSync(file('assets'));
  // A list that is being drawn anew loses a click, and closes when the Explorer takes the focus.
  await workbench.until('the picture in its place', async () => {
    if (fs.existsSync(file('assets/rain.png'))) return true;
    if (!(await workbench.page.locator('.quick-input-widget').isVisible())) await workbench.runCommand('Easel: Recover Images…');
    const row = workbench.page.locator('.quick-input-widget').getByRole('option', { name: /^Rain.*1 picture/ }).first();
    await row.hover({ timeout: 1000 }).catch(() => undefined);
    await row.getByRole('button', { name: 'Save to Its Place' }).click({ timeout: 1000 }).catch(() => undefined);
    return false;
  });
  await workbench.notification('Made rain.png for');
  await workbench.until('an empty journal', () => jobs().length === 0);
});
