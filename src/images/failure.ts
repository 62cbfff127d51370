import type { Amount, Usage } from './price.ts';

/**
 * Whether the service will charge for what failed. `no`: it never got the request or said that it refused it; `yes`: it made
 * the pictures; `unknown`: the request went out and the answer never came, so that it must not be sent again unasked.
 */
export type Billed = 'no' | 'yes' | 'unknown';

/** Why nothing could be written: the disk is full, the system refuses it, or something else. */
export type WriteTrouble = 'full' | 'refused' | 'other';

/** Why a job did not end well. The union is closed: whatever happens is mapped to one of these. */
export type Failure =
  // judged by us, before anything is sent
  /** `about`: the files are what is wrong, so that other words or another size mend nothing. */
  | { readonly code: 'invalid-request'; readonly reason: string; readonly about?: 'files' }
  | { readonly code: 'no-key' }
  | { readonly code: 'insecure-url'; readonly origin: string }
  | { readonly code: 'base-url'; readonly fault: 'missing' | 'not-http' | 'credentials' | 'query' }
  /** `sent`, here and below: the whole request went out, so that the service may have taken it. */
  | { readonly code: 'cancelled'; readonly sent: boolean }
  // the user's own limits; `reason` says in words what the sums say
  | {
      readonly code: 'over-budget';
      /** At most. */
      readonly cost: Amount;
      readonly period: 'day' | 'week' | 'month' | 'all';
      readonly scope: 'everything' | 'workspace';
      readonly limit: Amount;
      readonly spent: Amount;
      /** Set aside for other requests, whose cost is not known yet. */
      readonly reserved: Amount;
      readonly reason: string;
    }
  | { readonly code: 'above-confirm'; readonly cost: Amount; readonly limit: Amount; readonly reason: string }
  /** Without the ledger nobody knows whether budgets are kept. */
  | { readonly code: 'ledger-failed'; readonly message: string }
  // a file that was to be uploaded is gone or cannot be read; `name` is the user's name for it
  | { readonly code: 'file-unreadable'; readonly name: string; readonly message: string }
  // the service refused
  | { readonly code: 'key-refused'; readonly message: string }
  | { readonly code: 'forbidden'; readonly message: string }
  | { readonly code: 'not-verified'; readonly message: string }
  | { readonly code: 'model-not-found'; readonly model: string; readonly message: string }
  | { readonly code: 'not-found'; readonly message: string }
  | { readonly code: 'moderation'; readonly message: string }
  | { readonly code: 'parameter-refused'; readonly parameter: string; readonly message: string }
  | { readonly code: 'bad-request'; readonly message: string }
  | { readonly code: 'quota'; readonly message: string }
  | { readonly code: 'rate-limited'; readonly retryAfterSeconds?: number; readonly message: string }
  | { readonly code: 'too-large'; readonly message: string }
  | { readonly code: 'overloaded'; readonly retryAfterSeconds?: number; readonly message: string }
  // the service broke, or what lies between
  | { readonly code: 'server-error'; readonly status: number; readonly message: string }
  | { readonly code: 'gateway-timeout'; readonly status: number }
  | { readonly code: 'redirected'; readonly to: string }
  | { readonly code: 'unreachable'; readonly host: string; readonly message: string }
  | { readonly code: 'certificate'; readonly host: string; readonly message: string }
  | { readonly code: 'proxy'; readonly message: string }
  | { readonly code: 'connection-lost'; readonly sent?: false; readonly message: string }
  | { readonly code: 'timeout'; readonly sent?: false; readonly seconds: number }
  // the answer is not what it should be
  | { readonly code: 'bad-reply'; readonly message: string }
  | { readonly code: 'no-pictures' }
  | { readonly code: 'download-failed'; readonly host: string; readonly message: string }
  | { readonly code: 'download-refused'; readonly host: string; readonly message: string }
  /**
   * Easel's own folder took neither the picture that came nor, where `sent` is false, the note that a request is about to go out. `path` is
   * that folder, and `why` what stands in the way.
   */
  | { readonly code: 'keep-failed'; readonly sent?: false; readonly path: string; readonly why: WriteTrouble; readonly message: string }
  // the pictures are here, their place is not
  | { readonly code: 'save-failed'; readonly path: string; readonly message: string }
  | { readonly code: 'internal'; readonly message: string };

export type FailureCode = Failure['code'];

/** The one error that Easel throws on purpose. `message` is technical English for the log, never shown as it is. */
export class FailureError extends Error {
  override readonly name = 'FailureError';
  readonly failure: Failure;
  /** What the service billed all the same, where its answer said so. */
  readonly usage: Usage | undefined;

  constructor(failure: Failure, options?: ErrorOptions & { readonly usage?: Usage | undefined }) {
    super('message' in failure ? `${failure.code}: ${failure.message}` : failure.code, options);
    this.failure = failure;
    this.usage = options?.usage;
  }
}

/** Whether the service will charge for what ended in this failure, as far as the failure itself tells. */
export function billedOf(failure: Failure): Billed {
  switch (failure.code) {
    case 'invalid-request':
    case 'no-key':
    case 'insecure-url':
    case 'base-url':
    case 'over-budget':
    case 'above-confirm':
    case 'ledger-failed':
    case 'file-unreadable':
    // No connection was made, so nothing went out.
    case 'unreachable':
    case 'certificate':
    case 'proxy':
    // The service said no.
    case 'key-refused':
    case 'forbidden':
    case 'not-verified':
    case 'model-not-found':
    case 'not-found':
    case 'moderation':
    case 'parameter-refused':
    case 'bad-request':
    case 'quota':
    case 'rate-limited':
    case 'too-large':
    case 'redirected':
      return 'no';
    case 'cancelled':
    case 'connection-lost':
    case 'timeout':
      return failure.sent === false ? 'no' : 'unknown';
    case 'keep-failed':
      return failure.sent === false ? 'no' : 'yes';
    case 'overloaded':
      return mayResend(failure) ? 'no' : 'unknown';
    case 'server-error':
    case 'gateway-timeout':
    case 'bad-reply':
    case 'no-pictures':
    case 'internal':
      return 'unknown';
    case 'download-failed':
    case 'download-refused':
    case 'save-failed':
      return 'yes';
  }
}

/**
 * Whether the service said that it did not take the request, so that the same bytes may go out once more without paying
 * twice: 429 for its rate, or 503 with a time to come back at. Whatever else went out is never sent again unasked.
 */
export function mayResend(failure: Failure): failure is Extract<Failure, { code: 'rate-limited' | 'overloaded' }> {
  return failure.code === 'rate-limited' || (failure.code === 'overloaded' && failure.retryAfterSeconds !== undefined);
}
