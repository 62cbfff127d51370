import { l10n } from 'vscode';
import { billedOf, type Failure } from '../../images/failure.ts';
import { failureActions, failureSentence, type FailureAction } from '../../images/failureSentence.ts';
import { estimate, type Estimate } from '../../images/price.ts';
import type { Order, OrderResult, OrderTools } from '../orders/order.ts';
import { pricingOf } from './cost.ts';
import { estimateIn } from './money.ts';
import { concernsOf, madeSentence, notesOf } from './present.ts';

/** What costs are reckoned with. */
export type CostTools = Pick<OrderTools, 'services' | 'calibration'>;

/** What an order would cost at the service that the settings name now. @throws {FailureError} when they name none */
export function orderCost({ request, imageSizes }: Order, tools: CostTools): Estimate {
  const { rates, measured } = pricingOf(tools.services.current().profile, request.model, tools);
  return estimate({ ...request, ...(imageSizes && { references: imageSizes }) }, rates, measured);
}

/** The same in words: `550–820 credits`. @throws {FailureError} */
export const costText = (order: Order, tools: CostTools): string => estimateIn(orderCost(order, tools));

/** How a job that brought something ended, as it is told: by a message, or by the panel's card. What names sums is in words only when it is told. */
export interface Outcome {
  readonly tone: 'information' | 'warning' | 'error';
  /** What was made and for how much; where nothing is in its place, why. */
  readonly sentence: () => string;
  /** What came otherwise than asked, and what is worth knowing. */
  readonly notes: readonly string[];
  /** What can be done about what went wrong. */
  readonly actions: readonly FailureAction[];
  /** Why nothing is in its place. */
  readonly failure?: Failure;
  /** An order for what the service left out, and what asks for it. */
  readonly missing?: { readonly order: Order; readonly title: () => string };
}

/** Whether something that is paid for is still to be fetched, or has no place yet. */
export const hasRest = ({ unsaved, owed }: OrderResult): boolean => unsaved.length + owed.length > 0;

export function outcomeOf(result: OrderResult, order: Order, tools: CostTools): Outcome {
  const rest = hasRest(result);
  if (result.assets.length === 0) {
    // Paid for, and still in the journal: the first trouble says why it is not in its place.
    const trouble: Failure = result.troubles[0] ?? { code: 'internal', message: 'no asset and no trouble' };
    if (billedOf(trouble) === 'yes' && !rest) {
      // Somebody else took them in hand meanwhile: to try again here would make, and pay, them anew.
      return { tone: 'information', sentence: () => l10n.t('Another window brings these pictures to their place: look there, or run Recover Images.'), notes: [], actions: ['show-log'] };
    }
    return { tone: 'error', sentence: () => failureSentence(trouble, l10n.t), notes: [], actions: failureActions(trouble), failure: trouble };
  }
  const concerns = concernsOf(result).length > 0;
  const missing = rest ? undefined : missingIn(result, order, tools);
  return {
    tone: concerns ? 'warning' : 'information',
    sentence: () => madeSentence(result),
    notes: notesOf(result),
    actions: [...(rest ? (result.unsaved.length > 0 ? (['retry', 'save-as', 'discard'] as const) : (['retry'] as const)) : []), ...(concerns && !missing ? (['show-log'] as const) : [])],
    ...(missing && { missing }),
  };
}

/** What would make what the service left out, as a request of its own beside what is there. */
export function missingIn(result: OrderResult, order: Order, tools: CostTools): Outcome['missing'] {
  const fewer = result.differences.find(({ kind }) => kind === 'fewer');
  if (fewer?.kind !== 'fewer') return undefined;
  const { replaces: _never, ...rest } = order;
  const count = fewer.asked - fewer.got;
  const missing: Order = { ...rest, request: { ...order.request, count } };
  const cost = orderCost(missing, tools);
  return { order: missing, title: () => (count === 1 ? l10n.t('Make the Other One (about {0})', estimateIn(cost)) : l10n.t('Make the Other {0} (about {1})', count, estimateIn(cost))) };
}
