import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDesk, type Desk } from '../../../src/editor/panel/desk.ts';
import { webviewEnd, type WebviewEnd } from '../../../src/protocol/channel.ts';
import { panelEvents, panelExchanges, type Composer, type PanelEvents, type PanelExchanges } from '../../../src/protocol/panel.ts';
import type { AnswerOf } from '../../../src/protocol/channel.ts';
import { easel, until } from '../support.ts';

/** The panel without its webview: what a webview would ask, over the same channel, and what it would hear. */
export interface ComposerPanel {
  readonly desk: Desk;
  readonly ask: WebviewEnd<PanelExchanges, PanelEvents>['ask'];
  /** The composer as it was told of last. */
  readonly composer: () => Composer;
  /** What was said to the user. */
  readonly said: readonly string[];
  readonly thumbs: ReadonlyMap<string, string>;
  /** Waits until the composer is so. */
  become(what: string, holds: (composer: Composer) => boolean): Promise<Composer>;
  dispose(): void;
}

/** A desk of its own over the extension's real tools, and one panel that shows it. */
export async function openComposer(storage = mkdtempSync(join(tmpdir(), 'easel-panel-'))): Promise<ComposerPanel> {
  const { tools } = await easel();
  const desk = createDesk(tools, storage);
  let newest: Composer | undefined;
  const said: string[] = [];
  const thumbs = new Map<string, string>();
  const take = (composer: Composer): Composer => (newest = !newest || composer.revision >= newest.revision ? composer : newest);

  // As between processes: nothing is shared.
  const end: WebviewEnd<PanelExchanges, PanelEvents> = webviewEnd(panelExchanges, panelEvents, {
    post: (message) => void connection.hear(structuredClone(message)),
    silence: () => 'no answer',
    log: (line) => assert.fail(line),
  });
  const connection = desk.connect({ post: (message) => end.hear(structuredClone(message)), src: (file) => `test:${file}` });
  end.on('composer', take);
  end.on('say', ({ sentence }) => said.push(sentence));
  end.on('thumb', ({ of, src }) => thumbs.set(of, src));
  take((await end.ask('start', {})).composer);

  return {
    desk,
    said,
    thumbs,
    async ask(name, ask) {
      const answer = await end.ask(name, ask);
      if (typeof answer === 'object' && answer !== null && 'revision' in answer) take(answer as AnswerOf<PanelExchanges['draft.change']>);
      return answer;
    },
    composer: () => {
      assert.ok(newest);
      return newest;
    },
    async become(what, holds) {
      await until(what, () => newest !== undefined && holds(newest));
      assert.ok(newest);
      return newest;
    },
    dispose() {
      connection.dispose();
      desk.dispose();
    },
  };
}

/** As in a workspace where the panel was never used. */
export async function forgetComposer(): Promise<void> {
  const { workspaceState, globalState } = (await easel()).tools.memory;
  for (const slot of ['easel.panel.draft', 'easel.panel.prompts', 'easel.lastAnswers']) await workspaceState.update(slot, undefined);
  await globalState.update('easel.panel.styles', undefined);
}
