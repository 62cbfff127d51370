import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { l10n, workspace, type Uri } from 'vscode';
import type { Upload } from '../api/types.ts';
import { FailureError } from '../images/failure.ts';
import { headerBytes, imageHeader } from '../images/format.ts';
import type { RecipeReference } from '../images/recipe.ts';
import { modelOf } from '../images/model.ts';
import type { MaskMend, ReferenceDoubt } from '../images/mask.ts';
import { isReferenceFormat, judgeReferences, referenceFaultSentence, type Reference, type ReferenceFault } from '../images/reference.ts';
import type { Size } from '../images/size.ts';
import type { OrderTools } from './order.ts';
import { joinSentences } from './sentences.ts';

/** An image file that an order starts from. The first `image` is the one that is edited. */
export interface OrderReference {
  readonly uri: Uri;
  readonly role: 'image' | 'mask';
  /** Only of a mask: how it is put right before it is sent. */
  readonly mend?: MaskMend;
}

/** What was found when the references of an order were looked at. */
export interface Inspection {
  /** In the order that was given, as they would be sent: converted and mended. */
  readonly references: readonly Reference[];
  /** Empty: they may be sent. */
  readonly faults: readonly ReferenceFault[];
  readonly doubts: readonly ReferenceDoubt[];
  /** What would put the mask right, the likeliest first: each alone leaves no fault in it. To be the mask's `mend` in place of the one it has. */
  readonly mends: readonly { readonly mend: MaskMend; readonly title: string }[];
}

/** The references of an order as files on this computer, ready to be sent. */
export interface PreparedReferences {
  readonly references: readonly Reference[];
  readonly uploads: readonly Upload[];
  readonly recipe: readonly RecipeReference[];
  /** What is worth knowing and no fault: a file that was converted, a mask in doubt. Sentences in the user's language. */
  readonly notes: readonly string[];
  /** Deletes what was copied here for sending; the references themselves stay. */
  dispose(): Promise<void>;
}

const nameOf = (uri: Uri): string => workspace.asRelativePath(uri);

const unreadable = (uri: Uri, cause: unknown): FailureError =>
  new FailureError({ code: 'file-unreadable', name: nameOf(uri), message: cause instanceof Error ? cause.message : String(cause) }, { cause });

/** The sizes of references in pixels; 0 × 0 where the bytes do not tell. */
export const sizesOf = (references: readonly Reference[]): readonly Size[] => references.map(({ header }) => ({ width: header?.width ?? 0, height: header?.height ?? 0 }));

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

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

/**
 * Looks at the references of an order and judges them, before anything is paid for.
 * @param tools `scratch`: a folder for copies of files that do not lie on this computer; made when it is needed
 * @throws {FailureError} `file-unreadable`, or `invalid-request` naming the file that cannot be used and why
 */
export async function prepareReferences(wanted: readonly OrderReference[], model: string, { scratch }: Pick<OrderTools, 'scratch' | 'pixels'>): Promise<PreparedReferences> {
  const copies: string[] = [];
  const dispose = async (): Promise<void> => {
    for (const copy of copies) await rm(copy, { force: true });
  };
  try {
    const found = [];
    for (const { uri, role } of wanted) {
      let file = uri.fsPath;
      try {
        if (uri.scheme !== 'file') {
          file = join(scratch, randomUUID());
          await mkdir(scratch, { recursive: true, mode: 0o700 });
          copies.push(file);
          await writeFile(file, await workspace.fs.readFile(uri), { mode: 0o600 });
        }
        found.push({ file, reference: { role, name: nameOf(uri), ...(await look(file)) } satisfies Reference });
      } catch (error) {
        throw unreadable(uri, error);
      }
    }
    const references = found.map(({ reference }) => reference);
    const faults = judgeReferences(references, modelOf(model));
    if (faults.length > 0) throw new FailureError({ code: 'invalid-request', about: 'files', reason: joinSentences(faults.map((fault) => referenceFaultSentence(fault, l10n.t))) });
    const uploads = found.map(({ file, reference: { role, name, header } }): Upload => {
      const format = header?.format ?? '';
      // Judged above; said again because the type cannot tell.
      if (!isReferenceFormat(format)) throw new FailureError({ code: 'internal', message: `a reference of format ${format}` });
      return { role, file, name, mime: `image/${format}` };
    });
    const recipe = await Promise.all(found.map(async ({ file, reference: { role, name } }): Promise<RecipeReference> => ({ role, name, sha256: await sha256(file) })));
    return { references, uploads, recipe, notes: [], dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/**
 * Looks at the references of an order as {@link prepareReferences} does, and tells instead of refusing: asks nothing, sends nothing.
 * @throws {FailureError} `file-unreadable` alone
 */
export async function inspectReferences(wanted: readonly OrderReference[], model: string, tools: Pick<OrderTools, 'scratch' | 'pixels'>): Promise<Inspection> {
  throw new Error(`under construction: ${wanted.length} ${model} ${tools.scratch}`);
}
