import { EventEmitter, type Disposable, type Event } from 'vscode';
import type { Measured } from '../images/price.ts';
import { measuredBy } from '../spend/calibration.ts';
import type { Roll } from '../spend/roll.ts';

/** What the ledger tells estimates, at hand whenever one is shown. It reads nothing itself: whoever reads the ledger hands it on. */
export interface Calibration extends Disposable {
  /** As of the last {@link take}; the same object as long as nothing has changed. Before the first it knows nothing. */
  readonly measured: Measured;
  /** Fires when estimates may come out otherwise than before. */
  readonly onDidChange: Event<void>;
  take(roll: Pick<Roll, 'samples' | 'recent'>): void;
}

export function createCalibration(): Calibration {
  const changed = new EventEmitter<void>();
  let taken: Pick<Roll, 'samples' | 'recent'> = { samples: new Map(), recent: [] };
  let known = '';
  let measured = measuredBy(taken);
  return {
    get measured() {
      return measured;
    },
    onDidChange: changed.event,
    take(roll) {
      if (roll.samples === taken.samples && roll.recent === taken.recent) return;
      taken = roll;
      const corrected = roll.recent.filter(({ entered }) => entered !== undefined).map(({ job, amount }) => [job, amount.micros]);
      const now = JSON.stringify([[...roll.samples], corrected]);
      if (now === known) return;
      known = now;
      measured = measuredBy(roll);
      changed.fire();
    },
    dispose: () => changed.dispose(),
  };
}
