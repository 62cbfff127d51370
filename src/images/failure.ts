import type { Usage } from './price.ts';

/**
 * Whether the service will charge for what failed. `no`: it never got the request or said that it refused it; `yes`: it made
 * the pictures; `unknown`: the request went out and the answer never came, so that it must not be sent again unasked.
 */
export type Billed = 'no' | 'yes' | 'unknown';

/** Why a job did not end well. The union is closed: whatever happens is mapped to one of these. */
export type Failure =
  // judged by us, before anything is sent
  | { readonly code: 'invalid-request'; readonly reason: string }
  | { readonly code: 'no-key' }
  | { readonly code: 'insecure-url'; readonly origin: string }
  | { readonly code: 'cancelled'; readonly sent: boolean }
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
  | { readonly code: 'connection-lost'; readonly message: string }
  | { readonly code: 'timeout'; readonly seconds: number }
  // the answer is not what it should be
  | { readonly code: 'bad-reply'; readonly message: string }
  | { readonly code: 'no-pictures' }
  | { readonly code: 'download-failed'; readonly host: string; readonly message: string }
  | { readonly code: 'download-refused'; readonly host: string; readonly message: string }
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
