import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { FailureError, type Failure } from '../images/failure.ts';
import type { ImageHeader } from '../images/header.ts';
import { redact } from '../images/redact.ts';
import { createBase64Decoder } from './base64.ts';
import { exchange, ExchangeError } from './exchange.ts';
import { connectFailure, errorText, type Network } from './network.ts';
import { isLoopback, parseUrl } from './url.ts';
import { headerOf, pictureLimit } from './receive.ts';
import { createSink, type Sink } from './sink.ts';

/** What a download needs beside the link and the file. */
export interface DownloadOptions {
  readonly network: Network;
  /** Ends the download at once; it rejects with the signal's reason. */
  readonly signal: AbortSignal;
  readonly userAgent: string;
  readonly log: (line: string) => void;
  /** The one origin beside loopback that may be fetched from without TLS: the API's own. */
  readonly apiOrigin?: string;
  /** Milliseconds before each further try; their count is the number of further tries. */
  readonly delays?: readonly number[];
  /** Milliseconds without a single byte after which a try is given up. */
  readonly stallMs?: number;
  readonly onBytes?: (bytes: number) => void;
}

/** A picture that was fetched: whole, and judged by its bytes. */
export interface Download {
  readonly bytes: number;
  readonly header: ImageHeader;
}

const defaultDelays = [500, 1_500, 4_000, 10_000];
const defaultStallMs = 60_000;
const mostRedirects = 5;

/**
 * Fetches a picture that was paid for into `file`, as often as it takes: the same link, never a new request. No key goes along.
 * A `data:` link is decoded. What is not whole is removed.
 * @throws {FailureError} `download-refused` for what may not or need not be fetched, `download-failed` for what would not come,
 * `save-failed` for a disk that does not take it; the signal's reason when it is aborted.
 */
export async function downloadPicture(url: string, file: string, options: DownloadOptions): Promise<Download> {
  if (/^data:/i.test(url)) return decodeLink(url, file);
  const delays = options.delays ?? defaultDelays;
  for (let tries = 0; ; tries++) {
    try {
      return await fetchOnce(url, file, options);
    } catch (error) {
      if (!(error instanceof Unfinished)) throw error;
      const wait = delays[tries];
      options.log(`download ${redact(url)}: ${error.message}${wait === undefined ? '' : `; again in ${wait} ms`}`);
      // a file that is not there yet comes soon or never
      if (wait === undefined || (error.status === 404 && tries >= 2)) {
        throw new FailureError({ code: 'download-failed', host: hostOf(url), message: error.message }, { cause: error });
      }
      await delay(wait, undefined, { signal: options.signal }).catch(() => undefined);
      options.signal.throwIfAborted();
    }
  }
}

/** One try did not bring the picture; another may. */
class Unfinished extends Error {
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}

const fetchOnce = async (link: string, file: string, options: DownloadOptions): Promise<Download> => {
  let url = allowed(link, options.apiOrigin);
  for (let redirects = 0; ; redirects++) {
    const answer = await fetchFrom(url, file, options);
    if (!('location' in answer)) return answer;
    if (redirects === mostRedirects) throw refused(url, 'too many redirects');
    if (!URL.canParse(answer.location, url)) throw refused(url, 'a redirect to what is no address');
    url = allowed(new URL(answer.location, url).href, options.apiOrigin);
    options.log(`download redirected to ${redact(url.href)}`);
  }
};

const fetchFrom = async (url: URL, file: string, options: DownloadOptions): Promise<Download | { readonly location: string }> => {
  const { dispatcher, proxied } = options.network.route(url);
  const stall = new AbortController();
  const stallMs = options.stallMs ?? defaultStallMs;
  const timer = setTimeout(() => stall.abort(new Unfinished(`no byte for ${stallMs} ms`)), stallMs);
  let sink: Sink | undefined;
  let location: string | undefined;
  let whole = false;
  try {
    await exchange({
      dispatcher,
      url,
      method: 'GET',
      headers: { accept: 'image/*, */*;q=0.1', 'accept-encoding': 'identity', 'user-agent': options.userAgent },
      signals: [options.signal, stall.signal],
      onResponse: (status, headers) => {
        timer.refresh();
        options.log(`GET ${redact(url.href)} → ${status}, ${headers['content-length'] ?? '?'} bytes of ${headers['content-type'] ?? 'no type'}`);
        location = redirectOf(status, headers);
        if (location !== undefined) return undefined;
        judge(url, status, headers);
        const target = createSink(file, [], pictureLimit);
        sink = target;
        return {
          push: (chunk) => {
            timer.refresh();
            target.write(chunk);
            if (target.bytes > pictureLimit) throw refused(url, `more than ${pictureLimit} bytes`);
            options.onBytes?.(chunk.length);
            return target.busy();
          },
        };
      },
    });
    if (location !== undefined) return { location };
    if (sink === undefined) throw new Unfinished('no answer');
    const download = await judgeFile(url, file, sink);
    whole = true;
    return download;
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    const failure = error.sent ? undefined : connectFailure(error.cause, url, proxied);
    // neither is cured by asking again
    if (failure?.code === 'certificate') throw new FailureError({ code: 'download-failed', host: url.host, message: errorText(error) }, { cause: error });
    throw new Unfinished(errorText(error));
  } finally {
    clearTimeout(timer);
    if (!whole) await sink?.discard();
  }
};

const judgeFile = async (url: URL, file: string, sink: Sink): Promise<Download> => {
  const problem = await sink.close();
  if (problem !== undefined) throw new FailureError({ code: 'save-failed', path: file, message: problem.message }, { cause: problem });
  if (sink.bytes === 0) throw new Unfinished('an empty answer');
  const header = await headerOf(file);
  if (header === undefined) throw refused(url, `${sink.bytes} bytes of no known image format`);
  return { bytes: sink.bytes, header };
};

/** Whether this answer brings the picture: returns if so, and else throws what it means. */
const judge = (url: URL, status: number, headers: IncomingHttpHeaders): void => {
  if (status === 200) {
    if (Number(headers['content-length'] ?? 0) > pictureLimit) throw refused(url, `more than ${pictureLimit} bytes`);
    return;
  }
  if (status >= 500 || status === 404 || status === 408 || status === 425 || status === 429) throw new Unfinished(`status ${status}`, status);
  const message = status === 403 || status === 410 ? `status ${status}: the link has expired` : `status ${status}`;
  throw new FailureError({ code: 'download-failed', host: url.host, message });
};

const redirectOf = (status: number, headers: IncomingHttpHeaders): string | undefined =>
  [301, 302, 303, 307, 308].includes(status) ? headers.location : undefined;

/** Rule 4 for links, which a stranger may have written: https, this computer, or the API itself; and no credentials within. */
const allowed = (link: string, apiOrigin: string | undefined): URL => {
  const url = parseUrl(link);
  if (url === undefined) throw new FailureError({ code: 'download-refused', host: '', message: 'not an address' });
  if (url.username !== '' || url.password !== '') throw refused(url, 'an address with a user name');
  if (url.protocol === 'https:' || (url.protocol === 'http:' && (isLoopback(url) || url.origin === apiOrigin))) return url;
  throw refused(url, 'not https');
};

const refused = (url: URL, message: string): FailureError => {
  const failure: Failure = { code: 'download-refused', host: url.host, message };
  return new FailureError(failure);
};

const hostOf = (link: string): string => parseUrl(link)?.host ?? '';

const decodeLink = async (link: string, file: string): Promise<Download> => {
  const sink = createSink(file, [], pictureLimit);
  const decoder = createBase64Decoder(sink);
  const text = Buffer.from(link, 'utf8');
  decoder.run(text, 0, text.length);
  const problem = decoder.end();
  const written = await sink.close();
  const header = problem === undefined && written === undefined && sink.bytes > 0 ? await headerOf(file) : undefined;
  if (header !== undefined) return { bytes: sink.bytes, header };
  await sink.discard();
  if (written !== undefined) throw new FailureError({ code: 'save-failed', path: file, message: written.message }, { cause: written });
  throw new FailureError({ code: 'download-refused', host: 'data:', message: problem ?? 'no known image format' });
};
