import { randomUUID } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { extensions, l10n, window, workspace, type Uri } from 'vscode';
import { headerBytes, imageHeader } from '../../images/format.ts';
import type { ImageHeader } from '../../images/header.ts';
import type { CompareAction } from '../../protocol/compare.ts';
import { bytesText } from '../ask/words.ts';
import { clickedImage } from '../files/clicked.ts';
import { originalOf, type Original } from '../compare/original.ts';
import { openComparePanel } from '../compare/panel.ts';
import { withLocalFile } from '../files/saveAsset.ts';
import { formatInPlace } from '../files/inPlace.ts';
import { replaceFile, undoReplacement } from '../files/replace.ts';
import type { CommandTools } from './command.ts';
import { forPerson } from './outcome.ts';

interface Looked {
  readonly header: ImageHeader | undefined;
  readonly bytes: number;
}

async function look(file: string): Promise<Looked> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const bytes = Buffer.alloc(Math.min(size, headerBytes));
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
    return { header: imageHeader(bytes.subarray(0, bytesRead)), bytes: size };
  } finally {
    await handle.close();
  }
}

/** `1000 × 700 · PNG · 1.2 MB`. */
function factsOf({ header, bytes }: Looked): string {
  const size = header && header.width > 0 ? [`${header.width} × ${header.height}`] : [];
  const facts = [...size, ...(header ? [header.format.toUpperCase()] : []), bytesText(bytes)];
  // In a narrow panel a line ends between them only.
  return facts.map((fact) => fact.replaceAll(' ', '\u00a0')).join(' · ');
}

/** Puts a picture in the place of its original, in the original's own format, and says so. */
async function replaceOriginal(uri: Uri, original: Original, tools: CommandTools): Promise<boolean> {
  const format = formatInPlace(original.uri);
  if (!format) return false;
  const name = posix.basename(uri.path);
  const converted = join(tools.scratch, randomUUID());
  try {
    const replaced = await withLocalFile(uri, tools.scratch, async (file) => {
      const { header } = await look(file);
      if (header?.format === format) return replaceFile(original.uri, file, tools, { kind: 'replace' });
      await mkdir(tools.scratch, { recursive: true, mode: 0o700 });
      await (await tools.pixels()).convert(file, converted, format);
      return replaceFile(original.uri, converted, tools, { kind: 'replace' });
    });
    if (!replaced.done) {
      void window.showWarningMessage(l10n.t('{0} changed meanwhile and stays as it is: try again.', original.name));
      return false;
    }
    const undo = l10n.t('Undo');
    const told = window.showInformationMessage(l10n.t('{0} took the place of {1}, whose original is kept for 30 days.', name, original.name), undo);
    void Promise.resolve(told.then((chosen) => (chosen === undo ? undoReplacement(replaced.kept.id, tools) : undefined))).catch((error: unknown) => tools.log.error(String(error)));
    return true;
  } finally {
    await rm(converted, { force: true });
  }
}

function actionsFor({ how, uri }: Original): readonly CompareAction[] {
  if (how === 'replaced') return ['undo', 'keep'];
  return formatInPlace(uri) && workspace.fs.isWritableFileSystem(uri.scheme) !== false ? ['replace', 'keep'] : ['keep'];
}

/** `Easel: Compare with Original`: the clicked or open picture beside what it was made from, with what can be done about it. */
export async function compareWithOriginal(tools: CommandTools, first?: unknown): Promise<void> {
  const again = (): Promise<unknown> => compareWithOriginal(tools, first);
  await forPerson(tools, again, async () => {
    const uri = await clickedImage(first);
    const original = uri && (await originalOf(uri, tools));
    if (!uri || !original) return undefined;
    const [before, after] = await Promise.all([original.uri, uri].map((picture) => withLocalFile(picture, tools.scratch, look)));
    const extension = extensions.getExtension(tools.extensionId);
    if (!before || !after || !extension) return undefined;

    const act = async (action: CompareAction): Promise<boolean> => {
      if (action === 'undo') return original.how === 'replaced' && undoReplacement(original.kept.id, tools);
      if (action === 'keep') return true;
      let done = false;
      await forPerson(tools, () => act(action), async () => {
        done = await replaceOriginal(uri, original, tools);
        return undefined;
      });
      return done;
    };
    openComparePanel({ uri, original, facts: { before: factsOf(before), after: factsOf(after) }, actions: actionsFor(original) }, extension.extensionUri, act);
    return undefined;
  });
}
