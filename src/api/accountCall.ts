import { FailureError } from '../images/failure.ts';
import { redact } from '../images/redact.ts';
import { exchange, ExchangeError } from './exchange.ts';
import { connectFailure, errorText, type Network } from './network.ts';
import { mayCarryKey, type Profile } from './profiles.ts';
import { isLoopback } from './url.ts';

/** What a question about the account needs. */
export interface AccountOptions {
  readonly profile: Profile;
  readonly network: Network;
  readonly key: string;
  readonly userAgent: string;
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
  readonly now?: () => number;
  /** Milliseconds without the whole answer after which the service counts as not reached. */
  readonly patience?: number;
}

/** The answer, whatever its status; a redirect is one too, and is not followed. */
export interface AccountAnswer {
  readonly status: number;
  /** Where a redirect points to. */
  readonly location: string | undefined;
  readonly text: string;
  /** By how much the service's clock is ahead of this computer's, in milliseconds; 0 where it does not say. */
  readonly ahead: number;
}

const longestAnswer = 1024 * 1024;
const usualPatience = 20_000;

/**
 * Asks the service about the account: a short call that costs nothing, with the key.
 * @param body sent as JSON by POST; absent: GET
 * @throws {FailureError} where no whole answer came, or one over 1 MiB; `internal` for an address that the key must not go to
 */
export async function askAccount(options: AccountOptions, url: URL, body?: object): Promise<AccountAnswer> {
  const { profile, network, key, signal } = options;
  // Rule 4: the key goes to its service alone, and not in the clear.
  if (!mayCarryKey(profile, url) || (url.protocol !== 'https:' && !isLoopback(url))) throw new FailureError({ code: 'internal', message: 'the key does not belong to this address' });
  if (!/^[\x21-\x7e]+$/.test(key)) throw new FailureError({ code: 'no-key' });

  const sent = body && Buffer.from(JSON.stringify(body));
  const method = sent ? 'POST' : 'GET';
  const { dispatcher, proxied } = network.route(url);
  const pieces: Buffer[] = [];
  let size = 0;
  let status = 0;
  let date = '';
  let location: string | undefined;
  const limit = AbortSignal.timeout(options.patience ?? usualPatience);
  try {
    await exchange({
      dispatcher,
      url,
      method,
      headers: {
        authorization: `Bearer ${key}`,
        accept: 'application/json',
        'accept-encoding': 'identity',
        ...(sent && { 'content-type': 'application/json', 'content-length': String(sent.length) }),
        'user-agent': options.userAgent,
      },
      ...(sent && { body: sent }),
      signals: [signal, limit],
      onResponse: (answered, headers) => {
        status = answered;
        date = headers.date ?? '';
        ({ location } = headers);
        return {
          push: (chunk) => {
            size += chunk.length;
            if (size > longestAnswer) throw new FailureError({ code: 'bad-reply', message: `the answer of ${url.pathname} does not end` });
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
  options.log(redact(`${method} ${url.host}${url.pathname} → ${status}, ${size} bytes`, key));
  const ahead = Date.parse(date) - (options.now ?? Date.now)();
  return { status, location, text: Buffer.concat(pieces).toString('utf8'), ahead: Number.isNaN(ahead) ? 0 : ahead };
}
