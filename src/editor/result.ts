import { l10n, Uri } from 'vscode';
import type { FailureCode } from '../images/failure.ts';
import { failureSentence } from '../images/failureSentence.ts';
import type { ImageFormat } from '../images/header.ts';
import type { Unit, Usage } from '../images/price.ts';
import type { ImageRequest } from '../images/request.ts';
import type { JobResult } from '../jobs/job.ts';
import { failureOf, notesOf } from './show/present.ts';
import type { RequestSettings } from './settings.ts';

/** What `easel.generate` and `easel.edit` resolve to for a caller that named its request. */
export interface CommandResult {
  readonly assets: readonly { readonly uri: Uri; readonly width: number; readonly height: number; readonly format: ImageFormat; readonly bytes: number }[];
  readonly charge: { readonly amount: number; readonly unit: Unit; readonly measured: boolean; readonly usage?: Usage };
  readonly notes: readonly string[];
  /** The images that an edit started from, the edited one first. */
  readonly references?: readonly { readonly role: 'image' | 'mask'; readonly uri: Uri }[];
}

/** What they reject with: `message` is one sentence for a person, `code` is for the program. */
export class CommandError extends Error {
  override readonly name = 'EaselError';
  readonly code: FailureCode;

  constructor(cause: unknown) {
    const failure = failureOf(cause);
    super(failureSentence(failure, l10n.t), { cause });
    this.code = failure.code;
  }
}

export const resultOf = (result: JobResult): CommandResult => ({
  assets: result.assets.map(({ uri, header, bytes }) => ({ uri: Uri.parse(uri), width: header.width, height: header.height, format: header.format, bytes })),
  charge: {
    amount: result.charge.amount.micros / 1e6,
    unit: result.charge.amount.unit,
    measured: result.charge.measured,
    ...(result.charge.usage && { usage: result.charge.usage }),
  },
  notes: notesOf(result),
});

/** The request that the settings make of a prompt. What stands on `auto` is not sent. */
export function requestFrom(prompt: string, settings: RequestSettings): ImageRequest {
  const { model, size, quality, count, format, background, moderation, stream } = settings;
  return {
    prompt,
    model,
    size,
    quality,
    count,
    ...(format !== 'auto' && { format }),
    ...(background !== 'auto' && { background }),
    ...(moderation !== 'auto' && { moderation }),
    ...(stream && { stream: { partialImages: 0 } }),
  };
}
