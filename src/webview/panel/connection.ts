/// <reference lib="dom" />
import { panelEvents, panelExchanges, type GalleryFilter, type PanelEvents, type PanelExchanges } from '../../protocol/panel.ts';
import { connectPage, type Connected } from '../parts/connection.ts';

/** How the user has arranged a panel. */
export interface Look {
  /** Which parts of the composer are unfolded. */
  readonly unfolded: readonly string[];
  /** The longer side of the gallery's pictures, in CSS pixels. */
  readonly tile: number;
  /** What the gallery shows, and the request that is at its upper edge: `picture` -1 is its head, and `above` how far its row is below the edge. */
  readonly gallery: { readonly filter: GalleryFilter; readonly at?: { readonly request: string; readonly picture: number; readonly above: number } | undefined };
  /** How two pictures are compared. */
  readonly compare: { readonly view: 'swipe' | 'side'; readonly actual: boolean };
}

/** The editor, as the panel sees it. */
export type Connection = Connected<PanelExchanges, PanelEvents, Look>;

/** Connects to the editor; only once in a page. */
export const connectPanel = (): Connection => connectPage<PanelExchanges, PanelEvents, Look>(panelExchanges, panelEvents);
