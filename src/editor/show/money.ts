import { env, l10n } from 'vscode';
import { amountText, estimateText, type Amount, type Estimate } from '../../images/price.ts';
import { currency } from '../settings.ts';

// Every sum that the editor shows goes through here: in the user's language, and credits in what the user wants to see them in.

/** `783.13 credits`, `¥0.0783`, `$0.0123`. */
export const amountIn = (amount: Amount): string => amountText(amount, l10n.t, env.language, currency());

/** Sums of several units side by side, never added up. @param none what is said where there is none */
export const sumsIn = (sums: readonly Amount[], none = ''): string => (sums.length === 0 ? none : sums.map((sum) => amountIn(sum)).join(' + '));

/** What a call cost; where nobody measured it, that it is only about so much. */
export const chargeIn = ({ amount, measured }: { readonly amount: Amount; readonly measured: boolean }): string => (measured ? amountIn(amount) : l10n.t('about {0}', amountIn(amount)));

/** `550–820 credits`, `¥0.055–¥0.082`. */
export const estimateIn = (estimate: Estimate): string => estimatesIn()(estimate);

/** The same for many at once: reads the setting once. */
export function estimatesIn(): (estimate: Estimate) => string {
  const shown = currency();
  return (estimate) => estimateText(estimate, l10n.t, env.language, shown);
}

/** How many measured calls an estimate goes by; undefined where it goes by the tables alone. */
export const samplesIn = ({ samples }: Estimate): string | undefined => (samples === undefined ? undefined : l10n.t('from {0} earlier requests', samples));
