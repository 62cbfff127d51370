import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Locator } from 'playwright-core';
import { setKey, startEasel, type EaselWorkbench } from '../ui/easel.ts';
import type { Workbench } from '../ui/workbench.ts';
import { openPanel, type EaselPanel } from './easelPanel.ts';

// What is done with a picture that was made in the panel: inserted where one writes, copied, gone on from, deleted.

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'easel-panel-acts-'));
const file = (name: string): string => path.join(folder, name);
const documents = {
  'page.md': { text: '# Title\n\nHere: \n', keys: ['ArrowDown', 'ArrowDown', 'End'] },
  'page.html': { text: '<main>\n  \n</main>\n', keys: ['ArrowDown', 'End'] },
  'page.css': { text: 'main {\n  color: red;\n  \n}\n', keys: ['ArrowDown', 'ArrowDown', 'End'] },
  'page.tsx': { text: "import { a } from './a';\n\nexport const Page = () => (\n  \n);\n", keys: ['ArrowDown', 'ArrowDown', 'ArrowDown', 'End'] },
} as const;
type Name = keyof typeof documents;
let easel: EaselWorkbench;
let workbench: Workbench;
let panel: EaselPanel;

before(async () => {
  for (const [name, { text }] of Object.entries(documents)) fs.writeFileSync(file(name), text);
  easel = await startEasel({ folder, settings: { 'easel.size': '1024x1024', 'easel.quality': 'low', 'editor.trimAutoWhitespace': false } });
  ({ workbench } = easel);
  await setKey(workbench);
  panel = await openPanel(workbench);
  await panel.prompt.fill('A white cat');
  await panel.send();
  await tile('a-white-cat.png').waitFor();
});

after(async () => {
  await easel.close();
  fs.rmSync(folder, { recursive: true });
});

const tile = (name: string): Locator => panel.frame.getByRole('gridcell', { name: new RegExp(`^${name}`) });
const references = (): Locator => panel.frame.getByRole('list', { name: 'Pictures to start from' });
const clipboard = (): Promise<unknown> => workbench.page.evaluate('navigator.clipboard.readText()');
/** Waits until a file on the disk is so, saving what is open again and again. */
const saved = (name: string, text: string): Promise<void> =>
  workbench.until(`${name} to be ${JSON.stringify(text)}`, async () => {
    await workbench.page.keyboard.press('ControlOrMeta+S');
    return fs.readFileSync(file(name), 'utf8') === text;
  });

/** Chooses from a picture's menu: by the keyboard, as its user who types may. */
async function choose(name: string, item: string): Promise<void> {
  const entry = panel.frame.getByRole('menuitem', { name: item, exact: true });
  await workbench.until(`${item} in the menu of ${name}`, async () => {
    await tile(name).click({ button: 'right', timeout: 2000 }).catch(() => undefined);
    return entry.isVisible();
  });
  await entry.click();
}

/** Opens a document, and puts the cursor where something belongs. */
async function write(name: Name): Promise<void> {
  await workbench.explorer.open(name);
  await workbench.waitForEditor(name);
  const editor = workbench.page.locator('.editor-group-container.active .monaco-editor');
  await workbench.until('the cursor in the document', async () => {
    await editor.locator('.view-lines').click({ timeout: 2000 }).catch(() => undefined);
    return (await workbench.page.locator('.editor-group-container.active .monaco-editor.focused').count()) > 0;
  });
  for (const key of ['ControlOrMeta+Home', ...documents[name].keys]) await workbench.page.keyboard.press(key);
}

test('a picture is inserted at the cursor of Markdown, HTML, CSS and TSX, and is gone by one undo', async () => {
  const sides = 'width="1024" height="1024"';
  const inserted: Readonly<Record<Name, string>> = {
    'page.md': '# Title\n\nHere: ![A white cat](assets/a-white-cat.png)\n',
    'page.html': `<main>\n  <img src="assets/a-white-cat.png" alt="A white cat" ${sides}>\n</main>\n`,
    'page.css': 'main {\n  color: red;\n  background-image: url("assets/a-white-cat.png");\n}\n',
    'page.tsx': "import { a } from './a';\nimport aWhiteCatImage from './assets/a-white-cat.png';\n\nexport const Page = () => (\n  <img src={aWhiteCatImage} alt=\"A white cat\" width={1024} height={1024} />\n);\n",
  };
  for (const name of Object.keys(documents) as Name[]) {
    await write(name);
    panel = await openPanel(workbench);
    await choose('a-white-cat.png', 'Insert at Cursor');
    // The document comes to the front with the focus, so that its user sees what was done, and goes on.
    await workbench.page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
    await workbench.page.locator('.editor-group-container.active .monaco-editor.focused').waitFor();
    await saved(name, inserted[name]);
    if (name === 'page.tsx') await workbench.screenshot('acts-inserted');
    await workbench.page.keyboard.press('ControlOrMeta+Z');
    await saved(name, documents[name].text);
  }
});

test('a picture is copied as a path and as Markdown, HTML, CSS and JSX, from the document that was used last', async () => {
  panel = await openPanel(workbench);
  const copied: readonly (readonly [item: string, text: string])[] = [
    ['Copy Path', file('assets/a-white-cat.png')],
    ['Copy Prompt', 'A white cat'],
    ['Copy as Markdown', '![A white cat](assets/a-white-cat.png)'],
    ['Copy as HTML', '<img src="assets/a-white-cat.png" alt="A white cat" width="1024" height="1024">'],
    ['Copy as CSS', 'url("assets/a-white-cat.png")'],
    ['Copy as JSX Import', 'import aWhiteCatImage from \'./assets/a-white-cat.png\';\n\n<img src={aWhiteCatImage} alt="A white cat" width={1024} height={1024} />'],
  ];
  for (const [item, text] of copied) {
    await choose('a-white-cat.png', item);
    await workbench.until(`${item} in the clipboard`, async () => (await clipboard()) === text);
  }
  await panel.frame.getByText('JSX for a-white-cat.png is in the clipboard, with its path from page.tsx.').first().waitFor();
});

test('a picture is gone on from: edited, looked at, recalled, varied', async () => {
  await panel.prompt.fill('Something else');
  await choose('a-white-cat.png', 'Edit This');
  await references().getByText('a-white-cat.png').first().waitFor();
  await workbench.until('the focus on the prompt', () => panel.prompt.evaluate((element) => (element as unknown as { matches(selector: string): boolean }).matches(':focus')));
  await panel.prompt.fill('With a hat');
  await panel.send();
  const edited = 'a-white-cat-edit.png';
  await tile(edited).waitFor();

  await choose(edited, 'Use as Reference');
  await workbench.until('two pictures', async () => (await references().getByRole('listitem').count()) === 2);
  await workbench.screenshot('acts-references');

  await panel.prompt.fill('Something else');
  await choose('a-white-cat.png', 'Recall Settings');
  await workbench.until('the prompt as it was', async () => (await panel.prompt.inputValue()) === 'A white cat');
  await workbench.until('no picture to start from', async () => (await references().getByRole('listitem').count()) === 0);

  await choose('a-white-cat.png', 'Create Variations…');
  await workbench.until('a prompt for variations', async () => (await panel.prompt.inputValue()).startsWith('Make a variation of this image'));
  await references().getByText('a-white-cat.png').first().waitFor();
  await workbench.screenshot('acts-variations');
});

test('a picture is made once more, and deleted when its user says so', async () => {
  await choose('a-white-cat.png', 'Generate Again');
  await tile('a-white-cat-2.png').waitFor();
  await choose('a-white-cat-2.png', 'Move to Trash');
  // There is no trash on the other side of a browser.
  const asked = await workbench.dialog('Delete a-white-cat-2.png for good?');
  await workbench.screenshot('acts-delete');
  assert.match(await asked.text(), /There is no trash here: what is deleted cannot be brought back\./);
  await asked.click('Cancel');
  assert.ok(fs.existsSync(file('assets/a-white-cat-2.png')));
  await choose('a-white-cat-2.png', 'Move to Trash');
  await (await workbench.dialog('Delete a-white-cat-2.png for good?')).click('Delete Permanently');
  await tile('a-white-cat-2.png').waitFor({ state: 'detached' });
  assert.ok(!fs.existsSync(file('assets/a-white-cat-2.png')));
});

test('what goes on from a picture stands with it, also when something else was made between', async () => {
  const make = async (prompt: string, name: string): Promise<void> => {
    await panel.prompt.fill(prompt);
    await panel.send();
    await tile(name).waitFor();
  };
  await panel.frame.getByRole('button', { name: 'Clear', exact: true }).click();
  await make('A tree', 'a-tree.png');
  await choose('a-white-cat.png', 'Edit This');
  await make('With boots', 'a-white-cat-edit-2.png');
  const prompts = (): Promise<string[]> => panel.frame.locator('.row.request .prompt').allInnerTexts();
  await workbench.until('the thread before what was made between', async () => (await prompts()).join() === 'With boots,With a hat,A white cat,A tree');
  await panel.frame.locator('.row.request').filter({ hasText: 'With boots' }).locator('.source').getByText('a-white-cat.png').waitFor();
});

test('a picture that took the place of its original is given back', async () => {
  const before = fs.readFileSync(file('assets/a-tree.png'));
  await choose('a-tree.png', 'Edit This');
  await workbench.until('the tree to be edited', async () => (await references().innerText()).includes('a-tree.png'));
  await panel.frame.locator('[data-fold="target"]').click();
  await panel.frame.getByLabel('Replace assets/a-tree.png (the original is kept)').check();
  await panel.prompt.fill('With apples');
  await panel.send();
  await workbench.until('another tree', () => !fs.readFileSync(file('assets/a-tree.png')).equals(before));
  await tile('a-tree.png').and(panel.frame.getByRole('gridcell', { name: /\(it replaced a file\)/ })).waitFor();
  await choose('a-tree.png', 'Undo Replace');
  await workbench.until('the tree of before', () => fs.readFileSync(file('assets/a-tree.png')).equals(before));
  await tile('a-tree.png').and(panel.frame.getByRole('gridcell', { name: /A tree$/ })).waitFor();
});

test('several are selected and deleted at once', async () => {
  for (const name of ['a-white-cat-edit.png', 'a-white-cat-edit-2.png']) await tile(name).click({ modifiers: ['ControlOrMeta'] });
  const bar = panel.frame.getByRole('toolbar', { name: 'Selected pictures' });
  await bar.getByText('2 selected').waitFor();
  await bar.getByRole('button', { name: 'Copy Paths' }).click();
  await workbench.until('both paths', async () => String(await clipboard()).split('\n').toSorted((a, b) => a.localeCompare(b)).join() === [file('assets/a-white-cat-edit-2.png'), file('assets/a-white-cat-edit.png')].join());
  await bar.getByRole('button', { name: 'Move to Trash' }).click();
  await (await workbench.dialog('Delete 2 pictures for good?')).click('Delete Permanently');
  for (const name of ['a-white-cat-edit.png', 'a-white-cat-edit-2.png']) {
    await tile(name).waitFor({ state: 'detached' });
    assert.ok(!fs.existsSync(file(`assets/${name}`)));
  }
  await bar.waitFor({ state: 'hidden' });
  assert.ok(fs.existsSync(file('assets/a-white-cat.png')));
});
