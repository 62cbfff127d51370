import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rm, stat, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { l10n, workspace, type Uri } from 'vscode';
import type { Upload } from '../api/types.ts';
import { FailureError } from '../images/failure.ts';
import { headerBytes, imageHeader } from '../images/format.ts';
import type { RecipeReference } from '../images/recipe.ts';
import { modelOf } from '../images/model.ts';
import { isSameMend, maskDoubts, mendsFor, mendTitle, referenceDoubtSentence, type MaskFacts, type MaskMend, type ReferenceDoubt } from '../images/mask.ts';
import { isReferenceFormat, judgeReferences, referenceFaultSentence, type PixelTrouble, type Reference, type ReferenceFault } from '../images/reference.ts';
import type { Size } from '../images/size.ts';
import { PixelsError } from '../pixels/error.ts';
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

/** How a reference is called, before the user and in recipes: its path from the workspace folder, the file's name alone where it lies in none. */
export const referenceName = (uri: Uri): string => (workspace.getWorkspaceFolder(uri) ? workspace.asRelativePath(uri) : posix.basename(uri.path));

const unreadable = (uri: Uri, cause: unknown): FailureError =>
  new FailureError({ code: 'file-unreadable', name: referenceName(uri), message: cause instanceof Error ? cause.message : String(cause) }, { cause });

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

/** One reference as it would be sent. */
interface Found {
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

/** Files of this room's own making, and how they go away. */
interface Copies {
  /** A path for a new one. */
  path(): Promise<string>;
  dispose(): Promise<void>;
}

function copiesIn(scratch: string): Copies {
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
    const note = frames > 1 ? l10n.t('The first picture of {0} is sent, as a PNG copy.', name) : l10n.t('A PNG copy of {0} is sent.', name);
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
    return { original, file, reference: { ...reference, ...(await look(file)), mask: await tool.inspectMask(file) }, facts, mend, note: l10n.t('A mended copy of the mask {0} is sent.', name) };
  } catch (error) {
    // That the pixels' own thread did not run says nothing against a mask that needs no mending: its header is judged.
    const ran = error instanceof PixelsError && error.code !== 'failed';
    return { original, file: original, reference: ran || mend !== undefined ? { ...reference, trouble: troubleOf(error) } : reference };
  }
}

/** Looks at each file, converts what edits do not take, and mends the mask. @throws {FailureError} `file-unreadable` */
async function find(wanted: readonly OrderReference[], copies: Copies, tools: Pick<OrderTools, 'pixels'>): Promise<readonly Found[]> {
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

const doubtsOf = (found: readonly Found[]): readonly ReferenceDoubt[] => found.flatMap(({ reference: { name, mask } }) => (mask ? maskDoubts(name, mask) : []));

/** What would put the mask right, where something is wrong with it as it is or as it was mended. */
function mendsOf(found: readonly Found[], faults: readonly ReferenceFault[]): readonly MaskMend[] {
  const mask = found.find(({ reference }) => reference.role === 'mask');
  if (!mask?.facts) return [];
  const wrong = faults.some(({ code }) => (mendable as readonly string[]).includes(code));
  if (!wrong && doubtsOf(found).length === 0) return [];
  const header = found.find(({ reference }) => reference.role === 'image')?.reference.header;
  const image = header && header.width > 0 && header.height > 0 ? { width: header.width, height: header.height } : undefined;
  // As it is now it is wrong, or in doubt; so what it is now is not offered.
  const now = mask.mend ?? (wrong ? undefined : {});
  return mendsFor(mask.facts, image).filter((mend) => now === undefined || !isSameMend(mend, now));
}

const mendable = ['mask-format', 'mask-too-large', 'mask-opaque', 'mask-empty', 'mask-size'] as const satisfies readonly ReferenceFault['code'][];

/**
 * Looks at the references of an order and judges them, before anything is paid for. Pictures in formats that edits do not take are
 * sent as PNG copies, and a mask as its `mend` says; the recipe has the user's own files.
 * @param tools `scratch`: a folder for copies; made when it is needed
 * @throws {FailureError} `file-unreadable`, or `invalid-request` naming the file that cannot be used and why
 */
export async function prepareReferences(wanted: readonly OrderReference[], model: string, tools: Pick<OrderTools, 'scratch' | 'pixels'>): Promise<PreparedReferences> {
  const copies = copiesIn(tools.scratch);
  try {
    const found = await find(wanted, copies, tools);
    const references = found.map(({ reference }) => reference);
    const faults = judgeReferences(references, modelOf(model));
    if (faults.length > 0) throw new FailureError({ code: 'invalid-request', about: 'files', reason: joinSentences(faults.map((fault) => referenceFaultSentence(fault, l10n.t))) });
    const uploads = found.map(({ file, reference: { role, name, header } }): Upload => {
      const format = header?.format ?? '';
      // Judged above; said again because the type cannot tell.
      if (!isReferenceFormat(format)) throw new FailureError({ code: 'internal', message: `a reference of format ${format}` });
      return { role, file, name, mime: `image/${format}` };
    });
    const recipe = await Promise.all(found.map(async ({ original, reference: { role, name } }): Promise<RecipeReference> => ({ role, name, sha256: await sha256(original) })));
    const notes = [...found.flatMap(({ note }) => note ?? []), ...doubtsOf(found).map((doubt) => referenceDoubtSentence(doubt, l10n.t))];
    return { references, uploads, recipe, notes, dispose: () => copies.dispose() };
  } catch (error) {
    await copies.dispose();
    throw error;
  }
}

/**
 * Looks at the references of an order as {@link prepareReferences} does, and tells instead of refusing: asks nothing, sends nothing.
 * @throws {FailureError} `file-unreadable` alone
 */
export async function inspectReferences(wanted: readonly OrderReference[], model: string, tools: Pick<OrderTools, 'scratch' | 'pixels'>): Promise<Inspection> {
  const copies = copiesIn(tools.scratch);
  try {
    const found = await find(wanted, copies, tools);
    const references = found.map(({ reference }) => reference);
    const faults = judgeReferences(references, modelOf(model));
    const mends = mendsOf(found, faults).map((mend) => ({ mend, title: mendTitle(mend, l10n.t) }));
    return { references, faults, doubts: doubtsOf(found), mends };
  } finally {
    await copies.dispose();
  }
}
