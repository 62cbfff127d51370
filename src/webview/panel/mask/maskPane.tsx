/// <reference lib="dom" />
import type { JSX } from 'preact';
import type { ShownPicture } from '../../../protocol/panel.ts';

// UNDER CONSTRUCTION
/** The mask painter over the panel. `mask`: the address of the mask that there is already. */
export function MaskPane({ image }: { readonly reference: string; readonly image: ShownPicture; readonly mask?: string }): JSX.Element {
  return <section>{image.name}</section>;
}
