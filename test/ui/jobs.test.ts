import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import type { Gateway } from '../gateway/gateway.ts';
import { answer, setKey, startEasel, type EaselWorkbench } from './easel.ts';
import type { QuickInput } from './quickInput.ts';
import { choosePath } from './fileDialog.ts';
import { filesIn, journalIn } from './storage.ts';
import type { Workbench } from './workbench.ts';

// Several jobs at once: seen, cancelled alone and all together; a click too many; what did not come, and what has no place.

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'easel-jobs-'));
const file = (...names: readonly string[]): string => path.join(folder, ...names);
let easel: EaselWorkbench;
let gateway: Gateway;
let workbench: Workbench;

before(async () => {
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
const prompts = (): string[] => gateway.requests.filter(({ kind }) => kind === 'generations').map(({ fields }) => String(fields['prompt']));

/** Places a request that the service never answers. */
async function place(prompt: string): Promise<void> {
  await workbench.runCommand('Easel: Generate Image…');
  await answer(workbench, prompt);
}

/** Text that is no markup as it reads: in a hover its spaces do not break, in a label what looks like an icon is taken apart. */
const plain = (text: string): string => text.replaceAll('\u00A0', ' ').replaceAll('\u200B', '');

/** Opens the list from the palette. */
async function showJobs(): Promise<QuickInput> {
  await workbench.runCommand('Easel: Show Jobs');
  return workbench.quickInput('cancel it');
}

/** Waits until the rows of the list say this. */
async function rows(list: QuickInput, ...wanted: readonly RegExp[]): Promise<void> {
  let shown: string[] = [];
  await workbench
    .until('the rows', async () => {
      shown = await list.items();
      return shown.length === wanted.length && wanted.every((row, index) => row.test(shown[index] ?? ''));
    })
    .catch((error: unknown) => {
      throw new Error(`The list shows ${shown.join(' | ')}`, { cause: error });
    });
}

/** The row that has the focus. */
const focused = (list: QuickInput): Promise<string> => list.locator.locator('.monaco-list-row.focused').first().getAttribute('aria-label').then(String);

test('without a job, Show Jobs and Cancel All Jobs say so', async () => {
  for (const command of ['Easel: Show Jobs', 'Easel: Cancel All Jobs']) {
    await workbench.runCommand(command);
    await workbench.notification('No job is under way.');
    await workbench.runCommand('Notifications: Clear All Notifications');
  }
});

test('two run and one waits: each is seen with its stage and time, and cancelled alone or all together', async () => {
  gateway.setFault('no-answer');
  await place('A red bicycle');
  await place('A blue boat');
  await gateway.waitFor(({ fields }) => fields['prompt'] === 'A blue boat');
  await place('A green tree');

  const status = await workbench.statusBarItem(/Drawing · \d+ s \(2 running, 1 waiting\)/);
  const hover = plain(await workbench.hoverStatusBar(/2 running, 1 waiting/));
  await workbench.screenshot('jobs-hover');
  for (const line of [/A red bicycle — Drawing · \d+ s/, /A blue boat — Drawing · \d+ s/, /A green tree — Waiting for its turn · \d+ s/, /Show Jobs/, /Cancel All Jobs/]) assert.match(hover, line);
  await workbench.notification(/Easel: "A green tree" for about .*|Waiting for its turn · \d+ s/);

  await status.click();
  const list = await workbench.quickInput('cancel it');
  await rows(list, /A red bicycle.*Drawing · \d+ s/, /A blue boat.*Drawing · \d+ s/, /A green tree.*Waiting for its turn · \d+ s/, /Cancel All Jobs/);
  await workbench.screenshot('jobs');

  // The focus stays where it is while the seconds go on.
  await workbench.page.keyboard.press('ArrowDown');
  await workbench.until('the second row', async () => /A blue boat/.test(await focused(list)));
  const before = await focused(list);
  await workbench.until('a second to pass', async () => (await focused(list)) !== before);
  assert.match(await focused(list), /A blue boat/);

  // Cancelled in mid-flight by its button: its row stays, and the one that waited has its turn.
  const row = list.locator.getByRole('option', { name: /A blue boat/ });
  await row.hover();
  await row.locator('.codicon-stop-circle').click();
  await rows(list, /A red bicycle.*Drawing/, /A blue boat.*Cancelled · \d+ s/, /A green tree.*Drawing/, /Cancel All Jobs/);
  await workbench.notification('Cancelled after the request was sent');
  assert.deepEqual(prompts(), ['A red bicycle', 'A blue boat', 'A green tree']);

  // Enter on one that is over does nothing; on one under way it cancels.
  await workbench.until('the row of the cancelled job', async () => /A blue boat/.test(await focused(list)));
  await list.accept();
  await workbench.page.keyboard.press('ArrowDown');
  await workbench.until('the third row', async () => /A green tree/.test(await focused(list)));
  await list.accept();
  await rows(list, /A red bicycle.*Drawing/, /A blue boat.*Cancelled/, /A green tree.*Cancelled/);
  await list.cancel();

  await place('A white cat');
  await place('A black dog');
  await workbench.statusBarItem(/2 running, 1 waiting/);
  await (await showJobs()).pick('Cancel All Jobs');
  const asked = await workbench.dialog('Cancel all jobs?');
  assert.match(await asked.text(), /2 requests were sent already: the service may still charge for them\./);
  await workbench.screenshot('jobs-cancel-all');
  await asked.click('Keep Them');
  await workbench.statusBarItem(/2 running, 1 waiting/);
  await workbench.runCommand('Easel: Cancel All Jobs');
  await (await workbench.dialog('Cancel all jobs?')).click('Cancel All Jobs');
  await workbench.statusBarItem(/^\s*Easel\s*$/);
  assert.equal(prompts().includes('A black dog'), false, 'what waited was never sent');
  assert.equal(paid(), 4);
});

test('the list in other themes and in a narrow window', async () => {
  gateway.setFault('no-answer');
  await place('$(trash) [A](command:easel.showLog) *b* and so on beyond the row');
  await place('A blue boat');
  for (const theme of ['light', 'hc-dark', 'hc-light', 'dark'] as const) {
    await workbench.selectTheme(theme);
    const list = await showJobs();
    assert.match(plain((await list.items())[0] ?? ''), /\$\(trash\) \[A\]/, 'a prompt is shown as it is');
    await workbench.screenshot(`jobs-${theme}`);
    await list.cancel();
  }
  const size = workbench.page.viewportSize();
  await workbench.page.setViewportSize({ width: 480, height: 640 });
  const list = await showJobs();
  await workbench.screenshot('jobs-narrow');
  await list.cancel();
  if (size) await workbench.page.setViewportSize(size);
  const hover = plain(await workbench.hoverStatusBar(/2 running/));
  assert.match(hover, /\$\(trash\) \[A\]\(command:easel\.showLog\) \*b\* and so/);
  await workbench.screenshot('jobs-hover-markup');
  await workbench.runCommand('Easel: Cancel All Jobs');
  await (await workbench.dialog('Cancel all jobs?')).click('Cancel All Jobs');
  await workbench.statusBarItem(/^\s*Easel\s*$/);
});

test('a click too many is asked about, and not paid for', async () => {
  await place('A yellow duck');
  await workbench.notification('Made a-yellow-duck.png');
  await workbench.page.locator('.tab[data-resource-name="a-yellow-duck.png"]').click();
  await workbench.runCommand('Notifications: Clear All Notifications');
  gateway.clear();
  const again = workbench.page.locator('.editor-actions').getByRole('button', { name: 'Generate Again' }).last();
  await again.dblclick();
  const asked = await workbench.dialog('The same request was placed a moment ago. Place it again?');
  assert.match(await asked.text(), /It costs about .* credits once more\./);
  await workbench.screenshot('jobs-twice');
  await asked.click('Cancel');
  await workbench.notification('Made a-yellow-duck-2.png');
  assert.equal(paid(), 1);

  await workbench.runCommand('Notifications: Clear All Notifications');
  await again.dblclick();
  await (await workbench.dialog('The same request was placed a moment ago.')).click('Place Again');
  await workbench.until('both pictures', () => fs.existsSync(file('assets/a-yellow-duck-4.png')));
  assert.equal(paid(), 3);
});

test('of fewer pictures than asked for the rest is one click away', async () => {
  await workbench.configure({ 'easel.count': 3 });
  gateway.faultNext({ kind: 'fewer', count: 1 });
  await place('A purple whale');
  const fewer = await workbench.notification('3 pictures were asked for and 1 came');
  await workbench.screenshot('jobs-fewer');
  await fewer.click('Make the Other 2 (about');
  await workbench.until('the others', () => fs.existsSync(file('assets/a-purple-whale-3.png')));
  assert.deepEqual(gateway.requests.filter(({ kind }) => kind === 'generations').map(({ fields }) => fields['n']), [3, 2]);
  await workbench.configure({ 'easel.count': 1 });
});

test('a picture without a place is saved elsewhere by Save As…, and not paid for again', async () => {
  fs.mkdirSync(file('web/lost'), { recursive: true });
  fs.mkdirSync(file('elsewhere'));
  await workbench.explorer.contextMenu('web/lost', 'Generate Image Here…');
  gateway.faultNext({ kind: 'no-headers', ms: 1000 });
  await answer(workbench, 'A green owl');
  await gateway.waitFor(({ kind }) => kind === 'generations');
  fs.rmSync(file('web/lost'), { recursive: true });
  fs.writeFileSync(file('web/lost'), 'a file where the folder was');
  await (await workbench.notification('could not be saved in')).click('Save As…');
  await choosePath(workbench, 'Where shall the pictures go?', file('elsewhere'));
  await workbench.notification('Made a-green-owl.png');
  assert.ok(fs.existsSync(file('elsewhere/a-green-owl.png')));
  assert.equal(paid(), 1);
});

test('a picture without a place can be discarded, when the user says so twice', async () => {
  const kept = (): string[] => filesIn(journalIn(workbench.host.userDataDir)).filter((name) => name.endsWith('picture-1'));
  const before = kept().length;
  fs.mkdirSync(file('web/gone'), { recursive: true });
  await workbench.explorer.contextMenu('web/gone', 'Generate Image Here…');
  gateway.faultNext({ kind: 'no-headers', ms: 1000 });
  await answer(workbench, 'An orange owl');
  await gateway.waitFor(({ kind }) => kind === 'generations');
  fs.rmSync(file('web/gone'), { recursive: true });
  fs.writeFileSync(file('web/gone'), 'a file where the folder was');
  const failed = await workbench.notification('could not be saved in');
  assert.equal(kept().length, before + 1);
  await workbench.screenshot('jobs-unsaved');
  await failed.click('Discard');
  const asked = await workbench.dialog('Discard the picture that is paid for?');
  await workbench.screenshot('jobs-discard');
  await asked.click('Cancel');
  assert.equal(kept().length, before + 1);
  await (await workbench.notification('could not be saved in')).click('Discard');
  await (await workbench.dialog('Discard the picture that is paid for?')).click('Discard');
  await workbench.until('an empty journal', () => kept().length === before);
});
