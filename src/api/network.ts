import * as tls from 'node:tls';
import { Agent, Pool, ProxyAgent, type Dispatcher } from 'undici';
import { FailureError, type Failure } from '../images/failure.ts';
import type { ProxySettings } from './types.ts';
import { isLoopback, parseUrl } from './url.ts';

/** How one URL is reached. */
export interface Route {
  readonly dispatcher: Dispatcher;
  readonly proxied: boolean;
}

/** Every way out of the editor, opened on first use, with its connections kept. */
export interface Network {
  /** @throws {FailureError} `proxy` where the proxy's address makes no sense. */
  route(url: URL): Route;
  /** Ends every connection at once, also those in use. */
  close(): Promise<void>;
}

/** Environment variables as `process.env` has them; both spellings of a proxy variable count, lower case first. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What every connection is made with. undici gives up after 300 s without headers or between two parts of a body, less than a
 * picture can take: both are off, and the client's own limit rules. A first address that does not answer is
 * given a second before the next one is tried; Node's own 250 ms are too short for a far service.
 */
export const connectionOptions = {
  headersTimeout: 0,
  bodyTimeout: 0,
  keepAliveTimeout: 4_000,
  connect: { timeout: 20_000, autoSelectFamily: true, autoSelectFamilyAttemptTimeout: 1_000 },
} as const;

/** A proxy that takes the call and never answers it is given up after this, in milliseconds. */
const tunnelTimeout = 30_000;

/** Opens the ways out that the settings and, where they are silent, the environment describe. */
export function openNetwork(settings: ProxySettings, environment: Environment = process.env): Network {
  const open = new Map<string, Dispatcher>();

  const dispatcher = (name: string, make: () => Dispatcher): Dispatcher => {
    const known = open.get(name);
    if (known !== undefined) return known;
    const made = make();
    open.set(name, made);
    return made;
  };

  return {
    route: (url) => {
      const proxy = proxyFor(url, settings, environment);
      const secure = url.protocol === 'https:';
      if (proxy === undefined) {
        const make = () => new Agent({ ...connectionOptions, connect: connectOptions(settings, secure) });
        return { dispatcher: dispatcher(secure ? 'direct https' : 'direct http', make), proxied: false };
      }
      return { dispatcher: dispatcher(`${proxy.href} ${url.protocol}`, () => proxyAgent(proxy, settings, secure)), proxied: true };
    },
    close: async () => {
      const all = [...open.values()];
      open.clear();
      await Promise.all(all.map((one) => one.destroy()));
    },
  };
}

/**
 * The proxy that `url` is reached through, or undefined for none. As in the editor itself the setting comes before the
 * environment; a proxy from the environment never stands before this computer's own loopback, which it could not reach.
 */
export function proxyFor(url: URL, settings: ProxySettings, environment: Environment): URL | undefined {
  const variable = (name: string): string | undefined => (environment[name] || environment[name.toUpperCase()])?.trim() || undefined;
  const address =
    settings.url.trim() ||
    (isLoopback(url) ? undefined : ((url.protocol === 'https:' ? variable('https_proxy') : undefined) ?? variable('http_proxy') ?? variable('all_proxy')));
  if (address === undefined) return undefined;
  const exceptions = [...settings.noProxy, ...(variable('no_proxy') ?? '').split(/[\s,]+/)];
  return exceptions.some((entry) => covers(entry.trim().toLowerCase(), url)) ? undefined : proxyUrl(address);
}

/** Whether a no-proxy entry means `url`: `*`, `host`, `.host` and `*.host` (both with the host itself), each with an optional port. */
const covers = (entry: string, url: URL): boolean => {
  if (entry === '' || entry === '*') return entry === '*';
  const [, name = '', port] = /^(.+?)(?::(\d+))?$/.exec(entry.startsWith('::') ? `[${entry}]` : entry) ?? [];
  if (port !== undefined && port !== (url.port || (url.protocol === 'https:' ? '443' : '80'))) return false;
  const host = name.replace(/^\*?\./, '');
  return url.hostname === host || url.hostname.endsWith(`.${host}`);
};

const proxyUrl = (address: string): URL => {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : `http://${address}`;
  const url = parseUrl(text.replace(/^socks(5h?)?:/i, 'socks5:'));
  if (url === undefined || url.hostname === '' || !['http:', 'https:', 'socks5:'].includes(url.protocol)) {
    throw new FailureError({ code: 'proxy', message: `the proxy address is not one that can be used (${url?.protocol ?? 'no URL'})` });
  }
  return url;
};

const proxyAgent = (proxy: URL, settings: ProxySettings, secure: boolean): Dispatcher => {
  const { username, password } = proxy;
  const uri = new URL(proxy);
  if (uri.protocol !== 'socks5:') [uri.username, uri.password] = ['', ''];
  const own = username === '' ? undefined : `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}`;
  const token = settings.authorization || own;
  const connect = connectOptions(settings, secure || proxy.protocol === 'https:');
  return new ProxyAgent({
    ...connectionOptions,
    uri: uri.href,
    requestTls: connect,
    proxyTls: connect,
    clientFactory: tunnelPool,
    ...(token === undefined ? {} : { token }),
  });
};

type Tunnel = (options: object) => Promise<unknown>;

/**
 * The connections to a proxy. One that hangs up on CONNECT gives undici an error that it takes for a lost idle connection: it
 * would ask again without end. As another error it fails the request.
 */
const tunnelPool = (origin: URL, options: object): Dispatcher => {
  const pool = new Pool(origin, { ...options, headersTimeout: tunnelTimeout });
  const connect = pool.connect.bind(pool) as Tunnel;
  const connectOnce: Tunnel = (wanted) =>
    connect(wanted).catch((error: unknown) => {
      throw errorCodes(error)[0] === 'UND_ERR_SOCKET' ? new Error('the proxy hung up', { cause: error }) : error;
    });
  return Object.assign(pool, { connect: connectOnce });
};

const connectOptions = (settings: ProxySettings, secure: boolean) => {
  const context = secure ? trusted() : undefined;
  return {
    ...connectionOptions.connect,
    rejectUnauthorized: settings.strictSSL,
    ...(context === undefined ? {} : { secureContext: context }),
  };
};

type CertificateReader = (store: 'default' | 'system') => string[];

/** Trusts what the system trusts beside Node's own list, where this Node (22.15 and later) can tell; a company's proxy needs it. */
const trusted = (): tls.SecureContext | undefined => {
  const read = (tls as { readonly getCACertificates?: CertificateReader }).getCACertificates;
  if (read === undefined) return undefined;
  try {
    return tls.createSecureContext({ ca: [...new Set([...read('default'), ...read('system')])] });
  } catch {
    return undefined;
  }
};

/** What it means that no connection came to be: nothing was sent, so nothing is billed. */
export function connectFailure(error: unknown, url: URL, proxied: boolean): Failure {
  const message = errorText(error);
  if (/CERT|ISSUER|SELF_SIGNED|UNABLE_TO_VERIFY|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE)|PRX_TLS/.test(errorCodes(error).join(' '))) {
    return { code: 'certificate', host: url.host, message };
  }
  return proxied ? { code: 'proxy', message } : { code: 'unreachable', host: url.host, message };
}

/** The codes of an error, of its causes and of the errors it gathers, outermost first. */
export function errorCodes(error: unknown): string[] {
  const codes: string[] = [];
  for (let at = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth++) {
    if ('code' in at && typeof at.code === 'string') codes.push(at.code);
    if (at instanceof AggregateError) codes.push(...at.errors.flatMap((inner) => errorCodes(inner)));
  }
  return codes;
}

/** An error in one technical line: its codes, then what it says. */
export function errorText(error: unknown): string {
  const said = error instanceof Error ? error.message || (error instanceof AggregateError ? errorText(error.errors[0]) : error.name) : String(error);
  const codes = [...new Set(errorCodes(error))].filter((code) => !said.includes(code));
  return [...codes, said].join(' ');
}
