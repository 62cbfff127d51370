import { l10n, workspace, type Uri } from 'vscode';
import { failureSentence } from '../../images/failureSentence.ts';
import { replaceFault } from '../files/inPlace.ts';
import { copiesIn, findReferences, referenceName, type Found } from '../orders/findReferences.ts';
import type { OrderTools } from '../orders/order.ts';
import type { OrderReference } from '../orders/references.ts';
import { failureOf } from '../show/present.ts';

/** What is known of one file in its role. */
export interface Look {
  /** Another one for each state of the file, and for each way in which it is used. */
  readonly key: string;
  readonly name: string;
  /** Of the user's own file. */
  readonly bytes: number;
  /** Absent: it cannot be read, and `fault` says so. */
  readonly found?: Found;
  readonly fault?: string;
  /** One sentence: why an edit cannot take its place. */
  readonly replaceFault?: string | undefined;
}

/** Looks at files, and remembers what it saw for as long as they do not change. */
export interface Looks {
  at(file: OrderReference): Promise<Look>;
}

/** More than an edit can have, so that what is put in and out again is not read anew. */
const mostKept = 60;

export function createLooks(tools: Pick<OrderTools, 'scratch' | 'pixels'>): Looks {
  const known = new Map<string, Promise<Look>>();

  const unread = (uri: Uri, key: string, error: unknown): Look => {
    const failure = failureOf(error);
    const name = referenceName(uri);
    return { key, name, bytes: 0, fault: failureSentence(failure.code === 'internal' ? { code: 'file-unreadable', name, message: failure.message } : failure, l10n.t) };
  };

  const lookAt = async (file: OrderReference, key: string, bytes: number): Promise<Look> => {
    const copies = copiesIn(tools.scratch);
    try {
      const [found] = await findReferences([file], copies, tools);
      return { key, name: referenceName(file.uri), bytes, ...(found && { found }), ...(file.role === 'image' && { replaceFault: await replaceFault(file.uri) }) };
    } catch (error) {
      return unread(file.uri, key, error);
    } finally {
      await copies.dispose();
    }
  };

  return {
    async at(file) {
      const plain = JSON.stringify([file.uri.toString(), file.role, file.mend]);
      let key = plain;
      let bytes = 0;
      try {
        const { mtime, size } = await workspace.fs.stat(file.uri);
        key = JSON.stringify([plain, mtime, size]);
        bytes = size;
      } catch (error) {
        const missing = known.get(key) ?? Promise.resolve(unread(file.uri, key, error));
        known.set(key, missing);
        return missing;
      }
      const before = known.get(key);
      // To the end of the row: what was used last is forgotten last.
      known.delete(key);
      const look = before ?? lookAt(file, key, bytes);
      known.set(key, look);
      for (const old of known.keys()) {
        if (known.size <= mostKept) break;
        known.delete(old);
      }
      return look;
    },
  };
}
