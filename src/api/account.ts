import * as z from 'zod/mini';
import { FailureError } from '../images/failure.ts';
import type { LogRow } from '../images/logRow.ts';
import { plainMessage, redact } from '../images/redact.ts';
import { failureFromReply } from '../images/reply.ts';
import { exchange, ExchangeError } from './exchange.ts';
import { connectFailure, errorText, type Network } from './network.ts';
import { mayCarryKey, type Profile } from './profiles.ts';
import { isLoopback } from './url.ts';

export type { LogRow } from '../images/logRow.ts';

/** The newest calls of a key. */
export interface UsageLog {
  readonly rows: readonly LogRow[];
  /** Whether there may be older rows than these. */
  readonly more: boolean;
  /** Entries that cannot be read: what they are about is not known. */
  readonly unread: number;
  /** By how much the service's clock is ahead of this computer's, in milliseconds; 0 where it does not say. */
  readonly ahead: number;
}

export interface UsageLogOptions {
  readonly profile: Profile;
  readonly network: Network;
  readonly key: string;
  readonly userAgent: string;
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
  readonly now?: () => number;
}

/** The most rows that OpenAI-HK hands out at once. */
const mostRows = 300;
const longestAnswer = 1024 * 1024;
/** A log that does not answer within so many milliseconds is not reached. */
const patience = 20_000;

/**
 * The calls that the service billed to this key of late. Costs nothing.
 * @throws {FailureError} where the log is not reached, refuses, or says what it should not; `not-found` where the service has none.
 */
export async function readUsageLog(options: UsageLogOptions): Promise<UsageLog> {
  const { profile, network, key, signal } = options;
  if (profile.usageLog === undefined) throw new FailureError({ code: 'not-found', message: 'the service has no usage log' });
  const url = new URL(profile.usageLog);
  // Rule 4: the key goes to its service alone, and not in the clear.
  if (!mayCarryKey(profile, url) || (url.protocol !== 'https:' && !isLoopback(url))) throw new FailureError({ code: 'internal', message: 'the key does not belong to this address' });
  if (!/^[\x21-\x7e]+$/.test(key)) throw new FailureError({ code: 'no-key' });

  const body = Buffer.from(JSON.stringify({ start: 0, limit: mostRows }));
  const { dispatcher, proxied } = network.route(url);
  const pieces: Buffer[] = [];
  let size = 0;
  let status = 0;
  let date = '';
  const limit = AbortSignal.timeout(patience);
  try {
    await exchange({
      dispatcher,
      url,
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        accept: 'application/json',
        'accept-encoding': 'identity',
        'content-type': 'application/json',
        'content-length': String(body.length),
        'user-agent': options.userAgent,
      },
      body,
      signals: [signal, limit],
      onResponse: (answered, headers) => {
        status = answered;
        date = headers.date ?? '';
        return {
          push: (chunk) => {
            size += chunk.length;
            if (size > longestAnswer) throw new FailureError({ code: 'bad-reply', message: 'the usage log does not end' });
            pieces.push(Buffer.from(chunk));
            return undefined;
          },
        };
      },
    });
  } catch (error) {
    if (error instanceof FailureError) throw error;
    if (signal.aborted) throw new FailureError({ code: 'cancelled', sent: false }, { cause: error });
    if (error instanceof ExchangeError && !error.sent) throw new FailureError(connectFailure(error.cause, url, proxied), { cause: error });
    throw new FailureError({ code: 'unreachable', host: url.host, message: limit.aborted ? 'no answer' : errorText(error) }, { cause: error });
  }
  const text = Buffer.concat(pieces).toString('utf8');
  options.log(redact(`POST ${url.host}${url.pathname} → ${status}, ${size} bytes`, key));
  if (status !== 200) throw new FailureError(failureFromReply(status, {}, text, { model: '' }));
  const ahead = Date.parse(date) - (options.now ?? Date.now)();
  const { rows, entries } = rowsOf(text);
  return { rows, more: entries >= mostRows, unread: entries - rows.length, ahead: Number.isNaN(ahead) ? 0 : ahead };
}

const logShape = z.looseObject({
  data: z.looseObject({ logs: z.array(z.unknown()) }),
  error: z.optional(z.union([z.number(), z.string()])),
  error_des: z.optional(z.string()),
});

/** Every value comes as text; a service that sends numbers one day is understood as well. */
const figure = z.pipe(z.union([z.string(), z.number()]), z.transform(String));
const rowShape = z.looseObject({ id: figure, ctime: figure, prompt_tokens: figure, completion_tokens: figure, fen: figure, model: z.string() });

/**
 * The rows of an answer of the usage log; what is no row is passed over, and shows in the number of entries.
 * @throws {FailureError} `bad-reply` for an answer that is none
 */
export function rowsOf(text: string): { readonly rows: readonly LogRow[]; readonly entries: number } {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    throw new FailureError({ code: 'bad-reply', message: `the usage log is not JSON: ${plainMessage(text)}` });
  }
  const { data: log } = logShape.safeParse(answer);
  if (!log) throw new FailureError({ code: 'bad-reply', message: 'the usage log has another form' });
  if (log.error !== undefined && String(log.error) !== '0') throw new FailureError({ code: 'bad-reply', message: `the usage log says: ${plainMessage(log.error_des ?? String(log.error))}` });
  const rows = log.data.logs.flatMap((entry): LogRow[] => {
    const { data: row } = rowShape.safeParse(entry);
    if (!row) return [];
    const [seconds, promptTokens, completionTokens, micros] = [wholeNumber(row.ctime), wholeNumber(row.prompt_tokens), wholeNumber(row.completion_tokens), microsOf(row.fen)];
    if (seconds === undefined || promptTokens === undefined || completionTokens === undefined || micros === undefined) return [];
    return [{ id: row.id, model: row.model, time: seconds * 1000, promptTokens, completionTokens, micros }];
  });
  return { rows, entries: log.data.logs.length };
}

const wholeNumber = (text: string): number | undefined => (/^\d{1,15}$/.test(text) ? Number(text) : undefined);

/** Millionths of a decimal number, exactly; undefined for what is none, or is finer or larger than money gets. */
export function microsOf(text: string): number | undefined {
  const [, whole, fraction = ''] = /^(\d{1,9})(?:\.(\d*))?$/.exec(text.trim()) ?? [];
  if (whole === undefined) return undefined;
  const rest = fraction.slice(6);
  const micros = Number(whole) * 1e6 + Number(fraction.slice(0, 6).padEnd(6, '0'));
  // What a service's floating point left behind the sixth place is rounded off.
  return micros + (/^[5-9]/.test(rest) ? 1 : 0);
}
