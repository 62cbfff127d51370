import { EventEmitter, type Disposable, type Event } from 'vscode';
import type { JobProgress } from '../jobs/job.ts';

/** A job under way, as the interface shows it. */
export interface RunningJob {
  readonly progress: JobProgress | undefined;
  /** Whole seconds since the start. */
  readonly seconds: number;
  readonly cancel: () => void;
}

/** All jobs under way in this window, oldest first. */
export interface JobBoard extends Disposable {
  readonly running: readonly RunningJob[];
  /** Fires when a job begins, moves or ends, and each second while one runs. */
  readonly onDidChange: Event<void>;
  /** Fires when a job is over, however it ended. */
  readonly onDidEnd: Event<void>;
  /** Enters a job, which `cancel` ends. */
  readonly enter: (cancel: () => void) => Seat;
}

/** A job's place on the board: it moves the job on and takes it off again. */
export interface Seat {
  readonly update: (progress: JobProgress) => void;
  readonly leave: () => void;
  readonly seconds: number;
  readonly progress: JobProgress | undefined;
}

export function createJobBoard(): JobBoard {
  const changed = new EventEmitter<void>();
  const ended = new EventEmitter<void>();
  const jobs = new Set<{ progress: JobProgress | undefined; readonly since: number; readonly cancel: () => void }>();
  let clock: NodeJS.Timeout | undefined;
  const secondsSince = (since: number): number => Math.floor((Date.now() - since) / 1000);

  return {
    get running() {
      return [...jobs].map(({ progress, since, cancel }) => ({ progress, seconds: secondsSince(since), cancel }));
    },
    onDidChange: changed.event,
    onDidEnd: ended.event,
    enter(cancel) {
      const job = { progress: undefined as JobProgress | undefined, since: Date.now(), cancel };
      jobs.add(job);
      clock ??= setInterval(() => changed.fire(), 1000);
      changed.fire();
      return {
        update(progress) {
          const moved = job.progress?.stage !== progress.stage;
          job.progress = progress;
          // Bytes arrive thousands of times a second; the clock shows them soon enough.
          if (moved) changed.fire();
        },
        leave() {
          jobs.delete(job);
          if (jobs.size === 0) {
            clearInterval(clock);
            clock = undefined;
          }
          changed.fire();
          ended.fire();
        },
        get seconds() {
          return secondsSince(job.since);
        },
        get progress() {
          return job.progress;
        },
      };
    },
    dispose() {
      clearInterval(clock);
      for (const { cancel } of jobs) cancel();
      changed.dispose();
      ended.dispose();
    },
  };
}
