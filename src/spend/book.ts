import type { Charge, LedgerLine } from './entry.ts';
import { joined, nothingWaits, corrected, waitingFor, withFiles, type Waiting } from './join.ts';

/** All charges of the ledger with what belongs to them, whatever the order of the lines of different jobs. */
export interface Book {
  /** Takes the next line. */
  take(line: LedgerLine): void;
  /** In the ledger's order. The same array where nothing changed. */
  charges(): readonly Charge[];
}

export function createBook(): Book {
  const charges: Charge[] = [];
  /** Where in `charges` a job's is. */
  const places = new Map<string, number>();
  const waiting = new Map<string, Waiting>();
  const corrections = new Set<string>();
  let shown: readonly Charge[] | undefined = [];

  function change(job: string, changed: (charge: Charge) => Charge): boolean {
    const place = places.get(job);
    const charge = place === undefined ? undefined : charges[place];
    if (place === undefined || !charge) return false;
    charges[place] = changed(charge);
    shown = undefined;
    return true;
  }

  function enter(charge: Charge): void {
    if (places.has(charge.job)) return;
    places.set(charge.job, charges.length);
    charges.push(joined(charge, waiting.get(charge.job) ?? nothingWaits));
    waiting.delete(charge.job);
    shown = undefined;
  }

  return {
    take(line) {
      if (!('kind' in line)) enter(line);
      else if (line.kind === 'files') {
        if (!change(line.job, (charge) => withFiles(charge, line.files))) waiting.set(line.job, waitingFor(waiting.get(line.job) ?? nothingWaits, line));
      } else if (line.kind === 'correction') {
        if (corrections.has(line.id)) return;
        corrections.add(line.id);
        if (!change(line.job, (charge) => corrected(charge, line))) waiting.set(line.job, waitingFor(waiting.get(line.job) ?? nothingWaits, line));
      }
    },
    charges: () => (shown ??= [...charges]),
  };
}
