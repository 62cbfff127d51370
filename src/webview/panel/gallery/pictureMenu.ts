import type { Translate } from '../../../images/words.ts';
import type { PictureAct } from '../../../protocol/panel.ts';
import type { MenuItem } from '../shell/menu.tsx';
import type { Found } from './gallery.ts';
import type { Acts } from './useActs.ts';

interface What {
  readonly found: Found;
  /** Everything that is selected, where the picture is among it, in its order; else the picture alone. */
  readonly pictures: readonly string[];
  readonly acts: Acts;
  readonly t: Translate;
  /** Shows it large; absent: it is shown so already. */
  readonly open?: (() => void) | undefined;
}

/** Everything that can be done with a picture, or with those that are selected. */
export function pictureMenu({ found: { picture, request }, pictures, acts, t, open }: What): MenuItem[] {
  const several = pictures.length > 1;
  const gone = picture.state === 'gone' && !several ? t('The file is not there any more.') : undefined;
  const one = several ? t('Select one picture alone.') : undefined;
  const source = request.from.some(({ role }) => role === 'image');
  const act = (id: PictureAct, title: string, icon: string | undefined, disabled: string | undefined, over: Partial<MenuItem> = {}): MenuItem => ({
    id,
    title,
    icon,
    disabled,
    run: () => void acts.act(id === 'use-as-reference' || id === 'delete' || id === 'copy-path' ? pictures : [picture.id], id),
    ...over,
  });
  const [first, second] = pictures;
  const items: (MenuItem | false)[] = [
    open !== undefined && { id: 'show', title: t('Show Large'), icon: 'screen-full', disabled: one, run: open },
    act('open', t('Open in an Editor'), 'go-to-file', one ?? gone),
    act('edit', t('Edit This'), 'edit', one ?? gone, { separator: true }),
    act('use-as-reference', several ? t('Use {0} as References', pictures.length) : t('Use as Reference'), 'references', gone),
    { id: 'mask', title: t('Paint Mask…'), icon: 'paintcan', disabled: one ?? gone, run: () => void acts.paintMask(picture.id) },
    act('variations', t('Create Variations…'), 'layers', one ?? gone),
    act('generate-again', t('Generate Again'), 'refresh', one, { separator: true }),
    act('recall', t('Recall Settings'), 'history', one),
    several
      ? {
          id: 'compare',
          title: t('Compare Selected'),
          icon: 'compare-changes',
          separator: true,
          disabled: pictures.length === 2 ? undefined : t('Select two pictures to compare.'),
          run: () => void (first !== undefined && second !== undefined && acts.compare(first, second)),
        }
      : source && { id: 'compare', title: t('Compare with Its Source'), icon: 'compare-changes', separator: true, disabled: gone, run: () => void acts.compare(picture.id) },
    act('insert', t('Insert at Cursor'), 'insert', one ?? gone, { separator: true }),
    { id: 'markdown', title: t('Copy as Markdown'), icon: 'markdown', disabled: one ?? gone, run: () => void acts.copyAs(picture.id, 'markdown') },
    { id: 'html', title: t('Copy as HTML'), icon: 'code', disabled: one ?? gone, run: () => void acts.copyAs(picture.id, 'html') },
    { id: 'css', title: t('Copy as CSS'), icon: 'symbol-color', disabled: one ?? gone, run: () => void acts.copyAs(picture.id, 'css') },
    { id: 'jsx', title: t('Copy as JSX Import'), icon: 'symbol-namespace', disabled: one ?? gone, run: () => void acts.copyAs(picture.id, 'jsx') },
    act('copy-path', several ? t('Copy {0} Paths', pictures.length) : t('Copy Path'), 'copy', gone),
    act('copy-prompt', t('Copy Prompt'), 'comment', one),
    picture.state === 'replaced' && act('undo-replace', t('Undo Replace'), 'discard', one, { separator: true }),
    act('reveal', t('Reveal in Explorer'), 'list-tree', one ?? gone, { separator: true }),
    act('delete', several ? t('Move {0} Pictures to the Trash', pictures.length) : t('Move to Trash'), 'trash', gone),
  ];
  return items.filter((item) => item !== false);
}
