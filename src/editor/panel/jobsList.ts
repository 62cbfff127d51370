import { workspace, type Disposable } from 'vscode';
import type { Estimate } from '../../images/price.ts';
import type { JobCard } from '../../protocol/panel.ts';
import type { RunningJob } from '../jobBoard.ts';
import type { Order } from '../orders/order.ts';
import { orderCost } from '../show/outcome.ts';
import { cardOf, type JobEntry } from './jobsCard.ts';
import { createPartials } from './jobsPartials.ts';
import type { PanelRoom } from './parts.ts';

/** The cards of the jobs of this window, which follow the board. */
export interface JobsList extends Disposable {
  get(id: string): JobEntry | undefined;
  /** The newest first. */
  cards(): JobCard[];
  /** Tells what the cards say now. */
  show(): void;
  /** Gives an order's job its card, a new one or `before`, once the order is on the board. @throws what `arrive` throws */
  receive(order: Order, arrive: () => Promise<RunningJob>, before?: JobEntry): Promise<JobEntry>;
  /** Empties a card that is over, for another run. */
  renew(entry: JobEntry): void;
  /** The job is over: the picture on the way goes. */
  close(entry: JobEntry): void;
  remove(entry: JobEntry): void;
}

/** @param over hears of jobs that are over and that somebody else has placed, who tells how they ended */
export function createJobsList({ tools, tell, src, storage, pictures }: PanelRoom, over: (job: RunningJob) => void): JobsList {
  const { board, log } = tools;
  const partials = createPartials(storage);
  const entries = new Map<string, JobEntry>();
  /** Orders on their way to the board: their jobs get their card as soon as they have arrived. */
  const placing = new Set<Order>();

  const quietly = (work: Promise<unknown>): void => void work.catch((error: unknown) => log.error(String(error)));
  const show = (): void => tell('jobs', cards());

  function cards(): JobCard[] {
    for (const entry of entries.values()) if (entry.edits === '') lookAt(entry);
    return [...entries.values()].toReversed().map((entry) => cardOf(entry, src));
  }

  function add(job: RunningJob, ours: boolean): JobEntry {
    const entry: JobEntry = { id: job.id, order: job.order, cost: costOf(job.order), ours, job, cancel: job.cancel };
    entries.set(entry.id, entry);
    lookAt(entry);
    return entry;
  }

  function costOf(order: Order): Estimate | undefined {
    try {
      return orderCost(order, tools);
    } catch {
      // The settings name no service any more: the job goes to the one that it was placed for.
      return undefined;
    }
  }

  /** Asks for a small picture of the image that is edited. */
  function lookAt(entry: JobEntry): void {
    const edited = entry.order.references?.find(({ role }) => role === 'image');
    entry.edits = undefined;
    if (!edited) return;
    const take = (address: string): void => {
      entry.edits = address;
      if (address !== '') show();
    };
    quietly(pictures.thumb(edited.uri, take).then((address) => address !== undefined && take(address)));
  }

  /** Copies the newest picture on the way, which takes the place of the one before. */
  async function keepPartial(entry: JobEntry, source: string): Promise<void> {
    entry.source = source;
    const copy = await partials.keep(source);
    if (copy === undefined) return;
    if (entry.source !== source) {
      partials.drop(copy);
      return;
    }
    const before = entry.partial;
    entry.partial = copy;
    show();
    if (before !== undefined) partials.drop(before);
  }

  function close(entry: JobEntry): void {
    entry.source = undefined;
    if (entry.partial !== undefined) partials.drop(entry.partial);
    entry.partial = undefined;
  }

  function remove(entry: JobEntry): void {
    entries.delete(entry.id);
    close(entry);
  }

  function follow(): void {
    const { running } = board;
    const known = new Set([...entries.values()].map(({ job }) => job));
    for (const job of running) if (!known.has(job) && !placing.has(job.order)) add(job, false);
    for (const entry of entries.values()) {
      const { job, ours } = entry;
      if (!job) continue;
      if (running.includes(job)) {
        if (job.partial !== undefined && job.partial !== entry.source) quietly(keepPartial(entry, job.partial));
      } else if (!ours) {
        over(job);
        remove(entry);
      }
    }
    show();
  }

  const listening = [
    board.onDidChange(follow),
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('easel.currency')) show();
    }),
  ];
  follow();

  return {
    get: (id) => entries.get(id),
    cards,
    show,
    async receive(order, arrive, before) {
      placing.add(order);
      const job = await arrive().finally(() => placing.delete(order));
      // Another order like it may have let the board's own card through.
      const met = entries.get(job.id);
      if (before && met !== before) entries.delete(job.id);
      const entry = before ?? met ?? add(job, true);
      Object.assign(entry, { ours: true, job, cancel: job.cancel });
      follow();
      return entry;
    },
    renew(entry) {
      close(entry);
      entry.ending = undefined;
      entry.job = undefined;
      // It may have been put away, and is chosen from a message.
      entries.set(entry.id, entry);
      show();
    },
    close,
    remove,
    dispose() {
      for (const one of listening) one.dispose();
      partials.dispose();
    },
  };
}
