/// <reference lib="dom" />
import type { JSX } from 'preact';

// UNDER CONSTRUCTION
/** Everything that was made in this workspace. */
export function GalleryPane(): JSX.Element {
  return <section class="gallery" />;
}
