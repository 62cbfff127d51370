import type { ErrorBody } from './errors.ts';
import type { PictureFormat } from './rules.ts';

/** What can go wrong behind a link to a picture. */
export type UrlTrouble =
  /** 404. */
  | { readonly kind: 'missing' }
  /** 403, as object stores answer when a signature has run out. */
  | { readonly kind: 'expired' }
  /** 302 to another path of the same origin, which serves the picture. */
  | { readonly kind: 'redirect-here' }
  /** 302 to the API's origin, which serves the picture. */
  | { readonly kind: 'redirect-to-api' }
  /** 302 to http://pictures.example.invalid, where nobody is. */
  | { readonly kind: 'redirect-elsewhere' }
  /** 302 to itself, for ever. */
  | { readonly kind: 'redirect-loop' }
  /** The connection is dropped after the fraction `at` of the bytes. */
  | { readonly kind: 'cut'; readonly at: number }
  /** Fails the first `times` requests of each link, by 503 or by a cut, then serves it. */
  | { readonly kind: 'flaky'; readonly times: number; readonly how: 'status' | 'cut' }
  /** The link itself is plain http on a foreign host. */
  | { readonly kind: 'foreign' }
  /** 200 with a web page, which says that it is a PNG. */
  | { readonly kind: 'html' }
  /** Accepts the request and answers nothing. */
  | { readonly kind: 'hang' };

/** One thing that goes wrong with one request. What is refused before pictures are made is not billed; all else is. */
export type Fault =
  /** Answers this status. `before-read` answers when the headers are in, and reads no further. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly error?: ErrorBody;
      /** An HTML page instead of a JSON error. */
      readonly html?: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly when?: 'before-read';
    }
  /** Holds the answer back, headers and all, for so long; then goes on as usual. `Infinity`: until the client leaves. */
  | { readonly kind: 'no-headers'; readonly ms: number }
  /** A TCP reset. After the read, the pictures are made and billed all the same. */
  | { readonly kind: 'reset'; readonly when: 'before-read' | 'after-read' }
  /** The connection is dropped after the fraction `at` of the body; `chunked` leaves Content-Length out. */
  | { readonly kind: 'cut'; readonly at: number; readonly chunked?: boolean }
  /** Content-Length is wrong by so many bytes; the connection is closed after the body. */
  | { readonly kind: 'content-length'; readonly off: number }
  /** The body comes in so many pieces, with a pause before each. */
  | { readonly kind: 'drip'; readonly pieces: number; readonly everyMs: number }
  /** A 200 with this text in the place of the JSON; only of the usage log and of what is left. */
  | { readonly kind: 'body'; readonly text: string }
  /** A 200 whose JSON stops in the middle, with a Content-Length that fits. */
  | { readonly kind: 'invalid-json' }
  /** Characters in the middle of the base64 that do not belong there. */
  | { readonly kind: 'invalid-base64' }
  /** 200, `data: []`. */
  | { readonly kind: 'empty-data' }
  /** So many pictures, whatever `n` says; `usage` counts those made. */
  | { readonly kind: 'fewer'; readonly count: number }
  | { readonly kind: 'other-size'; readonly width: number; readonly height: number }
  | { readonly kind: 'other-format'; readonly format: PictureFormat }
  /** Links, each with `b64_json: ""` beside it. */
  | { readonly kind: 'empty-b64' }
  /** Links, whatever was asked for, with trouble behind them. */
  | { readonly kind: 'url'; readonly trouble: UrlTrouble }
  /** The POST itself is redirected, to the files' origin. */
  | { readonly kind: 'redirect'; readonly status: 301 | 302 | 307 | 308 }
  | { readonly kind: 'no-usage' }
  /** `usage` without its `input_tokens_details`. */
  | { readonly kind: 'no-usage-details' }
  /** Streams only. `error`: an error event after the partials; `cut`: dropped before `completed`; `hang`: nothing more after the partials, until the client leaves; `url`: `completed` has a link. */
  | { readonly kind: 'sse'; readonly trouble: 'error' | 'cut' | 'hang' | 'url' | 'no-done' };

function openai(message: string, code: string | null, type = 'invalid_request_error', param: string | null = null): ErrorBody {
  return { message, type, param, code };
}

const rateLimit = openai('Rate limit reached for images per minute.', 'rate_limit_exceeded', 'rate_limit_error');
const overload = openai('The server is currently overloaded with other requests.', null, 'server_error');
const page524 =
  '<!DOCTYPE html>\n<html lang="en-US"><head><title>api.example | 524: A timeout occurred</title></head>' +
  '<body><h1>A timeout occurred <span>Error code 524</span></h1></body></html>\n';
const page504 =
  '<html>\r\n<head><title>504 Gateway Time-out</title></head>\r\n<body>\r\n' +
  '<center><h1>504 Gateway Time-out</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n';

/** Every fault by a name: for tables of tests, and for prompts, where `[fault:NAME]` plays it. */
export const faults = {
  moderation: {
    kind: 'status',
    status: 400,
    error: openai(
      'Your request was rejected as a result of our safety system.',
      'moderation_blocked',
      'image_generation_user_error',
    ),
  },
  'unknown-parameter': {
    kind: 'status',
    status: 400,
    error: openai("Unknown parameter: 'background'.", 'unknown_parameter', undefined, 'background'),
  },
  'billing-limit': {
    kind: 'status',
    status: 400,
    error: openai('Billing hard limit has been reached.', 'billing_hard_limit_reached', 'billing_limit_user_error'),
  },
  'key-refused': { kind: 'status', status: 401, error: openai('key error please check', null, 'hk_api_error') },
  'not-verified': {
    kind: 'status',
    status: 403,
    error: openai('Your organization must be verified to use the model `gpt-image-2`.', null),
  },
  forbidden: { kind: 'status', status: 403, error: openai('Country, region, or territory not supported', 'unsupported_country_region_territory', 'request_forbidden') },
  'model-not-found': {
    kind: 'status',
    status: 404,
    error: openai("The model 'gpt-image-9' does not exist or you do not have access to it.", 'model_not_found'),
  },
  'too-large': {
    kind: 'status',
    status: 413,
    html: '<html><head><title>413 Request Entity Too Large</title></head><body><h1>413</h1></body></html>',
    when: 'before-read',
  },
  'rate-limited': { kind: 'status', status: 429, error: rateLimit },
  'rate-limited-seconds': { kind: 'status', status: 429, error: rateLimit, headers: { 'retry-after': '1' } },
  'rate-limited-ms': {
    kind: 'status',
    status: 429,
    error: rateLimit,
    headers: { 'retry-after-ms': '150', 'retry-after': '1', 'x-should-retry': 'true' },
  },
  'quota-spent': {
    kind: 'status',
    status: 429,
    error: openai('You exceeded your current quota, please check your plan and billing details.', 'insufficient_quota', 'insufficient_quota'),
  },
  'server-error': {
    kind: 'status',
    status: 500,
    error: openai('The server had an error while processing your request.', null, 'server_error'),
  },
  'bad-gateway': { kind: 'status', status: 502, html: page504.replaceAll('504 Gateway Time-out', '502 Bad Gateway') },
  overloaded: { kind: 'status', status: 503, error: overload },
  'overloaded-seconds': { kind: 'status', status: 503, error: overload, headers: { 'retry-after': '1' } },
  'no-channel': {
    kind: 'status',
    status: 503,
    error: openai('No available channel for model gpt-image-2 under group default', 'model_not_found', 'new_api_error'),
  },
  'gateway-timeout': { kind: 'status', status: 504, html: page504 },
  'cloudflare-timeout': { kind: 'status', status: 524, html: page524, headers: { server: 'cloudflare', 'cf-ray': '8f0a1b2c3d4e5f60-HKG' } },
  'ok-html': { kind: 'status', status: 200, html: '<html><body>Welcome</body></html>' },
  'no-headers': { kind: 'no-headers', ms: 5000 },
  'no-answer': { kind: 'no-headers', ms: Infinity },
  'reset-before-read': { kind: 'reset', when: 'before-read' },
  'reset-after-read': { kind: 'reset', when: 'after-read' },
  cut: { kind: 'cut', at: 0.5 },
  'cut-chunked': { kind: 'cut', at: 0.5, chunked: true },
  'content-length-long': { kind: 'content-length', off: 100 },
  'content-length-short': { kind: 'content-length', off: -100 },
  drip: { kind: 'drip', pieces: 40, everyMs: 25 },
  'invalid-json': { kind: 'invalid-json' },
  'invalid-base64': { kind: 'invalid-base64' },
  'empty-data': { kind: 'empty-data' },
  fewer: { kind: 'fewer', count: 1 },
  'other-size': { kind: 'other-size', width: 1254, height: 1254 },
  'other-format': { kind: 'other-format', format: 'webp' },
  'empty-b64': { kind: 'empty-b64' },
  'url-missing': { kind: 'url', trouble: { kind: 'missing' } },
  'url-expired': { kind: 'url', trouble: { kind: 'expired' } },
  'url-redirect-here': { kind: 'url', trouble: { kind: 'redirect-here' } },
  'url-redirect-to-api': { kind: 'url', trouble: { kind: 'redirect-to-api' } },
  'url-redirect-elsewhere': { kind: 'url', trouble: { kind: 'redirect-elsewhere' } },
  'url-redirect-loop': { kind: 'url', trouble: { kind: 'redirect-loop' } },
  'url-cut': { kind: 'url', trouble: { kind: 'cut', at: 0.5 } },
  'url-flaky': { kind: 'url', trouble: { kind: 'flaky', times: 2, how: 'status' } },
  'url-flaky-cut': { kind: 'url', trouble: { kind: 'flaky', times: 2, how: 'cut' } },
  'url-foreign': { kind: 'url', trouble: { kind: 'foreign' } },
  'url-html': { kind: 'url', trouble: { kind: 'html' } },
  'url-hang': { kind: 'url', trouble: { kind: 'hang' } },
  redirect: { kind: 'redirect', status: 307 },
  'no-usage': { kind: 'no-usage' },
  'no-usage-details': { kind: 'no-usage-details' },
  'sse-error': { kind: 'sse', trouble: 'error' },
  'sse-cut': { kind: 'sse', trouble: 'cut' },
  'sse-url': { kind: 'sse', trouble: 'url' },
  'sse-no-done': { kind: 'sse', trouble: 'no-done' },
} as const satisfies Record<string, Fault>;

export type FaultName = keyof typeof faults;

export const faultNames = Object.keys(faults) as readonly FaultName[];

/** A fault about to be played, with the name it is recorded under. */
export interface Played {
  readonly name: string;
  readonly fault: Fault;
}

export function named(fault: Fault | FaultName): Played {
  return typeof fault === 'string' ? { name: fault, fault: faults[fault] } : { name: fault.kind, fault };
}

/** The fault that a prompt asks for by `[fault:NAME]`; `undefined` when it names none. */
export function faultInPrompt(prompt: string): Played | undefined {
  const name = /\[fault:([\w-]+)\]/.exec(prompt)?.[1];
  return name !== undefined && Object.hasOwn(faults, name) ? named(name as FaultName) : undefined;
}

/** Faults waiting to be played: those for the next requests, then the one that stands. */
export interface FaultQueue {
  next(fault: Fault | FaultName, times: number): void;
  set(fault: Fault | FaultName | undefined): void;
  take(): Played | undefined;
  clear(): void;
}

export function createFaultQueue(): FaultQueue {
  const queue: Played[] = [];
  let standing: Played | undefined;
  return {
    next(fault, times) {
      for (let i = 0; i < times; i++) queue.push(named(fault));
    },
    set(fault) {
      standing = fault === undefined ? undefined : named(fault);
    },
    take: () => queue.shift() ?? standing,
    clear() {
      queue.length = 0;
      standing = undefined;
    },
  };
}
