/// <reference lib="dom" />
import { useEffect, useState } from 'preact/hooks';
import type { Gallery, GalleryNow } from './gallery.ts';

/** Draws anew when something in the gallery has changed, at most once a frame. `version` counts the changes. */
export function useGallery(gallery: Gallery): GalleryNow & { readonly version: number } {
  const [version, setVersion] = useState(0);
  useEffect(() => {
    let frame = 0;
    const stop = gallery.onChange(() => {
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        setVersion((before) => before + 1);
      });
    });
    // What has changed between the first drawing and now.
    setVersion((before) => before + 1);
    return () => {
      cancelAnimationFrame(frame);
      stop();
    };
  }, [gallery]);
  return { ...gallery.now(), version };
}
