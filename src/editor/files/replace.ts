import { readFile, stat } from 'node:fs/promises';
import { commands, FileSystemError, l10n, Uri, window, workspace } from 'vscode';
import { FailureError } from '../../images/failure.ts';
import { openOriginals, sha256Of, type KeptOriginal, type Originals } from '../../jobs/originals.ts';
import { overwrite } from '../../jobs/overwrite.ts';
import { withLocalFile } from './saveAsset.ts';
import type { OrderTools } from '../orders/order.ts';

/** What replacing needs of the tools. */
export type ReplaceTools = Pick<OrderTools, 'originals' | 'scratch' | 'log'>;

/** What became of a file that was to be replaced. */
export type Replaced =
  | { readonly done: true; readonly kept: KeptOriginal }
  /** It is not what the caller takes it for, or not there: nothing was written. */
  | { readonly done: false; readonly why: 'changed' | 'gone' };

export interface ReplaceOptions {
  readonly kind: KeptOriginal['kind'];
  /** SHA-256 of the bytes that may be replaced, hex; absent = any. */
  readonly expected?: string;
  /** Whose copy it is while it is on its way: see `stagingIn`. */
  readonly mark?: string;
}

const isGone = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT' || (error instanceof FileSystemError && error.code === 'FileNotFound');

/** SHA-256 of what a file is now, hex; undefined when it is not there. */
export async function hashOf(uri: Uri, { scratch }: Pick<OrderTools, 'scratch'>): Promise<string | undefined> {
  try {
    return await withLocalFile(uri, scratch, sha256Of);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** Tells two states of a file apart without reading it. */
const stamp = async (file: string): Promise<string> => {
  const { ino, size, mtimeMs, ctimeMs } = await stat(file);
  return [ino, size, mtimeMs, ctimeMs].join(' ');
};

/** Writes a file's new bytes over it; `mayWrite` is asked right before. */
async function writeOver(uri: Uri, source: string, mayWrite: () => Promise<boolean>, mark?: string): Promise<boolean> {
  if (uri.scheme === 'file') return overwrite(uri.fsPath, source, mayWrite, mark);
  if (!(await mayWrite())) return false;
  await workspace.fs.writeFile(uri, await readFile(source));
  return true;
}

/**
 * Puts `source` in the place of a file. The file's bytes are safe in the store before it is touched; it is the old or the new at
 * every moment, never something between, and keeps its permissions.
 * @param source path of the new bytes; they stay there
 * @throws {FailureError} `save-failed`; the file is as it was then
 */
export async function replaceFile(uri: Uri, source: string, tools: ReplaceTools, { kind, expected, mark }: ReplaceOptions): Promise<Replaced> {
  const originals = openOriginals(tools.originals);
  let kept: KeptOriginal | undefined;
  try {
    const result = await sha256Of(source);
    const name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
    const before = uri.scheme === 'file' ? await stamp(uri.fsPath) : undefined;
    kept = await withLocalFile(uri, tools.scratch, (file) => originals.keep(file, { kind, uri: uri.toString(), name, result }));
    const { original } = kept;
    const isAsKept = async (): Promise<boolean> => (before === undefined ? (await hashOf(uri, tools)) === original : (await stamp(uri.fsPath)) === before);
    if ((expected !== undefined && original !== expected) || !(await writeOver(uri, source, isAsKept, mark))) {
      await originals.forget(kept);
      return { done: false, why: 'changed' };
    }
  } catch (error) {
    // What was kept for nothing is no replacement.
    if (kept) await originals.forget(kept).catch(() => undefined);
    if (isGone(error)) return { done: false, why: 'gone' };
    throw new FailureError({ code: 'save-failed', path: workspace.asRelativePath(uri), message: error instanceof Error ? error.message : String(error) }, { cause: error });
  }
  await forgetTwins(kept, originals);
  await tellReplaced(tools);
  tools.log.info(`${kind} ${kept.id}: ${kept.name}, ${kept.bytes} bytes kept`);
  return { done: true, kept };
}

/** A crash between keeping and writing leaves an entry behind that says the same as the one of the next try. */
async function forgetTwins(kept: KeptOriginal, originals: Originals): Promise<void> {
  const same = ['uri', 'kind', 'original', 'result'] as const;
  for (const other of await originals.list()) if (other.id !== kept.id && same.every((member) => other[member] === kept[member])) await originals.forget(other);
}

/** The newest replacement of a file that can be undone. */
export async function newestReplacement(uri: Uri, { originals }: Pick<OrderTools, 'originals'>): Promise<KeptOriginal | undefined> {
  const list = await openOriginals(originals).list();
  return list.find((kept) => kept.kind === 'replace' && kept.uri === uri.toString());
}

/** Tells the menus which files have been replaced. */
export async function tellReplaced({ originals }: Pick<OrderTools, 'originals'>): Promise<void> {
  const list = await openOriginals(originals).list();
  const uris = new Set(list.filter(({ kind }) => kind === 'replace').map(({ uri }) => uri));
  // As URIs: VS Code writes them as it writes the `resource` of a menu, which on a remote is not what they are here.
  await commands.executeCommand('setContext', 'easel.replaced', [...uris].map((uri) => Uri.parse(uri)));
}

/** Asks whether a file that was changed after its replacement may be overwritten; what it is now is kept. */
async function mayOverwrite(name: string): Promise<boolean> {
  const goOn = l10n.t('Bring Back');
  const detail = l10n.t('What it is now is kept as well, and can be put back by Undo Replace from the Command Palette.');
  return (await window.showWarningMessage(l10n.t('{0} was changed after it was replaced. Bring the original back all the same?', name), { modal: true, detail }, goOn)) === goOn;
}

/**
 * Puts kept bytes back into their place, byte for byte. What is there now is kept in their stead, so that this can be undone too.
 * Asks before it overwrites what Easel did not write, tells how it went, and never rejects.
 * @param id of the replacement
 * @returns whether the bytes are back
 */
export async function undoReplacement(id: string, tools: ReplaceTools): Promise<boolean> {
  const { log, originals: folder } = tools;
  const originals = openOriginals(folder);
  try {
    const kept = (await originals.list()).find((other) => other.id === id);
    if (!kept) {
      void window.showWarningMessage(l10n.t('The replaced file is not kept any more: it was brought back already, or its time was over.'));
      return false;
    }
    const instead = await bringBack(kept, originals, tools);
    if (instead === 'left') return false;
    await originals.forget(kept);
    await tellReplaced(tools);
    void offerRedo(kept, instead, tools).catch((error: unknown) => log.error(String(error)));
    return true;
  } catch (error) {
    log.error(error instanceof Error ? error : String(error));
    void offerAgain(id, tools).catch((shown: unknown) => log.error(String(shown)));
    return false;
  }
}

/**
 * Writes kept bytes into their place.
 * @returns what is kept in their stead, if there was something; `left`: the file stays as it is, and its user knows why
 */
async function bringBack(kept: KeptOriginal, originals: Originals, tools: ReplaceTools): Promise<KeptOriginal | 'left' | undefined> {
  const uri = Uri.parse(kept.uri, true);
  const source = originals.pathOf(kept);
  const now = await hashOf(uri, tools);
  if (now === kept.original) return undefined;
  if (now === undefined) {
    await writeOver(uri, source, () => Promise.resolve(true));
    return undefined;
  }
  if (now !== kept.result && !(await mayOverwrite(kept.name))) return 'left';
  // A person may take their time to answer: what they were asked about must still be what is there.
  const replaced = await replaceFile(uri, source, tools, { kind: kept.kind === 'replace' ? 'undo' : 'replace', expected: now });
  if (replaced.done) return replaced.kept;
  void window.showWarningMessage(l10n.t('{0} changed meanwhile and stays as it is: try again.', kept.name));
  return 'left';
}

/** Says that the bytes are back, and offers the way round again. */
async function offerRedo(undone: KeptOriginal, instead: KeptOriginal | undefined, tools: ReplaceTools): Promise<void> {
  const again = undone.kind === 'replace' ? l10n.t('Redo') : l10n.t('Undo');
  const sentence = undone.kind === 'replace' ? l10n.t('The original of {0} is back.', undone.name) : l10n.t('The edited {0} is back.', undone.name);
  const chosen = await window.showInformationMessage(sentence, ...(instead ? [again] : []));
  if (chosen !== undefined && instead) await undoReplacement(instead.id, tools);
}

async function offerAgain(id: string, tools: ReplaceTools): Promise<void> {
  const [again, log] = [l10n.t('Try Again'), l10n.t('Show Log')];
  const chosen = await window.showErrorMessage(l10n.t('The original could not be brought back and is still kept: check that the file can be written to, and try again.'), again, log);
  if (chosen === again) await undoReplacement(id, tools);
  else if (chosen === log) tools.log.show();
}
