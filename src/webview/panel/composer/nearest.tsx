/// <reference lib="dom" />
import type { JSX } from 'preact';
import { Button } from '../../parts/controls.tsx';
import { usePanel } from '../usePanel.ts';
import { sizeText } from './sizeChoice.ts';

/** Takes the nearest size that the model draws; nothing where what is typed is drawn, or is no size. */
export function Nearest({ size, onUse }: { readonly size: string | undefined; readonly onUse: (size: string) => void }): JSX.Element | null {
  const { t } = usePanel();
  return size === undefined ? null : (
    <Button icon="lightbulb" onClick={() => onUse(size)}>
      {t('Use {0}', sizeText(size))}
    </Button>
  );
}
