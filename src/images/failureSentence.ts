import { mayResend, type Failure } from './failure.ts';
import { plainMessage, withoutLinks } from './redact.ts';
import type { Translate } from './words.ts';

// What the user is told of a failure, and offered. Apart from the failures themselves: nothing of it is needed before something fails.

/**
 * One clear sentence for the user: what is wrong, and what to do. What the service itself said follows in brackets where it
 * helps, in the service's own language; the whole story is in the log.
 */
export function failureSentence(failure: Failure, t: Translate): string {
  // Names of files come in as they are.
  const sentence = withoutLinks(ownSentence(failure, t));
  const said = toldBy(failure);
  return said === '' ? sentence : t('{0} (The service said: {1})', sentence, said);
}

/** Only a refusal's words help; an error page's or a socket's do not. */
function toldBy(failure: Failure): string {
  const { code } = failure;
  return code === 'forbidden' || code === 'moderation' || code === 'parameter-refused' || code === 'bad-request' || code === 'quota'
    ? plainMessage(failure.message)
    : '';
}

function ownSentence(failure: Failure, t: Translate): string {
  switch (failure.code) {
    case 'invalid-request':
      return failure.reason;
    case 'no-key':
      return t('No API key is set for this service: set one and try again.');
    case 'base-url':
      return baseUrlSentence(failure.fault, t);
    case 'insecure-url':
      return t('The key would travel unprotected to {0}: give the service an https address.', plainMessage(failure.origin));
    case 'cancelled':
      return failure.sent
        ? t('Cancelled after the request was sent: the service may still charge for it.')
        : t('Cancelled before the whole request was sent: nothing was charged.');
    case 'over-budget':
      return t('{0} It was not sent: ask for less, or change the budget.', failure.reason);
    case 'above-confirm':
      return t('{0} It was not sent: ask for less, or change the setting.', failure.reason);
    case 'ledger-failed':
      return t('The ledger cannot be read or written, so that nobody knows whether your budgets are kept, and nothing was sent: see the log, and try again.');
    case 'file-unreadable':
      return t('{0} cannot be read and nothing was charged: check that the file is still there, or choose another one.', plainMessage(failure.name));
    case 'key-refused':
      return t('The service refused the API key: check it, or set another one.');
    case 'forbidden':
      return t('The service does not let this key do that: check what the key is allowed.');
    case 'not-verified':
      return t('The service wants your organisation verified before it draws with this model: verify it there, or choose another model.');
    case 'model-not-found':
      return t('The service has no model named {0} for this key: choose another model.', plainMessage(failure.model));
    case 'not-found':
      return t('There is no Images API at this address: check the base URL in the settings.');
    case 'moderation':
      return t('The service refused the prompt for its content: change the prompt.');
    case 'parameter-refused':
      return t('The service does not take this {0}: change it and try again.', plainMessage(failure.parameter));
    case 'bad-request':
      return t('The service does not take this request: change the prompt or the size.');
    case 'quota':
      return t('The balance of this key is used up: top it up at the service.');
    case 'rate-limited':
      return failure.retryAfterSeconds === undefined
        ? t('Too many requests at once for the service: wait a while and try again.')
        : t('Too many requests at once for the service: try again in {0} seconds.', Math.ceil(failure.retryAfterSeconds));
    case 'too-large':
      return t('The request is too large for the service: shorten the prompt or use smaller pictures.');
    case 'overloaded':
      return failure.retryAfterSeconds === undefined
        ? t('The service is overloaded: wait a while and try again.')
        : t('The service is overloaded: try again in {0} seconds.', Math.ceil(failure.retryAfterSeconds));
    case 'server-error':
      return t('The service broke down (HTTP {0}) and may have charged all the same: check the balance before you try again.', failure.status);
    case 'gateway-timeout':
      return t('The service took too long (HTTP {0}) and may still charge: check the balance before you try again.', failure.status);
    case 'redirected':
      return t('The service pointed to another address, {0}, where the key is not sent: correct the base URL in the settings.', plainMessage(failure.to));
    case 'unreachable':
      return t('{0} cannot be reached: check the network, the proxy and the base URL.', plainMessage(failure.host));
    case 'certificate':
      return t('The certificate of {0} cannot be trusted: check the proxy and the certificates of this machine.', plainMessage(failure.host));
    case 'proxy':
      return t('The proxy does not let the request through: check the proxy settings.');
    case 'connection-lost':
      if (failure.sent === false) return t('The connection broke before the whole request was sent, and nothing was charged: try again.');
      return t('The connection broke before the answer came, and the service may still charge: check the balance before you try again.');
    case 'timeout':
      if (failure.sent === false) return t('The request could not be sent whole within {0} seconds, and nothing was charged: allow more time in the settings.', Math.round(failure.seconds));
      return t('No answer within {0} seconds, and the service may still charge: allow more time in the settings.', Math.round(failure.seconds));
    case 'bad-reply':
      return t('The service answered with something that cannot be read and may have charged: see the log.');
    case 'no-pictures':
      return t('The service answered without a picture, which may be moderation: change the prompt and try again.');
    case 'download-failed':
      return t('The picture is made but could not be fetched from {0}: try to fetch it again, which costs nothing.', plainMessage(failure.host));
    case 'download-refused':
      return t('The picture from {0} was not fetched, for it is not safe: see the log.', plainMessage(failure.host));
    case 'keep-failed':
      return keepSentence(failure, t);
    case 'save-failed':
      return t('The picture is made but could not be saved in {0}: try again, or save it elsewhere.', plainMessage(failure.path));
    case 'internal':
      return t('Something went wrong inside Easel: see the log, and please report it.');
  }
}

function keepSentence({ sent, path, why }: Extract<Failure, { code: 'keep-failed' }>, t: Translate): string {
  const place = plainMessage(path);
  if (sent === false) {
    if (why === 'full') return t('Nothing was sent and nothing was charged, for the disk is full and a picture could not be kept: make room on the disk of {0} and try again.', place);
    if (why === 'refused') return t('Nothing was sent and nothing was charged, for Easel may not write in {0}, where it keeps pictures that arrive: allow that and try again.', place);
    return t('Nothing was sent and nothing was charged, for Easel could not write in {0}, where it keeps pictures that arrive: see the log and try again.', place);
  }
  if (why === 'full') return t('The picture was made and is paid for, but it is lost, for the disk is full: make room on the disk of {0} before you place the request again, which costs anew.', place);
  if (why === 'refused') return t('The picture was made and is paid for, but it is lost, for Easel may not write in {0}: allow that before you place the request again, which costs anew.', place);
  return t('The picture was made and is paid for, but it is lost, for it could not be written in {0}: see the log before you place the request again, which costs anew.', place);
}

function baseUrlSentence(fault: Extract<Failure, { code: 'base-url' }>['fault'], t: Translate): string {
  if (fault === 'missing') return t('The custom service has no base URL: give one in the settings, such as https://images.example.com/v1.');
  if (fault === 'credentials') return t('The base URL holds a user name or password: take it out, the key is enough.');
  if (fault === 'query') return t('The base URL holds a query or a fragment: leave out what follows the path.');
  return t('The base URL in the settings is not a web address: give one such as https://images.example.com/v1.');
}

/** What the user can do about a failure; the editor has a button for each. */
export const failureActionNames = ['set-key', 'open-key-page', 'check-log', 'open-billing', 'open-settings', 'set-budget', 'change-prompt', 'change-size', 'choose-files', 'retry', 'place-again', 'save-as', 'discard', 'show-log'] as const;
export type FailureAction = (typeof failureActionNames)[number];

/** What helps, in the order of the sentence's advice: what may cost money stands behind what only looks. `retry` asks the service anew, and so may cost; for `save-failed` and downloads it costs nothing. `place-again` pays for certain a second time, and says so before. */
export function failureActions(failure: Failure): readonly FailureAction[] {
  switch (failure.code) {
    case 'no-key':
      return ['set-key', 'open-key-page'];
    case 'key-refused':
      return ['set-key', 'open-key-page', 'open-settings'];
    case 'invalid-request':
      // The file may have been put right meanwhile.
      return failure.about === 'files' ? ['choose-files', 'retry'] : ['change-prompt', 'change-size', 'open-settings'];
    case 'insecure-url':
    case 'base-url':
    case 'redirected':
    case 'above-confirm':
      return ['open-settings'];
    case 'over-budget':
      return ['set-budget', 'open-settings'];
    case 'cancelled':
      return failure.sent ? ['check-log', 'retry'] : ['retry'];
    case 'file-unreadable':
      return ['choose-files', 'retry', 'show-log'];
    case 'ledger-failed':
      return ['retry', 'show-log'];
    case 'quota':
      return ['open-billing', 'show-log'];
    case 'moderation':
      return ['change-prompt', 'show-log'];
    case 'parameter-refused':
      if (failure.parameter === 'prompt') return ['change-prompt', 'show-log'];
      return failure.parameter === 'size' ? ['change-size', 'show-log'] : ['open-settings', 'show-log'];
    case 'forbidden':
    case 'not-verified':
      return ['open-key-page', 'open-settings', 'show-log'];
    case 'model-not-found':
    case 'not-found':
    case 'certificate':
    case 'proxy':
      return ['open-settings', 'show-log'];
    case 'bad-request':
      return ['change-prompt', 'change-size', 'show-log'];
    case 'too-large':
      return ['change-prompt', 'show-log'];
    case 'unreachable':
      return ['retry', 'open-settings', 'show-log'];
    case 'timeout':
      return failure.sent === false ? ['open-settings', 'retry', 'show-log'] : ['check-log', 'open-settings', 'retry', 'show-log'];
    case 'server-error':
    case 'gateway-timeout':
      return ['check-log', 'open-billing', 'retry', 'show-log'];
    case 'connection-lost':
      return failure.sent === false ? ['retry', 'show-log'] : ['check-log', 'open-billing', 'retry', 'show-log'];
    case 'bad-reply':
      return ['show-log', 'check-log', 'open-billing', 'retry'];
    case 'keep-failed':
      return failure.sent === false ? ['retry', 'show-log'] : ['open-billing', 'show-log', 'place-again'];
    case 'overloaded':
      return mayResend(failure) ? ['retry', 'show-log'] : ['check-log', 'retry', 'show-log'];
    case 'rate-limited':
    case 'download-failed':
    case 'internal':
      return ['retry', 'show-log'];
    case 'no-pictures':
      return ['change-prompt', 'retry', 'show-log'];
    case 'download-refused':
      return ['show-log'];
    case 'save-failed':
      return ['retry', 'save-as', 'discard', 'show-log'];
  }
}
