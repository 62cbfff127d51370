import { setTimeout as delay } from 'node:timers/promises';
import { FailureError, mayResend, type Failure } from '../images/failure.ts';
import { redact } from '../images/redact.ts';
import { failureFromReply } from '../images/reply.ts';
import type { ImageRequest } from '../images/request.ts';
import { readUsageLog } from './account.ts';
import type { AccountOptions } from './accountCall.ts';
import { readBalance } from './balance.ts';
import { editFields, generationBody } from './body.ts';
import { downloadPicture } from './download.ts';
import { openForm } from './form.ts';
import { withoutKey } from './key.ts';
import { openNetwork, type Environment, type Network } from './network.ts';
import { isLoopback } from './url.ts';
import { mayCarryKey } from './profiles.ts';
import type { ReceivedLink } from './receive.ts';
import { attempt, type Outcome, type Payload } from './send.ts';
import type { Client, ClientOptions, ReceivedPicture, Reply, SendOptions, Trouble, Upload } from './types.ts';

export type { Client, ClientOptions, Landing, Link, ProxySettings, ReceivedPicture, Reply, SendOptions, SendProgress, Trouble, Upload } from './types.ts';
export type { LogReach, LogRow, UsageLog } from './account.ts';

/** What a test replaces. */
export interface ClientInternals {
  readonly environment?: Environment;
  readonly downloadDelays?: readonly number[];
  readonly downloadStallMs?: number;
  /** Milliseconds that a question about the account may take. */
  readonly accountPatience?: number;
  /** Seconds to wait after each 429 that does not say for how long. */
  readonly waits?: readonly number[];
}

const defaultWaits = [2, 5, 10, 20];
/** Limit of all waiting together where the user set none, in milliseconds. */
const defaultPatience = 10 * 60_000;
const downloadsAtOnce = 4;

/** A client for one profile. Connections are opened on first use. */
export function createClient(options: ClientOptions, internals: ClientInternals = {}): Client {
  const network = openNetwork(options.proxy, internals.environment ?? process.env);
  const underWay = new Set<Promise<unknown>>();
  let closed = false;

  const context: Context = { options, internals, network };

  /** Lets `close` wait for what is under way. */
  const track = <T>(begin: () => Promise<T>): Promise<T> => {
    if (closed) return Promise.reject(new FailureError({ code: 'internal', message: 'the client is closed' }));
    const work = begin();
    const settled = work.then(
      () => undefined,
      () => undefined,
    );
    underWay.add(settled);
    void settled.then(() => underWay.delete(settled));
    return work;
  };

  const accountOf = (key: string, signal: AbortSignal): AccountOptions => {
    const { profile, userAgent, log } = options;
    return { profile, network, key, userAgent, signal, log, ...(internals.accountPatience !== undefined && { patience: internals.accountPatience }) };
  };

  return {
    generate: (request, send) => track(() => ask(generationOf(request, send, context), request, send, context)),
    edit: (request, uploads, send) => track(() => ask(editOf(request, uploads, send, context), request, send, context)),
    fetch: (links, send) =>
      track(async () => {
        const log = (line: string): void => options.log(redact(line));
        const fetched = await inTurns(links, downloadsAtOnce, (link) => fetchLink(link, send, context, log));
        return { pictures: fetched.filter((one) => 'header' in one), troubles: fetched.filter((one) => 'failure' in one) };
      }),
    usageLog: ({ key, signal, ...reach }) => track(() => keeping(key, readUsageLog(accountOf(key, signal), reach))),
    balance: ({ key, signal }) => track(() => keeping(key, readBalance(accountOf(key, signal)))),
    close: async () => {
      closed = true;
      await Promise.all(underWay);
      await network.close();
    },
  };
}

interface Context {
  readonly options: ClientOptions;
  readonly internals: ClientInternals;
  readonly network: Network;
}

/** A service may repeat the key in its refusal: it goes no further. */
const keeping = <T>(key: string, asked: Promise<T>): Promise<T> =>
  asked.catch((error: unknown) => {
    throw error instanceof FailureError ? new FailureError(withoutKey(error.failure, key), { cause: error.cause }) : error;
  });

/** What the two endpoints differ in. */
interface Call {
  readonly path: '/images/generations' | '/images/edits';
  /** For the log. */
  readonly uploads: number;
  /** Made anew for each time the request goes out. */
  readonly payload: () => Promise<Payload>;
}

const generationOf = (request: ImageRequest, send: SendOptions, { options }: Context): Call => {
  const body = Buffer.from(JSON.stringify(generationBody(request, send.responseFormat, options.profile.dialect)));
  const payload: Payload = { contentType: 'application/json', length: body.length, body, close: () => Promise.resolve() };
  return { path: '/images/generations', uploads: 0, payload: () => Promise.resolve(payload) };
};

const editOf = (request: ImageRequest, uploads: readonly Upload[], send: SendOptions, { options }: Context): Call => {
  const { dialect } = options.profile;
  const fields = editFields(request, send.responseFormat, dialect);
  return { path: '/images/edits', uploads: uploads.length, payload: () => openForm(fields, uploads, dialect.imageField) };
};

const ask = async ({ path, uploads, payload }: Call, request: ImageRequest, send: SendOptions, context: Context): Promise<Reply> => {
  const { profile, userAgent } = context.options;
  const log = (line: string): void => context.options.log(redact(line, send.key));
  const url = new URL(`${profile.baseUrl}${path}`);
  if (url.protocol !== 'https:' && !isLoopback(url)) throw new FailureError({ code: 'insecure-url', origin: url.origin });
  if (!mayCarryKey(profile, url)) throw new FailureError({ code: 'internal', message: 'the key does not belong to this address' });
  if (!/^[\x21-\x7e]+$/.test(send.key)) throw new FailureError({ code: 'no-key' });

  const headers = {
    authorization: `Bearer ${send.key}`,
    accept: request.stream === undefined ? 'application/json' : 'text/event-stream, application/json',
    'accept-encoding': 'identity',
    'user-agent': userAgent,
  };
  const { model, size, quality, count, prompt } = request;
  log(`${profile.id}: ${model}, ${size}, ${quality}, ${count} pictures, prompt of ${prompt.length} characters${uploads === 0 ? '' : `, ${uploads} uploads`}`);
  const { timeoutMs } = context.options;
  const outcome = await sendPatiently(() => attempt({ ...send, network: context.network, url, headers, payload, model, timeoutMs, log }), send, context, log);
  if (outcome.kind === 'failed') throw new FailureError(withoutKey(outcome.failure, send.key));
  return complete(outcome, request, send, context, log);
};

/** Sends again only what the service said that it did not take, and after the time it asked for (rule 2). */
const sendPatiently = async (once: () => Promise<Outcome>, send: SendOptions, { options, internals }: Context, log: (line: string) => void): Promise<Outcome> => {
  const waits = internals.waits ?? defaultWaits;
  let patience = options.timeoutMs > 0 ? options.timeoutMs : defaultPatience;
  for (let tries = 0; ; tries++) {
    if (send.signal.aborted) return { kind: 'failed', failure: { code: 'cancelled', sent: false }, headers: {} };
    const outcome = await once();
    if (outcome.kind === 'received' || !mayResend(outcome.failure)) return outcome;
    if (outcome.headers['x-should-retry'] === 'false') return outcome;
    const fallback = waits[tries];
    if (fallback === undefined) return outcome;
    const seconds = outcome.failure.retryAfterSeconds ?? fallback;
    patience -= seconds * 1000;
    if (patience < 0) return outcome;
    log(`${outcome.failure.code}: again in ${seconds} s`);
    send.onProgress({ stage: 'waiting', seconds, reason: outcome.failure.code });
    await delay(seconds * 1000, undefined, { signal: send.signal }).catch(() => undefined);
  }
};

/** Fetches what came as a link, and weighs what is there against what went wrong. */
const complete = async (
  { received, failure }: Extract<Outcome, { kind: 'received' }>,
  request: ImageRequest,
  send: SendOptions,
  context: Context,
  log: (line: string) => void,
): Promise<Reply> => {
  const { usage } = received;
  if (usage) await send.landing.keepUsage?.(usage).catch((error: unknown) => log(`the usage could not be noted: ${String(error)}`));
  const fetched = await inTurns(received.links, downloadsAtOnce, (link) => fetchLink(link, send, context, log));
  const pictures = [...received.pictures, ...fetched.filter((one) => 'header' in one)].toSorted((a, b) => a.index - b.index);
  const told: Trouble[] = [...received.troubles, ...fetched.filter((one) => 'failure' in one)];
  if (failure !== undefined && !received.complete) told.unshift({ failure });
  if (received.error !== undefined) told.unshift({ failure: failureFromReply(200, {}, received.error, { model: request.model }) });
  const troubles = told.map(({ failure, ...about }): Trouble => Object.assign(about, { failure: withoutKey(failure, send.key) }));
  for (const trouble of troubles) log(`trouble${trouble.index === undefined ? '' : ` with picture ${trouble.index}`}: ${JSON.stringify(trouble.failure)}`);
  if (pictures.length === 0) throw new FailureError(troubles[0]?.failure ?? { code: 'no-pictures' }, { usage });
  return { pictures, troubles, ...(usage === undefined ? {} : { usage }) };
};

const fetchLink = async (link: ReceivedLink, send: Pick<SendOptions, 'signal' | 'landing'>, context: Context, log: (line: string) => void): Promise<ReceivedPicture | Trouble> => {
  const { internals, network, options } = context;
  const file = send.landing.pictureFile(link.index);
  try {
    if (send.signal.aborted) throw new FailureError({ code: 'cancelled', sent: true });
    const download = await downloadPicture(link.url, file, {
      network,
      log,
      signal: send.signal,
      userAgent: options.userAgent,
      apiOrigin: new URL(options.profile.baseUrl).origin,
      ...(internals.downloadDelays === undefined ? {} : { delays: internals.downloadDelays }),
      ...(internals.downloadStallMs === undefined ? {} : { stallMs: internals.downloadStallMs }),
    });
    await send.landing.keepPicture?.(link.index, download.bytes).catch((error: unknown) => log(`picture ${link.index} could not be noted: ${String(error)}`));
    return { ...link, file, ...download };
  } catch (error) {
    const failure: Failure = send.signal.aborted
      ? { code: 'cancelled', sent: true }
      : error instanceof FailureError
        ? error.failure
        : { code: 'internal', message: String(error) };
    return { index: link.index, url: link.url, failure };
  }
};

/** Does `work` for every item, at most `atOnce` at a time; results in the items' order. */
const inTurns = async <T, R>(items: readonly T[], atOnce: number, work: (item: T) => Promise<R>): Promise<R[]> => {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [place, item] of queue) results[place] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
};
