/// <reference lib="dom" />
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ComparedPicture } from '../../../protocol/compare.ts';
import type { ShownPicture } from '../../../protocol/panel.ts';
import { Button } from '../../parts/controls.tsx';
import { Dialog } from '../shell/dialog.tsx';
import { usePanel } from '../usePanel.ts';
import { CompareView, firstLook, type CompareLook } from './compareView.tsx';
import { titleOf } from './picture.tsx';

/** Two pictures over the panel, to compare: swipe, or side by side. */
export function ComparePane({ before, after }: { readonly before: ShownPicture; readonly after: ShownPicture }): JSX.Element {
  const { t, show, connection } = usePanel();
  const [look, setLook] = useState<CompareLook>({ ...firstLook, ...connection.look.compare });
  const [swapped, setSwapped] = useState(false);
  const [left, right] = (swapped ? [after, before] : [before, after]).map(({ label = '', name, facts, src }): ComparedPicture => ({ label, name, facts, src }));
  if (!left || !right) throw new Error('two pictures are two');
  return (
    <Dialog title={t('Compare')} full class="comparing" onClose={() => show(undefined)}>
      <CompareView
        before={left}
        after={right}
        look={look}
        change={(next) => {
          const { view, actual } = next;
          if (view !== look.view || actual !== look.actual) connection.keepLook({ compare: { view, actual } });
          setLook(next);
        }}
        texts={{
          view: t('View'),
          swipe: t('Swipe'),
          sideBySide: t('Side by Side'),
          actualSize: t('Actual Size'),
          divider: t('Divider between {0} and {1}', titleOf(left), titleOf(right)),
          // Filled in where the divider is moved.
          dividerValue: t('{0} % of {1}', '{0}', titleOf(left)),
          broken: t('This picture cannot be shown here.'),
        }}
      >
        <Button icon="arrow-swap" onClick={() => setSwapped(!swapped)}>
          {t('Swap')}
        </Button>
      </CompareView>
    </Dialog>
  );
}
