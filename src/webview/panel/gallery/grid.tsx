/// <reference lib="dom" />
import type { JSX, TargetedKeyboardEvent } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Translate } from '../../../images/words.ts';
import type { GalleryFilter, GalleryListing } from '../../../protocol/panel.ts';
import type { Gallery, Spot } from './gallery.ts';
import { layOut, rowAt, rowOf } from './layout.ts';
import { PicturesRow, RequestRow } from './rows.tsx';
import { useWindow, type At } from './useWindow.ts';
import { firstPlace, walk, type Place, type Step } from './walk.ts';
import { focusHere } from '../../parts/focus.ts';

/** What the grid tells of. `at`: a point in CSS pixels of the page. */
export interface GridHeard {
  readonly open: (spot: Spot) => void;
  readonly edit: (spot: Spot) => void;
  readonly source: (picture: string) => void;
  readonly menu: (spot: Spot, at: { readonly x: number; readonly y: number }) => void;
  /** One more or one less. */
  readonly toggle: (spot: Spot) => void;
  /** Everything from the picture that was toggled last, or from the one that had the focus. */
  readonly extend: (spot: Spot, from: Spot) => void;
  /** The focus went on: what is extended next begins there. */
  readonly moved: () => void;
  /** All of a request. */
  readonly all: (spot: Spot) => void;
  readonly none: () => void;
  readonly remove: (spot: Spot) => void;
  readonly copy: (spot: Spot) => void;
}

interface GridProps {
  readonly gallery: Gallery;
  /** Counts the gallery's changes. */
  readonly version: number;
  readonly listing: GalleryListing;
  readonly listed: GalleryFilter;
  readonly active: Spot | undefined;
  /** Ids of pictures. */
  readonly selected: ReadonlySet<string>;
  readonly tile: number;
  readonly t: Translate;
  readonly heard: GridHeard;
  readonly start: At | undefined;
  readonly keep: (at: At | undefined) => void;
  /** Counts up whenever the active picture is to have the focus. */
  readonly focus: number;
}

const steps: Readonly<Record<string, Step>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'first',
  End: 'last',
  PageUp: 'page-up',
  PageDown: 'page-down',
};

const isSame = (one: Spot | undefined, other: Spot | undefined): boolean => one?.request === other?.request && one?.picture === other?.picture;

/** The pictures, request by request: only the rows near what is seen are in the page. One stop for Tab; arrows go on from there. */
export function Grid({ gallery, listing, listed, active, selected, tile, t, heard, start, keep, focus }: GridProps): JSX.Element {
  const grid = useRef<HTMLDivElement>(null);
  const [measures, setMeasures] = useState({ width: 0, line: 0 });
  const [unfolded, setUnfolded] = useState<ReadonlyMap<string, number>>(new Map());
  const [hot, setHot] = useState<Spot>();
  /** What is to have the focus as soon as it is in the page. */
  const focusing = useRef<Spot>(undefined);
  const { requests } = listing;

  const layout = useMemo(() => (measures.width > 0 ? layOut(requests, { ...measures, tile }, unfolded) : undefined), [requests, measures, tile, unfolded]);
  const { drawn, reveal, page } = useWindow(grid, layout, requests, listed, start, keep);
  const order = useMemo(() => new Map(requests.map(([id], index) => [id, index])), [requests]);

  /** Where a spot is now; what went leaves its neighbour. */
  const placeOf = (spot: Spot | undefined): Place | undefined => {
    const request = spot && order.get(spot.request);
    const count = request === undefined ? 0 : (requests[request]?.[2] ?? 0);
    return spot && request !== undefined && count > 0 ? { request, picture: Math.min(spot.picture, count - 1) } : undefined;
  };
  const spotOf = ({ request, picture }: Place): Spot => ({ request: requests[request]?.[0] ?? '', picture });
  const current = placeOf(active) ?? firstPlace(requests);

  useLayoutEffect(() => {
    const element = grid.current;
    if (!element) return undefined;
    const measure = (): void => {
      const next = { width: element.clientWidth, line: Number.parseFloat(getComputedStyle(element).lineHeight) || 19 };
      setMeasures((before) => (before.width === next.width && before.line === next.line ? before : next));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const rows: number[] = [];
  if (layout) {
    for (let index = rowAt(layout, drawn.top), row = layout.rows[index]; row && row.top < drawn.bottom; row = layout.rows[(index += 1)]) rows.push(index);
    // What has the focus stays in the page, wherever it is.
    const own = current && rowOf(layout, current.request, current.picture);
    // In its order: an element that is moved in the page loses the focus.
    if (own !== undefined && !rows.includes(own)) rows.splice(own < (rows[0] ?? 0) ? 0 : rows.length, 0, own);
  }
  const shown = [...new Set(rows.map((index) => requests[layout?.rows[index]?.request ?? -1]?.[0] ?? ''))];
  useEffect(() => gallery.want(shown.filter(Boolean)), [gallery, listing, shown.join('\n')]);

  // After each drawing: which prompts are longer than they are shown, and how high the unfolded ones are.
  useLayoutEffect(() => {
    const heights = new Map<string, number>();
    for (const head of grid.current?.querySelectorAll<HTMLElement>('.head') ?? []) {
      const prompt = head.querySelector<HTMLElement>('.prompt');
      const id = head.parentElement?.dataset['request'];
      if (!prompt || id === undefined) continue;
      const open = unfolded.has(id);
      const cut = [prompt, head.querySelector('.about')].some((one) => one && one.scrollHeight > one.clientHeight + 2);
      head.toggleAttribute('data-long', open || cut);
      if (open) heights.set(id, Math.ceil([...head.children].reduce((sum, child) => sum + (child as HTMLElement).offsetHeight, 0) + 18));
    }
    if ([...heights].some(([id, height]) => unfolded.get(id) !== height)) setUnfolded(new Map([...unfolded, ...heights]));
    const wanted = focusing.current && tileAt(focusing.current);
    if (wanted) {
      focusing.current = undefined;
      // Whoever went on to the prompt meanwhile stays there.
      if (!document.activeElement?.closest('.composer')) focusHere(wanted, { preventScroll: true });
    }
  });

  const tileAt = ({ request, picture }: Spot): HTMLElement | null | undefined => grid.current?.querySelector<HTMLElement>(`[data-request=${JSON.stringify(request)}] > [data-picture="${picture}"]`);
  const go = (place: Place): Spot => {
    const spot = spotOf(place);
    focusing.current = spot;
    gallery.activate(spot);
    reveal(place.request, place.picture);
    return spot;
  };
  useEffect(() => {
    if (focus > 0 && current) go(current);
  }, [focus]);

  const spotFrom = (target: EventTarget | null): { readonly spot: Spot; readonly tile: HTMLElement } | undefined => {
    const tileElement = target instanceof Element ? target.closest<HTMLElement>('[data-picture]') : null;
    const request = tileElement?.parentElement?.dataset['request'];
    return tileElement && request !== undefined ? { spot: { request, picture: Number(tileElement.dataset['picture']) }, tile: tileElement } : undefined;
  };
  const openMenu = (spot: Spot, element: HTMLElement): void => {
    const { left, bottom } = element.getBoundingClientRect();
    heard.menu(spot, { x: left + 8, y: Math.max(8, bottom - 24) });
  };

  /** The active picture as of this moment: keys may come faster than frames. */
  const here = (): Place | undefined => placeOf(gallery.now().active) ?? firstPlace(requests);

  const keyed = (event: TargetedKeyboardEvent<HTMLDivElement>): void => {
    const from = here();
    if (!layout || !from) return;
    const spot = spotOf(from);
    const command = event.ctrlKey || event.metaKey;
    const step = event.altKey ? undefined : steps[event.key];
    if (step) {
      const to = go(walk(requests, layout, from, step, page()));
      if (event.shiftKey) heard.extend(to, spot);
      else heard.moved();
    } else if (event.key === 'Enter' && !command) heard.open(spot);
    else if (event.key === ' ') heard.toggle(spot);
    else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
      const element = tileAt(spot);
      if (element) openMenu(spot, element);
    } else if (event.key === 'Delete' || (event.key === 'Backspace' && event.metaKey)) heard.remove(spot);
    else if (event.key.toLowerCase() === 'a' && command) heard.all(spot);
    else if (event.key === 'Escape' && selected.size > 0) heard.none();
    else return;
    // The workbench around the panel has keys of its own.
    event.preventDefault();
    event.stopPropagation();
  };

  const clicked = (event: MouseEvent): void => {
    const does = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-does]') : null;
    const found = spotFrom(event.target);
    switch (does?.dataset['does']) {
      case 'unfold': {
        const id = does.closest<HTMLElement>('[data-request]')?.dataset['request'] ?? '';
        setUnfolded((before) => new Map(before.has(id) ? [...before].filter(([one]) => one !== id) : [...before, [id, 0]]));
        return;
      }
      case 'source':
        heard.source(does.dataset['source'] ?? '');
        return;
      case undefined:
        break;
    }
    if (!found) return;
    const from = here();
    gallery.activate(found.spot);
    if (event.shiftKey && from) {
      heard.extend(found.spot, spotOf(from));
      return;
    }
    const what = does?.dataset['does'];
    if (what === 'edit') heard.edit(found.spot);
    else if (what === 'menu') openMenu(found.spot, found.tile);
    else if (what === 'select' || event.ctrlKey || event.metaKey) heard.toggle(found.spot);
    else heard.open(found.spot);
  };

  return (
    <div
      ref={grid}
      class="grid"
      role="grid"
      aria-label={t('Pictures made here')}
      aria-rowcount={layout?.rows.length ?? 0}
      aria-colcount={layout?.columns ?? 1}
      aria-multiselectable="true"
      style={{ height: `${layout?.height ?? 0}px`, '--side': `${layout?.side ?? 0}px`, '--inset': `${layout?.inset ?? 0}px`, '--text': `${measures.line}px` }}
      onKeyDown={keyed}
      onClick={clicked}
      onMouseDown={(event) => {
        // No text is marked from here to there, and the focus stays until it is known what is extended.
        if (event.shiftKey) event.preventDefault();
      }}
      onFocusIn={({ target }) => {
        const found = spotFrom(target);
        if (found && !isSame(found.spot, active)) gallery.activate(found.spot);
      }}
      onContextMenu={(event) => {
        const found = spotFrom(event.target);
        if (!found) return;
        event.preventDefault();
        gallery.activate(found.spot);
        heard.menu(found.spot, { x: event.clientX, y: event.clientY });
      }}
      onCopy={(event) => {
        const at = here();
        if (!at || !getSelection()?.isCollapsed) return;
        event.preventDefault();
        heard.copy(spotOf(at));
      }}
      onPointerOver={({ target }) => {
        const next = spotFrom(target)?.spot;
        if (!isSame(next, hot)) setHot(next);
      }}
      onPointerLeave={() => setHot(undefined)}
    >
      {rows.map((index) => {
        const row = layout?.rows[index];
        const id = row && requests[row.request]?.[0];
        if (!layout || !row || id === undefined) return undefined;
        const request = gallery.request(id);
        const common = { id, row, index, request, columns: layout.columns, t };
        if (row.kind === 'request') {
          const source = request?.from.find(({ role, picture }) => role === 'image' && picture !== undefined)?.picture;
          return <RequestRow key={`${id} head`} {...common} unfolded={unfolded.has(id)} source={source === undefined ? undefined : gallery.find(source)?.picture.thumb} />;
        }
        const chosen = selected.size === 0 ? '' : (request?.pictures ?? []).flatMap((picture, at) => (selected.has(picture.id) ? [at] : [])).join(',');
        const inRow = (at: number): number | undefined => (at >= row.first && at < row.first + row.count ? at : undefined);
        return (
          <PicturesRow
            key={`${id} ${row.first}`}
            {...common}
            active={current?.request === row.request ? inRow(current.picture) : undefined}
            hot={hot?.request === id ? inRow(hot.picture) : undefined}
            selected={chosen}
          />
        );
      })}
    </div>
  );
}
