import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDesk, type Desk } from '../../../src/editor/panel/desk.ts';
import type { AnswerOf } from '../../../src/protocol/channel.ts';
import type { Composer, PanelExchanges } from '../../../src/protocol/panel.ts';
import { easel, until } from '../support.ts';
import { openFakePanel, type FakePanel } from './fakePanel.ts';

/** A panel as far as its composer goes, over a desk of its own. */
export interface ComposerPanel extends Pick<FakePanel, 'ask' | 'said'> {
  readonly desk: Desk;
  /** The composer as it was told of last. */
  readonly composer: () => Composer;
  /** The addresses of small pictures that it was told of, by what they are of. */
  readonly thumbs: ReadonlyMap<string, string>;
  /** Waits until the composer is so. */
  become(what: string, holds: (composer: Composer) => boolean): Promise<Composer>;
  /** @throws {Error} when it was told what it could not read */
  dispose(): void;
}

/** A desk of its own over the extension's real tools, and one panel that shows it. */
export async function openComposer(storage = mkdtempSync(join(tmpdir(), 'easel-panel-'))): Promise<ComposerPanel> {
  const { tools } = await easel();
  const desk = createDesk(tools, storage);
  const panel = await openFakePanel(desk);
  let newest: Composer | undefined;
  const take = (composer: Composer): Composer => (newest = !newest || composer.revision >= newest.revision ? composer : newest);
  const thumbs = new Map<string, string>();
  panel.on('composer', take);
  panel.on('thumb', ({ of, src }) => thumbs.set(of, src));
  take((await panel.ask('start', {})).composer);

  return {
    desk,
    said: panel.said,
    thumbs,
    async ask(name, ask) {
      const answer = await panel.ask(name, ask);
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
      panel.dispose();
      desk.dispose();
      assert.deepEqual(panel.dropped, []);
    },
  };
}

/** As in a workspace where the panel was never used. */
export async function forgetComposer(): Promise<void> {
  const { workspaceState, globalState } = (await easel()).tools.memory;
  for (const slot of ['easel.panel.draft', 'easel.panel.prompts', 'easel.lastAnswers']) await workspaceState.update(slot, undefined);
  await globalState.update('easel.panel.styles', undefined);
}
