import type { GalleryPart, PanelRoom } from './parts.ts';

// UNDER CONSTRUCTION
export function createGallery(_room: PanelRoom): GalleryPart {
  return {
    fileOf: () => undefined,
    dispose: () => undefined,
    handlers: {
      'gallery.list': () => ({ requests: [], shown: 0, total: 0, folders: [], models: [] }),
      'gallery.details': () => ({ requests: [] }),
    },
  };
}
