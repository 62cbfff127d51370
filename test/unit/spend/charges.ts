import type { Charge } from '../../../src/spend/entry.ts';

/** The charge of the customer's sample, 783.13 credits, but for what is named. */
export const sampleCharge = (over: Partial<Charge> = {}): Charge => ({
  version: 1,
  job: 'job',
  time: '2026-11-23T10:00:00.000Z',
  workspace: 'file:///w',
  service: 'openai-hk',
  origin: 'https://api.openai-hk.com',
  model: 'gpt-image-2',
  size: '1024x1024',
  quality: 'low',
  count: 1,
  received: 1,
  usage: { textIn: 6, imageIn: 0, imageOut: 275 },
  amount: { micros: 783_130_000, unit: 'credits' },
  measured: true,
  ...over,
});
