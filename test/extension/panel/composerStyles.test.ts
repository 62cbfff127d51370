import assert from 'node:assert/strict';
import { Uri, window, workspace } from 'vscode';
import { exists, rejection, root, until } from '../support.ts';
import { forgetComposer, openComposer, type ComposerPanel } from './composerPanel.ts';

/** Answers what the extension asks in dialogues that tests have no window for. */
const asking = { showInputBox: window.showInputBox, showWarningMessage: window.showWarningMessage, showQuickPick: window.showQuickPick };

describe('the styles of the composer', () => {
  let panel: ComposerPanel;
  const file = (): Uri => Uri.joinPath(root(), '.vscode', 'easel.styles.json');
  const write = (text: string) => workspace.fs.writeFile(file(), Buffer.from(text));
  const names = (): string => panel.composer().styles.map(({ name, scope }) => `${scope}:${name}`).join(' ');
  beforeEach(async () => {
    await forgetComposer();
    panel = await openComposer();
  });
  afterEach(async () => {
    panel.dispose();
    Object.assign(window, asking);
    if (await exists(file())) await workspace.fs.delete(file());
  });
  after(forgetComposer);

  it('reads the workspace\'s file, follows its changes, and says once when it is broken', async () => {
    assert.equal(names(), '');
    await workspace.fs.createDirectory(Uri.joinPath(root(), '.vscode'));
    await write(JSON.stringify({ styles: [{ name: 'Ink', text: 'in ink' }, { name: 'Oil', text: 'in oil' }] }));
    await panel.become('two styles', () => names() === 'workspace:Ink workspace:Oil');
    const { draft } = await panel.ask('draft.change', { draft: { style: 'workspace:Oil' } });
    assert.equal(draft.style, 'workspace:Oil');
    await write('{ "styles": [ }');
    await panel.become('no style', () => names() === '');
    assert.equal(panel.composer().draft.style, '');
    await until('a sentence', () => panel.said.some((sentence) => sentence === '.vscode/easel.styles.json is not valid JSON: correct it to use its styles.'));
    await write(JSON.stringify({ styles: [{ name: 'Oil', text: 'in oil, thick' }] }));
    await panel.become('the style again', () => panel.composer().draft.style === 'workspace:Oil');
    await write(JSON.stringify({ styles: [{ name: 'Oil' }] }));
    await until('another sentence', () => panel.said.some((sentence) => sentence.includes('needs "styles"')));
    await workspace.fs.delete(file());
    await panel.become('none', () => names() === '');
    assert.equal(panel.said.length, 2);
  });

  it('takes no more than 200, and none that is too long', async () => {
    await workspace.fs.createDirectory(Uri.joinPath(root(), '.vscode'));
    await write(JSON.stringify({ styles: Array.from({ length: 201 }, (_, number) => ({ name: `Style ${number}`, text: 'x' })) }));
    await until('a sentence', () => panel.said.length === 1);
    await write(JSON.stringify({ styles: [{ name: 'Long', text: 'x'.repeat(32_001) }] }));
    await until('another sentence', () => panel.said.length === 2);
    assert.equal(names(), '');
  });

  it('saves a style under a name, in the file or for the user, and asks before it takes another\'s place', async () => {
    let asked = 0;
    Object.assign(window, { showInputBox: async () => ' Ink ', showWarningMessage: async (_sentence: string, _options: unknown, yes: string) => ((asked += 1), yes) });
    await panel.ask('style.save', { text: 'in ink', scope: 'workspace' });
    await panel.become('the style', () => names() === 'workspace:Ink');
    await until('it to be said', () => panel.said.includes('The style "Ink" is saved.'));
    assert.equal(asked, 0);
    await panel.ask('style.save', { text: ' in black ink ', scope: 'workspace' });
    await panel.become('the other text', ({ styles }) => styles[0]?.text === 'in black ink');
    assert.equal(asked, 1);
    await panel.ask('style.save', { text: 'my ink', scope: 'user' });
    await panel.become('mine', () => names() === 'workspace:Ink user:Ink');
    assert.deepEqual(JSON.parse(Buffer.from(await workspace.fs.readFile(file())).toString()), { styles: [{ name: 'Ink', text: 'in black ink' }] });

    await panel.ask('style.delete', { style: 'workspace:Ink' });
    await panel.become('one', () => names() === 'user:Ink');
    await rejection(panel.ask('style.delete', { style: 'workspace:Ink' }));
    await rejection(panel.ask('style.save', { text: ' ', scope: 'user' }));
  });

  it('keeps what else is in the file, and leaves a broken one alone', async () => {
    Object.assign(window, { showInputBox: async () => 'Ink' });
    await workspace.fs.createDirectory(Uri.joinPath(root(), '.vscode'));
    await write('broken');
    await until('it to be said', () => panel.said.length === 1);
    await panel.ask('style.save', { text: 'in ink', scope: 'workspace' });
    await until('it to be said again', () => panel.said.length === 2);
    assert.equal(Buffer.from(await workspace.fs.readFile(file())).toString(), 'broken');
    await write(JSON.stringify({ $schema: 'x', styles: [] }));
    await panel.ask('style.save', { text: 'in ink', scope: 'workspace' });
    await panel.become('the style', () => names() === 'workspace:Ink');
    assert.equal((JSON.parse(Buffer.from(await workspace.fs.readFile(file())).toString()) as { readonly $schema: string }).$schema, 'x');
  });

  it('opens the file, with an example where there was none, and lets the user\'s own be renamed', async () => {
    await panel.ask('style.open', { scope: 'workspace' });
    await until('the file to be open', () => window.activeTextEditor?.document.uri.toString() === file().toString());
    await panel.become('the example', ({ styles }) => styles.length === 1 && styles[0]?.text.includes('{prompt}') === true);

    Object.assign(window, { showInputBox: async () => 'Ink', showQuickPick: async (items: readonly unknown[]) => items[0] });
    await panel.ask('style.save', { text: 'in ink', scope: 'user' });
    await panel.become('mine', () => names().endsWith('user:Ink'));
    Object.assign(window, { showInputBox: async () => 'Pen' });
    await panel.ask('style.open', { scope: 'user' });
    await panel.become('the new name', () => names().endsWith('user:Pen'));
  });
});
