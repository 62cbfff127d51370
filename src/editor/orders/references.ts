import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { l10n, type Uri } from 'vscode';
import type { Upload } from '../../api/types.ts';
import { FailureError } from '../../images/failure.ts';
import type { RecipeReference } from '../../images/recipe.ts';
import { modelOf } from '../../images/model.ts';
import { isSameMend, maskDoubts, mendsFor, mendTitle, referenceDoubtSentence, type MaskMend, type ReferenceDoubt } from '../../images/mask.ts';
import { isReferenceFormat, judgeReferences, referenceFaultSentence, type Reference, type ReferenceFault } from '../../images/reference.ts';
import type { Size } from '../../images/size.ts';
import { copiesIn, findReferences, type Found } from './findReferences.ts';
import type { OrderTools } from './order.ts';
import { joinSentences } from '../show/sentences.ts';

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

/** The sizes of references in pixels; 0 × 0 where the bytes do not tell. */
export const sizesOf = (references: readonly Reference[]): readonly Size[] => references.map(({ header }) => ({ width: header?.width ?? 0, height: header?.height ?? 0 }));

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
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
    const found = await findReferences(wanted, copies, tools);
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
    return inspectionOf(await findReferences(wanted, copies, tools), model);
  } finally {
    await copies.dispose();
  }
}

/** Judges references that were looked at, for a model. Reads no file. */
export function inspectionOf(found: readonly Found[], model: string): Inspection {
  const references = found.map(({ reference }) => reference);
  const faults = judgeReferences(references, modelOf(model));
  const mends = mendsOf(found, faults).map((mend) => ({ mend, title: mendTitle(mend, l10n.t) }));
  return { references, faults, doubts: doubtsOf(found), mends };
}
