import type { SKRSContext2D } from '@napi-rs/canvas';

/** Fonts that know Chinese come after one that draws Latin well; whichever is installed is used, letter by letter. */
const family = '"Inter", "DejaVu Sans", "Liberation Sans", "Helvetica Neue", "Segoe UI", "WenQuanYi Micro Hei", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif';

const mostLines = 3;

/** Breaks at spaces, and between CJK characters where there are none. What does not fit ends in an ellipsis. */
function wrap(ctx: SKRSContext2D, words: string, width: number): readonly string[] {
  const pieces = words.replace(/\s+/g, ' ').trim().match(/[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s?|\s/gu) ?? [];
  const lines: string[] = [];
  let line = '';
  for (const piece of pieces) {
    if (line !== '' && ctx.measureText(line + piece.trimEnd()).width > width) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += piece;
    if (lines.length >= mostLines) break;
  }
  if (lines.length < mostLines) lines.push(line.trimEnd());
  else lines[mostLines - 1] += ' …';
  return lines.map((one) => shorten(ctx, one, width));
}

function shorten(ctx: SKRSContext2D, line: string, width: number): string {
  if (ctx.measureText(line).width <= width) return line;
  let kept = line.slice(0, 400);
  while (kept.length > 1 && ctx.measureText(`${kept}…`).width > width) kept = kept.slice(0, -1);
  return `${kept}…`;
}

/** Writes the prompt, and a smaller line under it, on a light panel in the lower left. `inset` is kept free at the edges. */
export function drawCaption(ctx: SKRSContext2D, width: number, height: number, prompt: string, note: string, inset: number): void {
  const unit = Math.min(width, height);
  const text = unit * 0.036;
  const pad = unit * 0.028;
  const room = Math.min(width - 2 * inset - 4 * pad, unit * 0.95);
  ctx.save();
  ctx.textBaseline = 'alphabetic';
  ctx.font = `600 ${text}px ${family}`;
  const lines = wrap(ctx, prompt, room);
  const widest = Math.max(...lines.map((line) => ctx.measureText(line).width));
  const small = text * 0.66;
  ctx.font = `${small}px ${family}`;
  const panelWidth = Math.max(widest, ctx.measureText(note).width) + 2 * pad;
  const panelHeight = lines.length * text * 1.3 + small * 1.5 + 1.6 * pad;
  const left = inset + pad;
  const top = height - inset - pad - panelHeight;
  ctx.fillStyle = 'rgba(255, 255, 255, 0.86)';
  ctx.beginPath();
  ctx.roundRect(left, top, panelWidth, panelHeight, unit * 0.02);
  ctx.fill();
  ctx.fillStyle = 'rgba(20, 22, 28, 0.62)';
  ctx.fillText(note, left + pad, top + panelHeight - pad);
  ctx.font = `600 ${text}px ${family}`;
  ctx.fillStyle = 'rgba(20, 22, 28, 0.94)';
  for (const [index, line] of lines.entries()) ctx.fillText(line, left + pad, top + pad * 0.55 + text * 1.3 * (index + 0.8));
  ctx.restore();
}
