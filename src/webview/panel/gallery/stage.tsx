/// <reference lib="dom" />
import type { JSX, TargetedPointerEvent } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

interface StageProps {
  /** Undefined while it is fetched. */
  readonly src: string | undefined;
  /** A small copy, shown until the picture is there. */
  readonly thumb: string | undefined;
  readonly width: number;
  readonly height: number;
  readonly alt: string;
  /** Whether it is shown pixel by pixel rather than as a whole. */
  readonly actual: boolean;
  readonly onActual: (actual: boolean) => void;
}

/** A picture on a ground that shows what is transparent: as a whole, or pixel by pixel and moved by drag, wheel and arrows. */
export function Stage({ src, thumb, width, height, alt, actual, onActual }: StageProps): JSX.Element {
  const stage = useRef<HTMLDivElement>(null);
  const drag = useRef<{ readonly x: number; readonly y: number; readonly left: number; readonly top: number }>(undefined);
  const moved = useRef(false);
  const focus = useRef({ x: 0.5, y: 0.5 });
  const [loaded, setLoaded] = useState<string>();

  // The point that was pressed, or the middle, comes to lie in the middle.
  useLayoutEffect(() => {
    const element = stage.current;
    if (!element || !actual) return;
    element.scrollLeft = focus.current.x * element.scrollWidth - element.clientWidth / 2;
    element.scrollTop = focus.current.y * element.scrollHeight - element.clientHeight / 2;
  }, [actual, src]);

  const pressed = (event: TargetedPointerEvent<HTMLDivElement>): void => {
    moved.current = false;
    if (!actual || event.button !== 0 || event.pointerType === 'touch') return;
    const { scrollLeft: left, scrollTop: top } = event.currentTarget;
    drag.current = { x: event.clientX, y: event.clientY, left, top };
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const dragged = (event: TargetedPointerEvent<HTMLDivElement>): void => {
    if (!drag.current) return;
    const x = event.clientX - drag.current.x;
    const y = event.clientY - drag.current.y;
    if (Math.abs(x) + Math.abs(y) > 4) moved.current = true;
    event.currentTarget.scrollLeft = drag.current.left - x;
    event.currentTarget.scrollTop = drag.current.top - y;
  };
  const ended = (): void => {
    drag.current = undefined;
  };

  return (
    <div
      ref={stage}
      class={actual ? 'stage actual' : 'stage'}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so it has to be reached
      tabIndex={0}
      autofocus
      role="group"
      aria-label={alt}
      onPointerDown={pressed}
      onPointerMove={dragged}
      onPointerUp={ended}
      onPointerCancel={ended}
      onDblClick={(event) => {
        if (moved.current) return;
        const picture = stage.current?.querySelector('img')?.getBoundingClientRect();
        if (picture) focus.current = { x: (event.clientX - picture.left) / picture.width, y: (event.clientY - picture.top) / picture.height };
        onActual(!actual);
      }}
    >
      {width > 0 && (
        <div class="frame" style={{ '--width': `${width}px`, '--height': `${height}px`, '--ratio': `${width} / ${height}`, '--share': String(width / height) }}>
          {thumb !== undefined && loaded !== src && <img class="small" src={thumb} alt="" draggable={false} />}
          {src !== undefined && <img key={src} src={src} alt={alt} draggable={false} onLoad={() => setLoaded(src)} />}
        </div>
      )}
    </div>
  );
}
