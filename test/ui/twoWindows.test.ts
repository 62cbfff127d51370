import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { imageHeader } from '../../src/images/format.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { setKey, startEasel, type EaselWorkbench } from './easel.ts';
import { chargesIn, journalLines } from './storage.ts';
import type { Workbench } from './workbench.ts';

// Two windows on one workspace: they race for names, write one ledger, and leave each other's jobs alone.

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'easel-two-'));
/** The pictures in their place; those on the way to it have names that begin with a dot. */
const assets = (): string[] => (fs.existsSync(path.join(folder, 'assets')) ? fs.readdirSync(path.join(folder, 'assets')).filter((name) => !name.startsWith('.')).toSorted() : []);
let easel: EaselWorkbench;
let gateway: Gateway;
let one: Workbench;
let two: Workbench;

const posts = (): number => gateway.requests.filter(({ kind }) => kind === 'generations').length;

const charges = (): ReturnType<typeof chargesIn> => chargesIn(one.host.userDataDir);
const lines = (): string => journalLines(one.host.userDataDir);

before(async () => {
  easel = await startEasel({ folder, settings: { 'easel.openPictures': false, 'easel.jobsAtOnce': 8 } });
  ({ gateway, workbench: one } = easel);
  await setKey(one);
  const binding = { key: 'ctrl+alt+1', command: 'easel.generate', args: { prompt: 'race', name: 'race', size: '1024x1024' } };
  const keys = path.join(one.host.userDataDir, 'User/keybindings.json');
  fs.writeFileSync(keys, JSON.stringify([binding]));
  // Read at the start of a window.
  await one.reload();
  two = await one.openWindow();
  for (const { page } of [one, two]) await page.locator('.statusbar-item[id$="easel.spend"]').waitFor();
});

after(async () => {
  await easel.close();
  fs.rmSync(folder, { recursive: true });
});

test('pictures of the same name from both windows all get a place, and every charge its line', async () => {
  const balance = gateway.balance();
  const rounds = 4;
  for (let round = 0; round < rounds; round++) await Promise.all([one, two].map(({ page }) => page.keyboard.press('Control+Alt+1')));
  const expected = rounds * 2;
  await one.until('all requests', () => posts() === expected);
  await one.until('all pictures', () => assets().length === expected);
  assert.deepEqual(assets(), ['race.png', ...Array.from({ length: expected - 1 }, (_, index) => `race-${index + 2}.png`)].toSorted());
  for (const name of assets()) assert.equal(imageHeader(fs.readFileSync(path.join(folder, 'assets', name)))?.width, 1024, name);
  await one.until('all charges', () => charges().length === expected);
  assert.equal(new Set(charges().map(({ job }) => job)).size, expected);
  const spent = charges().reduce((sum, { amount }) => sum + amount.micros, 0);
  assert.equal(spent, Math.round((balance - gateway.balance()) * 1e6));
  const texts = await Promise.all([one, two].map(async (window) => {
    let text = '';
    await window.until('the sum in the status bar', async () => {
      text = await (await window.statusBarItem(/credits/)).innerText();
      return text.includes(new Intl.NumberFormat('en').format(spent / 1e6).split('.')[0] ?? '');
    });
    return text;
  }));
  assert.equal(texts[0], texts[1], 'both windows show the same sum');
});

test('what one window still works on is not offered in the other; after a crash of both, one of them brings it home', async () => {
  const before = posts();
  // As often as one job tries: the link comes, and the picture behind it only for whoever tries once more.
  gateway.faultNext({ kind: 'url', trouble: { kind: 'flaky', times: 5, how: 'status' } });
  await one.page.keyboard.press('Control+Alt+1');
  await one.until('the link', () => lines().includes('"url"'));
  await two.runCommand('Easel: Recover Images…');
  await two.notification('Nothing is left to recover');

  for (const pid of one.host.extensionHosts()) process.kill(pid, 'SIGKILL');
  await one.until('the end of the extension hosts', () => one.host.extensionHosts().length === 0);
  await Promise.all([one.reload(), two.reload()]);
  const offers = await Promise.all([one, two].map((window) => window.notification('A picture of an interrupted request is paid for and not saved yet.')));
  const there = assets();
  await Promise.all(offers.map((offer) => offer.click('Recover')));
  await one.until('the picture', () => assets().length === there.length + 1);
  await Promise.any([one, two].map((window) => window.notification('Another window has taken care of it.')));
  await one.until('the journal to forget it', () => lines() === '');
  assert.equal(assets().length, there.length + 1, 'once');
  assert.equal(posts(), before + 1, 'nothing was sent again');
  await one.until('the charge', () => charges().length === before + 1);
});
