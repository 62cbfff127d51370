import { CancellationTokenSource, commands, l10n } from 'vscode';
import { billedOf, FailureError, type Failure } from '../../images/failure.ts';
import { failureActions, failureSentence } from '../../images/failureSentence.ts';
import { rememberOrder } from '../orders/memory.ts';
import { enter, type Order, type OrderResult, type PlacedOrder } from '../orders/order.ts';
import { remediesFor } from '../orders/placeOrder.ts';
import { restRemedies } from '../orders/rest.ts';
import { costText, hasRest, outcomeOf } from '../show/outcome.ts';
import { actionTitle, failureOf, showFailure, type Remedies } from '../show/present.ts';
import { showResult } from '../show/showResult.ts';
import { isLimit, type LimitFailure } from '../spend/budgets.ts';
import { limitBefore, withConsent } from '../spend/consent.ts';
import { noConsent, type Consent } from '../spend/setAside.ts';
import { runs, type JobEnding, type JobEntry } from './jobsCard.ts';
import { createJobsList } from './jobsList.ts';
import { reachedBy } from './jobsReached.ts';
import type { ComposerPart, JobsPart, PanelRoom, StatusPart } from './parts.ts';

/**
 * The jobs of this window, whoever placed them. Those that the panel places end in their cards; when nobody sees the panel then, a
 * message tells as well, and what is chosen there and in the card is one and the same choice.
 */
export function createJobs(room: PanelRoom, composer: ComposerPart, status: StatusPart): JobsPart {
  const { tools, tell, visible } = room;
  const { recent, log } = tools;
  /** What was asked about because it was sent a moment ago. */
  let doubled: Order | undefined;

  const noteReached = (failure: Failure | undefined): void => {
    const reached = reachedBy(failure);
    if (reached !== undefined) status.reached(reached);
  };
  const list = createJobsList(room, ({ failure }) => noteReached(failure));
  const say = (sentence: string, tone: 'information' | 'warning' | 'error'): void => tell('say', { sentence, tone });
  const quietly = (work: Promise<unknown>): void => void work.catch((error: unknown) => log.error(error instanceof Error ? error : String(error)));

  /** Places an order, in a card of its own or in one that is over. @throws {FailureError} when it cannot be placed */
  async function begin(order: Order, consent: Consent, before?: JobEntry): Promise<JobEntry> {
    const source = new CancellationTokenSource();
    if (before) before.cancel = () => source.cancel();
    let placed: PlacedOrder | undefined;
    const entry = await list.receive(order, async () => (placed = await enter(order, tools, source.token, consent)).job, before);
    quietly(rememberOrder(tools.memory.workspaceState, order));
    if (placed) quietly(placed.result.then((result) => ended(entry, result), (error: unknown) => failed(entry, failureOf(error))));
    return entry;
  }

  async function beginFirst(order: Order, consent = noConsent): Promise<JobEntry> {
    try {
      return await begin(order, consent);
    } catch (error) {
      recent.forget(order);
      throw error;
    }
  }

  /** The same, once the user has said so where it goes beyond a limit; undefined when they would rather not. */
  async function beginAllowed(order: Order, limit: LimitFailure | undefined): Promise<JobEntry | undefined> {
    const entry = await withConsent((consent) => beginFirst(order, consent), limit);
    if (!entry) recent.forget(order);
    return entry;
  }

  /** The same order once more, in the same card. It was chosen there, and so is no slip of a finger. */
  async function retry(entry: JobEntry): Promise<void> {
    const { order } = entry;
    const { ending } = entry;
    recent.isDouble(order);
    try {
      const again = (consent: Consent): Promise<JobEntry> => {
        list.renew(entry);
        return begin(order, consent, entry);
      };
      if (await withConsent(again, await limitBefore(order, tools))) return;
      recent.forget(order);
      if (ending && entry.ending !== ending) settle(entry, ending);
    } catch (error) {
      failed(entry, failureOf(error));
    }
  }

  /** Everything back into the composer, to be changed there. */
  async function change({ order }: JobEntry): Promise<void> {
    await composer.recall(order);
    if (!visible()) await commands.executeCommand('easel.openPanel');
    tell('focus', {});
  }

  const remediesOf = (entry: JobEntry): Remedies => remediesFor(tools, { retry: () => retry(entry), askAnew: () => change(entry), chooseFiles: () => change(entry), order: entry.order, job: entry.job?.id });

  /** A job that the panel placed brought something. */
  function ended(entry: JobEntry, result: OrderResult): void {
    const { order } = entry;
    noteReached(undefined);
    const outcome = outcomeOf(result, order, tools);
    const { tone, notes, actions, failure, missing } = outcome;
    const remedies: Remedies = hasRest(result) ? { ...remediesOf(entry), ...restOf(entry, result) } : remediesOf(entry);
    const fill = missing
      ? [
          {
            action: 'make-missing' as const,
            get title() {
              return missing.title();
            },
            run: () => makeMissing(entry, missing.order),
          },
        ]
      : [];
    const ending: JobEnding = {
      state: failure ? 'failed' : 'done',
      get sentence() {
        return outcome.sentence();
      },
      notes,
      actions: [...actionsOf(actions, remedies), ...fill],
      rest: hasRest(result),
      tell: () => showResult(result, order, tools, shared(entry, ending), () => choose(entry, ending, 'make-missing')),
    };
    // A result without a word to it is in the gallery, and needs no card.
    if (failure ?? (tone !== 'information' || notes.length > 0 || result.assets.length === 0)) settle(entry, ending);
    else {
      list.remove(entry);
      list.show();
      if (visible()) say(outcome.sentence(), tone);
      else quietly(ending.tell());
    }
  }

  function failed(entry: JobEntry, failure: Failure): void {
    if (billedOf(failure) === 'no') recent.forget(entry.order);
    noteReached(failure);
    if (failure.code === 'cancelled' && !failure.sent) {
      // Who cancelled knows.
      list.remove(entry);
      list.show();
      return;
    }
    const ending: JobEnding = {
      state: failure.code === 'cancelled' ? 'cancelled' : 'failed',
      sentence: failureSentence(failure, l10n.t),
      notes: [],
      actions: actionsOf(failureActions(failure), remediesOf(entry)),
      rest: false,
      tell: () => showFailure(failure, shared(entry, ending)),
    };
    settle(entry, ending);
  }

  /** The card says how it ended; where nobody sees it, a message does too. */
  function settle(entry: JobEntry, ending: JobEnding): void {
    list.close(entry);
    entry.ending = ending;
    list.show();
    if (!visible()) quietly(ending.tell());
  }

  /** What can be done about pictures that are paid for and not in their place, seen in the card. */
  function restOf(entry: JobEntry, result: OrderResult): Remedies {
    return restRemedies(result, tools, {
      async busy(work) {
        const abort = new AbortController();
        entry.bringing = true;
        entry.cancel = () => abort.abort();
        list.show();
        try {
          return await work(abort.signal);
        } finally {
          entry.bringing = false;
        }
      },
      resumed: (resumed) => ended(entry, resumed),
      failed(failure, again) {
        const before = entry.ending;
        if (!before) return;
        const kept: Remedies = Object.fromEntries(before.actions.map(({ action, run }) => [action, run]));
        const actions = actionsOf(['retry', 'save-as', 'discard', ...failureActions(failure)], { ...remediesOf(entry), ...kept, retry: again });
        const ending: JobEnding = { ...before, sentence: failureSentence(failure, l10n.t), actions, tell: () => showFailure(failure, shared(entry, ending)) };
        settle(entry, ending);
      },
      left() {
        if (!visible() && entry.ending) quietly(entry.ending.tell());
      },
      discarded() {
        list.remove(entry);
        list.show();
      },
    });
  }

  /** A person is asked, for whom no request of the panel waits; what comes of it is in a card, or told. */
  function askFirst(order: Order, limit: LimitFailure, sent: () => Promise<void>): { readonly kind: 'asked' } {
    const ask = async (): Promise<void> => {
      try {
        if (await beginAllowed(order, limit)) await sent();
      } catch (error) {
        const failure = failureOf(error);
        if (failure.code === 'internal') log.error(error instanceof Error ? error : String(error));
        say(failureSentence(failure, l10n.t), 'error');
      }
      tell('focus', {});
    };
    quietly(ask());
    return { kind: 'asked' };
  }

  async function makeMissing(entry: JobEntry, order: Order): Promise<void> {
    recent.isDouble(order);
    if (!(await beginAllowed(order, await limitBefore(order, tools)))) return;
    // What it says is not so any more.
    list.remove(entry);
    list.show();
  }

  /** Does what was chosen for a job that is over; one thing at a time, so that nothing is paid for twice. */
  async function act(entry: JobEntry, action: string): Promise<void> {
    const chosen = entry.ending?.actions.find((one) => one.action === action);
    if (!chosen || entry.acting || runs(entry)) return;
    entry.acting = true;
    try {
      await chosen.run();
    } catch (error) {
      log.error(error instanceof Error ? error : String(error));
      say(failureSentence(failureOf(error), l10n.t), 'error');
    } finally {
      entry.acting = false;
    }
  }

  /** The same from a message, which may be out of date: then the panel shows what was done meanwhile. */
  async function choose(entry: JobEntry, ending: JobEnding, action: string): Promise<void> {
    if (entry.ending === ending) await act(entry, action);
    else await commands.executeCommand('easel.openPanel');
  }

  const shared = (entry: JobEntry, ending: JobEnding): Remedies => Object.fromEntries(ending.actions.map(({ action }) => [action, () => choose(entry, ending, action)]));

  return {
    cards: () => list.cards(),
    async place(order) {
      if (recent.isDouble(order)) throw new FailureError({ code: 'invalid-request', reason: l10n.t('The same request was placed a moment ago: wait a second to place it again.') });
      return (await beginAllowed(order, await limitBefore(order, tools)))?.id;
    },
    dispose: () => list.dispose(),
    handlers: {
      async send({ again }) {
        const before = again ? doubled : undefined;
        const order = before ?? (await composer.order());
        doubled = undefined;
        if ((await tools.keys.get(tools.services.current().origin)) === undefined) return { kind: 'no-key' };
        if (!again && recent.isDouble(order)) {
          doubled = order;
          return { kind: 'double', cost: costText(order, tools) };
        }
        // The first of two clicks has emptied the draft already.
        const sent = async (): Promise<void> => void ((!before || (await composer.state()).draft.prompt !== '') && (await composer.sent()));
        try {
          const limit = await limitBefore(order, tools);
          if (limit) return askFirst(order, limit, sent);
          const { id } = await beginFirst(order);
          await sent();
          return { kind: 'placed', job: id };
        } catch (error) {
          const failure = failureOf(error);
          if (isLimit(failure)) return askFirst(order, failure, sent);
          recent.forget(order);
          throw error;
        }
      },
      'job.cancel'({ job }) {
        const entry = list.get(job);
        if (entry && runs(entry)) entry.cancel();
        return {};
      },
      'jobs.cancel'() {
        quietly(import('../commands/cancelAllJobs.ts').then(({ cancelAllJobs }) => cancelAllJobs(tools)));
        return {};
      },
      'job.act'({ job, action }) {
        const entry = list.get(job);
        if (entry) quietly(act(entry, action));
        return {};
      },
      'job.dismiss'({ job }) {
        const entry = list.get(job);
        if (!entry?.ending || runs(entry)) return {};
        list.remove(entry);
        list.show();
        if (entry.ending.rest) say(l10n.t('What is paid for is kept: run Recover Images to bring it to its place.'), 'information');
        return {};
      },
    },
  };
}

/** Those of the actions that can be done, in the same order. */
const actionsOf = (actions: readonly (keyof Remedies)[], remedies: Remedies): JobEnding['actions'] =>
  [...new Set(actions)].flatMap((action) => {
    const run = remedies[action];
    return run ? [{ action, title: actionTitle(action), run }] : [];
  });
