import type { PixelTrouble } from '../images/reference.ts';

/** Why pixels could not be had or written. `file`: the disk said no; `failed`: the thread ended or took too long, or an encoder gave up. */
export type PixelsErrorCode = PixelTrouble | 'file' | 'failed';

/** The one error of this room. Its message is for the log; what a user reads is made of the code. */
export class PixelsError extends Error {
  override readonly name = 'PixelsError';
  readonly code: PixelsErrorCode;
  constructor(code: PixelsErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What was thrown, as one line: codecs throw strings and plain objects too. */
export const storyOf = (thrown: unknown): string => {
  if (typeof thrown === 'string') return thrown;
  if (typeof thrown === 'object' && thrown !== null && 'message' in thrown) return String(thrown.message);
  return 'no reason was given';
};
