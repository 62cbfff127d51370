/// <reference lib="dom" />
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { IconButton } from '../../parts/controls.tsx';
import { ContextMenu, type MenuItem } from '../shell/menu.tsx';
import { usePanel } from '../usePanel.ts';
import { Empty } from './empty.tsx';
import { Filters } from './filters.tsx';
import { everything, isFiltering, type Spot } from './gallery.ts';
import { Grid, type GridHeard } from './grid.tsx';
import { pictureMenu } from './pictureMenu.ts';
import { mostSelected, nothing, pruned, toggled, withAll, type Selection } from './selection.ts';
import { SelectionBar } from './selectionBar.tsx';
import { useActs } from './useActs.ts';
import { useGallery } from './useGallery.ts';
import type { At } from './useWindow.ts';
import { between } from './walk.ts';

/** Sides of a tile that can be chosen, in CSS pixels. */
const tiles = { least: 96, most: 320, step: 32, usual: 160 } as const;

/** Everything that was made in this workspace, request by request, the requests of a thread joined. */
export function GalleryPane(): JSX.Element {

  const { t, locale, connection, gallery, overlay, show, say } = usePanel();
  const { listing, listed, filter, fault, active, version } = useGallery(gallery);
  const acts = useActs();
  const [tile, setTile] = useState(() => Math.min(tiles.most, Math.max(tiles.least, connection.look.tile ?? tiles.usual)));
  const [unfolded, setUnfolded] = useState(() => isFiltering(connection.look.gallery?.filter ?? everything));
  const [selection, setSelection] = useState<Selection>(nothing);
  const [menu, setMenu] = useState<{ readonly at: { readonly x: number; readonly y: number }; readonly items: readonly MenuItem[] }>();
  const [focus, setFocus] = useState(0);
  const anchor = useRef<Spot>(undefined);
  const started = useRef(connection.look.gallery?.at);
  // The sentences never change while the panel is open; so the rows are drawn only when they have become others.
  const words = useMemo(() => t, [locale]);
  const number = useMemo(() => new Intl.NumberFormat(locale), [locale]);

  useEffect(() => gallery.list(connection.look.gallery?.filter), [gallery]);
  const kept = useRef<At>(started.current);
  const keep = useMemo(
    () =>
      (at: At | undefined): void => {
        kept.current = at;
        connection.keepLook({ gallery: { filter: gallery.now().filter, at } });
      },
    [connection, gallery],
  );
  useEffect(() => keep(kept.current), [filter]);

  useEffect(() => {
    if (selection.size === 0) return;
    const there = new Set(listing?.requests.map(([id]) => id));
    setSelection((before) => pruned(before, (picture, request) => there.has(request) && (gallery.request(request)?.pictures.some(({ id }) => id === picture) ?? true)));
  }, [version]);

  // The focus comes back to the picture that was shown last, which may be another one than was opened.
  const large = useRef<Spot>(undefined);
  useEffect(() => {
    if (overlay?.kind === 'picture') {
      const shown = gallery.find(overlay.picture);
      large.current = shown && { request: shown.request.id, picture: shown.request.pictures.indexOf(shown.picture) };
      return;
    }
    if (overlay === undefined && large.current && listing?.requests.some(([id]) => id === large.current?.request)) {
      gallery.activate(large.current);
      setFocus((before) => before + 1);
    }
    large.current = undefined;
  }, [overlay]);

  const pictures = useMemo(() => new Set(selection.keys()), [selection]);
  const idOf = (spot: Spot): string | undefined => gallery.request(spot.request)?.pictures[spot.picture]?.id;
  const selectAll = async (spots: readonly Spot[], from: Selection): Promise<void> => {
    await gallery.load([...new Set(spots.map(({ request }) => request))]);
    const more = spots.flatMap((spot) => {
      const id = idOf(spot);
      return id === undefined ? [] : [[id, spot.request] as const];
    });
    setSelection(withAll(from, more));
    if (from.size + more.length > mostSelected) say(t('At most {0} pictures can be selected at once.', mostSelected));
  };

  const heard = useRef<GridHeard>(undefined);
  const open = (spot: Spot): void => {
    const id = idOf(spot);
    if (id !== undefined) show({ kind: 'picture', picture: id });
  };
  const among = (id: string): readonly string[] => (selection.has(id) ? [...selection.keys()] : [id]);
  heard.current = {
    open,
    edit(spot) {
      const id = idOf(spot);
      if (id !== undefined) void acts.act([id], 'edit');
    },
    source: (picture) => show({ kind: 'picture', picture }),
    menu(spot, at) {
      const id = idOf(spot);
      const found = id === undefined ? undefined : gallery.find(id);
      if (found) setMenu({ at, items: pictureMenu({ found, pictures: among(found.picture.id), acts, t, open: () => open(spot) }) });
    },
    toggle(spot) {
      const id = idOf(spot);
      if (id === undefined) return;
      anchor.current = spot;
      if (selection.size >= mostSelected && !selection.has(id)) say(t('At most {0} pictures can be selected at once.', mostSelected));
      setSelection(toggled(selection, id, spot.request));
    },
    extend(spot, before) {
      const requests = listing?.requests ?? [];
      const from = anchor.current ?? before;
      anchor.current = from;
      const index = (one: Spot): number => requests.findIndex(([id]) => id === one.request);
      const places = between(requests, { request: index(from), picture: from.picture }, { request: index(spot), picture: spot.picture }, mostSelected + 1);
      void selectAll(
        places.map(({ request, picture }) => ({ request: requests[request]?.[0] ?? '', picture })),
        nothing,
      );
    },
    moved() {
      anchor.current = undefined;
    },
    all(spot) {
      anchor.current = { request: spot.request, picture: 0 };
      const count = listing?.requests.find(([id]) => id === spot.request)?.[2] ?? 0;
      void selectAll(
        Array.from({ length: count }, (_, picture) => ({ request: spot.request, picture })),
        selection,
      );
    },
    none: () => setSelection(nothing),
    remove(spot) {
      const id = idOf(spot);
      if (id !== undefined) void acts.act(among(id), 'delete');
    },
    copy(spot) {
      const id = idOf(spot);
      if (id !== undefined) void acts.act(among(id), 'copy-path');
    },
  };
  // Always the same object, so that the grid is not drawn anew whenever something else in the panel changes.
  const told = useMemo<GridHeard>(() => {
    const pass =
      <Name extends keyof GridHeard>(name: Name) =>
      (...given: Parameters<GridHeard[Name]>): void =>
        (heard.current?.[name] as ((...given: Parameters<GridHeard[Name]>) => void) | undefined)?.(...given);
    return { open: pass('open'), edit: pass('edit'), source: pass('source'), menu: pass('menu'), toggle: pass('toggle'), extend: pass('extend'), moved: pass('moved'), all: pass('all'), none: pass('none'), remove: pass('remove'), copy: pass('copy') };
  }, []);

  const filtering = isFiltering(filter);
  const counted = ((): string => {
    if (!listing || listing.total === 0) return '';
    if (filtering) return t('{0} of {1}', number.format(listing.shown), number.format(listing.total));
    return listing.total === 1 ? t('1 picture') : t('{0} pictures', number.format(listing.total));
  })();
  const found = ((): string => {
    if (!listing || !isFiltering(listed)) return '';
    if (listing.shown === 0) return t('No picture matches.');
    return listing.shown === 1 ? t('1 picture matches.') : t('{0} pictures match.', number.format(listing.shown));
  })();
  const writePrompt = (): void => document.querySelector<HTMLElement>('.composer textarea')?.focus();

  return (
    <section class="gallery" aria-labelledby="gallery-title" aria-busy={listing || fault !== undefined ? undefined : 'true'}>
      <header class={unfolded ? 'unfolded' : ''}>
        <div class="title">
          <h2 id="gallery-title">{t('Gallery')}</h2>
          <span class="counted">{counted}</span>
          {listing && listing.total > 0 && (
            <>
              <input
                type="range"
                class="sizes"
                aria-label={t('Size of the pictures')}
                title={t('Size of the pictures')}
                min={tiles.least}
                max={tiles.most}
                step={tiles.step}
                value={tile}
                onInput={({ currentTarget }) => {
                  setTile(currentTarget.valueAsNumber);
                  connection.keepLook({ tile: currentTarget.valueAsNumber });
                }}
              />
              <span class="fold">
                <IconButton icon={filtering ? 'filter-filled' : 'filter'} label={unfolded ? t('Hide Search and Filters') : t('Search and Filter')} pressed={unfolded} onClick={() => setUnfolded(!unfolded)} />
              </span>
            </>
          )}
        </div>
        {listing && (listing.total > 0 || filtering) && <Filters filter={filter} listing={listing} onChange={(next) => gallery.list(next)} />}
      </header>
      <p class="visually-hidden" role="status">
        {found}
      </p>
      {fault !== undefined && (
        <Empty icon="warning" title={t('The pictures cannot be listed')} action={t('Try Again')} onAction={() => gallery.list()}>
          {fault}
        </Empty>
      )}
      {listing && listing.requests.length > 0 && (
        <Grid gallery={gallery} version={version} listing={listing} listed={listed} active={active} selected={pictures} tile={tile} t={words} heard={told} start={started.current} keep={keep} focus={focus} />
      )}
      {fault === undefined && listing?.requests.length === 0 && !isFiltering(listed) && (
        <Empty icon="sparkle" title={t('Nothing made yet')} action={t('Write a Prompt')} onAction={writePrompt}>
          {t('Write what you want to see and press Generate. Every picture made in this workspace is kept here, the newest first.')}
        </Empty>
      )}
      {fault === undefined && listing?.requests.length === 0 && isFiltering(listed) && (
        <Empty icon="search" title={t('No picture matches')} action={t('Clear Filters')} onAction={() => gallery.list(everything)}>
          {t('Nothing that was made here fits the search and the filters.')}
        </Empty>
      )}
      {selection.size > 0 && <SelectionBar pictures={[...selection.keys()]} acts={acts} onClear={() => setSelection(nothing)} />}
      {menu && <ContextMenu label={t('What to do with the picture')} at={menu.at} items={menu.items} onClose={() => setMenu(undefined)} />}
    </section>
  );
}
