import type * as z from 'zod/mini';
import type { Desk } from '../../../src/editor/panel/desk.ts';
import { webviewEnd, type WebviewEnd } from '../../../src/protocol/channel.ts';
import { panelEvents, panelExchanges, type PanelEvents, type PanelExchanges } from '../../../src/protocol/panel.ts';
import { easel } from '../support.ts';

/** The panel without a browser: messages go through the real channel, copied as a webview's are. */
export interface FakePanel extends Pick<WebviewEnd<PanelExchanges, PanelEvents>, 'ask' | 'on'> {
  readonly desk: Desk;
  /** What was told of one event so far, the oldest first. */
  told<Name extends keyof PanelEvents>(name: Name): readonly z.infer<PanelEvents[Name]>[];
  /** The sentences that were said to the user. */
  readonly said: readonly string[];
  /** What the panel could not read of what it was told. Good messages leave it empty. */
  readonly dropped: readonly string[];
  dispose(): void;
}

/**
 * Connects to a desk. Addresses of files are `test:` and the path.
 * @param desk absent: that of the running extension
 */
export async function openFakePanel(desk?: Desk, visible: () => boolean = () => true): Promise<FakePanel> {
  const shown = desk ?? (await (await easel()).tools.panel.desk());
  const dropped: string[] = [];
  const told = new Map<string, unknown[]>();
  const connection = shown.connect({ post: (message) => end.hear(structuredClone(message)), src: (file) => `test:${file}`, visible });
  const end = webviewEnd<PanelExchanges, PanelEvents>(panelExchanges, panelEvents, {
    post: (message) => void connection.hear(structuredClone(message)),
    silence: () => 'no answer',
    log: (line) => dropped.push(line),
  });
  for (const name of Object.keys(panelEvents) as (keyof PanelEvents)[]) {
    const values: unknown[] = [];
    told.set(name, values);
    end.on(name, (value) => values.push(value));
  }
  const said: string[] = [];
  end.on('say', ({ sentence }) => said.push(sentence));
  return {
    desk: shown,
    ask: end.ask,
    on: end.on,
    told: <Name extends keyof PanelEvents>(name: Name) => (told.get(name) ?? []) as z.infer<PanelEvents[Name]>[],
    said,
    dropped,
    dispose: () => connection.dispose(),
  };
}
