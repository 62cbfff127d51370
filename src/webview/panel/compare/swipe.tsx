/// <reference lib="dom" />
import type { JSX, TargetedPointerEvent } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { Size } from '../../../images/size.ts';
import type { ComparedPicture } from '../../../protocol/compare.ts';
import { Caption, frameStyle, Picture } from './picture.tsx';

interface SwipeProps {
  readonly before: ComparedPicture;
  readonly after: ComparedPicture;
  /** Where the divider stands, in per cent from the left. */
  readonly at: number;
  readonly move: (at: number) => void;
  readonly words: { readonly divider: string; readonly dividerValue: (percent: number) => string; readonly broken: string };
}

/** Both pictures over each other, with a divider that is dragged, or moved by the keys of a slider. */
export function Swipe({ before, after, at, move, words }: SwipeProps): JSX.Element {
  const divider = useRef<HTMLDivElement>(null);
  const [sizes, setSizes] = useState<{ readonly before?: Size; readonly after?: Size }>({});
  const to = (next: number): void => move(Math.min(100, Math.max(0, next)));
  const shown = Math.round(at);

  const follow = ({ clientX, currentTarget }: TargetedPointerEvent<HTMLDivElement>): void => {
    const { left, width } = currentTarget.getBoundingClientRect();
    if (width > 0) to(((clientX - left) / width) * 100);
  };
  return (
    <section class="swipe-view">
      <div class="captions">
        <figure>
          <Caption of={before} />
        </figure>
        <figure>
          <Caption of={after} />
        </figure>
      </div>
      <div class="scroll">
        <div
          class="frame"
          style={{ ...frameStyle([sizes.before, sizes.after]), '--at': `${at}%` }}
          onPointerDown={(event) => {
            if (event.button !== 0) return;
            event.preventDefault();
            divider.current?.focus({ preventScroll: true });
            event.currentTarget.setPointerCapture(event.pointerId);
            follow(event);
          }}
          onPointerMove={(event) => event.currentTarget.hasPointerCapture(event.pointerId) && follow(event)}
        >
          <Picture of={after} broken={words.broken} measured={(size) => setSizes((known) => ({ ...known, after: size }))} />
          <Picture of={before} above broken={words.broken} measured={(size) => setSizes((known) => ({ ...known, before: size }))} />
          <div
            ref={divider}
            role="slider"
            tabIndex={0}
            autofocus
            class="divider"
            aria-label={words.divider}
            aria-orientation="horizontal"
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={shown}
            aria-valuetext={words.dividerValue(shown)}
            onKeyDown={(event) => {
              const next = nextAt(at, event);
              if (next === undefined) return;
              event.preventDefault();
              to(next);
            }}
          />
        </div>
      </div>
    </section>
  );
}

/** Where a key moves the divider; undefined: it does nothing here. */
function nextAt(at: number, { key, shiftKey, altKey, ctrlKey, metaKey }: KeyboardEvent): number | undefined {
  if (altKey || ctrlKey || metaKey) return undefined;
  const step = shiftKey ? 10 : 1;
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return at - step;
    case 'ArrowRight':
    case 'ArrowUp':
      return at + step;
    case 'PageDown':
      return at - 10;
    case 'PageUp':
      return at + 10;
    case 'Home':
      return 0;
    case 'End':
      return 100;
    default:
      return undefined;
  }
}
