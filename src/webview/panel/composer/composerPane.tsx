/// <reference lib="dom" />
import type { ComponentChildren, JSX, TargetedDragEvent } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { ComposerField } from '../../../protocol/panel.ts';
import { Button, Icon, IconButton } from '../../parts/controls.tsx';
import { Menu } from '../shell/menu.tsx';
import { usePanel } from '../usePanel.ts';
import { Chips, foldOf, type Fold } from './chips.tsx';
import { useIntake } from './intake.ts';
import { MainOptions, MoreOptions } from './options.tsx';
import { usePaintMask } from './paintMask.ts';
import { PromptBox } from './promptBox.tsx';
import { ReferencesStrip } from './referencesStrip.tsx';
import { SendButton } from './sendButton.tsx';
import { useSending } from './sending.ts';
import { SizePicker } from './sizePicker.tsx';
import { Styles } from './styles.tsx';
import { Target } from './target.tsx';
import { dropped, mayHoldPictures, pasted } from './transfer.ts';
import { focusHere } from '../../parts/focus.ts';

/** From this width on, in CSS pixels, there is room for the sizes and the quality from the start. */
const wide = 900;

/** What gets the focus in a part of the composer: what is chosen there, else the first that can have it. */
const controls = ['[aria-checked=true]', 'input:checked:enabled', 'input:enabled, select, button'] as const;

/** Where a request is put together: one box to write in, with everything else on its chips. */
export function ComposerPane(): JSX.Element {
  const { connection, composer, hear, take, t } = usePanel();
  const { references, draft, faults } = composer;
  const section = useRef<HTMLElement>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const faultId = useId();
  const [unfolded, setUnfolded] = useState<readonly string[]>(() => connection.look.unfolded ?? (innerWidth >= wide ? ['size', 'options'] : []));
  const [wanted, setWanted] = useState<{ readonly field: ComposerField }>();
  const [dragging, setDragging] = useState(false);
  const intake = useIntake();
  const paint = usePaintMask();
  const edited = references.find(({ role }) => role === 'image');

  useEffect(() => {
    if (!wanted) return;
    const place = section.current?.querySelector<HTMLElement>(`[data-field="${wanted.field}"]`);
    const control = place?.matches('textarea') ? place : controls.map((kind) => place?.querySelector<HTMLElement>(kind)).find((found) => found);
    control?.focus();
    control?.scrollIntoView({ block: 'nearest' });
  }, [wanted]);

  const fold = (name: Fold, open: boolean): void => {
    const next = [...unfolded.filter((other) => other !== name), ...(open ? [name] : [])];
    setUnfolded(next);
    connection.keepLook({ unfolded: next });
  };
  const lead = (field: ComposerField): void => {
    // What is wrong with the service is put right in the settings.
    if (field === 'service') void hear(connection.ask('settings.open', {}));
    const name = foldOf(field);
    if (name && !unfolded.includes(name)) fold(name, true);
    setWanted({ field });
  };
  const sending = useSending(lead, () => focusHere(area.current));

  const over = (event: TargetedDragEvent<HTMLElement>): void => {
    if (!event.dataTransfer || !mayHoldPictures(event.dataTransfer)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
    setDragging(true);
  };
  const pick = (where: 'workspace' | 'computer', role: 'image' | 'mask') => (): void => void hear(connection.ask('reference.pick', { where, role }));
  const clear = async (): Promise<void> => {
    const cleared = await hear(connection.ask('draft.clear', {}));
    if (cleared) take(cleared);
    focusHere(area.current);
  };
  const noImage = edited ? undefined : t('A mask goes with a picture to edit: add that first.');
  const part = (name: Fold, label: string, children: ComponentChildren): JSX.Element | false =>
    unfolded.includes(name) && (
      <div id={`fold-${name}`} class="fold" role="group" aria-label={label}>
        {children}
      </div>
    );

  return (
    <section
      ref={section}
      class="composer"
      aria-label={t('New picture')}
      onDragEnter={over}
      onDragOver={over}
      onDragLeave={({ currentTarget, relatedTarget }) => !(relatedTarget instanceof Node && currentTarget.contains(relatedTarget)) && setDragging(false)}
      onDrop={(event) => {
        setDragging(false);
        const transferred = event.dataTransfer && dropped(event.dataTransfer);
        if (!transferred) return;
        event.preventDefault();
        void intake.take(transferred);
      }}
      onPaste={(event) => {
        const transferred = event.clipboardData && pasted(event.clipboardData);
        if (!transferred) return;
        event.preventDefault();
        void intake.take(transferred);
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
        event.preventDefault();
        event.stopPropagation();
        sending.send();
      }}
    >
      <div class={`frame${dragging ? ' dropping' : ''}`}>
        <ReferencesStrip arriving={intake.arriving} />
        <PromptBox area={area} edits={edited !== undefined} fault={faults[0]?.field === 'prompt' ? faultId : undefined} />
        <div class="tools">
          <span class="add">
            <Menu
              label={t('Add Pictures')}
              icon="add"
              items={[
                { id: 'workspace', title: t('Add Files from the Workspace…'), icon: 'folder', run: pick('workspace', 'image') },
                { id: 'computer', title: t('Add Files from This Computer…'), icon: 'device-desktop', run: pick('computer', 'image') },
                { id: 'mask', title: t('Add a Mask…'), icon: 'symbol-color', separator: true, disabled: noImage, run: pick('workspace', 'mask') },
              ]}
            />
          </span>
          <Styles />
          {edited ? (
            <Button icon="paintcan" onClick={() => paint(edited.id)}>
              {t('Paint Mask…')}
            </Button>
          ) : (
            <span class="drop-hint">{t('Drop pictures to edit here (hold Shift), or paste them.')}</span>
          )}
          {(draft.prompt !== '' || references.length > 0) && (
            <span class="clear">
              <IconButton icon="clear-all" label={t('Clear')} onClick={() => void clear()} />
            </span>
          )}
        </div>
        <Chips unfolded={unfolded} onFold={fold} />
        <SendButton sending={sending} faultId={faultId} lead={lead} />
        {dragging && (
          <div class="drop-here" aria-hidden="true">
            <Icon name="file-media" /> {t('Drop to start from these pictures')}
          </div>
        )}
      </div>
      {part('size', t('Size'), <SizePicker />)}
      {part('options', t('Quality and number'), <MainOptions />)}
      {part('more', t('Model and format'), <MoreOptions />)}
      {part('target', t('Where it goes'), <Target />)}
    </section>
  );
}
