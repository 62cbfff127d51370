/// <reference lib="dom" />
import type { JSX } from 'preact';
import { Button, IconButton } from '../../parts/controls.tsx';
import { usePanel } from '../usePanel.ts';
import type { Acts } from './useActs.ts';

interface SelectionBarProps {
  /** In their order; at least one. */
  readonly pictures: readonly string[];
  readonly acts: Acts;
  readonly onClear: () => void;
}

/** What can be done with everything that is selected. */
export function SelectionBar({ pictures, acts, onClear }: SelectionBarProps): JSX.Element {
  const { t } = usePanel();
  const [first, second] = pictures;
  const pair = pictures.length === 2;
  return (
    <div class="selection" role="toolbar" aria-label={t('Selected pictures')}>
      <strong>{pictures.length === 1 ? t('1 selected') : t('{0} selected', pictures.length)}</strong>
      <IconButton icon="close" label={t('Select Nothing')} onClick={onClear} />
      <Button
        icon="compare-changes"
        disabled={!pair}
        title={pair ? undefined : t('Select two pictures to compare.')}
        onClick={() => first !== undefined && second !== undefined && void acts.compare(first, second)}
      >
        {t('Compare')}
      </Button>
      <Button icon="references" onClick={() => void acts.act(pictures, 'use-as-reference')}>
        {t('Use as References')}
      </Button>
      <Button icon="copy" onClick={() => void acts.act(pictures, 'copy-path')}>
        {t('Copy Paths')}
      </Button>
      <Button icon="trash" onClick={() => void acts.act(pictures, 'delete')}>
        {t('Move to Trash')}
      </Button>
    </div>
  );
}
