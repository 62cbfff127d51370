import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { commands, env, Position, Selection, Uri, ViewColumn, window, workspace, type TextDocument, type TextEditor } from 'vscode';
import { pictureActs, type Composer, type GalleryPicture, type PictureAct } from '../../../src/protocol/panel.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import { drawPicture } from '../pictures.ts';
import { configure, exists, generate, openGateway, paid, rejection, root, until } from '../support.ts';
import { openFakePanel, type FakePanel } from './fakePanel.ts';

/** What was asked of the user in a dialog. */
interface Asked {
  readonly question: string;
  readonly detail: string;
  readonly buttons: readonly string[];
}

/** Answers every modal question with its first button, or not at all, while `work` is done and until `settled`. */
async function answering(agree: boolean, work: () => Promise<unknown>, settled: (asked: readonly Asked[]) => boolean | Promise<boolean>): Promise<readonly Asked[]> {
  const asked: Asked[] = [];
  const kept = window.showWarningMessage;
  const answer = async (question: string, options: { readonly detail?: string }, ...buttons: readonly string[]): Promise<string | undefined> => {
    asked.push({ question, detail: options.detail ?? '', buttons });
    return agree ? buttons[0] : undefined;
  };
  Object.defineProperty(window, 'showWarningMessage', { value: answer, configurable: true, writable: true });
  try {
    await work();
    await until('what was asked to be settled', () => settled(asked));
  } finally {
    Object.defineProperty(window, 'showWarningMessage', { value: kept, configurable: true, writable: true });
  }
  return asked;
}

describe('what is done with pictures', () => {
  let gateway: Gateway;
  let panel: FakePanel;
  const name = `acts-${randomUUID().slice(0, 8)}`;
  const at = (...names: readonly string[]): Uri => Uri.joinPath(root(), name, ...names);

  before(async () => {
    gateway = await openGateway();
    await configure('easel.openPictures', false);
    await workspace.fs.createDirectory(at());
    panel = await openFakePanel();
  });
  beforeEach(async () => {
    await commands.executeCommand('workbench.action.closeAllEditors');
    await panel.ask('draft.clear', {});
  });
  after(async () => {
    panel.dispose();
    assert.deepEqual(panel.dropped, []);
    await commands.executeCommand('workbench.action.closeAllEditors');
    await workspace.fs.delete(at(), { recursive: true });
    await configure('easel.openPictures', undefined);
    await configure('easel.baseUrl', undefined);
    await gateway.close();
  });

  const list = async (): Promise<ReadonlyMap<string, GalleryPicture>> => {
    const { requests } = await panel.ask('gallery.list', { text: '', folder: name, model: '', since: '' });
    const found = await panel.ask('gallery.details', { requests: requests.map(([id]) => id) });
    return new Map(found.requests.flatMap(({ pictures }) => pictures.map((picture) => [picture.id, picture] as const)));
  };
  /** The id of a file's newest picture, once the gallery has it. */
  async function idOf(file: string, state: GalleryPicture['state'] = 'there'): Promise<string> {
    let id = '';
    await until(`${file} in the gallery`, async () => {
      id = [...(await list()).values()].find((picture) => picture.name === file && picture.state === state)?.id ?? '';
      return id !== '';
    });
    return id;
  }
  const act = (what: PictureAct, ...pictures: readonly string[]): Promise<unknown> => panel.ask('picture.act', { pictures: [...pictures], act: what });
  const sentence = async (work: Promise<unknown>): Promise<string> => (await rejection(work)).message;
  const composer = (): Composer | undefined => panel.told('composer').at(-1);
  const said = (text: RegExp): Promise<void> => until(`"${text.source}" to be said`, () => panel.said.some((line) => text.test(line)));

  /** Makes a picture through the gateway; its id in the gallery. */
  async function make(prompt: string, file: string, over: object = {}): Promise<string> {
    await generate({ prompt, folder: at(), name: file, size: '1024x1024', quality: 'low', ...over });
    return idOf(`${file}.png`);
  }

  async function open(file: string, text: string): Promise<TextEditor> {
    await workspace.fs.writeFile(at(file), Buffer.from(text));
    return window.showTextDocument(await workspace.openTextDocument(at(file)));
  }

  const caret = (editor: TextEditor, text: string): Selection => {
    const position = editor.document.positionAt(editor.document.getText().indexOf(text) + text.length);
    return new Selection(position, position);
  };

  async function undo(document: TextDocument): Promise<void> {
    await window.showTextDocument(document);
    await commands.executeCommand('undo');
  }

  it('shows a picture in a copy that the panel may load', async () => {
    const id = await make('A harbour', 'harbour');
    const shown = await panel.ask('picture.show', { picture: id });
    assert.match(shown.src, /^test:/);
    assert.ok(!shown.src.includes(name), 'not the file itself');
    assert.deepEqual([shown.name, shown.width, shown.height], ['harbour.png', 1024, 1024]);
  });

  it('copies paths, the prompt, and the picture in four languages, and says so', async () => {
    const id = await make('A [red] boat', 'red boat');
    const other = await make('A blue boat', 'blue');
    await act('copy-path', id);
    assert.equal(await env.clipboard.readText(), at('red boat.png').fsPath);
    await act('copy-path', id, other, id);
    assert.equal(await env.clipboard.readText(), `${at('red boat.png').fsPath}\n${at('blue.png').fsPath}`);
    await said(/^2 paths are in the clipboard\.$/);
    await act('copy-prompt', id);
    assert.equal(await env.clipboard.readText(), 'A [red] boat');

    const copied = async (as: 'markdown' | 'html' | 'css' | 'jsx'): Promise<string> => {
      await panel.ask('picture.copy', { picture: id, as });
      return env.clipboard.readText();
    };
    assert.equal(await copied('markdown'), String.raw`![A \[red\] boat](${name}/red%20boat.png)`);
    await open('docs/deep/page.md', 'x');
    assert.equal(await copied('markdown'), String.raw`![A \[red\] boat](../../red%20boat.png)`);
    await said(/^Markdown for red boat\.png is in the clipboard, with its path from page\.md\.$/);
    assert.equal(await copied('html'), '<img src="../../red%20boat.png" alt="A [red] boat" width="1024" height="1024">');
    assert.equal(await copied('css'), 'url("../../red%20boat.png")');
    assert.equal(await copied('jsx'), `import redBoatImage from '../../red boat.png';\n\n<img src={redBoatImage} alt="A [red] boat" width={1024} height={1024} />`);
  });

  it('refers to what a web site serves by its address there, but not from a README', async () => {
    await workspace.fs.writeFile(at('site/package.json'), Buffer.from('{}'));
    const id = await make('A logo', 'logo', { folder: at('site/public/img') });
    const editor = await open('site/src/page.html', '');
    await act('insert', id);
    assert.match(editor.document.getText(), /^<img src="\/img\/logo\.png" /);
    const readme = await open('site/README.md', '');
    await act('insert', id);
    assert.equal(readme.document.getText(), '![A logo](public/img/logo.png)');
  });

  it('inserts where the cursor was, in the document’s own words, in one step to undo', async () => {
    const id = await make('A white cat', 'cat');
    const img = 'alt="A white cat" width="1024" height="1024"';
    const element = '<img src={catImage} alt="A white cat" width={1024} height={1024} />';
    const rows = [
      ['page.md', 'Before.\n\nHere: \n', 'Here: ', 'Before.\n\nHere: ![A white cat](cat.png)\n'],
      ['page.html', '<p></p>\r\n<p></p>', '<p>', `<p><img src="cat.png" ${img}></p>\r\n<p></p>`],
      ['page.css', 'p {\n  color: red;\n  \n}\n', 'red;\n  ', 'p {\n  color: red;\n  background-image: url("cat.png");\n}\n'],
      ['page.tsx', "import { a } from './a';\n\nexport const b = <p></p>;\n", '<p>', `import { a } from './a';\nimport catImage from './cat.png';\n\nexport const b = <p>${element}</p>;\n`],
      ['windows.tsx', "import { a } from './a';\r\n\r\nexport const b = <p></p>;\r\n", '<p>', `import { a } from './a';\r\nimport catImage from './cat.png';\r\n\r\nexport const b = <p>${element}</p>;\r\n`],
      ['deep/page.py', 'a = 1\n', 'a = ', 'a = "../cat.png"1\n'],
    ] as const;
    for (const [file, before, place, after] of rows) {
      const editor = await open(file, before);
      editor.selection = caret(editor, place);
      await act('insert', id);
      assert.equal(editor.document.getText(), after, file);
      assert.equal(window.activeTextEditor?.document, editor.document, 'it has the focus');
      const cursor = editor.document.offsetAt(editor.selection.active);
      assert.ok(editor.selection.isEmpty && /(?:[)>;]|png")$/.test(after.slice(0, cursor)), `${file}: the cursor stands behind it`);
      await undo(editor.document);
      assert.equal(editor.document.getText(), before, `${file}: undone in one step`);
    }
  });

  it('inserts at every cursor, in place of what is selected, and imports a file once', async () => {
    const id = await make('A white cat', 'many');
    const editor = await open('many.tsx', "import pic from './many.png';\n\nconst a = <p>old</p>;\nconst b = <p></p>;\n");
    editor.selections = [new Selection(new Position(3, 13), new Position(3, 13)), new Selection(new Position(2, 13), new Position(2, 16))];
    await act('insert', id, id);
    const element = '<img src={pic} alt="A white cat" width={1024} height={1024} />';
    const both = `${element}\n${element}`;
    assert.equal(editor.document.getText(), `import pic from './many.png';\n\nconst a = <p>${both}</p>;\nconst b = <p>${both}</p>;\n`);
    assert.equal(editor.selections.length, 2);
    await undo(editor.document);
    assert.match(editor.document.getText(), /<p>old<\/p>/);
  });

  it('inserts into the document that the panel lies over, and into one without a name', async () => {
    const id = await make('A white cat', 'behind');
    const editor = await open('behind.md', 'one two\n');
    editor.selection = caret(editor, 'one');
    const cover = window.createWebviewPanel('test', 'In Front', ViewColumn.Active);
    await until('the document to be covered', () => window.visibleTextEditors.length === 0);
    await act('insert', id);
    assert.equal(editor.document.getText(), 'one![A white cat](behind.png) two\n');
    cover.dispose();

    const untitled = await window.showTextDocument(await workspace.openTextDocument({ language: 'markdown', content: '' }));
    await act('insert', id);
    assert.equal(untitled.document.getText(), `![A white cat](${name}/behind.png)`);
    await commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('says what is missing to insert: a document, or the right to write in it', async () => {
    const id = await make('A white cat', 'nowhere');
    assert.match(await sentence(act('insert', id)), /^No text editor is open: /);
    await configure('files.readonlyInclude', { '**/byRule.md': true });
    const editor = await open('byRule.md', 'x');
    assert.match(await sentence(act('insert', id)), /^byRule\.md cannot be written to: /);
    assert.equal(editor.document.getText(), 'x');
    await configure('files.readonlyInclude', undefined);
  });

  it('puts pictures into the composer: to edit, to look at, for variations, and everything as it was', async () => {
    const id = await make('A white cat', 'start', { count: 2, quality: 'medium' });
    const other = await make('A black cat', 'other');
    await act('edit', id);
    await act('use-as-reference', other);
    const names = (): readonly string[] => composer()?.references.map((one) => `${one.role} ${one.name}`) ?? [];
    const become = async (what: string, holds: (composer: Composer) => boolean): Promise<Composer> => {
      await until(what, () => {
        const now = composer();
        return now !== undefined && holds(now);
      });
      return composer() ?? assert.fail();
    };
    await become('both files', () => names().length === 2);
    assert.deepEqual(names(), [`image ${name}/start.png`, `image ${name}/other.png`]);

    await act('recall', id);
    const { draft } = await become('everything as it was', ({ draft: now, references }) => now.prompt === 'A white cat' && references.length === 0);
    assert.deepEqual([draft.size, draft.quality, draft.count, draft.folder], ['1024x1024', 'medium', 2, name]);

    await act('variations', other);
    const { draft: varied } = await become('variations', ({ draft: now }) => now.prompt.startsWith('Make a variation of this image'));
    assert.deepEqual(names(), [`image ${name}/other.png`]);
    assert.equal(varied.count, 2);
    assert.equal(varied.name, 'other-variation');
    const before = paid(gateway);
    await panel.ask('send', { again: false });
    await until('two variations', async () => (await exists(at('other-variation.png'))) && exists(at('other-variation-2.png')));
    assert.equal(paid(gateway), before + 1);
  });

  it('makes a picture again, and asks about what it was made from when that has changed', async () => {
    const hero = at('hero.png');
    await workspace.fs.writeFile(hero, await drawPicture(512, 512, 'png'));
    await commands.executeCommand('easel.edit', { images: [hero], prompt: 'At night', quality: 'low' });
    const id = await idOf('hero-edit.png');
    const before = paid(gateway);
    await act('generate-again', id);
    await until('one more', () => exists(at('hero-edit-2.png')));
    assert.equal(paid(gateway), before + 1);
    await said(/^Making it once more, for about [\d,.]+/);

    await commands.executeCommand('easel.edit', { images: [hero], prompt: 'At dawn', quality: 'low' });
    const dawn = await idOf('hero-edit-3.png');
    await workspace.fs.writeFile(hero, await drawPicture(500, 512, 'png'));
    const [asked] = await answering(false, () => act('generate-again', id), (questions) => questions.length > 0);
    assert.equal(asked?.question, `What hero-edit.png was made from has changed since: ${name}/hero.png.`);
    assert.equal(paid(gateway), before + 2);
    await answering(true, () => act('generate-again', dawn), () => exists(at('hero-edit-4.png')));
    assert.equal(paid(gateway), before + 3);

    await workspace.fs.delete(hero);
    await act('generate-again', id);
    await said(/^What hero-edit\.png was made from is not in the open workspace: /);
    assert.match(await sentence(act('generate-again', id, 'other')), /^Select one picture alone\.$/);
  });

  it('compares with the source, with what was replaced, and two that are chosen', async () => {
    const hero = at('source.png');
    const drawn = await drawPicture(640, 400, 'png');
    await workspace.fs.writeFile(hero, drawn);
    await commands.executeCommand('easel.edit', { images: [hero], prompt: 'At night', quality: 'low' });
    const beside = await idOf('source-edit.png');
    const pair = await panel.ask('picture.compare', { picture: beside });
    assert.deepEqual([pair.before.label, pair.before.name, pair.before.width, pair.after.label, pair.after.name], ['Original', 'source.png', 640, 'Edited', 'source-edit.png']);

    await commands.executeCommand('easel.edit', { images: [hero], prompt: 'In fog', quality: 'low', replace: true });
    const replaced = await idOf('source.png', 'replaced');
    const kept = await panel.ask('picture.compare', { picture: replaced });
    assert.deepEqual([kept.before.name, kept.before.label, kept.after.name], ['source.png', 'Original', 'source.png']);
    assert.notEqual(kept.before.src, kept.after.src);

    const two = await panel.ask('picture.compare', { picture: beside, with: replaced });
    assert.deepEqual([two.before.name, two.before.label, two.after.name], ['source-edit.png', undefined, 'source.png']);

    const [asked] = await answering(true, () => act('undo-replace', replaced), async () => Buffer.from(await workspace.fs.readFile(hero)).equals(drawn));
    assert.equal(asked, undefined, 'nothing has changed since');
    const plain = await make('A mill', 'mill');
    assert.match(await sentence(panel.ask('picture.compare', { picture: plain })), /^mill\.png was not made from another picture: /);
    assert.match(await sentence(act('undo-replace', plain)), /was not replaced by Easel in the last 30 days\.$/);
  });

  it('deletes once its user agrees, and says where there is no trash', async () => {
    const first = await make('A white cat', 'unwanted');
    const second = await make('A black cat', 'unwanted too');
    const files = [at('unwanted.png'), at('unwanted too.png')];
    const [question] = await answering(false, () => act('delete', first, second), (asked) => asked.length > 0);
    assert.match(question?.question ?? '', /2 pictures/);
    assert.match(question?.detail ?? '', new RegExp(`${name}/unwanted\\.png\n${name}/unwanted too\\.png`));
    assert.ok((await exists(files[0] ?? at())) && (await exists(files[1] ?? at())), 'nothing went without a yes');

    const asked = await answering(true, () => act('delete', first, second), async () => !(await exists(files[0] ?? at())) && !(await exists(files[1] ?? at())));
    // To the trash, where this computer has one; else the user has said yes to its being for good.
    const last = asked.at(-1);
    assert.ok(last?.buttons[0] === 'Move to Trash' || (last?.buttons[0] === 'Delete Permanently' && last.detail.includes('There is no trash here')), JSON.stringify(asked));
    await until('the gallery to know', async () => !(await list()).has(first));

    for (const what of ['open', 'reveal', 'copy-path', 'insert', 'use-as-reference', 'edit', 'variations', 'undo-replace', 'delete'] as const) assert.equal(await sentence(act(what, first)), 'The file is not there any more.', what);
    assert.equal(await sentence(panel.ask('picture.show', { picture: first })), 'The file is not there any more.');
    // What made it is still known.
    await act('copy-prompt', first);
    assert.equal(await env.clipboard.readText(), 'A white cat');
    await act('recall', first);
    await until('the prompt', () => composer()?.draft.prompt === 'A white cat');
    assert.equal(composer()?.draft.size, '1024x1024');
  });

  it('gets nothing for ids that nobody gave', async () => {
    const before = paid(gateway);
    for (const id of ['nobody/1', '../../etc/passwd', 'file:///etc/passwd', '__proto__', 'constructor']) {
      for (const what of pictureActs) assert.equal(await sentence(act(what, id)), 'That picture is not in the gallery any more.', `${what} ${id}`);
      assert.equal(await sentence(panel.ask('picture.show', { picture: id })), 'That picture is not in the gallery any more.');
      assert.equal(await sentence(panel.ask('picture.copy', { picture: id, as: 'html' })), 'That picture is not in the gallery any more.');
      assert.equal(await sentence(panel.ask('picture.compare', { picture: id, with: id })), 'That picture is not in the gallery any more.');
    }
    assert.equal(paid(gateway), before);
  });

  it('opens and reveals without waiting', async () => {
    const id = await make('A white cat', 'seen');
    await act('open', id);
    await until('its tab', () => window.tabGroups.all.some(({ tabs }) => tabs.some(({ label }) => label === 'seen.png')));
    await act('reveal', id);
  });
});
