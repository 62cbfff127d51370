import { workspace, type Uri } from 'vscode';
import { assetName } from '../../images/naming.ts';
import type { Draft } from '../../protocol/panel.ts';
import { referenceName } from '../orders/findReferences.ts';
import type { Order } from '../orders/order.ts';
import type { OrderReference } from '../orders/references.ts';
import { soundDraft } from './draft.ts';
import { targetText } from './target.ts';

const isThere = async (uri: Uri): Promise<boolean> => Promise.resolve(workspace.fs.stat(uri)).then(() => true, () => false);

/** The draft that an order was made of, as far as its files are still there. What an order does not tell stays as it is in `before`. */
export async function recalled({ request, references = [], folder, name }: Order, before: Draft): Promise<{ readonly draft: Draft; readonly references: readonly OrderReference[]; readonly missing: readonly string[] }> {
  const found = await Promise.all(references.map(async (file) => ({ file, there: await isThere(file.uri) })));
  const { prompt, model, size, quality, count, format = 'auto', background = 'auto', compression, inputFidelity = 'auto', stream } = request;
  const { compression: _before, ...rest } = before;
  const plain = references.length === 0 && name === assetName(prompt);
  const draft = soundDraft(
    { prompt, style: '', model, size, quality, count, format, background, compression, fidelity: inputFidelity, partials: stream?.partialImages ?? 0, folder: targetText(folder), name: plain ? '' : name, replace: false },
    rest,
  );
  return { draft, references: found.flatMap(({ file, there }) => (there ? [file] : [])), missing: found.flatMap(({ file, there }) => (there ? [] : [referenceName(file.uri)])) };
}
