import { l10n, QuickPickItemKind, ThemeIcon, window, type QuickInputButton, type QuickPickItem } from 'vscode';
import type { Reference } from '../../images/reference.ts';
import type { Size } from '../../images/size.ts';
import { labelOf } from '../orders/editName.ts';
import { sizesOf, type OrderReference } from '../orders/references.ts';
import { joinSentences } from '../show/sentences.ts';
import { canMove, moved, otherRoles, roleAt, without, type Role } from './arrange.ts';
import type { Look } from './look.ts';
import { show, type Place, type StepEnd } from './steps.ts';
import { thumbnail } from './thumbnail.ts';
import { bytesText, sizeText } from './words.ts';

type List = readonly OrderReference[];

/** What the list is about. */
export interface RolesSubject {
  /** The dialogue's title, for the list as it is. */
  readonly titleOf: (list: List) => string;
  readonly look: (list: List) => Promise<Look>;
}

/** What the user chose that the list itself cannot do. */
type Act =
  | { readonly kind: 'continue'; readonly images: readonly Size[] }
  /** Everything that can be done with one file, or the choice of its role alone. */
  | { readonly kind: 'acts' | 'role'; readonly index: number }
  | { readonly kind: 'workspace' | 'computer' }
  | { readonly kind: 'failed'; readonly error: unknown };

type Item = QuickPickItem & {
  /** Finds the item again when the list is drawn anew: a file's URI, or a word. */
  readonly key: string;
  readonly run?: () => void;
};

const toContinue = 'continue';
const keyOf = ({ uri }: OrderReference): string => uri.toString();

function roleText(role: Role, index: number, mended: boolean): string {
  switch (role) {
    case 'edited':
      return l10n.t('edited image');
    case 'reference':
      return l10n.t('reference {0}', index);
    case 'mask':
      return mended ? l10n.t('mended mask') : l10n.t('mask');
  }
}

const pictureBytes = (file: Reference | undefined): number | undefined => (file?.header ? file.bytes : undefined);

/** Size, bytes, and before them what is wrong: a narrow window cuts the end. */
function detailOf(key: string, seen: Look | undefined): string {
  const said = (sign: string, words: Look['faults'] = []): readonly string[] => words.filter(({ uri }) => uri === key).map(({ sentence }) => `$(${sign}) ${sentence}`);
  const file = seen?.files.get(key);
  const size = file?.header && file.header.width > 0 ? [sizeText(`${file.header.width}x${file.header.height}`)] : [];
  const parts = [...said('error', seen?.faults), ...said('warning', seen?.doubts), ...(file ? [[...size, bytesText(file.bytes)].join(' · ')] : [])];
  // Never empty, so that the rows do not change their height when the files have been looked at.
  return joinSentences(parts) || '…';
}

/**
 * The list of an edit's files with the role of each, what is wrong with them, and what would mend it. Moving, removing and mending happen
 * in it; it ends with whatever needs another question, and goes on only with files that may be sent.
 * @param focus the file that is marked at first, by its URI's text; absent: whatever the user is likely to want next
 */
export function showRoles(place: Pick<Place, 'step' | 'steps'>, given: List, focus: string | undefined, { titleOf, look }: RolesSubject): Promise<StepEnd<{ readonly list: List; readonly act: Act }>> {
  const button = (icon: string, tooltip: string): QuickInputButton => ({ iconPath: new ThemeIcon(icon), tooltip });
  const up = button('arrow-up', l10n.t('Move Up'));
  const down = button('arrow-down', l10n.t('Move Down'));
  const change = button('arrow-swap', l10n.t('Change Role…'));
  const remove = button('close', l10n.t('Remove from the List'));

  const input = window.createQuickPick<Item>();
  input.placeholder = l10n.t('Which file is what? Enter on a file shows what can be done with it.');
  // What is moved stays in sight; the list does not jump back to its beginning.
  input.keepScrollPosition = true;

  return show<{ list: List; act: Act }, Item>(input, { title: titleOf(given), ...place }, (end) => {
    let list = given;
    let seen: Look | undefined;
    const leave = (act: Act): void => end({ list, act });

    const fileItem = (file: OrderReference, index: number): Item => ({
      key: keyOf(file),
      label: labelOf(file.uri),
      description: roleText(roleAt(list, index), index, file.mend !== undefined),
      detail: detailOf(keyOf(file), seen),
      iconPath: thumbnail(file.uri, pictureBytes(seen?.files.get(keyOf(file)))),
      buttons: [
        ...(canMove(list, index, -1) ? [up] : []),
        ...(canMove(list, index, 1) ? [down] : []),
        ...(otherRoles(list, index).length > 0 ? [change] : []),
        ...(list.length > 1 ? [remove] : []),
      ],
      run: () => leave({ kind: 'acts', index }),
    });

    const items = (): readonly Item[] => {
      const act = (key: string, icon: string, label: string, run: () => void): Item => ({ key, label, iconPath: new ThemeIcon(icon), run, alwaysShow: true });
      const separator = (label: string): Item => ({ key: '', label, kind: QuickPickItemKind.Separator });
      const mends = (seen?.mends ?? []).map(({ mend, title }, at) =>
        act(`mend ${at}`, 'wand', title, () => rearrange(list.map((file) => (file.role === 'mask' ? { ...file, mend } : file)))),
      );
      const refused = seen?.faults[0];
      return [
        ...list.map(fileItem),
        ...(mends.length > 0 ? [separator(l10n.t('Put the mask right')), ...mends] : []),
        separator(''),
        act('workspace', 'add', l10n.t('Add Files from the Workspace…'), () => leave({ kind: 'workspace' })),
        act('computer', 'folder-opened', l10n.t('Add Files from This Computer…'), () => leave({ kind: 'computer' })),
        { ...act(toContinue, refused ? 'circle-slash' : 'arrow-right', l10n.t('Continue'), () => void goOn()), ...(refused && { detail: refused.sentence }) },
      ];
    };

    const draw = (key: string): void => {
      input.title = titleOf(list);
      input.items = items();
      const active = input.items.find((item) => item.key === key) ?? input.items[0];
      if (active) input.activeItems = [active];
    };

    /** Where the user is wanted: at what would mend the first fault, else at the file that has it, else at the end. */
    const wanted = (): string => {
      const fault = seen?.faults[0];
      if (!fault) return toContinue;
      const mask = list.find(({ role }) => role === 'mask');
      return seen?.mends.length && mask && fault.uri === keyOf(mask) ? 'mend 0' : (fault.uri ?? toContinue);
    };

    const inspect = async (key: () => string): Promise<void> => {
      const mine = list;
      input.busy = true;
      try {
        const found = await look(mine);
        if (mine !== list) return;
        seen = found;
        input.busy = false;
        draw(key());
      } catch (error) {
        leave({ kind: 'failed', error });
      }
    };

    /** Shows the files in their new parts at once with what is known of them, and looks at them anew. */
    const rearrange = (next: List, file?: OrderReference): void => {
      list = next;
      // What was wrong with a file may not be wrong with it in another part.
      seen &&= { ...seen, faults: [], doubts: [], mends: [] };
      draw(file ? keyOf(file) : toContinue);
      looking = inspect(() => (file ? (input.activeItems[0]?.key ?? toContinue) : wanted()));
    };

    const goOn = async (): Promise<void> => {
      // The list may change while it is looked at, which starts another look.
      for (let last; last !== looking; ) await (last = looking);
      if (!seen) return;
      const [refused] = seen.faults;
      if (refused) {
        draw(wanted());
        // In full: the list cuts long lines.
        void window.showWarningMessage(refused.sentence);
      } else leave({ kind: toContinue, images: sizesOf(list.flatMap((file) => seen?.files.get(keyOf(file)) ?? [])) });
    };

    draw(focus ?? toContinue);
    let looking = inspect(() => (focus === undefined ? wanted() : (input.activeItems[0]?.key ?? focus)));
    return [
      input.onDidAccept(() => input.selectedItems[0]?.run?.()),
      input.onDidTriggerItemButton(({ item, button: pressed }) => {
        const index = list.findIndex((file) => keyOf(file) === item.key);
        const file = list[index];
        if (!file) return;
        if (pressed === up) rearrange(moved(list, index, -1), file);
        else if (pressed === down) rearrange(moved(list, index, 1), file);
        else if (pressed === change) leave({ kind: 'role', index });
        else if (pressed === remove) rearrange(without(list, index), list[index + 1] ?? list[index - 1]);
      }),
    ];
  });
}
