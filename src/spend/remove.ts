import { rm } from 'node:fs/promises';
import { sweepBeside } from '../disk/replace.ts';
import { rewriteLines } from '../disk/rewrite.ts';
import { lineIn } from './lineIn.ts';

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The job that a line is about, whatever else it says; of a torn line, so far as that can be read. */
function jobOf(text: string): string | undefined {
  const value = parse(text);
  if (typeof value === 'object' && value !== null) return 'job' in value && typeof value.job === 'string' ? value.job : undefined;
  return /"job":"([^"\\]*)"/.exec(text)?.[1];
}

/** The time that a torn line tells of its charge, or its day where the time itself is torn; undefined for a line that is whole, be it understood or not. */
function tornTime(text: string): string | undefined {
  if (parse(text) !== undefined) return undefined;
  const time = /"time":"([^"\\]*)/.exec(text)?.[1];
  return time?.endsWith('Z') === false ? time.slice(0, 'yyyy-mm-dd'.length) : time;
}

/**
 * Deletes the charges from `from` up to, and without, `to` (epoch milliseconds) for good, with every line that names their jobs, torn ones as
 * well, and torn lines of that time whose charge is nowhere; so too what was reserved then and given back. Reservations that are open stay, for they still count.
 * @param snapshot deleted with them
 * @returns how many charges went
 * @throws {Error} where the ledger cannot be written anew; then it is as before
 */
export async function removeCharges(file: string, snapshot: string, from: number, to: number): Promise<number> {
  const within = (time: string): boolean => Date.parse(time) >= from && Date.parse(time) < to;
  /** By job, whether its charge goes; of several the first counts. */
  const charged = new Map<string, boolean>();
  const reserved = new Set<string>();
  const open = new Set<string>();
  const going = new Set<string>();
  let torn = false;
  let removed = 0;
  const isTornWithin = (text: string): boolean => {
    const time = tornTime(text);
    return time !== undefined && within(time);
  };
  await rewriteLines(file, {
    survey(text) {
      const line = lineIn(parse(text));
      if (!line) {
        torn ||= isTornWithin(text);
        return;
      }
      if (!('kind' in line)) {
        if (!charged.has(line.job)) charged.set(line.job, within(line.time));
      } else if (line.kind === 'reserve') {
        open.add(line.job);
        if (within(line.time)) reserved.add(line.job);
      } else if (line.kind === 'release') open.delete(line.job);
    },
    any() {
      for (const [job, goes] of charged) if (goes) going.add(job);
      removed = going.size;
      for (const job of reserved) if (!open.has(job) && !charged.has(job)) going.add(job);
      return going.size > 0 || torn;
    },
    keeps(text) {
      const job = jobOf(text);
      return (job === undefined || !going.has(job)) && !isTornWithin(text);
    },
    async after() {
      await rm(snapshot, { force: true });
      await sweepBeside(snapshot, 0);
    },
  });
  return removed;
}
