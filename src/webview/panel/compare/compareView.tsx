/// <reference lib="dom" />
import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';
import type { ComparedPicture, Comparison } from '../../../protocol/compare.ts';
import { SideBySide } from './sideBySide.tsx';
import { Swipe } from './swipe.tsx';

/** How the user looks at two pictures. */
export interface CompareLook {
  readonly view: 'swipe' | 'side';
  /** Where the divider stands, in per cent from the left: the first picture is shown left of it. */
  readonly at: number;
  /** One pixel of the picture is one of the screen; else it is as large as fits. */
  readonly actual: boolean;
}

export const firstLook: CompareLook = { view: 'swipe', at: 50, actual: false };

interface CompareProps {
  readonly before: ComparedPicture;
  readonly after: ComparedPicture;
  readonly texts: Comparison['texts'];
  readonly look: CompareLook;
  readonly change: (look: CompareLook) => void;
  /** Buttons, right of those that say how it is looked at. */
  readonly children?: ComponentChildren;
}

/** Two pictures to compare, by a divider or side by side. */
export function CompareView({ before, after, texts, look, change, children }: CompareProps): JSX.Element {
  const name = useId();
  const view = (id: CompareLook['view'], title: string): JSX.Element => (
    <label>
      <input type="radio" name={name} value={id} checked={look.view === id} onChange={() => change({ ...look, view: id })} />
      <span>{title}</span>
    </label>
  );
  return (
    <div class={look.actual ? 'compare actual' : 'compare'}>
      <header>
        <div role="radiogroup" aria-label={texts.view} class="choices">
          {view('swipe', texts.swipe)}
          {view('side', texts.sideBySide)}
        </div>
        <button type="button" class="toggle" aria-pressed={look.actual} onClick={() => change({ ...look, actual: !look.actual })}>
          {texts.actualSize}
        </button>
        <div class="acts">{children}</div>
      </header>
      {look.view === 'swipe' ? (
        <Swipe
          before={before}
          after={after}
          at={look.at}
          move={(at) => change({ ...look, at })}
          words={{ divider: texts.divider, dividerValue: (percent) => texts.dividerValue.replace('{0}', String(percent)), broken: texts.broken }}
        />
      ) : (
        <SideBySide before={before} after={after} broken={texts.broken} />
      )}
    </div>
  );
}
