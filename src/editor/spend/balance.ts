import { EventEmitter, workspace, type Disposable, type Event } from 'vscode';
import { FailureError, type Failure } from '../../images/failure.ts';
import type { Amount } from '../../images/price.ts';
import { figureIn, leftOf, type Figure } from '../../spend/balance.ts';
import type { Charge } from '../../spend/entry.ts';
import type { CommandTools } from '../commands/command.ts';
import type { Service } from '../service.ts';
import { fetchesBalance, lowBalance } from '../settings.ts';
import { failureOf } from '../show/present.ts';

/** What is left at the service that the settings name. */
export interface Balance {
  /** Counted down by the charges since `asOf`; may be less than nothing. */
  readonly amount: Amount;
  /** When the service, or the user, told the figure. */
  readonly asOf: Date;
  readonly from: 'service' | 'hand';
  /** The service told it to an earlier window, or could not be asked since. */
  readonly stale: boolean;
}

/** How a refresh ended. `none`: the service does not tell; `soon`: it was asked a moment ago, or need not be. */
export type Refreshed = { readonly kind: 'fetched' | 'none' | 'soon' } | { readonly kind: 'failed'; readonly failure: Failure };

/** Knows what is left. Asks the service after charges and on demand, never at a start. */
export interface BalanceKeeper extends Disposable {
  /** Undefined where nobody told yet. */
  readonly current: Balance | undefined;
  /** Whether it is at or below the low-water mark of the settings. */
  readonly low: boolean;
  /** Fires when `current` or `low` changed. */
  readonly onDidChange: Event<void>;
  /**
   * Asks the service, where it tells at all and was not asked in the last three minutes; with `force`, in any case, and in the place of a figure that
   * the user gave. Never rejects: what fails is in the log, and leaves the last figure, marked as stale.
   */
  refresh(force: boolean): Promise<Refreshed>;
  /** Takes a figure from the user, for the service that the settings name; undefined forgets what was given. @throws {FailureError} where they name none */
  enter(amount: Amount | undefined): Promise<void>;
  /** The ledger has, or may have, changed: counts down anew, and asks the service before long where something was charged. */
  charged(): void;
}

/** A service is asked unbidden at most so often, in milliseconds: relays count such calls. */
const pause = 3 * 60_000;
/** One that does not tell is asked again only after so long, in milliseconds. */
const longPause = 60 * 60_000;
/** So long after a charge it is in the service's books, in milliseconds. */
const settling = 4_000;
/** What the rolled-up ledger has of the charges themselves: those of so many milliseconds, and of more than so many the newest. */
const rollReaches = 47 * 3_600_000;
const rollHolds = 1_000;

type Tools = Pick<CommandTools, 'services' | 'keys' | 'ledger' | 'log' | 'memory'>;

/** What is known of the service of one origin. */
interface Knowledge {
  /** When it was asked last, by this window; epoch milliseconds. */
  asked: number;
  end: 'fetched' | 'none' | 'failed' | undefined;
}

export function createBalance({ services, keys, ledger, log, memory }: Tools): BalanceKeeper {
  const opened = Date.now();
  const changed = new EventEmitter<void>();
  const closing = new AbortController();
  const known = new Map<string, Knowledge>();
  const asking = new Map<string, Promise<Refreshed>>();
  let current: Balance | undefined;
  let counting: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  const slot = (origin: string): string => `easel.balance:${origin}`;
  const figureOf = (origin: string): Figure | undefined => figureIn(memory.globalState.get(slot(origin)));
  const keep = async (origin: string, figure: Figure | undefined): Promise<void> => memory.globalState.update(slot(origin), figure);
  const knowledgeOf = (origin: string): Knowledge => {
    const found = known.get(origin) ?? { asked: 0, end: undefined };
    known.set(origin, found);
    return found;
  };
  const serviceNow = (): Service | undefined => {
    try {
      return services.current();
    } catch {
      // The settings name no service that can be asked: whoever asks for something is told.
      return undefined;
    }
  };

  /** The charges since some time. All of the ledger is read only for a figure that is older than what is at hand. */
  async function chargesSince(time: number): Promise<readonly Charge[]> {
    const { recent } = await ledger.roll();
    const [oldest] = recent;
    const reaches = recent.length < rollHolds ? Date.now() - time < rollReaches : oldest !== undefined && Date.parse(oldest.time) <= time;
    return reaches ? recent : ledger.read();
  }

  async function count(): Promise<void> {
    const service = serviceNow();
    const figure = service && figureOf(service.origin);
    const before = JSON.stringify([current, isLow(current)]);
    if (service && figure) {
      const { from } = figure;
      const amount = leftOf(figure, await chargesSince(figure.asOf), service.origin);
      const fresh = from === 'hand' || (knowledgeOf(service.origin).end !== 'failed' && Date.now() - figure.asOf < pause) || knowledgeOf(service.origin).end === 'fetched';
      current = { amount, asOf: new Date(figure.asOf), from, stale: !fresh };
    } else current = undefined;
    if (!closing.signal.aborted && JSON.stringify([current, isLow(current)]) !== before) changed.fire();
  }

  const recount = (): Promise<void> => (counting = counting.then(count).catch((error: unknown) => log.error(`the balance could not be counted down: ${String(error)}`)));

  async function ask(service: Service): Promise<Refreshed> {
    const { origin } = service;
    const knowledge = knowledgeOf(origin);
    try {
      const key = await keys.get(origin);
      if (key === undefined) throw new FailureError({ code: 'no-key' });
      const client = await service.client();
      // What is charged while it is asked counts down: a figure that errs should err downwards.
      const asOf = Date.now();
      knowledge.asked = asOf;
      const amount = await client.balance({ key, signal: closing.signal });
      knowledge.end = amount ? 'fetched' : 'none';
      if (!amount) return { kind: 'none' };
      await keep(origin, { amount, asOf, from: 'service' });
      return { kind: 'fetched' };
    } catch (error) {
      knowledge.end = 'failed';
      const failure = failureOf(error);
      if (!closing.signal.aborted) log.warn(`the balance of ${origin}: ${JSON.stringify(failure)}`);
      return { kind: 'failed', failure };
    } finally {
      await recount();
    }
  }

  /** Milliseconds until the service may be asked unbidden. */
  function wait(origin: string): number {
    const { asked, end } = knowledgeOf(origin);
    // Another window may have asked meanwhile.
    const latest = Math.max(asked, figureOf(origin)?.asOf ?? 0);
    return Math.max(0, latest + (end === 'none' ? longPause : pause) - Date.now());
  }

  const asksUnbidden = (service: Service): boolean => service.profile.balance !== undefined && fetchesBalance() && figureOf(service.origin)?.from !== 'hand';

  async function refresh(force: boolean): Promise<Refreshed> {
    let service: Service;
    try {
      service = services.current();
    } catch (error) {
      return { kind: 'failed', failure: failureOf(error) };
    }
    const { origin, profile } = service;
    if (profile.balance === undefined) return { kind: 'none' };
    if (!force && (!asksUnbidden(service) || wait(origin) > 0)) {
      await recount();
      return { kind: 'soon' };
    }
    const running = asking.get(origin) ?? ask(service).finally(() => asking.delete(origin));
    asking.set(origin, running);
    return running;
  }

  /** Asks after a charge: when it is in the service's books, and when the service may be asked again. */
  async function askLater(): Promise<void> {
    const service = serviceNow();
    if (!service || timer || closing.signal.aborted || !asksUnbidden(service)) return;
    const since = Math.max(opened, figureOf(service.origin)?.asOf ?? 0);
    const { recent } = await ledger.roll();
    if (!recent.some(({ origin, time }) => origin === service.origin && Date.parse(time) > since)) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      void refresh(false);
    }, Math.max(settling, wait(service.origin)));
    timer.unref();
  }

  const listening = [
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('easel')) void recount();
    }),
    changed,
  ];
  void recount();
  return {
    get current() {
      return current;
    },
    get low() {
      return isLow(current);
    },
    onDidChange: changed.event,
    refresh,
    async enter(amount) {
      const { origin } = services.current();
      await keep(origin, amount && { amount, asOf: Date.now(), from: 'hand' });
      await recount();
    },
    charged() {
      void recount()
        .then(askLater)
        .catch((error: unknown) => log.error(`the balance: ${String(error)}`));
    },
    dispose() {
      closing.abort();
      clearTimeout(timer);
      for (const one of listening) one.dispose();
    },
  };
}

function isLow(balance: Balance | undefined): boolean {
  if (!balance) return false;
  const mark = lowBalance()[balance.amount.unit];
  return mark > 0 && balance.amount.micros <= mark * 1e6;
}
