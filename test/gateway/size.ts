import { isOlderModel } from './tokens.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

const olderSizes: readonly Size[] = [
  { width: 1024, height: 1024 },
  { width: 1536, height: 1024 },
  { width: 1024, height: 1536 },
];

const step = 16;
const longest = 3840;
const steepest = 3;
const fewest = 655_360;
const most = 8_294_400;

/** Why the model does not draw this size, as a sentence; `undefined` when it does. */
export function sizeTrouble(model: string, { width, height }: Size): string | undefined {
  if (isOlderModel(model)) {
    if (olderSizes.some((size) => size.width === width && size.height === height)) return undefined;
    return "Supported values are: '1024x1024', '1024x1536', '1536x1024', and 'auto'.";
  }
  if (width % step !== 0 || height % step !== 0) return 'Width and height must both be divisible by 16.';
  if (Math.max(width, height) > longest) return 'The longest edge must be less than or equal to 3840 pixels.';
  if (Math.max(width, height) > steepest * Math.min(width, height)) return 'The aspect ratio must not exceed 3:1.';
  if (width * height < fewest) return 'The requested resolution is below the minimum of 655360 pixels.';
  if (width * height > most) return 'The requested resolution exceeds the maximum of 8294400 pixels.';
  return undefined;
}

/** The valid size nearest in shape, then in pixels: what `auto` comes to on an edit. */
export function nearestSize(model: string, wanted: Size): Size {
  const candidates = isOlderModel(model) ? olderSizes : around(wanted);
  const distance = ({ width, height }: Size): number =>
    4 * Math.abs(Math.log((width / height) * (wanted.height / wanted.width))) +
    Math.abs(Math.log((width * height) / (wanted.width * wanted.height)));
  return candidates.reduce((best, size) => (distance(size) < distance(best) ? size : best));
}

/** The valid sizes about a wanted one, after it was brought within the bounds of shape and pixels. */
function around(wanted: Size): readonly Size[] {
  const ratio = Math.min(steepest, Math.max(1 / steepest, wanted.width / wanted.height));
  const pixels = Math.min(most, Math.max(fewest, wanted.width * wanted.height));
  const found: Size[] = [];
  const middle = Math.min(longest, longest * ratio, Math.sqrt(pixels * ratio));
  for (let width = Math.round(middle / step) - 6; width <= middle / step + 6; width++) {
    const row = Math.round(width / ratio);
    for (const height of [row - 1, row, row + 1]) {
      const size = { width: width * step, height: height * step };
      if (width > 0 && height > 0 && sizeTrouble('', size) === undefined) found.push(size);
    }
  }
  return found.length > 0 ? found : [{ width: 1024, height: 1024 }];
}
