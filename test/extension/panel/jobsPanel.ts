import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { window } from 'vscode';
import type { JobCard } from '../../../src/protocol/panel.ts';
import { openFakePanel, type FakePanel } from './fakePanel.ts';

/** The extension's own panel, as far as its jobs go. */
export interface JobsPanel extends Pick<FakePanel, 'ask' | 'said'> {
  /** The cards as they were told of last, the newest first. */
  readonly cards: () => readonly JobCard[];
  /** How often the prompt was given the focus. */
  readonly focused: () => number;
  /** Every card as it was told of since {@link forget}. */
  readonly told: () => readonly JobCard[];
  readonly forget: () => void;
  /** Hides the panel behind something, or shows it again. */
  readonly see: (visible: boolean) => void;
  /** Waits for cards that are so, and returns them. */
  become(what: string, holds: (cards: readonly JobCard[]) => boolean): Promise<readonly JobCard[]>;
  /** Waits for one card that is so. */
  card(what: string, holds: (card: JobCard) => boolean): Promise<JobCard>;
  /** Waits until one card was so, however short a time. */
  was(what: string, holds: (card: JobCard) => boolean): Promise<JobCard>;
  /** @throws {Error} when it was told what it could not read */
  close(): Promise<void>;
}

export async function openJobsPanel(): Promise<JobsPanel> {
  let visible = true;
  const history: JobCard[] = [];
  const panel = await openFakePanel(undefined, () => visible);
  let cards: readonly JobCard[] = [];
  const take = (told: readonly JobCard[]): void => {
    cards = told;
    history.push(...told);
  };
  panel.on('jobs', take);
  take((await panel.ask('start', {})).jobs);

  const become: JobsPanel['become'] = async (what, holds) => {
    const deadline = Date.now() + 20_000;
    for (; !holds(cards); await pause(10)) assert.ok(Date.now() < deadline, `waited in vain for ${what}: ${JSON.stringify(cards)}`);
    return cards;
  };
  return {
    ask: panel.ask,
    cards: () => cards,
    said: panel.said,
    focused: () => panel.told('focus').length,
    told: () => history,
    forget: () => history.splice(0),
    see: (shown) => (visible = shown),
    become,
    async card(what, holds) {
      const found = (await become(what, (now) => now.some(holds))).find(holds);
      assert.ok(found);
      return found;
    },
    async was(what, holds) {
      await become(what, () => history.some(holds));
      const found = history.find(holds);
      assert.ok(found);
      return found;
    },
    async close() {
      for (const { id } of cards) await panel.ask('job.dismiss', { job: id });
      panel.dispose();
      assert.deepEqual(panel.dropped, []);
    },
  };
}

/** A message or a question that was shown, and the answers that it offers. */
export interface Shown {
  readonly sentence: string;
  readonly titles: readonly string[];
}

/**
 * Sees the messages and the dialogs of a piece of work instead of the user, who in tests sees none.
 * @param answer the title that is chosen; undefined: none
 */
export async function answering(answer: (shown: Shown) => string | undefined | Promise<string | undefined>, work: () => Promise<unknown>, over: Readonly<Record<string, unknown>> = {}): Promise<readonly Shown[]> {
  const seen: Shown[] = [];
  const names = ['showInformationMessage', 'showWarningMessage', 'showErrorMessage'] as const;
  const show = async (sentence: string, ...rest: readonly unknown[]): Promise<unknown> => {
    const shown = { sentence, titles: rest.filter((item) => typeof item === 'string') };
    seen.push(shown);
    return answer(shown);
  };
  const stand = { ...Object.fromEntries(names.map((name) => [name, show])), ...over };
  const kept = Object.keys(stand).map((name) => [name, (window as unknown as Record<string, unknown>)[name]] as const);
  const set = (name: string, value: unknown): unknown => Object.defineProperty(window, name, { value, configurable: true, writable: true });
  for (const [name, value] of Object.entries(stand)) set(name, value);
  try {
    await work();
  } finally {
    for (const [name, value] of kept) set(name, value);
  }
  return seen;
}
