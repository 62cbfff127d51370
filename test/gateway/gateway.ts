import { createAccount, type ForeignCall } from './account.ts';
import { answerLog, answerTokenUsage, type Books } from './accountAnswers.ts';
import { keyRefused, Refusal } from './errors.ts';
import { openOrigin, type Exchange } from './exchange.ts';
import { createFaultQueue, type Fault, type FaultName, type FaultQueue } from './faults.ts';
import { createFileStore } from './files.ts';
import { answerImages, type Studio } from './images.ts';
import { createPainter } from './pictures.ts';
import { createRecorder, type RecordedRequest, type RequestKind } from './record.ts';
import type { DialectName } from './rules.ts';

export interface GatewayOptions {
  /** Whose manners it has: `openai-hk` (the default) or `openai`. */
  readonly dialect?: DialectName;
  /** The keys it knows; `hk-test-key` unless told. */
  readonly keys?: readonly string[];
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** The port of the second origin, which serves the pictures behind links. */
  readonly filesPort?: number;
  /** Gets a line for every request when it ends. */
  readonly log?: (line: string) => void;
  /** The opening balance; 1,000,000 unless told (¥100). At or below nothing, requests are refused with insufficient_quota. */
  readonly credits?: number;
  /** How long drawing one answer takes; 0 unless told. A stream's partial pictures are spread over it. */
  readonly latencyMs?: number | ((request: RecordedRequest) => number);
  /** Whether `b64_json` begins with `data:image/…;base64,`: so it does from openai-hk, unless told. */
  readonly b64Prefix?: boolean;
  /** The multipart field of an edit's pictures; `image[]` unless told. Another field is refused. */
  readonly imageField?: 'image[]' | 'image';
  /** Bodies above it are refused with 413; 900 MiB, a full edit, unless told. */
  readonly bodyLimit?: number;
  /** Serves these bytes in place of drawing. The same buffer again costs nothing: its base64 is kept with it. */
  readonly picture?: (index: number, request: RecordedRequest) => Buffer;
}

export interface Gateway {
  readonly origin: string;
  /** What a profile's base URL is set to: the origin and `/v1`. */
  readonly baseUrl: string;
  readonly filesOrigin: string;
  /** The usage log of OpenAI-HK. */
  readonly logUrl: string;
  /** What new-api tells of a key. */
  readonly usageUrl: string;
  /** Every request to either origin since the start or the last `clear`, in order of arrival. */
  readonly requests: readonly RecordedRequest[];
  /** Credits left. */
  balance(): number;
  /** Writes calls of others, with the same key, into the usage log, the newest last, and takes what they cost; see {@link Account.enter}. */
  bill(calls: readonly ForeignCall[]): void;
  /** Resolves with the first request, past or future, for which `test` holds. Rejects when the gateway closes. */
  waitFor(test: (request: RecordedRequest) => boolean): Promise<RecordedRequest>;
  /** Plays a fault on the next image request, or the next `times`; with `log` and `usage`, on those for the usage log and for what is left of the key. */
  faultNext(fault: Fault | FaultName, times?: number, on?: 'images' | 'log' | 'usage'): void;
  /** Plays a fault on every image request from now on; `undefined` ends it. */
  setFault(fault: Fault | FaultName | undefined): void;
  /** Forgets requests and faults; balance, log and pictures stay. */
  clear(): void;
  /** Drops every connection, and resolves when nothing is left running. */
  close(): Promise<void>;
}

const routes: Readonly<Record<string, RequestKind>> = {
  'POST /v1/images/generations': 'generations',
  'POST /v1/images/edits': 'edits',
  'POST /openai/sk/log': 'log',
  'GET /api/usage/token': 'usage',
  'GET /api/usage/token/': 'usage',
};

/** Starts a stand-in for the Images API on two free ports of the loopback. */
export async function startGateway(options: GatewayOptions = {}): Promise<Gateway> {
  const { dialect = 'openai-hk', keys = ['hk-test-key'], latencyMs = 0, log = () => undefined } = options;
  const recorder = createRecorder();
  const account = createAccount(options.credits ?? 1_000_000);
  const imageFaults = createFaultQueue();
  const logFaults = createFaultQueue();
  const usageFaults = createFaultQueue();
  const origins = { api: '', files: '' };
  const files = createFileStore({ api: () => origins.api, files: () => origins.files });
  const studio: Studio = {
    book: { dialect, imageField: options.imageField ?? 'image[]' },
    faults: imageFaults,
    account,
    files,
    paint: createPainter(),
    filesOrigin: () => origins.files,
    bodyLimit: options.bodyLimit ?? 900 * 1024 * 1024,
    b64Prefix: options.b64Prefix ?? dialect === 'openai-hk',
    latency: typeof latencyMs === 'function' ? latencyMs : () => latencyMs,
    picture: options.picture,
  };

  const books = (faults: FaultQueue): Books => ({ account, faults, filesOrigin: () => origins.files });

  const kindOf = (method: string, path: string): RequestKind => {
    const [name = ''] = path.split('?');
    if ((method === 'GET' || method === 'HEAD') && /^\/(moved\/)?\d{8}\//.test(name)) return 'file';
    const kind = routes[`${method} ${name}`] ?? 'other';
    return (kind === 'log' || kind === 'usage') && dialect === 'openai' ? 'other' : kind;
  };

  const api = await openOrigin({
    server: 'api',
    port: options.port ?? 0,
    recorder,
    log,
    kindOf,
    async handle(exchange) {
      const { kind } = exchange.entry;
      if (kind === 'file') return files.serve(exchange, true);
      if (kind === 'other') throw noSuchUrl(exchange);
      const key = /^Bearer (.+)$/.exec(exchange.request.headers.authorization ?? '')?.[1] ?? '';
      if (!keys.includes(key)) throw keyRefused(dialect, key);
      if (kind === 'log') return answerLog(books(logFaults), exchange);
      if (kind === 'usage') return answerTokenUsage(books(usageFaults), exchange);
      return answerImages(studio, kind, exchange);
    },
  });

  const store = await openOrigin({
    server: 'files',
    port: options.filesPort ?? 0,
    recorder,
    log,
    kindOf,
    // Whatever comes here besides a GET of a picture was sent to the wrong host, and finds nothing.
    handle: (exchange) => files.serve(exchange, exchange.entry.path.startsWith('/moved/')),
  }).catch(async (error: unknown) => {
    await api.close();
    throw error;
  });
  origins.api = api.origin;
  origins.files = store.origin;

  return {
    origin: api.origin,
    baseUrl: `${api.origin}/v1`,
    filesOrigin: store.origin,
    logUrl: `${api.origin}/openai/sk/log`,
    usageUrl: `${api.origin}/api/usage/token/`,
    requests: recorder.requests,
    balance: () => account.balance(),
    bill: (calls) => account.enter(calls),
    waitFor: (test) => recorder.waitFor(test),
    faultNext: (fault, times = 1, on = 'images') => ({ images: imageFaults, log: logFaults, usage: usageFaults })[on].next(fault, times),
    setFault: (fault) => imageFaults.set(fault),
    clear() {
      recorder.clear();
      imageFaults.clear();
      logFaults.clear();
      usageFaults.clear();
    },
    async close() {
      await Promise.all([api.close(), store.close()]);
      recorder.close();
    },
  };
}

function noSuchUrl({ entry }: Exchange): Refusal {
  const message = `Invalid URL (${entry.method} ${entry.path.replace(/\?.*/, '')})`;
  return new Refusal(404, { message, type: 'invalid_request_error', param: null, code: null });
}
