import { EventEmitter, type Disposable, type Event } from 'vscode';
import type { Failure } from '../images/failure.ts';
import type { JobProgress } from '../jobs/job.ts';
import type { Order } from './orders/order.ts';

/** How a job ended. */
export type JobEnd = 'done' | 'failed' | 'cancelled';

/** How far a job is, as the interface shows it. */
export interface JobState {
  /** `queued`: it waits for its turn, and nothing was sent yet. */
  readonly state: 'queued' | 'running' | JobEnd;
  readonly progress: JobProgress | undefined;
  /** The newest picture on the way; its file is gone when the reply is read. */
  readonly partial: string | undefined;
  /** Why it did not end well. */
  readonly failure: Failure | undefined;
  /** Whole seconds: of a queued job since it was placed, of a running one since its turn came, of one that is over those that it ran. */
  readonly seconds: number;
}

/** A job of this window. It stays true while it is held: who holds it longer than the board sees how it ended. */
export interface RunningJob extends JobState {
  readonly id: string;
  /** The prompt's beginning, as the user wrote it: to be shown as text alone, never as markup. */
  readonly title: string;
  readonly order: Order;
  readonly cancel: () => void;
}

/** All jobs under way in this window, in the order in which they were placed. */
export interface JobBoard extends Disposable {
  readonly running: readonly RunningJob[];
  /** Fires when a job begins, moves or ends, and each second while one is under way. */
  readonly onDidChange: Event<void>;
  /** Fires when a job is over, however it ended. */
  readonly onDidEnd: Event<void>;
  /** Enters a job, queued, which `cancel` ends. */
  readonly enter: (job: Pick<RunningJob, 'id' | 'title' | 'order' | 'cancel'>) => Seat;
}

/** A job's place on the board: it moves the job on and takes it off again. */
export interface Seat {
  /** The job's turn has come. */
  readonly begin: () => void;
  readonly update: (progress: JobProgress) => void;
  readonly leave: (end: JobEnd, failure?: Failure) => void;
  readonly state: RunningJob;
}

/** Whether it has not ended yet. */
export const isUnderWay = ({ state }: Pick<JobState, 'state'>): boolean => state === 'queued' || state === 'running';

/** Whether the service may have the job's request already, so that cancelling may not spare its charge. */
export const isSent = ({ progress }: Pick<JobState, 'progress'>): boolean => progress !== undefined && progress.stage !== 'uploading' && progress.stage !== 'waiting';

export function createJobBoard(): JobBoard {
  const changed = new EventEmitter<void>();
  const ended = new EventEmitter<void>();
  const jobs = new Set<RunningJob>();
  let clock: NodeJS.Timeout | undefined;

  return {
    get running() {
      return [...jobs];
    },
    onDidChange: changed.event,
    onDidEnd: ended.event,
    enter({ id, title, order, cancel }) {
      let state: JobState['state'] = 'queued';
      let progress: JobProgress | undefined;
      let partial: string | undefined;
      let why: Failure | undefined;
      let since = Date.now();
      let until: number | undefined;
      const job: RunningJob = {
        id,
        title,
        order,
        cancel,
        get state() {
          return state;
        },
        get progress() {
          return progress;
        },
        get partial() {
          return partial;
        },
        get failure() {
          return why;
        },
        get seconds() {
          return Math.floor(((until ?? Date.now()) - since) / 1000);
        },
      };
      jobs.add(job);
      clock ??= setInterval(() => changed.fire(), 1000);
      changed.fire();
      return {
        state: job,
        begin() {
          state = 'running';
          since = Date.now();
          changed.fire();
        },
        update(latest) {
          const drawn = latest.stage === 'partial' && latest.file !== partial;
          const moved = drawn || progress?.stage !== latest.stage;
          progress = latest;
          if (latest.stage === 'partial') partial = latest.file;
          // Bytes arrive thousands of times a second; the clock shows them soon enough.
          if (moved) changed.fire();
        },
        leave(end, failure) {
          state = end;
          why = failure;
          until = Date.now();
          jobs.delete(job);
          if (jobs.size === 0) {
            clearInterval(clock);
            clock = undefined;
          }
          changed.fire();
          ended.fire();
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
