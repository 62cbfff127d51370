/// <reference lib="dom" />
import type { JSX } from 'preact';
import { usePanel } from '../usePanel.ts';

// UNDER CONSTRUCTION
/** Where a request is put together. */
export function ComposerPane(): JSX.Element {
  const { composer, change } = usePanel();
  return (
    <section class="composer">
      <textarea aria-label="prompt" value={composer.draft.prompt} onInput={({ currentTarget }) => change({ prompt: currentTarget.value })} />
    </section>
  );
}
