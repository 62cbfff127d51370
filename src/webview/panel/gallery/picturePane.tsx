/// <reference lib="dom" />
import type { JSX } from 'preact';

// UNDER CONSTRUCTION
/** One picture in full size over the panel, with everything that can be done with it. */
export function PicturePane({ picture }: { readonly picture: string }): JSX.Element {
  return <section>{picture}</section>;
}
