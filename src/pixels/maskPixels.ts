import type { MaskFacts, MaskMend } from '../images/mask.ts';
import type { Size } from '../images/size.ts';
import { blank, type Picture } from './picture.ts';

/** How far a channel may be from 0 or from 255 to count as black or white: JPEG and soft brushes never hit them exactly. */
const near = 48;

export function maskFacts({ width, height, data }: Picture): MaskFacts {
  let [transparent, opaque, clear, black, white, light, edge, edges] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) {
      const [red, green, blue, alpha] = [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0, data[at + 3] ?? 0];
      if (alpha === 0) transparent += 1;
      else if (alpha === 255) opaque += 1;
      if (alpha < 128) clear += 1;
      if (red <= near && green <= near && blue <= near) black += 1;
      else if (red >= 255 - near && green >= 255 - near && blue >= 255 - near) white += 1;
      if (isLight(red, green, blue)) light += 1;
      if (x === 0 || y === 0 || x === width - 1 || y === height - 1) {
        edges += 1;
        if (alpha === 0) edge += 1;
      }
    }
  }
  const all = width * height;
  return { size: { width, height }, transparent: transparent / all, opaque: opaque / all, clear: clear / all, black: black / all, white: white / all, light: light / all, edge: edge / edges };
}

/** Luma of Rec. 601, in thousandths: half of it is where light begins. */
const isLight = (red: number, green: number, blue: number): boolean => red * 299 + green * 587 + blue * 114 >= 127_500;

/**
 * A mask of wholly transparent and wholly opaque pixels. First each pixel is decided, by its alpha or its colour; then the mask is
 * scaled by area: a new pixel is transparent where at least half of what it covers is. So edges stay sharp, stay where they were to
 * half a pixel, and nothing is half transparent, which services read in different ways. Where a mask is so fine that this would leave
 * it all opaque, or all transparent, the pixels that are most so keep it alive.
 */
export function mendedMask(picture: Picture, { size, alpha }: MaskMend): Picture {
  const { width, height, data } = picture;
  const open = new Float32Array(width * height);
  for (let pixel = 0, at = 0; pixel < open.length; pixel++, at += 4) {
    const clear = (data[at + 3] ?? 0) < 128;
    const light = isLight(data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0);
    const isOpen = alpha === undefined ? clear : alpha === 'invert' ? !clear : alpha === 'from-white' ? light : !light;
    open[pixel] = isOpen ? 1 : 0;
  }
  const to = size ?? picture;
  const shares = to.width === width && to.height === height ? open : scaled(open, picture, to);
  const isOpen = decider(shares);
  const mended = blank(to.width, to.height);
  for (let pixel = 0; pixel < shares.length; pixel++) mended.data[pixel * 4 + 3] = isOpen(shares[pixel] ?? 0) ? 0 : 255;
  return mended;
}

/** Rounding of sums of shares must not decide about a half. */
const epsilon = 1e-4;

function decider(shares: Float32Array): (share: number) => boolean {
  let [most, least] = [0, 1];
  for (const share of shares) {
    most = Math.max(most, share);
    least = Math.min(least, share);
  }
  if (most < 0.5 - epsilon && most > 0) return (share) => share >= most - epsilon;
  if (least >= 0.5 - epsilon && least < 1) return (share) => share > least + epsilon;
  return (share) => share >= 0.5 - epsilon;
}

/** By area: each new value is the mean of what lies under it, first along rows, then along columns. */
function scaled(values: Float32Array, from: Size, to: Size): Float32Array {
  const rows = new Float32Array(to.width * from.height);
  for (const [x, parts] of spans(from.width, to.width).entries()) {
    for (let y = 0; y < from.height; y++) {
      let sum = 0;
      for (const [index, weight] of parts) sum += (values[y * from.width + index] ?? 0) * weight;
      rows[y * to.width + x] = sum;
    }
  }
  const result = new Float32Array(to.width * to.height);
  for (const [y, parts] of spans(from.height, to.height).entries()) {
    for (let x = 0; x < to.width; x++) {
      let sum = 0;
      for (const [index, weight] of parts) sum += (rows[index * to.width + x] ?? 0) * weight;
      result[y * to.width + x] = sum;
    }
  }
  return result;
}

/** For each of `to` equal parts of a line of `from` pixels: the pixels under it, and the share of the part that each fills. */
function spans(from: number, to: number): readonly (readonly (readonly [number, number])[])[] {
  const step = from / to;
  return Array.from({ length: to }, (_, part) => {
    const start = part * step;
    const end = Math.min(from, start + step);
    const parts: [number, number][] = [];
    for (let index = Math.floor(start); index < Math.min(from, Math.ceil(end)); index++) parts.push([index, (Math.min(end, index + 1) - Math.max(start, index)) / (end - start)]);
    return parts;
  });
}
