import { createHash } from 'node:crypto';

import type { SKRSContext2D } from '@napi-rs/canvas';

import { drawBoat, drawCat, hsl, type Figure } from './figures.ts';

/** Numbers from 0 to 1, the same for the same words. */
export type Random = () => number;

export function randomFrom(words: string): Random {
  let state = createHash('sha256').update(words).digest().readUInt32LE(0);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Canvas {
  readonly ctx: SKRSContext2D;
  readonly width: number;
  readonly height: number;
  readonly random: Random;
  /** The hue all others are taken from, in degrees. */
  readonly hue: number;
  readonly night: boolean;
}

function gradient({ ctx, width, height }: Canvas, from: string, to: string, slant = 0): void {
  const fill = ctx.createLinearGradient(0, 0, width * slant, height);
  fill.addColorStop(0, from);
  fill.addColorStop(1, to);
  ctx.fillStyle = fill;
  ctx.fillRect(0, 0, width, height);
}

function glow({ ctx }: Canvas, x: number, y: number, radius: number, colour: string, clear: string): void {
  const fill = ctx.createRadialGradient(x, y, 0, x, y, radius);
  fill.addColorStop(0, colour);
  fill.addColorStop(1, clear);
  ctx.fillStyle = fill;
  ctx.fillRect(x - radius, y - radius, radius * 2, radius * 2);
}

function disc({ ctx }: Canvas, x: number, y: number, radius: number, colour: string): void {
  ctx.fillStyle = colour;
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, Math.PI * 2);
  ctx.fill();
}

/** A line of three waves, filled down to the lower edge. */
function ridge({ ctx, width, height, random }: Canvas, base: number, swing: number, waves: number, colour: string): void {
  const phases = [random(), random(), random()].map((phase) => phase * Math.PI * 2);
  const [first = 0, second = 0, third = 0] = phases;
  ctx.fillStyle = colour;
  ctx.beginPath();
  ctx.moveTo(0, height);
  for (let i = 0; i <= 120; i++) {
    const at = (i / 120) * Math.PI * 2 * waves;
    const rise = 0.6 * Math.sin(at + first) + 0.28 * Math.sin(at * 2.1 + second) + 0.12 * Math.sin(at * 4.3 + third);
    ctx.lineTo((i / 120) * width, base - swing * rise);
  }
  ctx.lineTo(width, height);
  ctx.fill();
}

function hills(canvas: Canvas): void {
  const { width, height, random, hue, night } = canvas;
  const unit = Math.min(width, height);
  gradient(canvas, hsl(hue + 25, night ? 55 : 75, night ? 17 : 72), hsl(hue - 35, night ? 55 : 80, night ? 40 : 90));
  if (night) {
    for (let i = 0; i < 90; i++) {
      disc(canvas, random() * width, random() * height * 0.6, unit * (0.0008 + random() * 0.0018), hsl(50, 60, 94, 0.35 + random() * 0.6));
    }
  }
  const sunX = width * (0.25 + random() * 0.5);
  const sunY = height * (0.24 + random() * 0.16);
  glow(canvas, sunX, sunY, unit * 0.5, hsl(hue - 40, 95, night ? 75 : 94, 0.75), hsl(hue - 40, 95, 90, 0));
  disc(canvas, sunX, sunY, unit * 0.095, hsl(hue - 45, 100, night ? 92 : 97));
  for (let layer = 0; layer < 5; layer++) {
    const depth = layer / 4;
    const light = night ? 38 - depth * 26 : 70 - depth * 46;
    ridge(canvas, height * (0.5 + depth * 0.36), height * (0.075 - depth * 0.02), 0.8 + random() * 0.9 + width / height / 3, hsl(hue + 8 + depth * 14, 42 + depth * 14, light));
  }
}

function orbs(canvas: Canvas): void {
  const { ctx, width, height, random, hue } = canvas;
  const unit = Math.min(width, height);
  gradient(canvas, hsl(hue, 62, 93), hsl(hue + 45, 58, 78), 1);
  for (let i = 0; i < 9; i++) {
    const radius = unit * (0.05 + 0.17 * random() ** 1.6);
    const x = width * (0.08 + random() * 0.84);
    const y = height * (0.08 + random() * 0.72);
    const tone = hue + (i % 3 === 0 ? 180 : i * 14);
    ctx.save();
    ctx.translate(x, y + radius * 1.08);
    ctx.scale(1, 0.22);
    glow(canvas, 0, 0, radius * 1.1, hsl(hue + 30, 50, 30, 0.35), hsl(hue + 30, 50, 30, 0));
    ctx.restore();
    const ball = ctx.createRadialGradient(x - radius * 0.35, y - radius * 0.4, radius * 0.05, x, y, radius);
    ball.addColorStop(0, hsl(tone, 90, 90));
    ball.addColorStop(0.45, hsl(tone, 72, 64));
    ball.addColorStop(1, hsl(tone + 18, 64, 42));
    ctx.fillStyle = ball;
    ctx.beginPath();
    ctx.arc(x, y, radius, 0, Math.PI * 2);
    ctx.fill();
  }
}

function tiles(canvas: Canvas): void {
  const { ctx, width, height, random, hue } = canvas;
  const across = width >= height ? Math.round((5 * width) / height) : 5;
  const side = width / across;
  const down = Math.ceil(height / side);
  const tones = [hsl(hue, 55, 90), hsl(hue, 60, 62), hsl(hue + 30, 55, 40), hsl(hue + 185, 72, 62), hsl(hue + 30, 45, 24)];
  const tone = (): string => tones[Math.floor(random() * tones.length)] ?? hsl(hue, 50, 50);
  for (let column = 0; column < across; column++) {
    for (let row = 0; row < down; row++) {
      ctx.save();
      ctx.translate((column + 0.5) * side, (row + 0.5) * side);
      ctx.rotate((Math.floor(random() * 4) * Math.PI) / 2);
      ctx.fillStyle = tone();
      ctx.fillRect(-side / 2 - 0.5, -side / 2 - 0.5, side + 1, side + 1);
      ctx.fillStyle = tone();
      ctx.beginPath();
      const kind = Math.floor(random() * 4);
      if (kind === 0) ctx.arc(0, 0, side * 0.36, 0, Math.PI * 2);
      else if (kind === 1) ctx.arc(-side / 2, 0, side / 2, -Math.PI / 2, Math.PI / 2);
      else {
        ctx.moveTo(-side / 2, -side / 2);
        if (kind === 2) ctx.arc(-side / 2, -side / 2, side, 0, Math.PI / 2);
        else ctx.lineTo(side / 2, side / 2);
        ctx.lineTo(-side / 2, side / 2);
      }
      ctx.fill();
      ctx.restore();
    }
  }
}

function sea(canvas: Canvas): void {
  const { width, height, random, hue } = canvas;
  const unit = Math.min(width, height);
  gradient(canvas, hsl(hue + 20, 62, 80), hsl(hue - 165, 85, 91));
  glow(canvas, width * (0.3 + random() * 0.4), height * 0.32, unit * 0.55, hsl(hue - 160, 100, 97, 0.9), hsl(hue - 160, 100, 95, 0));
  for (let band = 0; band < 9; band++) {
    const depth = band / 8;
    ridge(canvas, height * (0.36 + depth * 0.6), height * (0.012 + depth * 0.035), 1.2 + (1 - depth) * 2.2 * (width / height), hsl(hue + depth * 28, 56, 78 - depth * 54, 0.88));
  }
}

const scenes = [hills, orbs, tiles, sea] as const;

/** What words in a prompt settle: the scene, its hue where nature has one, and what stands in it. */
interface Motif {
  readonly words: RegExp;
  readonly scene?: (typeof scenes)[number];
  readonly hue?: number;
  readonly night?: boolean;
  readonly figure?: Figure;
}

const motifs: readonly Motif[] = [
  { words: /\b(cats?|kitten|siamese)\b|猫|貓/i, scene: hills, night: false, figure: drawCat },
  { words: /\bboat|\bship\b|船/i, scene: sea, figure: drawBoat },
  { words: /\b(sea|ocean|waves?|lake|river|beach)\b|[海湖河浪]/i, scene: sea, hue: 196 },
  { words: /\b(night|stars?|moon)\b|[夜月]/i, scene: hills, hue: 232, night: true },
  { words: /\b(sunset|sunrise|dawn|dusk)\b|[夕晨]/i, hue: 18, night: false },
  { words: /\b(forest|jungle|valley|meadow)\b|[林谷]/i, scene: hills, hue: 140, night: false },
  { words: /\b(desert|dunes?|canyon)\b|[沙漠]/i, scene: hills, hue: 30, night: false },
  { words: /\b(mountains?|hills?|landscape)\b|[山]/i, scene: hills },
  { words: /\b(patterns?|tiles?|icons?|geometric|bauhaus|logo|abstract)\b|[图圖标標]/i, scene: tiles },
  { words: /\b(planets?|balls?|orbs?|bubbles?|fruit|space|3d)\b|[球星]/i, scene: orbs },
];

/** Covers the whole canvas with a scene that the words choose: its kind, its palette, every shape in it. */
export function drawScene(ctx: SKRSContext2D, width: number, height: number, words: string): void {
  const random = randomFrom(words);
  const drift = random();
  const any = scenes[Math.floor(random() * scenes.length)] ?? hills;
  const found = motifs.filter((motif) => motif.words.test(words));
  const own = found.find(({ hue }) => hue !== undefined)?.hue;
  const hue = own === undefined ? Math.floor(drift * 360) : own + (drift - 0.5) * 26;
  const night = found.find((motif) => motif.night !== undefined)?.night ?? random() < 0.25;
  const canvas = { ctx, width, height, random, hue, night };
  ctx.save();
  (found.find(({ scene }) => scene)?.scene ?? any)(canvas);
  found.find(({ figure }) => figure)?.figure?.(ctx, width, height, hue);
  ctx.restore();
}
