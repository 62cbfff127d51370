/// <reference lib="dom" />
import type { PictureAct, SnippetKind } from '../../../protocol/panel.ts';
import { usePanel } from '../usePanel.ts';
import { focusHere } from '../../parts/focus.ts';

/** What is done with pictures, by their ids. What goes wrong is said. */
export interface Acts {
  readonly act: (pictures: readonly string[], act: PictureAct) => Promise<void>;
  readonly copyAs: (picture: string, as: SnippetKind) => Promise<void>;
  /** With another picture, or with what it was made from. */
  readonly compare: (picture: string, other?: string) => Promise<void>;
  readonly paintMask: (picture: string) => Promise<void>;
}

/** Acts that put something into the composer, where the user goes on. */
const composing: ReadonlySet<PictureAct> = new Set(['edit', 'use-as-reference', 'recall', 'variations']);

export function useActs(): Acts {
  const { connection, hear, show } = usePanel();
  return {
    async act(pictures, act) {
      const done = await hear(connection.ask('picture.act', { pictures: [...pictures], act }));
      if (!done || !composing.has(act)) return;
      show(undefined);
      // Once what lay over the panel is gone, and has given the focus back.
      requestAnimationFrame(() => {
        const prompt = document.querySelector<HTMLElement>('.composer textarea');
        focusHere(prompt, { preventScroll: true });
        prompt?.scrollIntoView({ block: 'center' });
      });
    },
    async copyAs(picture, as) {
      await hear(connection.ask('picture.copy', { picture, as }));
    },
    async compare(picture, other) {
      const pair = await hear(connection.ask('picture.compare', { picture, ...(other !== undefined && { with: other }) }));
      if (pair) show({ kind: 'compare', ...pair });
    },
    async paintMask(picture) {
      const begun = await hear(connection.ask('mask.begin', { picture }));
      if (!begun) return;
      const { mask, ...rest } = begun;
      show({ kind: 'mask', ...rest, ...(mask !== undefined && { mask }) });
    },
  };
}
