/// <reference lib="dom" />
import type { Translate } from '../../images/words.ts';
import { webviewEnd, type WebviewEnd } from '../../protocol/channel.ts';
import { panelEvents, panelExchanges, type GalleryFilter, type PanelEvents, type PanelExchanges } from '../../protocol/panel.ts';
import { connect } from '../host.ts';

/** The editor, as the panel sees it. */
export interface Connection extends WebviewEnd<PanelExchanges, PanelEvents> {
  /** How the user has arranged the panel, which is lost without harm. */
  readonly look: Partial<Look>;
  readonly keepLook: (look: Partial<Look>) => void;
}

/** What a panel remembers of itself while it is hidden. */
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

/** The few sentences in the user's language that are needed before the editor has answered, or when it does not: they came with the page. */
export function earlySentences(): Readonly<Record<string, string>> {
  try {
    return JSON.parse(document.body.dataset['sentences'] ?? '{}') as Record<string, string>;
  } catch {
    return {};
  }
}

/** Connects to the editor; only once in a page. */
export function connectPanel(): Connection {
  const host = connect<unknown, unknown, Look>();
  const end = webviewEnd<PanelExchanges, PanelEvents>(panelExchanges, panelEvents, {
    post: host.send,
    silence() {
      const t: Translate = (sentence) => earlySentences()[sentence] ?? sentence;
      return t('The editor did not answer in time. Reload the panel, or see the log.');
    },
    log: (line) => console.warn(line),
  });
  host.listen(end.hear);
  let look = host.remembered;
  return {
    ...end,
    get look() {
      return look;
    },
    keepLook(next) {
      look = { ...look, ...next };
      host.remember(look as Look);
    },
  };
}
