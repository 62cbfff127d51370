/// <reference lib="dom" />
import { maskPixels, paintFromAlpha, type Raster } from './raster.ts';

/** Rows that are drawn in one piece. */
const rowsAtOnce = 256;

/** The mask as a PNG of the image's size: transparent where it is painted, black and opaque elsewhere. */
export async function toPng(raster: Raster): Promise<ArrayBuffer> {
  const canvas = new OffscreenCanvas(raster.width, raster.height);
  const context = canvas.getContext('2d');
  for (let top = 0; top < raster.height; top += rowsAtOnce) {
    const bottom = Math.min(raster.height, top + rowsAtOnce);
    context?.putImageData(new ImageData(maskPixels(raster, top, bottom), raster.width, bottom - top), 0, top);
  }
  const blob = await canvas.convertToBlob({ type: 'image/png' });
  return blob.arrayBuffer();
}

/** Paints a raster as a mask's file says, scaled to it where its size is another. @throws when the file cannot be drawn */
export async function paintFromFile(raster: Raster, src: string): Promise<void> {
  const image = new Image();
  // Pixels are readable only of what was asked for in this way.
  image.crossOrigin = 'anonymous';
  image.src = src;
  await image.decode();
  for (let top = 0; top < raster.height; top += rowsAtOnce) {
    const rows = Math.min(rowsAtOnce, raster.height - top);
    const context = new OffscreenCanvas(raster.width, rows).getContext('2d', { willReadFrequently: true });
    if (!context) throw new Error('no canvas');
    context.imageSmoothingEnabled = false;
    context.drawImage(image, 0, -top, raster.width, raster.height);
    paintFromAlpha(raster, context.getImageData(0, 0, raster.width, rows).data, top);
  }
}
