import { modelOf } from '../../../images/model.ts';
import type { Translate } from '../../../images/words.ts';
import type { PanelReference } from '../../../protocol/panel.ts';
import type { MenuItem } from '../shell/menu.tsx';

/** What a file is to the edit: the first picture is the edited one. */
export type ShownRole = 'edited' | 'reference' | 'mask';

export function roleOf(reference: PanelReference, references: readonly PanelReference[]): ShownRole {
  if (reference.role === 'mask') return 'mask';
  return references.find(({ role }) => role === 'image') === reference ? 'edited' : 'reference';
}

/** The role in a word or two. */
export function roleText(role: ShownRole, t: Translate): string {
  switch (role) {
    case 'edited':
      return t('To Edit');
    case 'reference':
      return t('Reference');
    case 'mask':
      return t('Mask');
  }
}

interface ReferenceMenu {
  readonly reference: PanelReference;
  readonly index: number;
  readonly references: readonly PanelReference[];
  readonly model: string;
  readonly t: Translate;
  readonly setRole: (reference: PanelReference, role: ShownRole) => void;
  readonly move: (reference: PanelReference, to: number) => void;
  readonly remove: (reference: PanelReference) => void;
  readonly paint: (reference: string) => void;
}

/** Everything that can be done with one file of an edit. */
export function referenceItems({ reference, index, references, model, t, setRole, move, remove, paint }: ReferenceMenu): readonly MenuItem[] {
  const role = roleOf(reference, references);
  const mark = (of: ShownRole): string | undefined => (role === of ? 'check' : undefined);
  const noMask = modelOf(model).mask ? undefined : t('The model {0} takes no mask: leave it out, or choose another model.', model);
  const pictures = references.filter(({ role }) => role === 'image').length;
  const masksLast = role === 'mask' ? t('The mask is always the last.') : undefined;
  return [
    { id: 'edited', title: t('Use as Edited Image'), icon: mark('edited'), run: () => setRole(reference, 'edited') },
    { id: 'reference', title: t('Use as Reference'), icon: mark('reference'), run: () => setRole(reference, 'reference') },
    { id: 'mask', title: t('Use as Mask'), icon: mark('mask'), disabled: noMask, run: () => setRole(reference, 'mask') },
    ...(role === 'edited' ? [{ id: 'paint', title: t('Paint Mask…'), icon: 'paintcan', separator: true, disabled: noMask, run: () => paint(reference.id) }] : []),
    { id: 'left', title: t('Move Left'), icon: 'arrow-left', separator: true, disabled: masksLast ?? (index === 0 ? t('It is the first already.') : undefined), run: () => move(reference, index - 1) },
    { id: 'right', title: t('Move Right'), icon: 'arrow-right', disabled: masksLast ?? (index >= pictures - 1 ? t('It is the last already.') : undefined), run: () => move(reference, index + 1) },
    { id: 'remove', title: t('Remove'), icon: 'trash', separator: true, run: () => remove(reference) },
  ];
}
