// A reporter for `node --test` that writes an Outcome, as JSON. What Node lets pass and this project does not is among its failures.
// Plain JavaScript: Node loads reporters before anything that could read TypeScript.
import path from 'node:path';

/**
 * @typedef {{ name: string, skip?: string | boolean, todo?: string | boolean, file?: string, details?: { type?: string, error?: Error & { failureType?: string } } }} Ended
 * @param {AsyncIterable<{ type: string, data: Ended }>} events
 */
// oxlint-disable-next-line import/no-default-export -- what Node takes from a reporter
export default async function* count(events) {
  let passed = 0;
  const failures = [];
  for await (const { type, data } of events) {
    if ((type !== 'test:pass' && type !== 'test:fail') || data.details?.type === 'suite') continue;
    const complaint = type === 'test:pass' ? complaintAbout(data) : undefined;
    if (complaint !== undefined) failures.push(complaint);
    else if (type === 'test:pass') passed += 1;
    else failures.push(`${data.name}${data.file === undefined ? '' : ` (${path.relative(process.cwd(), data.file)})`}\n${reason(data.details?.error)}`);
  }
  yield JSON.stringify({ passed, failed: failures.length, failures });
}

/** What a test threw, with its stack; Node wraps it. @param {Error & { failureType?: string } | undefined} error */
function reason(error) {
  const thrown = error?.cause;
  if (thrown instanceof Error) return thrown.stack ?? thrown.message;
  return typeof thrown === 'string' ? thrown : (error?.message ?? 'No reason was given.');
}

/** @param {Ended} ended */
function complaintAbout({ name, skip, todo }) {
  if (skip !== undefined && skip !== false) return `Skipped, which counts as failed: ${name}`;
  if (todo !== undefined && todo !== false) return `Left to do, which counts as failed: ${name}`;
  // A file without tests is reported as a test of its own, named by its path.
  if (path.isAbsolute(name) && name.endsWith('.ts')) return `No test in ${name}, which counts as failed.`;
  return undefined;
}
