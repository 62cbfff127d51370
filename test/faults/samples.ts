import { createCanvas } from '@napi-rs/canvas';
import { padPng } from '../gateway/png.ts';
import type { RecordedRequest } from '../gateway/record.ts';

/** The pictures that the service makes of a request for two. Each of them is known by its bytes. */
export interface Samples {
  /** The pictures of a request, in order; the first much smaller than the second, so that an answer cut in half holds it whole. */
  of(request: Pick<RecordedRequest, 'fault'>): readonly Buffer[];
  /** What an edit starts from. */
  readonly upload: Buffer;
}

/** Made once: what matters are bytes that can be told apart, not what is seen on them. */
export async function makeSamples(): Promise<Samples> {
  const usual = [padPng(await draw(1024, 'png', 0), 20_000), padPng(await draw(1024, 'png', 1), 90_000)];
  const large = [await draw(1254, 'png', 2), await draw(1254, 'png', 3)];
  const webp = [await draw(1024, 'webp', 4), await draw(1024, 'webp', 5)];
  return {
    of: ({ fault }) => (fault === 'other-size' ? large : fault === 'other-format' ? webp : usual),
    upload: await draw(512, 'png', 6),
  };
}

function draw(side: number, format: 'png' | 'webp', shade: number): Promise<Buffer> {
  const canvas = createCanvas(side, side);
  const context = canvas.getContext('2d');
  context.fillStyle = `hsl(${shade * 40} 60% 50%)`;
  context.fillRect(0, 0, side, side);
  return format === 'png' ? canvas.encode('png') : canvas.encode('webp', 80);
}
