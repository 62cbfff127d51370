import { l10n, window } from 'vscode';
import { withoutLinks } from '../../images/redact.ts';
import type { Order, OrderTools } from '../orders/order.ts';
import { orderCost } from '../show/outcome.ts';
import { failureOf } from '../show/present.ts';
import { isLimit, type LimitFailure } from './budgets.ts';
import { foreseen, noConsent, type Consent } from './setAside.ts';

/** The limit that an order is beyond as things stand, so that its user can be asked before anything else; undefined: none. @throws {FailureError} when the settings name no service */
export const limitBefore = (order: Order, tools: OrderTools, consent = noConsent): Promise<LimitFailure | undefined> => foreseen(orderCost(order, tools).high, consent, tools);

/** Asks whether a request may go beyond a limit, this once. */
async function allows(failure: LimitFailure): Promise<boolean> {
  const over = failure.code === 'over-budget';
  const send = over ? l10n.t('Send Anyway') : l10n.t('Send');
  const detail = over ? l10n.t('The budget stays as it is, and is asked about each time.') : '';
  return (await window.showWarningMessage(withoutLinks(failure.reason), { modal: true, detail }, send)) === send;
}

/**
 * Places something for a person, who is asked where it is beyond a limit, before and also after it was tried: another window may have spent
 * meanwhile.
 * @param place throws a failure with a limit's code where the consent does not reach
 * @param limit what is known already to be in the way
 * @returns undefined when the person would rather not
 */
export async function withConsent<T>(place: (consent: Consent) => Promise<T>, limit: LimitFailure | undefined): Promise<T | undefined> {
  let consent = noConsent;
  for (let asked = limit; ; ) {
    if (asked) {
      if (!(await allows(asked))) return undefined;
      // Who was shown the sum and sends it over a budget need not be asked about the same sum again.
      consent = { above: true, over: consent.over || asked.code === 'over-budget' };
    }
    try {
      return await place(consent);
    } catch (error) {
      const failure = failureOf(error);
      if (!isLimit(failure)) throw error;
      asked = failure;
    }
  }
}
