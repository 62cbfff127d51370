/// <reference lib="dom" />
import { webviewEnd, type WebviewEnd } from '../../protocol/channel.ts';
import { panelEvents, panelExchanges, type PanelEvents, type PanelExchanges } from '../../protocol/panel.ts';
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
}

/** Connects to the editor; only once in a page. */
export function connectPanel(): Connection {
  const host = connect<unknown, unknown, Look>();
  const end = webviewEnd<PanelExchanges, PanelEvents>(panelExchanges, panelEvents, {
    post: host.send,
    // Said before any translation is known, and after.
    silence: () => 'The editor did not answer. Close the panel and open it again.',
    log: (line) => console.warn(line),
  });
  host.listen(end.hear);
  let look = host.remembered;
  return {
    ...end,
    look,
    keepLook(next) {
      look = { ...look, ...next };
      host.remember(look as Look);
    },
  };
}
