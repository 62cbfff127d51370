// A reporter for `node --test` that writes an Outcome, as JSON, with complaints: what Node lets pass and this project does not.
// Plain JavaScript: Node loads reporters before anything that could read TypeScript.
import path from 'node:path';

/**
 * @typedef {{ name: string, skip?: string | boolean, todo?: string | boolean, details?: { type?: string } }} Ended
 * @param {AsyncIterable<{ type: string, data: Ended }>} events
 */
// oxlint-disable-next-line import/no-default-export -- what Node takes from a reporter
export default async function* count(events) {
  let passed = 0;
  let failed = 0;
  const complaints = [];
  for await (const { type, data } of events) {
    if ((type !== 'test:pass' && type !== 'test:fail') || data.details?.type === 'suite') continue;
    const complaint = type === 'test:pass' ? complaintAbout(data) : undefined;
    if (complaint !== undefined) complaints.push(complaint);
    if (type === 'test:pass' && complaint === undefined) passed += 1;
    else failed += 1;
  }
  yield JSON.stringify({ passed, failed, complaints });
}

/** @param {Ended} ended */
function complaintAbout({ name, skip, todo }) {
  if (skip !== undefined && skip !== false) return `Skipped, which counts as failed: ${name}`;
  if (todo !== undefined && todo !== false) return `Left to do, which counts as failed: ${name}`;
  // A file without tests is reported as a test of its own, named by its path.
  if (path.isAbsolute(name) && name.endsWith('.ts')) return `No test in ${name}, which counts as failed.`;
  return undefined;
}
