/// <reference lib="dom" />
import type { JSX } from 'preact';
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ShownPicture } from '../../../protocol/panel.ts';
import { usePanel } from '../usePanel.ts';
import { listenToKeys } from './keys.ts';
import { createMarks } from './marks.ts';
import { createOverlay, type Overlay } from './overlay.ts';
import type { Painting } from './painting.ts';
import { listenToPointers, type Brush } from './pointers.ts';
import type { Point } from './raster.ts';
import { createZooming, type Zooming } from './zooming.ts';

/** What the tools around the stage can do with it. */
export interface Stage {
  readonly overlay: Overlay;
  readonly zooming: Zooming;
  readonly cursor: () => Point;
  /** Drops what is under way, before something else is done to the mask. */
  readonly settle: () => void;
  readonly focus: () => void;
}

interface StageProps {
  readonly image: ShownPicture;
  readonly painting: Painting;
  readonly brush: Brush;
  /** 0 to 100. */
  readonly opacity: number;
  readonly preview: boolean;
  readonly onReady: (stage: Stage | undefined) => void;
  readonly onZoom: (zoom: number) => void;
  /** The wheel asks for a larger (1) or smaller (-1) brush. */
  readonly onWheel: (direction: 1 | -1) => void;
  /** The cursor of the keyboard has moved, or painted. */
  readonly onCursor: () => void;
}

/** Wheel movement that is one step of size: a notch of a mouse, or a short way on a touchpad. */
const notch = 50;

/** The image with its mask over it, to be painted on. */
export function StageView({ image, painting, brush, opacity, preview, onReady, onZoom, onWheel, onCursor }: StageProps): JSX.Element {
  const { t } = usePanel();
  const viewport = useRef<HTMLDivElement>(null);
  const world = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const ring = useRef<HTMLDivElement>(null);
  const band = useRef<HTMLDivElement>(null);
  const refresh = useRef<() => void>(() => undefined);
  const [broken, setBroken] = useState(false);
  const id = useId();
  // What the listeners call is always that of the last drawing.
  const now = useRef({ brush, onZoom, onWheel, onCursor });
  now.current = { brush, onZoom, onWheel, onCursor };

  useLayoutEffect(() => {
    if (!viewport.current || !world.current || !canvas.current || !ring.current || !band.current) return undefined;
    const outer = viewport.current;
    const drawnAt = { zoom: 1 };
    const marks = createMarks(ring.current, band.current, () => drawnAt.zoom);
    const zooming = createZooming(outer, world.current, image, (zoom) => {
      drawnAt.zoom = zoom;
      outer.classList.toggle('magnified', zoom * devicePixelRatio >= 2);
      marks.redraw();
      now.current.onZoom(zoom);
    });
    const stripe = Math.ceil(5 / zooming.zoom());
    const overlay = createOverlay(canvas.current, painting.raster, () => stripe);
    const parts = { viewport: outer, painting, zooming, marks, brush: () => now.current.brush };
    const pointers = listenToPointers(parts);
    const keys = listenToKeys(parts, pointers, () => now.current.onCursor());
    refresh.current = () => keys.refresh();
    overlay.redraw();

    let turned = 0;
    const wheeled = (event: WheelEvent): void => {
      // With Shift the browser scrolls sideways.
      if (event.shiftKey && !event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      if (event.ctrlKey || event.metaKey) {
        zooming.zoomTo(zooming.zoom() * Math.exp(-Math.max(-100, Math.min(100, event.deltaY)) / 300), { x: event.clientX, y: event.clientY });
        return;
      }
      turned += event.deltaY;
      for (; Math.abs(turned) >= notch; turned -= Math.sign(turned) * notch * 2) now.current.onWheel(turned < 0 ? 1 : -1);
    };
    outer.addEventListener('wheel', wheeled, { passive: false });
    const themed = new MutationObserver(() => overlay.redraw());
    themed.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
    onReady({
      overlay,
      zooming,
      cursor: keys.cursor,
      settle() {
        pointers.cancel();
        keys.cancel();
      },
      focus: () => outer.focus({ preventScroll: true }),
    });
    outer.focus({ preventScroll: true });
    return () => {
      onReady(undefined);
      outer.removeEventListener('wheel', wheeled);
      for (const one of [overlay, zooming, pointers, keys]) one.dispose();
      themed.disconnect();
    };
  }, [painting]);

  useEffect(() => refresh.current(), [brush.tool, brush.size]);

  return (
    <div ref={viewport} class={`mask-stage ${brush.tool}`} tabIndex={0} role="application" aria-label={t('Mask for {0}', image.name)} aria-describedby={id} data-tool={brush.tool}>
      <div ref={world} class="world">
        <img src={image.src} alt="" draggable={false} onError={() => setBroken(true)} />
        <canvas ref={canvas} class={preview ? 'preview' : ''} width={image.width} height={image.height} aria-hidden="true" style={{ opacity: preview ? '1' : String(opacity / 100) }} />
        <div ref={ring} class="ring" hidden />
        <div ref={band} class="band" hidden />
      </div>
      {broken && (
        <p class="broken" role="alert">
          {t('The picture cannot be shown here. Close the mask painter and open it again.')}
        </p>
      )}
      <p id={id} class="visually-hidden">
        {t('Arrow keys move the cursor, with Shift by 10 pixels and with Ctrl by 50. Space or Enter paints at it for as long as it is held; a rectangle takes one corner and then the other.')}
      </p>
    </div>
  );
}
