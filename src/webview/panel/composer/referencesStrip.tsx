/// <reference lib="dom" />
import type { JSX, TargetedDragEvent, TargetedKeyboardEvent } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Composer, PanelReference } from '../../../protocol/panel.ts';
import { Icon, IconButton, Spinner } from '../../parts/controls.tsx';
import { Menu } from '../shell/menu.tsx';
import { usePanel } from '../usePanel.ts';
import { factsText } from './factsText.ts';
import { referenceItems, roleOf, roleText } from './referenceItems.ts';
import { usePaintMask } from './paintMask.ts';
import { Remarks } from './remarks.tsx';
import { focusHere } from '../../parts/focus.ts';

/** Under this type a thumbnail is dragged, and nothing else. */
const dragType = 'application/x-easel-reference';

const fileName = (name: string): string => name.slice(name.lastIndexOf('/') + 1);
/** None, or one. */
const folderOf = (name: string): readonly string[] => (name.includes('/') ? [name.slice(0, name.lastIndexOf('/'))] : []);

/** The files that an edit starts from, in their order: the first picture is the one that is edited. */
export function ReferencesStrip({ arriving }: { readonly arriving: number }): JSX.Element | null {
  const { connection, composer, take, hear, t, locale } = usePanel();
  const { references } = composer;
  const list = useRef<HTMLUListElement>(null);
  const [thumbs, setThumbs] = useState<Readonly<Record<string, string>>>({});
  const [target, setTarget] = useState<number>();
  const [said, setSaid] = useState('');
  const paint = usePaintMask();

  useEffect(() => connection.on('thumb', ({ of, src }) => setThumbs((before) => ({ ...before, [of]: src }))), []);

  const ask = async (answer: Promise<Composer>, next: string, sentence: string): Promise<void> => {
    const answered = await hear(answer);
    if (!answered) return;
    take(answered);
    setSaid(sentence);
    // Once it is drawn: an element that is moved loses the focus.
    requestAnimationFrame(() => {
      const wanted = list.current?.querySelector<HTMLElement>(`[data-reference="${CSS.escape(next)}"] > button`);
      focusHere(wanted ?? document.querySelector<HTMLElement>('.composer .add button'));
    });
  };
  const move = (reference: PanelReference, to: number): void => {
    // The pictures in their order, and after them the mask.
    if (reference.role === 'mask' || references[to]?.role !== 'image' || references[to] === reference) return;
    void ask(connection.ask('reference.move', { reference: reference.id, to }), reference.id, t('{0} is number {1} of {2} now.', reference.name, to + 1, references.length));
  };
  const remove = (reference: PanelReference): void => {
    const at = references.indexOf(reference);
    void ask(connection.ask('reference.remove', { reference: reference.id }), (references[at + 1] ?? references[at - 1])?.id ?? '', t('{0} is removed.', reference.name));
  };
  const setRole = (reference: PanelReference, role: 'edited' | 'reference' | 'mask'): void => void ask(connection.ask('reference.role', { reference: reference.id, role }), reference.id, '');
  const mend = (reference: PanelReference, id: string): void => void ask(connection.ask('reference.mend', { reference: reference.id, mend: id }), reference.id, '');

  const keyed = (event: TargetedKeyboardEvent<HTMLLIElement>, reference: PanelReference, index: number): void => {
    const way = event.altKey && (event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0);
    const gone = !event.altKey && !event.ctrlKey && !event.metaKey && (event.key === 'Delete' || event.key === 'Backspace');
    if (!way && !gone) return;
    // The workbench would go back in its own history.
    event.preventDefault();
    event.stopPropagation();
    if (gone) remove(reference);
    else move(reference, index + (way || 0));
  };

  const place = ({ currentTarget, clientX }: TargetedDragEvent<HTMLLIElement>, index: number): number => {
    const { left, width } = currentTarget.getBoundingClientRect();
    return clientX > left + width / 2 ? index + 1 : index;
  };
  const drop = (event: TargetedDragEvent<HTMLLIElement>, index: number): void => {
    const dragged = references.findIndex(({ id }) => id === event.dataTransfer?.getData(dragType));
    const reference = references[dragged];
    setTarget(undefined);
    if (!reference) return;
    event.preventDefault();
    event.stopPropagation();
    const to = place(event, index);
    const last = references.filter(({ role }) => role === 'image').length - 1;
    move(reference, Math.min(to > dragged ? to - 1 : to, last));
  };

  return (
    <div class="references" data-field="references">
      {(references.length > 0 || arriving > 0) && (
        <ul ref={list} aria-label={t('Pictures to start from')}>
          {references.map((reference, index) => {
            const role = roleOf(reference, references);
            const src = reference.thumb ?? thumbs[reference.id];
            const state = reference.faults.length > 0 ? 'faulty' : reference.doubts.length > 0 ? 'doubtful' : '';
            return (
              <li
                key={reference.id}
                class={`${role} ${state} ${target === index ? 'before' : ''} ${target === index + 1 && index === references.length - 1 ? 'after' : ''}`}
                data-reference={reference.id}
                draggable
                onDragStart={({ dataTransfer }) => dataTransfer?.setData(dragType, reference.id)}
                onDragOver={(event) => {
                  if (!event.dataTransfer?.types.includes(dragType)) return;
                  event.preventDefault();
                  setTarget(place(event, index));
                }}
                onDragEnd={() => setTarget(undefined)}
                onDrop={(event) => drop(event, index)}
                onKeyDown={(event) => keyed(event, reference, index)}
              >
                <Menu
                  label={[roleText(role, t), fileName(reference.name), factsText(reference, locale), ...folderOf(reference.name), ...reference.faults].join(', ')}
                  items={referenceItems({ reference, index, references, model: composer.draft.model, t, setRole, move, remove, paint })}
                >
                  {src === undefined ? <Icon name="file-media" /> : <img src={src} alt="" draggable={false} />}
                  <span class="badge">{roleText(role, t)}</span>{' '}
                  <span class="about">
                    <span class="name">{fileName(reference.name)}</span>{' '}
                    <span class="facts">{factsText(reference, locale)}</span>
                  </span>
                  {state !== '' && <Icon name={state === 'faulty' ? 'error' : 'warning'} />}
                </Menu>
                <IconButton icon="close" label={t('Remove {0}', reference.name)} onClick={() => remove(reference)} />
              </li>
            );
          })}
          {arriving > 0 && (
            <li class="arriving">
              <Spinner label={t('Reading the picture')} />
            </li>
          )}
        </ul>
      )}
      {references.map((reference) => (
        <Remarks key={reference.id} reference={reference} onMend={(id) => mend(reference, id)} />
      ))}
      <span class="visually-hidden" role="status">
        {said}
      </span>
    </div>
  );
}
