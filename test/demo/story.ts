import fs from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { imageHeader } from '../../src/images/format.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { QuickInput } from '../ui/quickInput.ts';
import type { Workbench } from '../ui/workbench.ts';

/** What the demo's story is told with. */
export type Stage = {
  readonly workbench: Workbench;
  readonly gateway: Gateway;
  /** The sample workspace (absolute path). */
  readonly folder: string;
  /** Hears what happens now. */
  readonly say: (text: string) => void;
  /** Takes a picture of the window under this name. */
  readonly shot: (name: string) => Promise<void>;
};

/** A picture that the demo made. */
export type Asset = {
  /** In the sample workspace, with `/`. */
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly format: string;
  readonly bytes: number;
  /** What its request cost by the gateway's account. */
  readonly credits: number;
};

/** A picture that is expected: its file, its size as asked, and the request's cost once that is known. */
type Expected = { readonly file: string; readonly size: string; readonly credits: number };

/** The requests that the demo makes without being asked anything, each by a key of its own: arguments of `easel.generate`. */
const crew = [
  { prompt: "Portrait of a ship's cat, the captain", name: 'mina', folder: 'assets/crew', size: '1024x1024', quality: 'low' },
  { prompt: "Portrait of a ship's cat with a spanner", name: 'otto', folder: 'assets/crew', size: '1024x1024', quality: 'low' },
  { prompt: "Portrait of a ship's cat with a ladle", name: 'lin', folder: 'assets/crew', size: '1024x1024', quality: 'medium' },
] as const;

/** What goes into the user's keybindings.json before VS Code starts. */
export const keybindings = crew.map((args, index) => ({ key: `ctrl+alt+${index + 1}`, command: 'easel.generate', args }));

/** Makes all pictures of the sample workspace, each by another of the ways that a user has. */
export async function tellStory(stage: Stage, key: string): Promise<Asset[]> {
  const { workbench, say, shot } = stage;
  const { page } = workbench;
  const expected: Expected[] = [];
  await workbench.explorer.open('index.html');
  await spendItem(workbench).waitFor();

  say('The first request, from the command palette: Easel asks for the key');
  expected.push(
    ...(await paid(stage, 'assets/sailing-boat-at-dusk.png', '1024x1024', async () => {
      await workbench.runCommand('Easel: Generate Image…');
      const asked = await workbench.quickInput('API Key for OpenAI-HK');
      await asked.type(key);
      await shot('1-key');
      await asked.accept();
      await answer(stage, { prompt: 'Sailing boat at dusk' }, '2-size');
    })),
  );
  await shot('3-picture');
  await dismiss(stage);

  say("Another into the folder icons, from the Explorer's menu");
  expected.push(
    ...(await paid(stage, 'icons/geometric-anchor-icon.png', '1024x1024', async () => {
      await workbench.explorer.contextMenu('icons', 'Generate Image Here…');
      await answer(stage, { prompt: 'Geometric anchor icon' });
    })),
  );
  await dismiss(stage);

  say('The same again: another file, nothing overwritten');
  expected.push(...(await paid(stage, 'icons/geometric-anchor-icon-2.png', '1024x1024', () => workbench.runCommand('Easel: Generate Again'))));
  await dismiss(stage);

  say('A wide one at a higher quality, its size typed');
  expected.push(
    ...(await paid(stage, 'assets/mountains-above-the-harbour-at-night.png', '1920x640', async () => {
      await workbench.runCommand('Easel: Generate Image…');
      await answer(stage, { prompt: 'Mountains above the harbour at night', size: '1920x640', quality: 'Medium' });
    })),
  );
  await shot('4-wide');
  await dismiss(stage);

  say('A prompt in Chinese, a size from the list');
  expected.push(
    ...(await paid(stage, 'assets/海边的灯塔-清晨.png', '1280x720', async () => {
      await workbench.runCommand('Easel: Generate Image…');
      await answer(stage, { prompt: '海边的灯塔，清晨', size: '1280x720', quality: 'Low' });
    })),
  );
  await shot('5-chinese');
  await dismiss(stage);

  say('An edit, by right-click on a picture: the result lies beside it');
  expected.push(
    ...(await paid(stage, 'assets/sailing-boat-at-dusk-edit.png', '1024x1024', async () => {
      await workbench.explorer.contextMenu('assets/sailing-boat-at-dusk.png', 'Edit Image…');
      await answer(stage, { prompt: 'The same boat in a storm', asks: 'What should change?' });
      await (await workbench.quickInput('Where the result goes')).accept();
    })),
  );
  await shot('6-edit');
  await dismiss(stage);

  say(`${crew.length} at once, by keys that call easel.generate as an API`);
  for (const { name, size, folder } of crew) expected.push(...(await paid(stage, `${folder}/${name}.png`, size, () => page.keyboard.press(bindingOf(name)), false)));
  await shot('7-at-once');
  for (const { file } of expected) await workbench.explorer.find(file);
  return expected.map((one) => check(stage, one));
}

function bindingOf(name: string): string {
  return `Control+Alt+${crew.findIndex((one) => one.name === name) + 1}`;
}

/**
 * Does what makes one paid request, and finds out what it cost. Requests may overlap, since the gateway bills when a request comes in.
 * @param told whether Easel tells of the file when it is made; then this waits for it
 */
async function paid({ workbench, gateway }: Stage, file: string, size: string, order: () => Promise<void>, told = true): Promise<Expected[]> {
  const balance = gateway.balance();
  const earlier = gateway.requests.filter(({ paid }) => paid).length;
  await order();
  await workbench.until('the request to reach the gateway', async () => {
    const [trouble] = await troubles(workbench);
    if (trouble !== undefined) throw new Error(`Easel says: ${trouble}`);
    return gateway.requests.filter(({ paid }) => paid).length > earlier;
  });
  if (told) {
    await workbench.notification(`Made ${path.posix.basename(file)} for`);
    await drawn(workbench, path.posix.basename(file));
  }
  return [{ file, size, credits: inThousandths(balance - gateway.balance()) }];
}

/** Credits as exact as the account has them: the difference of two balances is a little off. */
export function inThousandths(credits: number): number {
  return Math.round(credits * 1000) / 1000;
}

/** Waits until the picture with this file name is in an editor, and painted there. */
export async function drawn(workbench: Workbench, name: string): Promise<void> {
  await workbench.waitForEditor(name);
  const image = workbench.webview().locator('img');
  const source = async (): Promise<string> => ((await image.getAttribute('src')) ?? '').split('?')[0] ?? '';
  await workbench.until(`${name} in the editor`, async () => decodeURIComponent(await source()).endsWith(`/${name}`));
  await image.evaluate(async (element) => (element as unknown as { decode(): Promise<void> }).decode());
}

/** The errors and warnings that VS Code shows. */
export function troubles({ page }: Workbench): Promise<string[]> {
  return page.locator('.notification-toast:has(.codicon-error, .codicon-warning) .notification-list-item-message').allInnerTexts();
}

/** Answers Easel's three questions; what is left out stays as Easel proposes it. */
async function answer({ workbench, shot }: Stage, { prompt, size, quality, asks = 'What should the picture show?' }: { readonly prompt: string; readonly size?: string; readonly quality?: string; readonly asks?: string }, picture?: string): Promise<void> {
  const asked = await workbench.quickInput(asks);
  await asked.type(prompt);
  await asked.waitForMessage(/^About .* credits/);
  await asked.accept();
  const sizes = await workbench.quickInput('Size:');
  if (picture !== undefined) await shot(picture);
  if (size === undefined) await sizes.accept();
  else {
    await pickSize(workbench, sizes, size, size);
  }
  const qualities = await workbench.quickInput('Quality:');
  if (quality === undefined) await qualities.accept();
  else await qualities.pick(quality);
}

/** Types into the list of sizes, and picks one when it has come first: a list that still changes would take the click for another. */
export async function pickSize(workbench: Workbench, sizes: QuickInput, typed: string, size: string): Promise<void> {
  const label = size.replace('x', ' × ');
  await sizes.type(typed);
  await workbench.until(`${label} to come first`, async () => (await sizes.items())[0]?.startsWith(label) === true);
  await sizes.pick(label);
}

/** Easel's item in the status bar, whatever it shows. */
export function spendItem({ page }: Workbench): Locator {
  return page.locator('.statusbar-item[id$="easel.spend"]');
}

async function dismiss({ workbench }: Stage): Promise<void> {
  await workbench.runCommand('Notifications: Clear All Notifications');
  await workbench.until('the notifications to go', async () => (await workbench.notifications()).length === 0);
}

/** Reads the file and compares it with what was asked. */
function check({ folder }: Stage, { file, size, credits }: Expected): Asset {
  const bytes = fs.readFileSync(path.join(folder, file));
  const header = imageHeader(bytes);
  if (header === undefined) throw new Error(`${file} is no picture.`);
  if (`${header.width}x${header.height}` !== size) throw new Error(`${file} is ${header.width}x${header.height}, but ${size} was asked for.`);
  return { file, width: header.width, height: header.height, format: header.format, bytes: bytes.length, credits };
}

/** Every picture in the sample workspace, so that one that nobody asked for is seen. */
export function picturesIn(folder: string): string[] {
  const files = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files.filter((file) => /\.(png|jpe?g|webp)$/.test(file)).map((file) => file.split(path.sep).join('/'));
}
