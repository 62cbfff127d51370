/** The one shape that both services put their errors in, under the key `error`. */
export interface ErrorBody {
  readonly message: string;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;
}

/** An answer other than 200, thrown by whatever finds the reason and written by the server. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly body: ErrorBody;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, body: ErrorBody, headers: Readonly<Record<string, string>> = {}) {
    super(body.message);
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/** A 400 about one parameter, as OpenAI words them. */
export function badParameter(param: string, code: string, message: string): Refusal {
  return new Refusal(400, { message, type: 'invalid_request_error', param, code });
}

/** The refusal of a missing or unknown key, in each service's own words. */
export function keyRefused(dialect: 'openai-hk' | 'openai', key: string): Refusal {
  if (dialect === 'openai-hk') {
    return new Refusal(401, { message: 'key error please check', type: 'hk_api_error', param: null, code: null });
  }
  // OpenAI echoes the ends of the key it refuses: a client that logs messages as they are leaks them.
  const message =
    key === ''
      ? "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth."
      : `Incorrect API key provided: ${key.slice(0, 3)}***${key.slice(-4)}.`;
  const code = key === '' ? null : 'invalid_api_key';
  return new Refusal(401, { message, type: 'invalid_request_error', param: null, code });
}

/** An unknown model: OpenAI answers 404; the relay behind OpenAI-HK finds no channel for it and answers 503. */
export function modelUnknown(dialect: 'openai-hk' | 'openai', model: string): Refusal {
  if (dialect === 'openai-hk') {
    const message = `No available channel for model ${model} under group default`;
    return new Refusal(503, { message, type: 'new_api_error', param: null, code: 'model_not_found' });
  }
  const message = `The model '${model}' does not exist or you do not have access to it.`;
  return new Refusal(404, { message, type: 'invalid_request_error', param: null, code: 'model_not_found' });
}

/** The account is spent. */
export function quotaSpent(): Refusal {
  const message = 'You exceeded your current quota, please check your plan and billing details.';
  return new Refusal(429, { message, type: 'insufficient_quota', param: null, code: 'insufficient_quota' });
}
