// A reporter for `node --test` that writes an Outcome, as JSON, with complaints: what Node lets pass and this project does not.
import path from 'node:path';

/** The part of node:test's events that is used here. */
type Event = {
  readonly type: string;
  readonly data: {
    readonly name: string;
    readonly file?: string;
    readonly skip?: string | boolean;
    readonly todo?: string | boolean;
    readonly details?: { readonly type?: string };
  };
};

// oxlint-disable-next-line import/no-default-export -- what Node loads as a reporter
export default async function* count(events: AsyncIterable<Event>): AsyncGenerator<string> {
  let passed = 0;
  let failed = 0;
  const complaints: string[] = [];
  for await (const { type, data } of events) {
    if ((type !== 'test:pass' && type !== 'test:fail') || data.details?.type === 'suite') continue;
    const complaint = type === 'test:pass' ? complaintAbout(data) : undefined;
    if (complaint !== undefined) complaints.push(complaint);
    if (type === 'test:pass' && complaint === undefined) passed += 1;
    else failed += 1;
  }
  yield JSON.stringify({ passed, failed, complaints });
}

function complaintAbout({ name, skip, todo }: Event['data']): string | undefined {
  if (skip !== undefined && skip !== false) return `Skipped, which counts as failed: ${name}`;
  if (todo !== undefined && todo !== false) return `Left to do, which counts as failed: ${name}`;
  // A file without tests is reported as a test of its own, named by its path.
  if (path.isAbsolute(name) && name.endsWith('.ts')) return `No test in ${name}, which counts as failed.`;
  return undefined;
}
