import type { ComposerPart, GalleryPart, MasksPart, PanelRoom } from './parts.ts';

// UNDER CONSTRUCTION
export function createMasks(_room: PanelRoom, _parts: { readonly composer: ComposerPart; readonly gallery: GalleryPart }): MasksPart {
  const notYet = (): never => {
    throw new Error('not yet');
  };
  return { handlers: { 'mask.begin': notYet, 'mask.save': notYet } };
}
