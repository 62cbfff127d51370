import type { Failure } from './failure.ts';
import { plainMessage } from './redact.ts';

/** A reply's headers: what fetch has, or a record with lower-case names as Node's parsers make it. */
export type ReplyHeaders =
  | { readonly get: (name: string) => string | null | undefined }
  | Readonly<Record<string, string | readonly string[] | undefined>>;

export interface ReplyContext {
  /** The model asked for. */
  readonly model: string;
  /** To count a `retry-after` date from; the reply's own `date` header stands in. */
  readonly now?: Date;
}

/**
 * What a reply that is no picture means. Reads OpenAI's errors, new-api's and other relays', HTML pages of what lies
 * between, and survives everything else: never throws, whatever the bytes. `body` is text as it came; what says nothing
 * may be empty or cut short. A status of 200 with an error in its body, or an error in an event stream, is judged too.
 */
export function failureFromReply(status: number, headers: ReplyHeaders, body: string, context: ReplyContext): Failure {
  const said = readError(body);
  const { message } = said;
  if (status >= 300 && status < 400) return { code: 'redirected', to: plainMessage(headerOf(headers, 'location') ?? '') };

  const told = status === 401 && !isQuota(said) ? undefined : byWhatItSaid(said, status, headers, context);
  if (told) return told;
  const retryAfterSeconds = parseRetryAfter(headers, context.now);
  const retry = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
  switch (status) {
    case 401:
      return { code: 'key-refused', message };
    case 402:
      return { code: 'quota', message };
    case 403:
      return { code: 'forbidden', message };
    case 404:
      return { code: 'not-found', message };
    case 413:
      return { code: 'too-large', message };
    case 429:
      return { code: 'rate-limited', ...retry, message };
    case 503:
    case 529:
      // Of 503 alone it is agreed that a time to come back at means: not taken.
      return { code: 'overloaded', ...(status === 503 ? retry : {}), message };
    case 408:
    case 504:
    case 524:
      return { code: 'gateway-timeout', status };
    default:
      if (status >= 500 && status < 600) return { code: 'server-error', status, message };
      if (status >= 400 && status < 500) return { code: 'bad-request', message };
      return { code: 'bad-reply', message: message || `status ${status}` };
  }
}

/** What the body's own codes and words tell, where they tell more than the status. */
function byWhatItSaid(said: Said, status: number, headers: ReplyHeaders, { model }: ReplyContext): Failure | undefined {
  const { code, type, parameter, message } = said;
  // A reply that says when to come back was not looked at any further by the service.
  if (status === 503 && parseRetryAfter(headers) !== undefined) return undefined;
  if (isQuota(said)) return { code: 'quota', message };
  if (/^(?:invalid_api_key|hk_api_error|invalid_authentication|authentication_error)$/u.test(code) && status < 500) return { code: 'key-refused', message };
  if (code === 'model_not_found' || (/^model$/u.test(parameter) && /not (?:exist|found|supported)|no access/iu.test(message))) {
    return { code: 'model-not-found', model, message };
  }
  if (status === 403 && /organi[sz]ation.{0,40}verif|verif.{0,40}organi[sz]ation/iu.test(message)) return { code: 'not-verified', message };
  if (/^(?:moderation_blocked|content_policy_violation|content_filter|sensitive_words_detected)$/u.test(code) || isModerationMessage(said)) {
    return { code: 'moderation', message };
  }
  if (status === 404 && /\bmodel\b|模型/iu.test(message)) return { code: 'model-not-found', model, message };
  if (status === 503 && /(?:no available channel|无可用渠道).{0,60}(?:model|模型)|(?:model|模型).{0,60}(?:no available channel|无可用渠道)/iu.test(message)) {
    return { code: 'model-not-found', model, message };
  }
  if (parameter !== '' && [200, 400, 415, 422].includes(status)) return { code: 'parameter-refused', parameter, message };
  if (status < 300 && /server_error|internal|upstream/iu.test(`${code} ${type}`)) return { code: 'server-error', status, message };
  return undefined;
}

function isQuota({ code, type, message }: Said): boolean {
  return (
    /^(?:insufficient_quota|billing_hard_limit_reached|insufficient_user_quota|pre_consume_token_quota_failed|quota_exceeded)$/u.test(code) ||
    type === 'insufficient_quota' ||
    /额度不足|余额不足|积分不足|額度不足|餘額不足|insufficient (?:balance|credits?|user quota)/iu.test(message)
  );
}

/** Words alone count only where no parameter is named: `moderation` is a parameter too. */
function isModerationMessage({ parameter, message }: Said): boolean {
  return (
    (parameter === '' || parameter === 'prompt') &&
    /safety system|content polic|safety_violations|flagged by moderation|内容违规|敏感词|审核未通过/iu.test(message)
  );
}

/** What an error body holds, under whatever names; empty where it does not say. */
interface Said {
  readonly message: string;
  readonly code: string;
  readonly type: string;
  readonly parameter: string;
}

/** Longer bodies are no error objects; their beginning still serves as text. */
const longestBody = 1_000_000;

function readError(body: string): Said {
  const json = parseJson(body);
  if (json === undefined) return { message: plainMessage(body), code: '', type: '', parameter: '' };
  const outer = recordOf(Array.isArray(json) ? json[0] : json);
  const error = recordOf(outer['error']);
  const detail = recordOf(Array.isArray(outer['detail']) ? outer['detail'][0] : undefined);
  return {
    message: text(error['message'], outer['error'], outer['message'], outer['msg'], outer['detail'], detail['msg'], outer['error_des'], json),
    code: text(error['code'], outer['code']).toLowerCase(),
    type: text(error['type'], outer['type']).toLowerCase(),
    parameter: text(error['param'], outer['param'], error['code'] === 'unknown_parameter' ? 'parameter' : ''),
  };
}

/** The first of the values that says something, fit to be kept. */
function text(...values: readonly unknown[]): string {
  for (const value of values) if (typeof value === 'number' || (typeof value === 'string' && value !== '')) return plainMessage(String(value));
  return '';
}

function parseJson(body: string): unknown {
  if (body.length > longestBody) return undefined;
  try {
    return JSON.parse(body.replace(/^\ufeff/u, ''));
  } catch {
    return undefined;
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** A day: whoever names more means never, and no timer is to be set by a stranger. */
const longestWaitSeconds = 86_400;

/**
 * Seconds after which the service wants to be asked again, from `retry-after-ms`, or `retry-after` as seconds or as an HTTP
 * date, counted from `now` or else from the reply's own `date`. Between 0 and a day; `undefined` where neither is readable.
 */
export function parseRetryAfter(headers: ReplyHeaders, now?: Date): number | undefined {
  const milliseconds = headerOf(headers, 'retry-after-ms')?.trim() ?? '';
  if (isDecimal(milliseconds)) return clamp(Number(milliseconds) / 1000);
  const after = headerOf(headers, 'retry-after')?.trim() ?? '';
  if (isDecimal(after)) return clamp(Number(after));
  // Only what looks like a date, for Date.parse makes one of almost anything.
  const until = /^[a-z]{3,9},? \d/iu.test(after) ? Date.parse(after) : Number.NaN;
  const from = now?.getTime() ?? Date.parse(headerOf(headers, 'date') ?? '');
  return Number.isFinite(until) && Number.isFinite(from) ? clamp((until - from) / 1000) : undefined;
}

function clamp(seconds: number): number {
  return Math.min(Math.max(seconds, 0), longestWaitSeconds);
}

function isDecimal(text: string): boolean {
  return /^\d{1,15}(?:\.\d{1,15})?$/u.test(text);
}

function headerOf(headers: ReplyHeaders, name: string): string | undefined {
  const value = hasGet(headers) ? headers.get(name) : headers[name];
  return (typeof value === 'string' ? value : value?.[0]) ?? undefined;
}

function hasGet(headers: ReplyHeaders): headers is Extract<ReplyHeaders, { get: unknown }> {
  return typeof headers['get'] === 'function';
}
