import { setImmediate as next } from 'node:timers/promises';
import type { BudgetRoll } from '../../../src/spend/budget.ts';
import { daysFrom } from '../../../src/spend/days.ts';
import type { Doubt, Release, Reservation } from '../../../src/spend/entry.ts';
import type { ReserveLedger } from '../../../src/spend/reserve.ts';
import type { OpenReservation } from '../../../src/spend/roll.ts';

type Line = Reservation | Release | Doubt;

/** A ledger in memory, and windows whose steps happen in whatever order is wanted. */
export interface Turns {
  /** In the order in which they were written. */
  readonly lines: readonly Line[];
  /** The ledger as one window sees it: each call takes two turns, so that what it tells may be out of date when it is heard. */
  readonly ledger: ReserveLedger;
  /** Waits until somebody has written. */
  readonly pause: () => Promise<void>;
  /** Does everything, one step at a time: of those that can be done, the one that the next of `order` names. */
  run(order: readonly number[]): Promise<void>;
}

interface Step {
  readonly go: () => void;
  asleep: boolean;
  readonly writes: boolean;
}

export function createTurns(days: BudgetRoll['days'] = daysFrom()): Turns {
  const lines: Line[] = [];
  const steps: Step[] = [];
  const step = (asleep = false, writes = false): Promise<void> => new Promise((go) => steps.push({ go, asleep, writes }));

  function openNow(): readonly OpenReservation[] {
    const open = new Map<string, OpenReservation>();
    for (const line of lines) {
      if (line.kind === 'reserve') open.set(line.job, { ...line, doubt: false });
      else if (line.kind === 'release') open.delete(line.job);
    }
    return [...open.values()];
  }

  return {
    lines,
    ledger: {
      async append(line) {
        await step(false, true);
        lines.push(line);
        await step();
      },
      async roll() {
        await step();
        const open = openNow();
        await step();
        return { days, open };
      },
    },
    pause: () => step(true),
    async run(order) {
      for (let turn = 0; ; turn += 1) {
        // What follows from the last step has to ask for its own first.
        await next();
        if (steps.length === 0) return;
        let awake = steps.filter(({ asleep }) => !asleep);
        if (awake.length === 0) awake = [...steps];
        const chosen = awake[(order[turn % order.length] ?? 0) % awake.length];
        if (!chosen) return;
        steps.splice(steps.indexOf(chosen), 1);
        if (chosen.writes) for (const one of steps) one.asleep = false;
        chosen.go();
      }
    },
  };
}
