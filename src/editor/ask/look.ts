import { l10n } from 'vscode';
import { FailureError } from '../../images/failure.ts';
import { failureSentence } from '../../images/failureSentence.ts';
import { referenceDoubtSentence } from '../../images/mask.ts';
import { referenceFaultSentence, type Reference } from '../../images/reference.ts';
import { referenceName } from '../orders/findReferences.ts';
import type { OrderTools } from '../orders/order.ts';
import { inspectReferences, type Inspection, type OrderReference } from '../orders/references.ts';

/** What is to be said of one file, or of all together where `uri` is absent. */
export interface Word {
  readonly uri?: string;
  readonly sentence: string;
}

/** What the list of an edit's files has to tell. Files go by their URIs' text, so that it holds also when they change places. */
export interface Look {
  /** As they would be sent, in the order of the list; a file that cannot be read is not among them. */
  readonly files: ReadonlyMap<string, Reference>;
  /** Empty: they may be sent. */
  readonly faults: readonly Word[];
  readonly doubts: readonly Word[];
  readonly mends: Inspection['mends'];
}

/** Looks at the files of an edit, and goes on where one of them cannot be read. */
export async function lookAt(list: readonly OrderReference[], model: string, tools: Pick<OrderTools, 'scratch' | 'pixels'>): Promise<Look> {
  const unread: Word[] = [];
  let rest = list;
  for (;;) {
    try {
      const { references, faults, doubts, mends } = await inspectReferences(rest, model, tools);
      const found = references.flatMap((file, at) => (rest[at] ? [{ file, uri: rest[at].uri.toString() }] : []));
      const wordOf = (about: { readonly code: string; readonly name?: string }, sentence: string): Word => {
        const one = found.find(({ file }) => (about.name === undefined ? about.code.startsWith('mask') && file.role === 'mask' : file.name === about.name));
        return { ...(one && { uri: one.uri }), sentence };
      };
      return {
        files: new Map(found.map(({ uri, file }) => [uri, file])),
        faults: [...unread, ...faults.map((fault) => wordOf(fault, referenceFaultSentence(fault, l10n.t)))],
        doubts: doubts.map((doubt) => wordOf(doubt, referenceDoubtSentence(doubt, l10n.t))),
        mends,
      };
    } catch (error) {
      if (!(error instanceof FailureError) || error.failure.code !== 'file-unreadable') throw error;
      const { failure } = error;
      const bad = rest.find(({ uri }) => referenceName(uri) === failure.name);
      if (!bad) throw error;
      unread.push({ uri: bad.uri.toString(), sentence: failureSentence(failure, l10n.t) });
      rest = rest.filter((file) => file !== bad);
    }
  }
}
