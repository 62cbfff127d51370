import type { ActsPart, ComposerPart, GalleryPart, JobsPart, PanelRoom } from './parts.ts';

// UNDER CONSTRUCTION
export function createActs(_room: PanelRoom, _parts: { readonly composer: ComposerPart; readonly jobs: JobsPart; readonly gallery: GalleryPart }): ActsPart {
  const notYet = (): never => {
    throw new Error('not yet');
  };
  return { handlers: { 'picture.show': notYet, 'picture.act': notYet, 'picture.copy': notYet, 'picture.compare': notYet } };
}
