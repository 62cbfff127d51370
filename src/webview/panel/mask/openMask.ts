import type { Panel } from '../usePanel.ts';

/** Opens the mask painter: on a picture of the gallery, which becomes the edited image, or on the edited image itself. A refusal is said. */
export async function openMask({ connection, hear, show }: Pick<Panel, 'connection' | 'hear' | 'show'>, of: { readonly picture: string } | { readonly reference: string }): Promise<void> {
  const begun = await hear(connection.ask('mask.begin', of));
  if (begun) show({ kind: 'mask', reference: begun.reference, image: begun.image, ...(begun.mask !== undefined && { mask: begun.mask }) });
}
