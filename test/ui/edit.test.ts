import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { createCanvas } from '@napi-rs/canvas';
import { drawPicture } from '../extension/pictures.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { RecordedRequest } from '../gateway/record.ts';
import { imageHeader } from '../../src/images/format.ts';
import { setKey, startEasel, type EaselWorkbench } from './easel.ts';
import { rolesList } from './rolesList.ts';
import type { Workbench } from './workbench.ts';

// Editing by right-click: one file, several with their roles, in the file's place, variations, and what cannot be edited.

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'easel-edit-'));
const file = (...names: readonly string[]): string => path.join(folder, ...names);
let easel: EaselWorkbench;
let gateway: Gateway;
let workbench: Workbench;

/** Black, with a white disc: a mask as painting programs make them. */
function drawBlackAndWhite(width: number, height: number): Promise<Buffer> {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.fillRect(0, 0, width, height);
  context.fillStyle = 'white';
  context.arc(width / 2, height / 2, height / 4, 0, 7);
  context.fill();
  return canvas.encode('png');
}

before(async () => {
  fs.mkdirSync(file('art/more'), { recursive: true });
  fs.writeFileSync(file('art/hero.png'), await drawPicture(1000, 700, 'png'));
  fs.writeFileSync(file('art/style.webp'), await drawPicture(512, 512, 'webp'));
  fs.writeFileSync(file('art/more/lamp.JPG'), await drawPicture(640, 480, 'jpeg'));
  fs.writeFileSync(file('art/where.png'), await drawBlackAndWhite(500, 350));
  fs.writeFileSync(file('art/broken.png'), 'no picture at all');
  fs.writeFileSync(file('notes.txt'), 'no image');
  easel = await startEasel({ folder });
  ({ gateway, workbench } = easel);
  await setKey(workbench);
});

beforeEach(() => gateway.clear());

after(async () => {
  await easel.close();
  fs.rmSync(folder, { recursive: true });
});

const sentEdit = (): RecordedRequest => {
  const sent = gateway.requests.filter(({ kind }) => kind === 'edits');
  assert.equal(sent.length, 1);
  const [request] = sent;
  assert.ok(request);
  return request;
};

const sha256 = (name: string): string => createHash('sha256').update(fs.readFileSync(file(name))).digest('hex');

/** Answers prompt, size, quality and place of an edit; what is left out stays as it is proposed. */
async function answerEdit(prompt: string, where?: string): Promise<void> {
  const ask = await workbench.quickInput('What should change?');
  await ask.type(prompt);
  await ask.accept();
  await (await workbench.quickInput('Size')).accept();
  await (await workbench.quickInput('Quality')).accept();
  const place = await workbench.quickInput('Where the result goes');
  if (where === undefined) await place.accept();
  else await place.pick(where);
}

/** Shows a file, with the focus left in the Explorer: a picture that has it takes the palette's key for itself. */
async function show(name: string): Promise<void> {
  await (await workbench.explorer.find(name)).click();
  await workbench.waitForEditor(path.basename(name));
}

async function clearNotifications(): Promise<void> {
  await show('notes.txt');
  await workbench.runCommand('Notifications: Clear All Notifications');
}

test('Edit Image on one file: the result lies beside it, and the file stays', async () => {
  const before = fs.readFileSync(file('art/hero.png'));
  await workbench.explorer.contextMenu('art/hero.png', 'Edit Image…');
  const prompt = await workbench.quickInput('What should change?');
  assert.match(await prompt.title(), /^Edit hero\.png/);
  await prompt.type('Make it snow');
  await prompt.waitForMessage(/About .* credits · gpt-image-2 · Automatic/);
  await prompt.accept();
  const size = await workbench.quickInput('Size');
  assert.match((await size.items())[0] ?? '', /^Automatic, .* credits · follows the image, 1008 × 704, 1000x700 is off the grid/);
  await workbench.screenshot('edit-size');
  await size.accept();
  await (await workbench.quickInput('Quality')).pick('Low');
  const where = await workbench.quickInput('Where the result goes');
  assert.match((await where.items())[0] ?? '', /^Beside it, as hero-edit\.png, .* credits/);
  assert.match((await where.items())[1] ?? '', /^Replace hero\.png, .* credits, Scaled to exactly 1000 × 700\. The original is kept/);
  await workbench.screenshot('edit-where');
  await where.accept();
  await workbench.notification('Made hero-edit.png');
  await workbench.waitForEditor('hero-edit.png');
  await workbench.screenshot('edit-done');
  assert.ok(fs.existsSync(file('art/hero-edit.png')));
  assert.deepEqual(fs.readFileSync(file('art/hero.png')), before);
  const sent = sentEdit();
  assert.equal(sent.fields['size'], '1008x704', 'the nearest size that the model draws is named');
  assert.equal(sent.files.length, 1);
  await clearNotifications();
});

test('one file is offered Edit Image, several Edit with References, and no image neither', async () => {
  const one = await workbench.explorer.contextMenuItems('art/hero.png');
  assert.ok(one.includes('Edit Image…') && !one.includes('Edit with References…'), one.join());
  await workbench.explorer.select('art/hero.png', 'art/style.webp');
  const several = await workbench.explorer.contextMenuItems('art/style.webp');
  assert.ok(!several.includes('Edit Image…') && several.includes('Edit with References…'), several.join());
  const none = await workbench.explorer.contextMenuItems('notes.txt');
  assert.ok(!none.includes('Edit Image…') && !none.includes('Edit with References…'), none.join());
});

test('of several files the clicked one is edited; the list lets them change places, takes more, and the service gets them in that order', async () => {
  await workbench.explorer.select('art/hero.png', 'art/style.webp');
  await workbench.explorer.contextMenu('art/style.webp', 'Edit with References…');
  const list = await rolesList(workbench);
  await list.settled('style.webp: edited image', 'hero.png: reference 1');
  await list.says(/^style\.webp, edited image, 512 × 512 · .* kB/);
  assert.equal(await list.marked(), 'Continue', 'Enter goes on where nothing is wrong');
  await workbench.screenshot('roles');

  await list.press('hero.png', 'Move Up');
  await list.settled('hero.png: edited image', 'style.webp: reference 1');
  assert.equal(await list.marked(), 'hero.png', 'what was moved stays marked');

  await list.pick('Add Files from the Workspace…');
  const add = await workbench.quickInput('Which images shall go along');
  // Rows that can be ticked are checkboxes, not options.
  const row = (name: string) => add.locator.locator('.monaco-list-row').filter({ hasText: name });
  await row('lamp.JPG').waitFor();
  assert.equal(await row('hero.png').count(), 0, 'what is in the list is not offered again');
  await workbench.screenshot('roles-add');
  await row('lamp.JPG').click();
  await add.accept();
  const longer = await rolesList(workbench);
  await longer.settled('hero.png: edited image', 'style.webp: reference 1', 'lamp.JPG: reference 2');

  // Without the mouse: Enter on a file shows what can be done with it.
  await longer.pick('lamp.JPG');
  const act = await workbench.quickInput('What shall be done with this file?');
  await workbench.screenshot('roles-act');
  await act.pick('Move Up');
  await (await rolesList(workbench)).settled('hero.png: edited image', 'lamp.JPG: reference 1', 'style.webp: reference 2');
  await (await rolesList(workbench)).pick('Continue');

  const prompt = await workbench.quickInput('What should change?');
  assert.match(await prompt.title(), /^Edit hero\.png with References/);
  await prompt.back();
  await (await rolesList(workbench)).settled('hero.png: edited image', 'lamp.JPG: reference 1', 'style.webp: reference 2');
  await (await rolesList(workbench)).pick('Continue');
  await answerEdit('In the style of the others');
  await workbench.notification('Made hero-edit-2.png');
  assert.deepEqual(sentEdit().files.map((part) => [part.field, part.sha256]), ['art/hero.png', 'art/more/lamp.JPG', 'art/style.webp'].map((name) => ['image[]', sha256(name)]));
  await clearNotifications();
});

test('a mask that would be refused is explained in the list, and one click puts it right', async () => {
  await workbench.explorer.select('art/where.png', 'art/hero.png');
  await workbench.explorer.contextMenu('art/hero.png', 'Edit with References…');
  const list = await rolesList(workbench);
  await list.settled('hero.png: edited image', 'where.png: reference 1');
  await list.press('where.png', 'Change Role…');
  await (await workbench.quickInput('What is this file to the edit?')).pick('Use as Mask');
  const faulty = await rolesList(workbench);
  await faulty.settled('hero.png: edited image', 'where.png: mask');
  await faulty.says(/^where\.png, mask, .*The mask art\/where\.png has no transparency/);
  await faulty.says('Change What Is White');
  await workbench.screenshot('roles-mask');

  await faulty.pick('Continue');
  await workbench.until('the mend to be marked', async () => (await faulty.marked()).startsWith('Change What Is White'));
  await workbench.notification(/The mask art\/where\.png has no transparency: make it/);
  assert.equal(gateway.requests.length, 0);
  await workbench.page.keyboard.press('Enter');
  await faulty.settled('hero.png: edited image', 'where.png: mended mask');
  await faulty.says(/^where\.png, mended mask, 1000 × 700 · /);
  await workbench.until('Continue to be marked', async () => (await faulty.marked()) === 'Continue');
  await workbench.screenshot('roles-mended');
  await workbench.page.keyboard.press('Enter');
  await answerEdit('A lantern where the mask says');
  await workbench.notification(/Made hero-edit(-\d)?\.png/);
  const { files } = sentEdit();
  assert.deepEqual(files.map(({ field }) => field), ['image[]', 'mask']);
  assert.deepEqual([files[1]?.mime, files[1]?.width, files[1]?.height], ['image/png', 1000, 700]);
  await clearNotifications();
});

test('a file that is no picture is named in the list, and goes by its button', async () => {
  await workbench.explorer.select('art/broken.png', 'art/hero.png');
  await workbench.explorer.contextMenu('art/hero.png', 'Edit with References…');
  const list = await rolesList(workbench);
  await list.says(/^broken\.png, reference 1, .*art\/broken\.png is not a picture/);
  await list.pick('Continue');
  await workbench.until('the file that is wrong to be marked', async () => (await list.marked()) === 'broken.png');
  await list.press('broken.png', 'Remove from the List');
  await list.settled('hero.png: edited image');
  await list.pick('Continue');
  const prompt = await workbench.quickInput('What should change?');
  assert.match(await prompt.title(), /^Edit hero\.png(?! with)/);
  await prompt.cancel();
  assert.equal(gateway.requests.length, 0);
});

test('an edit in the file\'s place makes one picture, in its format and with its exact pixels', async () => {
  await workbench.configure({ 'easel.count': 3 });
  fs.copyFileSync(file('art/more/lamp.JPG'), file('art/lamp.jpg'));
  const before = fs.readFileSync(file('art/lamp.jpg'));
  await workbench.explorer.contextMenu('art/lamp.jpg', 'Edit Image…');
  const ask = await workbench.quickInput('What should change?');
  await ask.type('Switch the lamp on');
  await ask.accept();
  await (await workbench.quickInput('Size')).accept();
  await (await workbench.quickInput('Quality')).accept();
  const where = await workbench.quickInput('Where the result goes');
  assert.match((await where.items())[0] ?? '', /3 pictures, as the settings say/);
  assert.match((await where.items())[1] ?? '', /Makes one picture, not 3\./);
  await where.pick('Replace lamp.jpg');
  await workbench.until('another picture in the file', () => !fs.readFileSync(file('art/lamp.jpg')).equals(before));
  const { fields } = sentEdit();
  assert.deepEqual([fields['n'] ?? '1', fields['output_format'], fields['size']], ['1', 'jpeg', '944x704']);
  const header = imageHeader(fs.readFileSync(file('art/lamp.jpg')));
  assert.deepEqual([header?.format, header?.width, header?.height], ['jpeg', 640, 480]);
  await workbench.configure({ 'easel.count': 1 });
  await clearNotifications();
});

test('Create Variations: as many as were asked for, beside the image', async () => {
  await show('art/hero.png');
  await workbench.runCommand('Easel: Create Variations…');
  const many = await workbench.quickInput('How many variations?');
  assert.match(await many.title(), /^Variations of hero\.png/);
  assert.match((await many.items())[1] ?? '', /^3 variations, .* credits/);
  await workbench.screenshot('variations-count');
  await many.pick('2 variations');
  const hint = await workbench.quickInput('What may vary?');
  await hint.type('the time of day');
  await workbench.screenshot('variations-hint');
  await hint.accept();
  await workbench.notification('Made hero-variation.png, hero-variation-2.png');
  const { fields } = sentEdit();
  assert.equal(fields['n'], '2');
  assert.match(String(fields['prompt']), /^Make a variation of this image[^]*What shall vary above all: the time of day$/);
  await clearNotifications();
});

test('what cannot be edited is refused before the first question', async () => {
  await workbench.explorer.contextMenu('art/broken.png', 'Edit Image…');
  const refused = await workbench.notification('broken.png');
  await workbench.screenshot('edit-refused');
  assert.match(await refused.text(), /not a picture/);
  assert.equal(await refused.locator.getByRole('button', { name: /^Change/ }).count(), 0, 'other words would not mend a file');
  assert.equal(gateway.requests.length, 0);
});
