import { l10n } from 'vscode';
import type { Handlers } from '../../protocol/channel.ts';
import type { ReconcileGroup, Reconciling, SpendExchanges } from '../../protocol/spend.ts';
import { enterCorrections, fetchReconciliation, type Reconciliation } from './reconcile.ts';
import { foundView } from './reportFound.ts';
import type { SpendRoom } from './spendDesk.ts';

/** Holding the service's log against the ledger, as one page shows it. */
export interface ReconcilingPart {
  readonly state: () => Reconciling;
  /** Fetches the log, unless that is under way. */
  readonly start: () => void;
  readonly dispose: () => void;
  readonly handlers: Pick<Handlers<SpendExchanges>, 'reconcile.start' | 'reconcile.cancel' | 'reconcile.enter'>;
}

export function createReconciling({ tools, tell, goOn, sentenceOf, refresh }: SpendRoom): ReconcilingPart {
  let state: Reconciling = { kind: 'idle' };
  let found: { readonly turn: number; readonly reconciliation: Reconciliation } | undefined;
  let fetching: AbortController | undefined;
  let entering = false;
  let turns = 0;

  const set = (next: Reconciling): void => {
    state = next;
    tell('reconciling', next);
  };

  async function fetch(): Promise<void> {
    if (fetching || entering) return;
    const mine = new AbortController();
    fetching = mine;
    found = undefined;
    set({ kind: 'running' });
    try {
      const reconciliation = await fetchReconciliation(tools, mine.signal);
      if (mine.signal.aborted) return;
      found = { turn: (turns += 1), reconciliation };
      set(foundView(reconciliation, turns));
    } catch (error) {
      // Whoever stopped it knows.
      if (!mine.signal.aborted) set({ kind: 'failed', sentence: sentenceOf(error) });
    } finally {
      if (fetching === mine) fetching = undefined;
    }
  }

  async function enter(turn: number, groups: readonly ReconcileGroup[]): Promise<void> {
    // What is entered is what was seen, and once.
    if (found?.turn !== turn || entering) return;
    const { reconciliation } = found;
    entering = true;
    try {
      const entered = await enterCorrections(tools, reconciliation, { matched: groups.includes('matched'), onlyThere: groups.includes('onlyThere'), onlyHere: groups.includes('onlyHere') });
      found = undefined;
      set({ kind: 'entered', sentence: entered === 1 ? l10n.t('1 correction is entered.') : l10n.t('{0} corrections are entered.', entered) });
      refresh();
    } catch (error) {
      // It stays to be entered: whatever was entered already is not entered twice.
      found = { turn: (turns += 1), reconciliation };
      set(foundView(reconciliation, turns));
      throw error;
    } finally {
      entering = false;
    }
  }

  const start = (): void => goOn(fetch());
  return {
    state: () => state,
    start,
    dispose: () => fetching?.abort(),
    handlers: {
      'reconcile.start': () => {
        start();
        return {};
      },
      'reconcile.cancel': () => {
        fetching?.abort();
        fetching = undefined;
        if (state.kind === 'running') set({ kind: 'idle' });
        return {};
      },
      'reconcile.enter': ({ turn, groups }) => {
        goOn(enter(turn, groups));
        return {};
      },
    },
  };
}
