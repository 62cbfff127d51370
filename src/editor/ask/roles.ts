import { commands, l10n, ThemeIcon, type QuickPickItem } from 'vscode';
import type { Size } from '../../images/size.ts';
import { labelOf } from '../orders/editName.ts';
import type { OrderReference } from '../orders/references.ts';
import { arranged, canMove, moved, otherRoles, withMore, without, withRole, type Role } from './arrange.ts';
import { imagesOfComputer, imagesOfWorkspace } from './moreImages.ts';
import { showRoles, type RolesSubject } from './rolesList.ts';
import { askPick, type Place, type StepEnd } from './steps.ts';

/** The files of an edit as the user put them, and their sizes. */
export interface Arrangement {
  readonly references: readonly OrderReference[];
  readonly images: readonly Size[];
}

/** Asks which file is what to an edit, and goes on with nothing that would be refused. */
export async function askRoles(place: Pick<Place, 'step' | 'steps'>, given: readonly OrderReference[], subject: RolesSubject): Promise<StepEnd<Arrangement>> {
  let list = arranged(given);
  let focus: string | undefined;
  for (;;) {
    const end = await showRoles(place, list, focus, subject);
    if (end.kind !== 'answer') return end;
    const { act } = end.value;
    ({ list } = end.value);
    const title = subject.titleOf(list);
    const known = list.map(({ uri }) => uri);
    switch (act.kind) {
      case 'failed':
        throw act.error;
      case 'continue':
        return { kind: 'answer', value: { references: list, images: act.images } };
      case 'workspace':
        list = withMore(list, await imagesOfWorkspace(title, known));
        focus = undefined;
        break;
      case 'computer':
        list = withMore(list, await imagesOfComputer(title, known[0]));
        focus = undefined;
        break;
      case 'acts':
      case 'role':
        focus = list[act.index]?.uri.toString();
        list = await askAct(list, act.index, act.kind === 'role');
    }
  }
}

function roleAct(role: Role): string {
  switch (role) {
    case 'edited':
      return l10n.t('Use as Edited Image');
    case 'reference':
      return l10n.t('Use as Reference');
    case 'mask':
      return l10n.t('Use as Mask');
  }
}

const roleDetail: Readonly<Record<Role, () => string>> = {
  edited: () => l10n.t('The picture that changes'),
  reference: () => l10n.t('A picture to look at: a style, a person, a thing'),
  mask: () => l10n.t('Says where the picture changes: where the mask is transparent'),
};

const roleIcon: Readonly<Record<Role, string>> = { edited: 'wand', reference: 'eye', mask: 'circle-filled' };

/** What can be done with one file, by keyboard too; the list as it is afterwards. Escape leads back to the list. */
async function askAct(list: readonly OrderReference[], index: number, rolesOnly: boolean): Promise<readonly OrderReference[]> {
  const file = list[index];
  if (!file) return list;
  type Item = QuickPickItem & { readonly run: () => readonly OrderReference[] };
  const { mend, ...plain } = file;
  const roles = otherRoles(list, index).map((role): Item => ({ label: roleAct(role), iconPath: new ThemeIcon(roleIcon[role]), detail: roleDetail[role](), run: () => withRole(list, index, role) }));
  const items: readonly Item[] = [
    ...(!rolesOnly && canMove(list, index, -1) ? [{ label: l10n.t('Move Up'), iconPath: new ThemeIcon('arrow-up'), run: () => moved(list, index, -1) }] : []),
    ...(!rolesOnly && canMove(list, index, 1) ? [{ label: l10n.t('Move Down'), iconPath: new ThemeIcon('arrow-down'), run: () => moved(list, index, 1) }] : []),
    ...roles,
    ...(!rolesOnly && mend ? [{ label: l10n.t('Use the Mask as It Is'), iconPath: new ThemeIcon('discard'), run: () => list.with(index, plain) }] : []),
    ...(!rolesOnly && list.length > 1 ? [{ label: l10n.t('Remove from the List'), iconPath: new ThemeIcon('close'), run: () => without(list, index) }] : []),
    ...(rolesOnly ? [] : [{ label: l10n.t('Open'), iconPath: new ThemeIcon('go-to-file'), run: () => (void commands.executeCommand('vscode.open', file.uri, { preserveFocus: true, preview: true }), list) }]),
  ];
  const end = await askPick(
    { title: labelOf(file.uri), step: 1, steps: 1 },
    { placeholder: rolesOnly ? l10n.t('What is this file to the edit?') : l10n.t('What shall be done with this file?'), itemsFor: () => items, active: () => false },
  );
  return end.kind === 'answer' ? end.value.run() : list;
}
