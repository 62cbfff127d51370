import { posix } from 'node:path';
import { l10n, Uri } from 'vscode';
import { FailureError } from '../../images/failure.ts';
import type { Composer } from '../../protocol/panel.ts';
import { roleAt, withMore, withRole, without } from '../ask/arrange.ts';
import { imageExtensions } from '../files/clicked.ts';
import { inWorkspace } from '../orders/target.ts';
import type { HandlersOf, PanelRoom } from './parts.ts';
import { mendId, type Words } from './referenceJudge.ts';
import type { References } from './references.ts';
import type { OrderReference } from '../orders/references.ts';

type List = readonly OrderReference[];

/** Images in the list as it is, with others put in as `role` says; a mask takes the place of the one before. */
export function withFiles(list: List, uris: readonly Uri[], role: 'image' | 'mask'): List {
  const [first] = uris;
  if (role === 'image' || !first) return withMore(list, uris);
  return [...list.filter((file) => file.role === 'image' && file.uri.toString() !== first.toString()), { uri: first, role: 'mask' }];
}

const imagePath = new RegExp(`\\.(?:${imageExtensions.join('|')})$`, 'i');

/** A file of the workspace that the panel names; undefined: it may not be taken. */
function droppedFile(text: string): Uri | undefined {
  try {
    const uri = Uri.parse(text, true);
    const plain = uri.with({ path: posix.normalize(uri.path), query: '', fragment: '' });
    // What Windows takes for a separator would lead out unseen.
    return imagePath.test(plain.path) && !plain.path.includes('\\') && inWorkspace(plain) ? plain : undefined;
  } catch {
    return undefined;
  }
}

const lastPart = (text: string): string => text.slice(0, 4000).replace(/[/\\]+$/, '').replace(/^.*[/\\]/, '').slice(0, 200);

const gone = (): FailureError => new FailureError({ code: 'invalid-request', about: 'files', reason: l10n.t('This picture is not in the list any more: put it in again.') });

type Names = 'reference.pick' | 'reference.drop' | 'reference.move' | 'reference.role' | 'reference.mend' | 'reference.remove';

/** What the panel asks of the list of files. */
export function referenceHandlers(
  { tell }: Pick<PanelRoom, 'tell'>,
  references: References,
  { put, mendsOf, quietly }: { readonly put: (list: List) => Composer; readonly mendsOf: (id: string) => Words['mends']; readonly quietly: (work: Promise<unknown>) => void },
): HandlersOf<Names> {
  const indexOf = (id: string): number => {
    const index = references.list.findIndex((file) => file.id === id);
    if (index === -1) throw gone();
    return index;
  };

  const pick = async (where: 'workspace' | 'computer', role: 'image' | 'mask'): Promise<void> => {
    const { imagesOfWorkspace, imagesOfComputer } = await import('../ask/moreImages.ts');
    const title = role === 'mask' ? l10n.t('Choose a Mask') : l10n.t('Add Images');
    const known = references.list.map(({ uri }) => uri);
    const uris = where === 'workspace' ? await imagesOfWorkspace(title, known) : await imagesOfComputer(title, known[0]);
    if (uris.length > 0) put(withFiles(references.list, uris, role));
  };

  return {
    'reference.pick': ({ where, role }) => {
      quietly(pick(where, role));
      return {};
    },
    'reference.drop': ({ uris }) => {
      const files = uris.map((text) => ({ text, uri: droppedFile(text) }));
      const refused = files.filter(({ uri }) => !uri).map(({ text }) => lastPart(text));
      if (refused.length > 0) tell('say', { sentence: l10n.t('Only images of the workspace are taken from the Explorer, and so not {0}.', refused.join(', ')), tone: 'warning' });
      const taken = files.flatMap(({ uri }) => uri ?? []);
      if (taken.length > 0) put(withMore(references.list, taken));
      return {};
    },
    'reference.move': ({ reference, to }) => {
      const index = indexOf(reference);
      const file = references.list[index];
      const images = references.list.filter(({ role }) => role === 'image').length;
      // The mask is the last, whatever is asked.
      return put(file?.role === 'image' ? references.list.toSpliced(index, 1).toSpliced(Math.min(to, images - 1), 0, file) : references.list);
    },
    'reference.role': ({ reference, role }) => {
      const index = indexOf(reference);
      return put(roleAt(references.list, index) === role ? references.list : withRole(references.list, index, role));
    },
    'reference.mend': ({ reference, mend: wanted }) => {
      const index = indexOf(reference);
      const offer = mendsOf(reference).find(({ mend }) => mendId(mend) === wanted);
      if (!offer) throw gone();
      return put(references.list.map((file, at) => (at === index ? { uri: file.uri, role: file.role, ...(offer.mend && { mend: offer.mend }) } : file)));
    },
    'reference.remove': ({ reference }) => put(without(references.list, indexOf(reference))),
  };
}
