/// <reference lib="dom" />
import type { JSX } from 'preact';
import type { ShownPicture } from '../../../protocol/panel.ts';

// UNDER CONSTRUCTION
/** Two pictures over the panel, to compare: swipe, or side by side. */
export function ComparePane({ before, after }: { readonly before: ShownPicture; readonly after: ShownPicture }): JSX.Element {
  return (
    <section>
      {before.name} {after.name}
    </section>
  );
}
