/// <reference lib="dom" />
import type { RefObject } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { GalleryFilter, GalleryListing } from '../../../protocol/panel.ts';
import { scrollerOf } from '../shell/scroller.ts';
import { rowAt, rowOf, type Layout } from './layout.ts';

/** The row at the upper edge of what is seen: `picture` -1 is a request's head, and `above` how far the row's top is below the edge, in pixels. */
export interface At {
  readonly request: string;
  readonly picture: number;
  readonly above: number;
}

/** A stretch of the grid, in its own pixels. */
interface Stretch {
  readonly top: number;
  readonly bottom: number;
}

/** Beyond what is seen this much is drawn; when less than `margin` of it is left, it is drawn anew. */
const drawnBeyond = 560;
const margin = 160;
/** How often the place is kept at most, in milliseconds. */
const keepEvery = 250;

interface Seen extends Stretch {
  readonly scroller: HTMLElement;
}

/** What of the grid is seen, below the gallery's header where that stays in view, and above what lies over the lower edge. */
function look(grid: HTMLElement): Seen {
  const scroller = scrollerOf(grid);
  const edge = scroller === document.documentElement ? { top: 0, bottom: innerHeight } : scroller.getBoundingClientRect();
  const { top } = grid.getBoundingClientRect();
  const header = grid.parentElement?.querySelector(':scope > header')?.getBoundingClientRect();
  const bar = grid.parentElement?.querySelector(':scope > .selection')?.getBoundingClientRect();
  return { scroller, top: Math.max(edge.top, header?.bottom ?? edge.top) - top, bottom: Math.min(edge.bottom, bar?.top ?? edge.bottom) - top };
}

export interface Window {
  readonly drawn: Stretch;
  /** Scrolls as little as need be, so that a picture is seen. */
  readonly reveal: (request: number, picture: number) => void;
  /** Height of what is seen. */
  readonly page: () => number;
}

/**
 * What of the grid has to be drawn, while something around it scrolls. Whatever changes the layout, the row at the upper edge stays where it
 * is: more pictures on top, another width. Only another filter starts from the top.
 * @param start where it was when it was last seen
 */
export function useWindow(
  grid: RefObject<HTMLElement | null>,
  layout: Layout | undefined,
  requests: GalleryListing['requests'],
  listed: GalleryFilter,
  start: At | undefined,
  keep: (at: At | undefined) => void,
): Window {
  const [drawn, setDrawn] = useState<Stretch>({ top: 0, bottom: 0 });
  const now = useRef({ layout, requests, drawn, keep });
  now.current = { layout, requests, drawn, keep };
  const at = useRef(start);
  const before = useRef<GalleryFilter>(undefined);
  const keeping = useRef<ReturnType<typeof setTimeout>>(undefined);

  const note = useCallback((): void => {
    const { layout: known, requests: listing, drawn: has } = now.current;
    // Of another width than it is laid out for it says nothing: it is about to be laid out anew, and to go back where it was.
    if (!grid.current || !known || grid.current.clientWidth !== known.width) return;
    const { top, bottom } = look(grid.current);
    const row = top > 1 ? known.rows[rowAt(known, top)] : undefined;
    const id = row && listing[row.request]?.[0];
    at.current = row && id !== undefined ? { request: id, picture: row.kind === 'request' ? -1 : row.first, above: row.top - top } : undefined;
    keeping.current ??= setTimeout(() => {
      keeping.current = undefined;
      now.current.keep(at.current);
    }, keepEvery);
    if (top - margin < has.top || bottom + margin > has.bottom) setDrawn({ top: top - drawnBeyond, bottom: bottom + drawnBeyond });
  }, [grid]);

  useEffect(() => {
    let frame = 0;
    const scrolled = (): void => {
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        note();
      });
    };
    const hidden = (): void => {
      if (document.visibilityState === 'hidden') now.current.keep(at.current);
    };
    // Caught on its way down, whoever scrolls: which element it is changes with the width.
    document.addEventListener('scroll', scrolled, { capture: true, passive: true });
    document.addEventListener('visibilitychange', hidden);
    addEventListener('resize', scrolled);
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(keeping.current);
      document.removeEventListener('scroll', scrolled, { capture: true });
      document.removeEventListener('visibilitychange', hidden);
      removeEventListener('resize', scrolled);
    };
  }, [note]);

  useLayoutEffect(() => {
    if (!grid.current || !layout) return;
    const filtered = before.current !== undefined && before.current !== listed;
    before.current = listed;
    const wanted = at.current;
    if (filtered) {
      const { scroller, top } = look(grid.current);
      if (top > 0) scroller.scrollTop -= top;
    } else if (wanted) {
      const request = requests.findIndex(([id]) => id === wanted.request);
      const row = layout.rows[rowOf(layout, request, wanted.picture) ?? -1];
      if (row) {
        const { current: element } = grid;
        const settle = (): void => {
          const { scroller, top } = look(element);
          const by = Math.round(row.top - top - wanted.above);
          if (by !== 0) scroller.scrollTop += by;
        };
        settle();
        // Once more, now that the header is where it stays.
        settle();
      }
    }
    note();
  }, [layout, listed]);

  const reveal = useCallback<Window['reveal']>(
    (request, picture) => {
      const { layout: known } = now.current;
      const index = known && rowOf(known, request, picture);
      const row = index === undefined ? undefined : known?.rows[index];
      if (!grid.current || !known || index === undefined || !row) return;
      const { scroller, top, bottom } = look(grid.current);
      const head = known.rows[index - 1];
      // With the head of its request, where there is room for both.
      const from = head?.kind === 'request' && row.top + row.height - head.top < bottom - top ? head.top : row.top;
      if (from < top) scroller.scrollTop -= top - from;
      else if (row.top + row.height > bottom) scroller.scrollTop += Math.min(row.top + row.height - bottom, from - top);
      note();
    },
    [grid, note],
  );
  const page = useCallback(() => {
    const seen = grid.current && look(grid.current);
    return seen ? seen.bottom - Math.max(0, seen.top) : 0;
  }, [grid]);

  return { drawn, reveal, page };
}
