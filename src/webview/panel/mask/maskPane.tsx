/// <reference lib="dom" />
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ShownPicture } from '../../../protocol/panel.ts';
import { Button, Checkbox, Spinner } from '../../parts/controls.tsx';
import { Dialog } from '../shell/dialog.tsx';
import { usePanel } from '../usePanel.ts';
import { paintFromFile, toPng } from './files.ts';
import { createPainting, type Painting, type PaintingFacts } from './painting.ts';
import type { Tool } from './pointers.ts';
import { createRaster } from './raster.ts';
import { shortcutOf } from './shortcuts.ts';
import { StageView, type Stage } from './stage.tsx';
import { Toolbar, type MaskAct } from './toolbar.tsx';
import { firstSize, nextSize, zoomStep } from './view.ts';

/** What is said of the cursor waits so long, in milliseconds, that a held key does not make a list of it. */
const calm = 250;

/** A share of all pixels in per cent; neither nothing nor all of them unless it is so. */
function shareOf({ painted, pixels }: PaintingFacts, locale: string): string {
  const share = painted === 0 || painted === pixels ? painted / pixels : Math.min(0.999, Math.max(0.001, painted / pixels));
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }).format(share);
}

interface MaskPaneProps {
  readonly reference: string;
  readonly image: ShownPicture;
  /** The address of the mask that there is already. */
  readonly mask?: string;
}

/** The mask painter over the panel. What is painted is what will change. */
export function MaskPane({ reference, image, mask }: MaskPaneProps): JSX.Element {
  const { t, locale, connection, take, say, hear, show } = usePanel();
  const [painting, setPainting] = useState<Painting>();
  const [facts, setFacts] = useState<PaintingFacts>();
  const [tool, setTool] = useState<Tool>('brush');
  const [size, setSize] = useState(() => firstSize(image));
  const [opacity, setOpacity] = useState(60);
  const [preview, setPreview] = useState(false);
  const [zoom, setZoom] = useState(1);
  const [beside, setBeside] = useState(false);
  const [saving, setSaving] = useState(false);
  const [leaving, setLeaving] = useState(false);
  const [heard, setHeard] = useState('');
  const stage = useRef<Stage | undefined>(undefined);
  const content = useRef<HTMLDivElement>(null);
  const keep = useRef<HTMLDivElement>(null);
  const speaking = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  useEffect(() => {
    let gone = false;
    const begin = async (): Promise<void> => {
      const raster = createRaster(image.width, image.height);
      try {
        if (mask !== undefined) await paintFromFile(raster, mask);
      } catch {
        say(t('The mask that there is cannot be read: you begin with an empty one.'), 'warning');
      }
      if (gone) return;
      const begun: Painting = createPainting(raster, { drawn: (area) => stage.current?.overlay.draw(area), stepped: () => setFacts(begun.facts()) });
      setPainting(begun);
      setFacts(begun.facts());
    };
    void begin();
    return () => {
      gone = true;
      clearTimeout(speaking.current);
    };
  }, []);

  const toolName = { brush: t('Brush'), eraser: t('Eraser'), rectangle: t('Rectangle'), hand: t('Moving the view') }[tool];
  const painted = facts === undefined ? '' : t('{0} painted', shareOf(facts, locale));
  const tell = (): void => {
    clearTimeout(speaking.current);
    speaking.current = setTimeout(() => {
      const at = stage.current?.cursor();
      if (at) setHeard(t('{0}, {1} px, at {2} × {3}. {4}.', toolName, size, Math.floor(at.x), Math.floor(at.y), painted));
    }, calm);
  };
  useEffect(tell, [tool, size, facts]);
  useEffect(() => stage.current?.overlay.redraw(), [preview]);

  const act = (wanted: MaskAct): void => {
    const zooming = stage.current?.zooming;
    if (!painting || !zooming) return;
    switch (wanted) {
      case 'undo':
      case 'redo':
      case 'invert':
      case 'clear':
        stage.current?.settle();
        painting[wanted]();
        break;
      case 'preview':
        setPreview(!preview);
        break;
      case 'zoom-in':
        zooming.zoomTo(zooming.zoom() * zoomStep);
        break;
      case 'zoom-out':
        zooming.zoomTo(zooming.zoom() / zoomStep);
        break;
      case 'fit':
        zooming.fit();
        break;
      case 'actual':
        zooming.actual();
        break;
    }
  };

  const keyed = useRef<(event: KeyboardEvent) => void>(() => undefined);
  keyed.current = (event) => {
    const shortcut = painting && !saving ? shortcutOf(event) : undefined;
    if (!shortcut || event.defaultPrevented) return;
    // The workbench has commands of its own for some of them.
    event.preventDefault();
    event.stopPropagation();
    if (shortcut.kind === 'tool') setTool(shortcut.tool);
    else if (shortcut.kind === 'act') act(shortcut.act);
    else setSize(nextSize(size, shortcut.direction, shortcut.big, image));
  };
  useEffect(() => {
    const dialog = content.current?.closest('dialog');
    const listen = (event: KeyboardEvent): void => keyed.current(event);
    dialog?.addEventListener('keydown', listen);
    return () => dialog?.removeEventListener('keydown', listen);
  }, []);

  const close = (): void => show(undefined);
  const leave = (): void => {
    if (saving) return;
    if (leaving) setLeaving(false);
    else if (facts === undefined || facts.at === 0) close();
    else setLeaving(true);
  };
  useEffect(() => {
    if (leaving) keep.current?.querySelector('button')?.focus();
    else if (painting) stage.current?.focus();
  }, [leaving]);

  const save = async (): Promise<void> => {
    if (!painting) return;
    stage.current?.settle();
    setSaving(true);
    const composer = await hear(toPng(painting.raster).then((bytes) => connection.ask('mask.save', { reference, bytes, beside })));
    setSaving(false);
    if (!composer) return;
    take(composer);
    close();
  };

  const reason =
    facts?.painted === 0
      ? t('Paint over what should change: the mask is empty.')
      : facts !== undefined && facts.painted === facts.pixels
        ? t('Everything is painted: leave something as it is, or edit without a mask.')
        : undefined;
  return (
    <Dialog
      title={t('Mask for {0}', image.name)}
      full
      class="mask"
      onClose={leave}
      footer={
        leaving ? (
          <div class="mask-leave" role="alertdialog" aria-label={t('The mask is not saved.')} ref={keep}>
            <p>{t('The mask is not saved.')}</p>
            <Button onClick={() => setLeaving(false)}>{t('Keep Painting')}</Button>
            <Button onClick={close}>{t('Discard')}</Button>
          </div>
        ) : (
          <>
            <p class="mask-note">{reason ?? painted}</p>
            <Checkbox label={t('Save beside the image as well')} checked={beside} onChange={setBeside} />
            <Button kind="primary" busy={saving} disabled={facts === undefined || reason !== undefined} title={reason} onClick={() => void save()}>
              {t('Save Mask')}
            </Button>
          </>
        )
      }
    >
      <div ref={content} class="mask-content">
        <Toolbar image={image} tool={tool} size={size} opacity={opacity} preview={preview} zoom={new Intl.NumberFormat(locale, { style: 'percent' }).format(zoom * devicePixelRatio)} facts={facts} onTool={setTool} onSize={setSize} onOpacity={setOpacity} onAct={act} />
        {painting ? (
          <StageView
            image={image}
            painting={painting}
            brush={{ tool, size }}
            opacity={opacity}
            preview={preview}
            onReady={(ready) => {
              stage.current = ready;
            }}
            onZoom={setZoom}
            onWheel={(direction) => setSize((before) => nextSize(before, direction, false, image))}
            onCursor={tell}
          />
        ) : (
          <div class="mask-stage">
            <Spinner label={t('Loading the mask')} />
          </div>
        )}
        <p class="visually-hidden" role="status">
          {heard}
        </p>
      </div>
    </Dialog>
  );
}
