import type { FailureCode } from '../../src/images/failure.ts';
import type { Difference } from '../../src/images/difference.ts';
import type { ErrorBody } from '../gateway/errors.ts';
import type { Fault, FaultName } from '../gateway/faults.ts';
import type { Call, Ending, Limits, Transport } from './case.ts';

/**
 * What is to become of a request for two pictures when a fault is played on it. What is said of a transport goes before what is
 * said of `all`, and what is said of edits goes before both.
 */
export interface Row {
  readonly all: Ending;
  readonly url?: Ending;
  readonly b64_json?: Ending;
  readonly SSE?: Ending;
  /** More than one: whichever of the two sides is faster. */
  readonly edit?: Ending | readonly Ending[];
  /** Where the service takes the request after one such answer. */
  readonly once?: Ending;
  readonly limits?: Limits;
}

/** The endings that are right: one, but where there is a race. */
export function endingsOf(row: Row, call: Call, transport: Transport): readonly Ending[] {
  return [(call === 'edit' ? row.edit : undefined) ?? row[transport] ?? row.all].flat();
}

/** The service said that it did not take the request: nothing is billed, and nothing is left. */
function refused(code: FailureCode, requests = 1): Ending {
  return { outcome: code, requests, disk: '0 assets, nothing kept', ledger: 'nothing, as billed' };
}

/** The service made no pictures and we cannot know it: a note of the request stays. */
function unsure(code: FailureCode): Ending {
  return { ...refused(code), disk: '0 assets, a note kept' };
}

/** The service billed and its answer did not come: a note of the request stays, for the usage log to be asked. */
function billed(code: FailureCode): Ending {
  return { ...unsure(code), ledger: 'nothing yet, billed' };
}

/** No picture in the answer, but the charge: nothing is left to find out. */
function told(code: FailureCode): Ending {
  return { ...refused(code), ledger: 'measured, as billed' };
}

type Beside = FailureCode | `other ${Exclude<Difference['kind'], 'fewer'>}` | 'fewer';

/** Both pictures are in place, and what is told beside them. */
function both(...beside: readonly Beside[]): Ending {
  return { outcome: ['2 pictures', ...beside].join(', '), requests: 1, disk: '2 assets, nothing kept', ledger: 'measured, as billed' };
}

/** One picture is in place. */
function one(...beside: readonly Beside[]): Ending {
  return { ...both(), outcome: ['1 picture', ...beside].join(', '), disk: '1 asset, nothing kept' };
}

/** Both pictures are paid for and to be fetched: their links stay. */
function owed(code: FailureCode): Ending {
  return { ...both(), outcome: `0 pictures, ${code}`, disk: '0 assets, kept 2 links' };
}

/** The service did not say what it billed. */
function unmeasured(ending: Ending): Ending {
  return { ...ending, ledger: 'estimated, above the bill' };
}

/** The fault passed after one answer that says: not taken. */
const onceMore: Ending = { ...both(), requests: 2 };
/** As often as the client is given times to wait, and the first time. */
const everyTime = 3;

/** A fault that only streams have: the gateway refuses to play it on a plain request. */
const streamsOnly = refused('parameter-refused');

/** Every fault of the gateway. */
export const rows = {
  // the service says no
  moderation: { all: refused('moderation') },
  'unknown-parameter': { all: refused('parameter-refused') },
  'billing-limit': { all: refused('quota') },
  'key-refused': { all: refused('key-refused') },
  'not-verified': { all: refused('not-verified') },
  forbidden: { all: refused('forbidden') },
  'model-not-found': { all: refused('model-not-found') },
  'too-large': { all: refused('too-large') },
  'quota-spent': { all: refused('quota') },
  'no-channel': { all: refused('model-not-found') },
  redirect: { all: refused('redirected') },

  // the service says: later
  'rate-limited': { all: refused('rate-limited', everyTime), once: onceMore },
  'rate-limited-seconds': { all: refused('rate-limited', everyTime), once: onceMore },
  'rate-limited-ms': { all: refused('rate-limited', everyTime), once: onceMore },
  'overloaded-seconds': { all: refused('overloaded', everyTime), once: onceMore },

  // something broke, and nobody says whether the request was taken: never sent again
  overloaded: { all: unsure('overloaded') },
  'server-error': { all: unsure('server-error') },
  'bad-gateway': { all: unsure('server-error') },
  'gateway-timeout': { all: unsure('gateway-timeout') },
  'cloudflare-timeout': { all: unsure('gateway-timeout') },
  'ok-html': { all: unsure('bad-reply') },
  // what was never sent whole was not taken
  'reset-before-read': { all: unsure('connection-lost'), edit: [unsure('connection-lost'), refused('connection-lost')] },
  'reset-after-read': { all: billed('connection-lost') },
  'no-answer': { all: billed('timeout'), limits: { timeoutMs: 600 } },
  'no-headers': { all: both() },

  // the answer comes in part, or slowly
  cut: { all: unmeasured(one('connection-lost', 'fewer')), SSE: billed('connection-lost') },
  'cut-chunked': { all: unmeasured(one('connection-lost', 'fewer')), SSE: billed('connection-lost') },
  'content-length-long': { all: both() },
  'content-length-short': { all: unmeasured(both('bad-reply')), SSE: both() },
  drip: { all: both() },
  'invalid-json': { all: unmeasured(both('bad-reply')), SSE: both() },

  // the answer is not what was asked for
  'invalid-base64': { all: told('bad-reply'), SSE: both() },
  'empty-data': { all: told('no-pictures'), SSE: billed('no-pictures') },
  fewer: { all: one('fewer') },
  'other-size': { all: both('other size') },
  'other-format': { all: both('other format') },
  'empty-b64': { all: both() },
  'no-usage': { all: unmeasured(both()) },
  // an edit's input that is not taken apart may be all pictures, which cost more than text
  'no-usage-details': { all: both(), edit: unmeasured(both()) },

  // the picture lies behind a link
  'url-missing': { all: owed('download-failed') },
  'url-expired': { all: owed('download-failed') },
  'url-redirect-here': { all: both() },
  'url-redirect-to-api': { all: both() },
  'url-redirect-elsewhere': { all: owed('download-refused') },
  'url-redirect-loop': { all: owed('download-refused') },
  'url-cut': { all: owed('download-failed') },
  'url-flaky': { all: both() },
  'url-flaky-cut': { all: both() },
  'url-foreign': { all: owed('download-refused') },
  'url-html': { all: owed('download-refused') },
  'url-hang': { all: owed('download-failed'), limits: { downloadStallMs: 150 } },

  // streams
  'sse-error': { all: streamsOnly, SSE: billed('server-error') },
  'sse-cut': { all: streamsOnly, SSE: billed('connection-lost') },
  'sse-url': { all: streamsOnly, SSE: both() },
  'sse-no-done': { all: streamsOnly, SSE: both() },
} as const satisfies Record<FaultName, Row>;

/** A fault that is made of the key, which services send back in many places. The key has no prefix that would give it away. */
export interface Echo extends Row {
  readonly fault: (key: string) => Fault;
}

function refusal(message: string, param: string | null = null): ErrorBody {
  return { message, type: 'invalid_request_error', param, code: null };
}

export const echoes = {
  'key-in-refusal': { all: refused('key-refused'), fault: (key) => ({ kind: 'status', status: 401, error: refusal(`Incorrect API key provided: ${key}.`) }) },
  'key-in-message': { all: refused('bad-request'), fault: (key) => ({ kind: 'status', status: 400, error: refusal(`The token ${key} may not do that.`) }) },
  'key-in-parameter': { all: refused('parameter-refused'), fault: (key) => ({ kind: 'status', status: 400, error: refusal('Unknown parameter.', key) }) },
  'key-in-page': { all: unsure('server-error'), fault: (key) => ({ kind: 'status', status: 500, html: `<html><body><h1>Token ${key} broke us</h1></body></html>` }) },
  'key-in-answer': { all: unsure('bad-reply'), fault: (key) => ({ kind: 'status', status: 200, html: `${key} is not welcome` }) },
  'key-in-header': {
    all: refused('redirected'),
    fault: (key) => ({ kind: 'status', status: 302, html: '', headers: { location: `https://pictures.example.invalid/${key}/here`, 'x-request-id': key } }),
  },
} as const satisfies Record<string, Echo>;
