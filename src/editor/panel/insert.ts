import { EndOfLine, FilePermission, l10n, Range, Selection, TabInputText, TextEditorRevealType, window, workspace, type Disposable, type TextDocument, type TextEditor } from 'vscode';
import { FailureError } from '../../images/failure.ts';
import { insertionsFor } from '../../images/snippets/insertions.ts';
import type { SnippetPicture } from '../../images/snippets/picture.ts';
import { labelOf } from '../orders/editName.ts';

const refused = (reason: string): FailureError => new FailureError({ code: 'invalid-request', about: 'files', reason });

/** Documents that are shown as text and are nobody's to write in. */
const isOwn = ({ document }: TextEditor): boolean => !['output', 'vscode-scm', 'comment'].includes(document.uri.scheme);

/** Whether an editor has a tab still, be it behind another: its document alone may live on for a while. */
const isOpen = (editor: TextEditor): boolean =>
  window.visibleTextEditors.includes(editor) ||
  window.tabGroups.all.some(({ tabs }) => tabs.some(({ input }) => input instanceof TabInputText && input.uri.toString() === editor.document.uri.toString()));

/** Knows where the user wrote last: the panel itself has the focus when something is to be inserted. */
export interface LastEditor extends Disposable {
  /** The text editor that was used last, though it be hidden behind the panel, or else one that can be seen; undefined: none is open. */
  readonly editor: () => TextEditor | undefined;
}

export function followEditors(): LastEditor {
  let last = window.activeTextEditor;
  const listening = window.onDidChangeActiveTextEditor((editor) => {
    if (editor && isOwn(editor)) last = editor;
  });
  return {
    editor: () => (last && isOwn(last) && isOpen(last) ? last : window.visibleTextEditors.find(isOwn)),
    dispose: () => listening.dispose(),
  };
}

/** Says that there is no document to write in. */
export const noEditor = (): FailureError => refused(l10n.t('No text editor is open: open the document that the picture belongs in, and put the cursor there.'));

/** Whether a document can be written to, as far as that can be told before. */
async function isReadOnly({ uri, isUntitled }: TextDocument): Promise<boolean> {
  if (isUntitled) return false;
  if (workspace.fs.isWritableFileSystem(uri.scheme) === false) return true;
  const permissions = await Promise.resolve(workspace.fs.stat(uri)).then((found) => found.permissions ?? 0, () => 0);
  return (permissions & FilePermission.Readonly) !== 0;
}

/**
 * Writes pictures at every cursor of an editor, in place of what is selected, in the words of the document's language; in components
 * with the import that they need. All of it is one step to undo. The editor comes to the front, with the focus and with its cursors
 * behind what was written, so that its user sees it and goes on.
 * @throws {FailureError} `invalid-request`, when the document cannot be written to
 */
export async function insertPictures(pictures: readonly SnippetPicture[], { document, viewColumn }: TextEditor): Promise<void> {
  // One that was hidden is another editor now, with its cursors where they were.
  const editor = await window.showTextDocument(document, { ...(viewColumn !== undefined && { viewColumn }), preserveFocus: false });
  const readOnly = (): FailureError => refused(l10n.t('{0} cannot be written to: open another document, and put the cursor there.', labelOf(document.uri)));
  if (await isReadOnly(document)) throw readOnly();
  const { version } = document;
  const selections = editor.selections.map((selection) => ({ start: document.offsetAt(selection.start), end: document.offsetAt(selection.end) }));
  const lines = document.eol === EndOfLine.CRLF ? '\r\n' : '\n';
  const edits = insertionsFor(pictures, { language: document.languageId, text: document.getText(), selections }).map(({ start, end, text }) => ({ start, end, text: text.replaceAll('\n', lines) }));
  const done = await editor.edit((builder) => {
    for (const { start, end, text } of edits) builder.replace(new Range(document.positionAt(start), document.positionAt(end)), text);
  });
  // An editor of a document that is read-only takes the change and makes none.
  if (document.version === version) throw readOnly();
  if (!done) throw refused(l10n.t('{0} changed meanwhile: insert it again.', labelOf(document.uri)));

  let moved = 0;
  const cursors: Selection[] = [];
  for (const { start, end, text } of edits) {
    const behind = document.positionAt(start + moved + text.length);
    if (selections.some((selection) => selection.start === start && selection.end === end)) cursors.push(new Selection(behind, behind));
    moved += text.length - (end - start);
  }
  if (cursors.length > 0) editor.selections = cursors;
  editor.revealRange(editor.selection, TextEditorRevealType.InCenterIfOutsideViewport);
}
