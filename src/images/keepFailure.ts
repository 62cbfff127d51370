import type { Failure, WriteTrouble } from './failure.ts';

const full: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const refused: ReadonlySet<unknown> = new Set(['EACCES', 'EPERM', 'EROFS']);

/** Why nothing could be written, by the name that the system gives its error. */
function writeTrouble(error: unknown): WriteTrouble {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return full.has(code) ? 'full' : refused.has(code) ? 'refused' : 'other';
}

/**
 * The failure of a write to Easel's own folder: a picture that came is lost with it.
 * @param path the folder
 */
export function keepFailure(path: string, error: unknown): Extract<Failure, { code: 'keep-failed' }> {
  return { code: 'keep-failed', path, why: writeTrouble(error), message: error instanceof Error ? error.message : String(error) };
}
