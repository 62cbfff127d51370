import { l10n } from 'vscode';
import { referenceDoubtSentence, type MaskMend } from '../../images/mask.ts';
import { modelOf } from '../../images/model.ts';
import { judgeReferences, referenceFaultSentence, type Reference, type ReferenceFault } from '../../images/reference.ts';
import { inspectionOf } from '../orders/references.ts';
import type { DraftReference } from './draft.ts';
import type { Look } from './referenceLook.ts';

/** What is to be said of one file, as sentences. */
export interface Words {
  readonly faults: readonly string[];
  readonly doubts: readonly string[];
  /** What would put it right; without a mend: as it is. */
  readonly mends: readonly { readonly mend: MaskMend | undefined; readonly title: string }[];
}

/** What is to be said of the files of an edit. */
export interface Judgement {
  /** What is wrong with all of them together, or with their number. */
  readonly all: readonly string[];
  /** By the ids of the files; what has not been looked at has none. */
  readonly each: ReadonlyMap<string, Words>;
}

/** The id under which a mend is offered. */
export const mendId = (mend: MaskMend | undefined): string => (mend ? JSON.stringify([mend.alpha ?? '', mend.size?.width ?? 0, mend.size?.height ?? 0]) : 'none');

type Looked = { readonly file: DraftReference; readonly look: Look | undefined };

const isNamed = (fault: ReferenceFault): boolean => 'name' in fault;

/** Judges files by what is known of them. Reads nothing. */
export function judgeLooks(looked: readonly Looked[], modelName: string): Judgement {
  const model = modelOf(modelName);
  const known = looked.flatMap(({ file, look }) => (look?.found ? [{ file, found: look.found }] : []));
  const first = known.find(({ file }) => file.role === 'image' && file === looked[0]?.file)?.found.reference;
  const own = (files: readonly Reference[]): readonly ReferenceFault[] => judgeReferences(files, model).filter(isNamed);
  // A mask is judged beside the edited image, whose own faults come before its.
  const faultsOf = (one: Reference): readonly ReferenceFault[] => (one.role === 'mask' && first ? own([first, one]).slice(own([first]).length) : own([one]));
  const { doubts, mends } = inspectionOf(known.map(({ found }) => found), modelName);

  const each = new Map<string, Words>();
  for (const { file, look } of looked) {
    if (look?.fault !== undefined) each.set(file.id, { faults: [look.fault], doubts: [], mends: [] });
    if (!look?.found) continue;
    const mask = file.role === 'mask';
    each.set(file.id, {
      faults: faultsOf(look.found.reference).map((fault) => referenceFaultSentence(fault, l10n.t)),
      doubts: mask ? doubts.map((doubt) => referenceDoubtSentence(doubt, l10n.t)) : [],
      mends: mask ? [...mends, ...(file.mend ? [{ mend: undefined, title: l10n.t('Use the Mask as It Is') }] : [])] : [],
    });
  }
  const images = looked.some(({ file }) => file.role === 'image');
  const all = looked.length === 0 ? [] : judgeReferences(known.map(({ found }) => found.reference), model).filter((fault) => !isNamed(fault) && (fault.code !== 'none' || !images));
  return { all: all.map((fault) => referenceFaultSentence(fault, l10n.t)), each };
}
