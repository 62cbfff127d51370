/// <reference lib="dom" />
import type { JSX } from 'preact';
import type { ComposerField } from '../../../protocol/panel.ts';
import { Icon } from '../../parts/controls.tsx';
import { usePanel } from '../usePanel.ts';
import { sizeText } from './sizeChoice.ts';

/** The parts of the composer that fold. */
export type Fold = 'size' | 'options' | 'more' | 'target';

/** Where a part of the composer is folded away; undefined: it is always to be seen. */
export function foldOf(field: ComposerField): Fold | undefined {
  switch (field) {
    case 'size':
      return 'size';
    case 'quality':
    case 'count':
      return 'options';
    case 'model':
    case 'format':
    case 'background':
      return 'more';
    case 'target':
      return 'target';
    case 'prompt':
    case 'references':
    case 'service':
      return undefined;
  }
}

interface ChipsProps {
  readonly unfolded: readonly string[];
  readonly onFold: (name: Fold, open: boolean) => void;
}

/** What is chosen, in a word each; a press unfolds where it is chosen. */
export function Chips({ unfolded, onFold }: ChipsProps): JSX.Element {
  const { composer, t } = usePanel();
  const { draft, namedAfterPrompt, references, faults } = composer;
  const qualities = { auto: t('Automatic'), low: t('Low'), medium: t('Medium'), high: t('High') };
  const edited = references.find(({ role }) => role === 'image');
  const more = [draft.model, ...(draft.format === 'auto' ? [] : [draft.format.toUpperCase()]), ...(draft.background === 'transparent' ? [t('Transparent')] : [])].join(' · ');
  const target = edited && draft.replace ? t('Replace {0}', edited.name) : [draft.folder, draft.name || namedAfterPrompt].filter(Boolean).join('/');

  /** @param label says what is chosen there, where the text does not */
  const chip = (name: Fold, icon: string, text: string, label?: string): JSX.Element => {
    const named = label === undefined ? undefined : `${label}: ${text}`;
    const open = unfolded.includes(name);
    const faulty = faults.some(({ field }) => foldOf(field) === name);
    return (
      <button
        type="button"
        class={`chip${faulty ? ' faulty' : ''}`}
        data-fold={name}
        aria-expanded={open ? 'true' : 'false'}
        aria-controls={open ? `fold-${name}` : undefined}
        aria-label={named}
        title={named ?? text}
        onClick={() => onFold(name, !open)}
      >
        <Icon name={faulty ? 'error' : icon} />
        <span>{text}</span>
        <Icon name={open ? 'chevron-up' : 'chevron-down'} />
      </button>
    );
  };
  return (
    <div class="chips">
      {chip('size', 'screen-full', t('Size: {0}', draft.size === 'auto' ? t('Automatic') : sizeText(draft.size)))}
      {chip('options', 'settings', [t('Quality: {0}', qualities[draft.quality]), ...(draft.count > 1 ? [`× ${draft.count}`] : [])].join(' · '))}
      {chip('more', 'circuit-board', more, t('Model and format'))}
      {chip('target', 'folder', target, t('Where it goes'))}
    </div>
  );
}
