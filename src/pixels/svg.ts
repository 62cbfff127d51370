import { Resvg } from '@resvg/resvg-wasm';
import { PixelsError, storyOf } from './error.ts';
import type { Picture } from './picture.ts';

/** A drawing smaller than this on its short side is drawn larger: a model makes little of an icon of 24 pixels. */
const shortest = 512;
/** What is larger than this on its long side is drawn smaller: it is the greatest side that the models know, and some. */
const longest = 4096;
/** Characters of markup. */
const mostMarkup = 16 * 1024 * 1024;

/**
 * Draws an SVG at its own size, brought to at least 512 pixels on the short side and at most 4096 on the long one. Runs no script
 * and loads nothing from elsewhere. There are no fonts here: a drawing with text, or with pictures that lie in other files, is
 * refused, not drawn without them. The codec must have been started.
 */
export function drawSvg(bytes: Uint8Array): Picture {
  if (bytes.length > mostMarkup) throw new PixelsError('broken', 'the SVG is too long');
  const markup = decode(bytes).replaceAll(/<!--[^]*?-->/gu, '');
  if (/<(?:[\w.-]+:)?(?:text|foreignObject)(?=[\s/>])/u.test(markup)) throw new PixelsError('svg-text', 'the SVG has text');
  if (/<(?:[\w.-]+:)?(?:image|feImage|use)\s[^>]*?\bhref\s*=\s*["']\s*(?!data:|#)[^"'\s]/u.test(markup)) throw new PixelsError('svg-links', 'the SVG shows other files');
  try {
    const natural = new Resvg(markup, { font: { loadSystemFonts: false } });
    const { width, height } = natural;
    natural.free();
    const scale = Math.min(Math.max(1, shortest / Math.min(width, height)), longest / Math.max(width, height));
    const drawing = new Resvg(markup, { font: { loadSystemFonts: false }, fitTo: { mode: 'zoom', value: scale } });
    const image = drawing.render();
    const picture = { width: image.width, height: image.height, data: image.pixels };
    image.free();
    drawing.free();
    return straight(picture);
  } catch (error) {
    throw new PixelsError('broken', storyOf(error), { cause: error });
  }
}

function decode(bytes: Uint8Array): string {
  const mark = (bytes[0] ?? 0) * 0x100 + (bytes[1] ?? 0);
  return new TextDecoder(mark === 0xfffe ? 'utf-16le' : mark === 0xfeff ? 'utf-16be' : 'utf-8').decode(bytes);
}

/** The renderer's colours are multiplied by their alpha; here they are made straight again, in place. */
function straight(picture: Picture): Picture {
  const { data } = picture;
  for (let at = 0; at < data.length; at += 4) {
    const alpha = data[at + 3] ?? 0;
    if (alpha === 0 || alpha === 255) continue;
    for (let channel = at; channel < at + 3; channel++) data[channel] = Math.min(255, Math.round(((data[channel] ?? 0) * 255) / alpha));
  }
  return picture;
}
