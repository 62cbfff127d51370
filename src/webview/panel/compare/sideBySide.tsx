/// <reference lib="dom" />
import type { JSX, TargetedEvent } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { Size } from '../../../images/size.ts';
import type { ComparedPicture } from '../../../protocol/compare.ts';
import { Caption, frameStyle, Picture, titleOf } from './picture.tsx';

interface SideBySideProps {
  readonly before: ComparedPicture;
  readonly after: ComparedPicture;
  readonly broken: string;
}

/** Both pictures beside each other, or one above the other where it is narrow; they scroll together, by the pointer too. */
export function SideBySide({ before, after, broken }: SideBySideProps): JSX.Element {
  const panes = useRef(new Map<'before' | 'after', HTMLDivElement>());
  const scrolled = ({ currentTarget }: TargetedEvent<HTMLDivElement>): void => {
    // Setting what is so already raises no event, and so the two do not answer each other for ever.
    for (const pane of panes.current.values()) if (pane !== currentTarget) pane.scrollTo({ left: currentTarget.scrollLeft, top: currentTarget.scrollTop, behavior: 'instant' });
  };
  const side = (key: 'before' | 'after', picture: ComparedPicture): JSX.Element => (
    <figure>
      <Caption of={picture} />
      <Pane picture={picture} broken={broken} scrolled={scrolled} keep={(pane) => (pane ? panes.current.set(key, pane) : panes.current.delete(key))} />
    </figure>
  );
  return (
    <section class="side-view">
      {side('before', before)}
      {side('after', after)}
    </section>
  );
}

interface PaneProps {
  readonly picture: ComparedPicture;
  readonly broken: string;
  readonly scrolled: (event: TargetedEvent<HTMLDivElement>) => void;
  readonly keep: (pane: HTMLDivElement | null) => void;
}

function Pane({ picture, broken, scrolled, keep }: PaneProps): JSX.Element {
  const [size, setSize] = useState<Size>();
  return (
    // Reached by the keyboard, for there is no other way to scroll without a pointer.
    <div
      ref={keep}
      class="scroll"
      role="region"
      tabIndex={0}
      aria-label={titleOf(picture)}
      onScroll={scrolled}
      onPointerDown={(event) => {
        // A finger scrolls by itself.
        if (event.button === 0 && event.pointerType !== 'touch') event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={({ currentTarget, pointerId, movementX, movementY }) => {
        if (currentTarget.hasPointerCapture(pointerId)) currentTarget.scrollBy({ left: -movementX, top: -movementY, behavior: 'instant' });
      }}
    >
      <div class="frame" style={frameStyle([size])}>
        <Picture of={picture} broken={broken} measured={setSize} />
      </div>
    </div>
  );
}
