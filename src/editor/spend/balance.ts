import { EventEmitter, workspace, type Disposable, type Event } from 'vscode';
import { FailureError, type Failure } from '../../images/failure.ts';
import type { Amount } from '../../images/price.ts';
import { isStale, waitBefore, type Asked } from '../../spend/balance.ts';
import type { CommandTools } from '../commands/command.ts';
import type { Service } from '../service.ts';
import { fetchesBalance, lowBalance } from '../settings.ts';
import { failureOf } from '../show/present.ts';
import { createFigures } from './figures.ts';

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
  /** Resolves when what an earlier window was told is counted down. */
  readonly ready: Promise<void>;
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
  /** To be called before charges are deleted from the ledger: what they cost stays spent. */
  hold(): Promise<void>;
  /** The ledger has, or may have, changed: counts down anew, and asks the service before long where something was charged. */
  charged(): void;
}

/** So long after a charge it is in the service's books, in milliseconds. */
const settling = 4_000;

type Tools = Pick<CommandTools, 'services' | 'keys' | 'ledger' | 'log' | 'memory'>;

export function createBalance({ services, keys, ledger, log, memory }: Tools): BalanceKeeper {
  const opened = Date.now();
  const figures = createFigures({ ledger, memory });
  const changed = new EventEmitter<void>();
  const closing = new AbortController();
  const asked = new Map<string, Asked>();
  const asking = new Map<string, Promise<Refreshed>>();
  let current: Balance | undefined;
  /** What was fired last. */
  let told = JSON.stringify([undefined, false]);
  let counting: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  const serviceNow = (): Service | undefined => {
    try {
      return services.current();
    } catch {
      // The settings name no service that can be asked: whoever asks for something is told.
      return undefined;
    }
  };

  async function count(): Promise<void> {
    const service = serviceNow();
    const figure = service && figures.of(service.origin);
    const amount = service && (await figures.left(service.origin));
    current = service && figure && amount && { amount, asOf: new Date(figure.asOf), from: figure.from, stale: isStale(figure, asked.get(service.origin), Date.now()) };
    const after = JSON.stringify([current, isLow(current)]);
    if (after === told || closing.signal.aborted) return;
    told = after;
    changed.fire();
  }

  const recount = (): Promise<void> => (counting = counting.then(count).catch((error: unknown) => log.error(`the balance could not be counted down: ${String(error)}`)));

  async function ask(service: Service): Promise<Refreshed> {
    const { origin } = service;
    let asOf = Date.now();
    try {
      const key = await keys.get(origin);
      if (key === undefined) throw new FailureError({ code: 'no-key' });
      const client = await service.client();
      // What is charged while it is asked counts down: a figure that errs should err downwards.
      asOf = Date.now();
      const amount = await client.balance({ key, signal: closing.signal });
      asked.set(origin, { at: asOf, end: amount ? 'fetched' : 'none' });
      if (!amount) return { kind: 'none' };
      await figures.keep(origin, { amount, asOf, from: 'service' });
      return { kind: 'fetched' };
    } catch (error) {
      asked.set(origin, { at: asOf, end: 'failed' });
      const failure = failureOf(error);
      if (!closing.signal.aborted) log.warn(`the balance of ${origin}: ${JSON.stringify(failure)}`);
      return { kind: 'failed', failure };
    } finally {
      await recount();
    }
  }

  const waitOf = (origin: string): number => waitBefore(figures.of(origin), asked.get(origin), Date.now());

  const asksUnbidden = (service: Service): boolean => service.profile.balance !== undefined && fetchesBalance() && figures.of(service.origin)?.from !== 'hand';

  async function refresh(force: boolean): Promise<Refreshed> {
    let service: Service;
    try {
      service = services.current();
    } catch (error) {
      return { kind: 'failed', failure: failureOf(error) };
    }
    const { origin, profile } = service;
    if (profile.balance === undefined) return { kind: 'none' };
    if (!force && (!asksUnbidden(service) || waitOf(origin) > 0)) {
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
    const since = Math.max(opened, figures.of(service.origin)?.asOf ?? 0);
    const { recent } = await ledger.roll();
    if (!recent.some(({ origin, time }) => origin === service.origin && Date.parse(time) > since)) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      void refresh(false);
    }, Math.max(settling, waitOf(service.origin)));
    timer.unref();
  }

  const listening = [
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('easel')) void recount();
    }),
    changed,
  ];
  return {
    ready: recount(),
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
      await figures.keep(origin, amount && { amount, asOf: Date.now(), from: 'hand' });
      await recount();
    },
    hold: () => figures.hold(),
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
