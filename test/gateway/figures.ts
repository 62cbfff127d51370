import type { SKRSContext2D } from '@napi-rs/canvas';

/** A colour by hue in degrees (any turn), saturation and lightness in per cent. */
export function hsl(hue: number, saturation: number, light: number, alpha = 1): string {
  return `hsla(${Math.round((hue + 720) % 360)}, ${Math.round(saturation)}%, ${Math.round(light)}%, ${alpha})`;
}

/** Stands in a scene, whose hue it may take up. */
export type Figure = (ctx: SKRSContext2D, width: number, height: number, hue: number) => void;

function blob(ctx: SKRSContext2D, colour: string, x: number, y: number, rx: number, ry: number, turn = 0): void {
  ctx.fillStyle = colour;
  ctx.beginPath();
  ctx.ellipse(x, y, rx, ry, turn, 0, Math.PI * 2);
  ctx.fill();
}

function shape(ctx: SKRSContext2D, colour: string, points: readonly (readonly [number, number])[]): void {
  ctx.fillStyle = colour;
  ctx.beginPath();
  for (const [x, y] of points) ctx.lineTo(x, y);
  ctx.closePath();
  ctx.fill();
}

/** Moves to the middle, so that one unit is the figure's own size. */
function place(ctx: SKRSContext2D, x: number, y: number, scale: number): void {
  ctx.translate(x, y);
  ctx.scale(scale, scale);
}

/** A cream cat with a dark face, sitting in the middle and looking out of the picture. */
export function drawCat(ctx: SKRSContext2D, width: number, height: number): void {
  ctx.save();
  place(ctx, width * 0.56, height * 0.5, Math.min(width, height) * 0.3);
  const [cream, shade, dark, blue] = ['#fbf6ec', '#eadfcd', '#5d4a40', '#5fb6e8'];
  ctx.strokeStyle = dark;
  ctx.lineWidth = 0.13;
  ctx.lineCap = 'round';
  ctx.beginPath();
  ctx.moveTo(0.42, 1.02);
  ctx.bezierCurveTo(1.05, 1.1, 1.0, 0.5, 0.78, 0.42);
  ctx.stroke();
  blob(ctx, shade, 0, 0.66, 0.58, 0.56);
  blob(ctx, cream, -0.02, 0.62, 0.54, 0.54);
  blob(ctx, cream, -0.2, 1.08, 0.17, 0.11);
  blob(ctx, cream, 0.2, 1.08, 0.17, 0.11);
  blob(ctx, dark, -0.2, 1.13, 0.14, 0.06);
  blob(ctx, dark, 0.2, 1.13, 0.14, 0.06);
  for (const side of [-1, 1]) {
    shape(ctx, dark, [[side * 0.5, -0.2], [side * 0.5, -0.86], [side * 0.06, -0.5]]);
    shape(ctx, '#c99c8d', [[side * 0.44, -0.32], [side * 0.445, -0.7], [side * 0.18, -0.48]]);
  }
  blob(ctx, shade, 0, -0.15, 0.56, 0.46);
  blob(ctx, cream, 0, -0.17, 0.54, 0.45);
  blob(ctx, 'rgba(93, 74, 64, 0.35)', 0, -0.06, 0.38, 0.32);
  blob(ctx, dark, 0, 0.02, 0.24, 0.23);
  for (const side of [-1, 1]) {
    blob(ctx, '#fff', side * 0.23, -0.17, 0.115, 0.12);
    blob(ctx, blue, side * 0.23, -0.17, 0.1, 0.11);
    blob(ctx, '#17202a', side * 0.23, -0.17, 0.035, 0.085);
    blob(ctx, '#fff', side * 0.23 + 0.035, -0.21, 0.024, 0.026);
  }
  shape(ctx, '#e7a79a', [[-0.055, 0.0], [0.055, 0.0], [0, 0.065]]);
  ctx.strokeStyle = '#f3e9dc';
  ctx.lineWidth = 0.014;
  ctx.beginPath();
  for (const side of [-1, 1]) {
    ctx.moveTo(0, 0.065);
    ctx.quadraticCurveTo(side * 0.02, 0.13, side * 0.1, 0.12);
    for (const rise of [-0.05, 0.02, 0.09]) {
      ctx.moveTo(side * 0.17, 0.06 + rise * 0.4);
      ctx.lineTo(side * 0.68, 0.02 + rise * 1.6);
    }
  }
  ctx.stroke();
  ctx.restore();
}

/** A folded paper boat, a little off the middle, with its reflection. */
export function drawBoat(ctx: SKRSContext2D, width: number, height: number, hue: number): void {
  for (const mirrored of [true, false]) {
    ctx.save();
    place(ctx, width * 0.58, height * 0.6, Math.min(width, height) * 0.26);
    if (mirrored) {
      ctx.scale(1, -0.55);
      ctx.globalAlpha = 0.22;
    }
    shape(ctx, hsl(hue, 25, 90), [[-0.34, -0.22], [0, -0.92], [0, -0.22]]);
    shape(ctx, hsl(hue, 22, 80), [[0, -0.92], [0.34, -0.22], [0, -0.22]]);
    shape(ctx, '#ffffff', [[-0.95, -0.42], [0, -0.2], [0, 0], [-0.55, 0]]);
    shape(ctx, hsl(hue, 22, 88), [[0.95, -0.42], [0.55, 0], [0, 0], [0, -0.2]]);
    ctx.restore();
  }
}
