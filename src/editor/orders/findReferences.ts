import { randomUUID } from 'node:crypto';
import { mkdir, open, rm, stat, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { l10n, workspace, type Uri } from 'vscode';
import { FailureError } from '../../images/failure.ts';
import { headerBytes, imageHeader } from '../../images/format.ts';
import type { MaskFacts, MaskMend } from '../../images/mask.ts';
import { isReferenceFormat, type PixelTrouble, type Reference } from '../../images/reference.ts';
import { PixelsError } from '../../pixels/error.ts';
import type { OrderTools } from './order.ts';
import type { OrderReference } from './references.ts';

/** How a reference is called, before the user and in recipes: its path from the workspace folder, the file's name alone where it lies in none. */
export const referenceName = (uri: Uri): string => (workspace.getWorkspaceFolder(uri) ? workspace.asRelativePath(uri) : posix.basename(uri.path));

const unreadable = (uri: Uri, cause: unknown): FailureError =>
  new FailureError({ code: 'file-unreadable', name: referenceName(uri), message: cause instanceof Error ? cause.message : String(cause) }, { cause });

/** What the first bytes and the size of a file tell. */
async function look(file: string): Promise<Pick<Reference, 'bytes' | 'header'>> {
  const { size } = await stat(file);
  const handle = await open(file, 'r');
  try {
    const bytes = Buffer.alloc(Math.min(size, headerBytes));
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
    return { bytes: size, header: imageHeader(bytes.subarray(0, bytesRead)) };
  } finally {
    await handle.close();
  }
}

/** One reference as it would be sent. */
export interface Found {
  /** The user's own file, or the copy of it where it does not lie on this computer. */
  readonly original: string;
  /** What is sent: the same, or what was made of it. */
  readonly file: string;
  readonly reference: Reference;
  /** Of a mask's own file, before it was mended. */
  readonly facts?: MaskFacts;
  readonly mend?: MaskMend;
  readonly note?: string;
}

/** Files made for an order alone, and how they go away. */
export interface Copies {
  /** A path for a new one. */
  path(): Promise<string>;
  dispose(): Promise<void>;
}

/** @param scratch the folder that they are in; made with the first of them */
export function copiesIn(scratch: string): Copies {
  const files: string[] = [];
  return {
    async path() {
      const file = join(scratch, randomUUID());
      await mkdir(scratch, { recursive: true, mode: 0o700 });
      files.push(file);
      return file;
    },
    async dispose() {
      for (const file of files) await rm(file, { force: true });
    },
  };
}

/** Why pixels could not be had, as a fault of the file: whatever else went wrong, its pixels could not be read either. */
const troubleOf = (error: unknown): PixelTrouble => {
  const code = error instanceof PixelsError ? error.code : 'failed';
  return code === 'failed' || code === 'file' ? 'broken' : code;
};

async function findImage(original: string, name: string, copies: Copies, { pixels }: Pick<OrderTools, 'pixels'>): Promise<Found> {
  const seen = await look(original);
  const reference: Reference = { role: 'image', name, ...seen };
  if (seen.header === undefined || isReferenceFormat(seen.header.format)) return { original, file: original, reference };
  const file = await copies.path();
  try {
    const { frames } = await (await pixels()).convert(original, file, 'png');
    const note = frames > 1 ? l10n.t('The first picture of {0} was sent, as a PNG copy.', name) : l10n.t('A PNG copy of {0} was sent.', name);
    return { original, file, reference: { ...reference, ...(await look(file)) }, note };
  } catch (error) {
    return { original, file: original, reference: { ...reference, trouble: troubleOf(error) } };
  }
}

async function findMask(original: string, name: string, mend: MaskMend | undefined, copies: Copies, { pixels }: Pick<OrderTools, 'pixels'>): Promise<Found> {
  const seen = await look(original);
  const reference: Reference = { role: 'mask', name, ...seen };
  if (seen.header === undefined) return { original, file: original, reference };
  try {
    const tool = await pixels();
    const facts = await tool.inspectMask(original);
    if (mend === undefined) return { original, file: original, reference: { ...reference, mask: facts }, facts };
    const file = await copies.path();
    await tool.mendMask(original, file, mend);
    return { original, file, reference: { ...reference, ...(await look(file)), mask: await tool.inspectMask(file) }, facts, mend, note: l10n.t('A mended copy of the mask {0} was sent.', name) };
  } catch (error) {
    // That the pixels' own thread did not run says nothing against a mask that needs no mending: its header is judged.
    const ran = error instanceof PixelsError && error.code !== 'failed';
    return { original, file: original, reference: ran || mend !== undefined ? { ...reference, trouble: troubleOf(error) } : reference };
  }
}

/** Looks at each file, converts what edits do not take, and mends the mask. @throws {FailureError} `file-unreadable` */
export async function findReferences(wanted: readonly OrderReference[], copies: Copies, tools: Pick<OrderTools, 'pixels'>): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (const { uri, role, mend } of wanted) {
    try {
      let file = uri.fsPath;
      if (uri.scheme !== 'file') {
        file = await copies.path();
        await writeFile(file, await workspace.fs.readFile(uri), { mode: 0o600 });
      }
      const name = referenceName(uri);
      found.push(role === 'image' ? await findImage(file, name, copies, tools) : await findMask(file, name, mend, copies, tools));
    } catch (error) {
      throw unreadable(uri, error);
    }
  }
  return found;
}
